"""Reads the files in ``projections/`` and checks them.

A file is a comment and one or more SELECTs. The comment's first line names kind and key, lines
that begin with ``index`` name further indexes for readers, one that begins with ``feed`` has the
table's changes told, the rest is a description. The planner refuses what it cannot keep exactly,
with what to write instead; ``allowed`` has what a SELECT may contain, and docs/definitions.md
describes the language.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

import sqlglot
from sqlglot import exp

from homeroom.engine.planning import allowed, flattening, forms, names
from homeroom.engine.planning.inner_groups import InnerGroups
from homeroom.engine.planning.tops import Top, read_top
from homeroom.errors import DefinitionError

Kind = Literal["rows", "view", "totals", "top", "refresh"]
_HEADER = re.compile(r"(rows|view|totals|refresh) ([a-z_][a-z0-9_]*(?:, [a-z_][a-z0-9_]*)*)")

_CLOCKS = (
    exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.Localtime, exp.Localtimestamp,
    exp.Rand, exp.Uuid,
)  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """One file: a projection's name, kind, key and SELECTs.

    ``feed``: the columns that say whom a row concerns, where the change feed tells its changes.
    ``made_for``: the definition for whose sake the planner made it; empty for a file. ``spelled``:
    what the file calls columns and tables that the planner has named anew (``joined``). ``top``:
    of a leaderboard, which rows; its key has those columns of the group that the first line names,
    and, once it is known what is read, the key of that (``joined.expanded``). ``parts``: what is
    made of the groups that it reads in FROM.
    """

    name: str
    kind: Kind
    key: tuple[str, ...]
    indexes: tuple[str, ...]
    selects: tuple[exp.Select, ...]
    feed: tuple[str, ...] = ()
    made_for: str = ""
    spelled: Mapping[str, str] = field(default_factory=dict)
    top: Top | None = None
    parts: tuple["Definition", ...] = ()

    @property
    def file(self) -> str:
        """The name of the file that says it, for messages."""
        return self.made_for or self.name

    def said(self, text: str) -> str:
        """A text for people, with columns as the file calls them."""
        for made, column in self.spelled.items():
            table, dot, name = made.partition(".")
            of_column = rf'\."?{name}"?(?!\w)' if dot else r"\b"
            text = re.sub(rf"\b{table}{of_column}", column, text)
        return text

    def sources(self) -> tuple[str, ...]:
        """The relations that it reads, without duplicates."""
        return tuple(
            dict.fromkeys(table.name for s in self.selects for table in s.find_all(exp.Table))
        )

    def rests_on(self) -> tuple[str, ...]:
        """The relations that the file reads, by what is made of it too."""
        made = {part.name for part in self.parts}
        every = (source for one in (*self.parts, self) for source in one.sources())
        return tuple(dict.fromkeys(source for source in every if source not in made))

    def adds_up(self, column: str) -> bool:
        """Whether a column of ``totals`` is a count or a sum, which is 0 where there is nothing."""
        values = [
            output.unalias() for select in self.selects for output in select.selects
            if output.output_name == column
        ]  # fmt: skip
        totals = [value.this if isinstance(value, exp.Filter) else value for value in values]
        return self.kind == "totals" and all(isinstance(t, exp.Count | exp.Sum) for t in totals)


def read_definition(name: str, text: str, *, stored: bool = False) -> Definition:
    """Parses and checks one file; raises DefinitionError.

    ``stored``: it is a generation's, and was checked by the version that made that.
    """
    header, indexes, feed = _comment(name, text)
    match, top = _HEADER.fullmatch(header), read_top(name, header)
    if not match and not top:
        raise DefinitionError(
            name, "the first line names no kind and key", "Write `-- rows exam_id` or the like."
        )
    try:
        parsed = [
            names.as_postgres_reads(s)
            for s in sqlglot.parse(text, read="postgres") if s is not None
        ]  # fmt: skip
    except sqlglot.ParseError as error:
        raise DefinitionError(name, f"it cannot be parsed: {error}", "Write a SELECT.") from None
    kind = cast("Kind", match[1] if match else "top")
    assert kind in get_args(Kind)
    if not parsed or (len(parsed) > 1 and kind != "totals"):
        raise DefinitionError(
            name,
            f"it holds {len(parsed)} statements",
            "Write one SELECT (`totals` may add several up).",
        )
    key = tuple(match[2].split(", ")) if match else top.group if top else ()
    flat = [flattening.without_with(name, _select(name, s)) for s in parsed]
    if len(flat) == 1:
        kind = cast("Kind", forms.kind_kept(kind, key, flat[0]))
    groups = InnerGroups(name)
    selects = tuple(forms.as_kept(kind, key, select, groups) for select in flat)
    parts = tuple(_parts(groups))
    definition = Definition(
        name, kind, key, indexes, selects, feed, spelled=groups.spelled, top=top, parts=parts
    )
    for one in () if stored else (*parts, definition):
        for select in one.selects:
            check_select(one, select)
    return definition


def _parts(groups: InnerGroups) -> Iterator[Definition]:
    """What is made of the groups in FROM, and of those within them."""
    # The list grows meanwhile.
    for name, _, key, select in groups.made:
        kept = forms.as_kept("totals", key, select, groups)
        yield Definition(
            name, "totals", key, (), (kept,), made_for=groups.name, spelled=groups.spelled
        )


def _comment(name: str, text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line[2:].strip())
    if not lines:
        raise DefinitionError(name, "it has no comment", "Begin with `-- rows key` or the like.")
    indexes, feeds = (
        tuple(line.removeprefix(word) for line in lines[1:] if line.startswith(word))
        for word in ("index ", "feed ")
    )
    return lines[0], indexes, tuple(column for feed in feeds for column in feed.split(", "))


def _select(name: str, statement: exp.Expr) -> exp.Select:
    if not isinstance(statement, exp.Select):
        raise DefinitionError(
            name,
            f"a {type(statement).__name__.upper()} is no SELECT",
            "Write plain SELECTs.",
            statement.sql("postgres")[:80],
        )
    return statement


def check_select(definition: Definition, select: exp.Select) -> None:
    """What is wrong with one SELECT by itself; raises DefinitionError."""
    for clock in select.find_all(*_CLOCKS):
        raise refusal(
            definition,
            clock,
            "a definition has no clock and no randomness",
            "Let the reader's query compute what depends on the current time.",
        )
    for node, problem, instead in allowed.broken(definition.kind, definition.key, select):
        raise refusal(definition, node, problem, instead)
    if not select.args.get("from_") and not select.args.get("from"):
        raise refusal(definition, select, "it reads nothing", "Add a FROM.")
    for output in select.selects:
        if not output.output_name or isinstance(output, exp.Star):
            raise refusal(definition, output, "an output has no name", "Add `AS name`.")
    outputs = select.named_selects
    aliases = [alias.name for alias in select.find_all(exp.TableAlias)]
    for where, problem, instead in names.problems(definition.name, outputs, aliases):
        raise DefinitionError(definition.file, problem, instead, where)
    for column in definition.key:
        if column not in outputs:
            raise refusal(
                definition,
                select,
                f"the key column {column} is not among the outputs",
                "Output every column of the key.",
            )
    for column in definition.feed:
        if column not in outputs:
            raise refusal(
                definition, select, f"the feed's column {column} is not among the outputs",
                "Output every column of the feed.",
            )  # fmt: skip
    for table in select.find_all(exp.Table):
        if table.db:
            raise refusal(
                definition, table, "a table of another schema cannot be read",
                "Read entities and projections, by their name alone.",
            )  # fmt: skip
    _check_columns(definition, select)
    if definition.kind == "view" and (definition.indexes or definition.feed):
        raise refusal(
            definition, select, "a view is not stored, so it has no index and no feed",
            "Leave these lines out, or make it `-- rows`.",
        )  # fmt: skip


def _check_columns(definition: Definition, select: exp.Select) -> None:
    """Every column must name its table, and the SELECT must read that table.

    So each is seen: PostgreSQL would find others too, and make rows of whole tables.
    """
    for star in select.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            raise refusal(
                definition, star, "* stands for columns that nobody named",
                "Name each column: `alias.column`.",
            )  # fmt: skip
    aliases = {table.alias_or_name for table in select.find_all(exp.Table)}
    aliases |= {alias.name for alias in select.find_all(exp.TableAlias)}
    for column in select.find_all(exp.Column):
        if not column.table:
            raise refusal(definition, column, "a column names no table", "Write `alias.column`.")
        if column.table not in aliases:
            raise refusal(
                definition, column, f"no table is called {column.table} here",
                f"Read one of: {', '.join(sorted(aliases))}.",
            )  # fmt: skip


def refusal(definition: Definition, node: exp.Expr, problem: str, instead: str) -> DefinitionError:
    said = definition.said
    return DefinitionError(
        definition.file, said(problem), said(instead), said(names.shown(node))[:100]
    )


def order_definitions(
    definitions: Mapping[str, Definition], entities: Mapping[str, tuple[str, ...]]
) -> list[Definition]:
    """Orders definitions after what they read; raises DefinitionError on a circle.

    ``entities``: the columns of each entity table, by name.
    """
    ordered: list[Definition] = []
    done: set[str] = set(entities)
    pending = dict(sorted(definitions.items()))
    while pending:
        ready = [d for d in pending.values() if all(source in done for source in d.sources())]
        if not ready:
            _explain_pending(pending, set(entities) | set(definitions))
        for definition in ready:
            ordered.append(definition)
            done.add(definition.name)
            del pending[definition.name]
    return ordered


def _explain_pending(pending: Mapping[str, Definition], relations: set[str]) -> None:
    for definition in pending.values():
        for source in definition.sources():
            if source not in relations:
                raise DefinitionError(
                    definition.name,
                    f"there is no relation {source}",
                    f"Read one of: {', '.join(sorted(relations))}.",
                    source,
                )
    raise DefinitionError(
        min(pending), f"it reads itself through {', '.join(sorted(pending))}", "Break the circle."
    )
