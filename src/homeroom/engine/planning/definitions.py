"""Reads the files in ``projections/`` and checks them.

A file is a comment and one or more SELECTs. The comment's first line names kind and key, lines
that begin with ``index`` name further indexes for readers, the rest is a description. An allow-list
holds what a SELECT may contain: the planner refuses what it cannot keep exactly, with what to write
instead. docs/definitions.md describes the language, and tests compare it with the lists here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

import sqlglot
from sqlglot import exp

from homeroom.engine.planning import rewrites
from homeroom.errors import DefinitionError

Kind = Literal["rows", "totals", "refresh"]
SET_FUNCTIONS = ("distinct_items",)
_HEADER = re.compile(r"(rows|totals|refresh) ([a-z_][a-z0-9_]*(?:, [a-z_][a-z0-9_]*)*)")

EXPRESSIONS: tuple[type[exp.Expr], ...] = (
    exp.Add, exp.Alias, exp.And, exp.Between, exp.Boolean, exp.Case, exp.Cast, exp.Coalesce,
    exp.Column, exp.DPipe, exp.DataType, exp.EQ, exp.GT, exp.GTE, exp.Greatest, exp.Identifier,
    exp.If, exp.In, exp.Is, exp.LT, exp.LTE, exp.Least, exp.Left, exp.Length, exp.Literal,
    exp.Lower, exp.Mul, exp.NEQ, exp.Neg, exp.Not, exp.Null, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Nullif, exp.Or, exp.Paren, exp.Sub, exp.Upper,
)  # fmt: skip
CLAUSES: dict[str, tuple[type[exp.Expr], ...]] = {
    "rows": (exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Where, exp.Lateral,
             exp.Anonymous),
    "totals": (exp.Select, exp.From, exp.Table, exp.TableAlias, exp.Where, exp.Group, exp.Count,
               exp.Sum, exp.Filter, exp.Star),
}  # fmt: skip
_CLOCKS = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.Rand, exp.Uuid)


@dataclass(frozen=True)
class Definition:
    """One file: a projection's name, kind, key and SELECTs."""

    name: str
    kind: Kind
    key: tuple[str, ...]
    indexes: tuple[str, ...]
    selects: tuple[exp.Select, ...]

    def sources(self) -> tuple[str, ...]:
        """The relations that it reads, without duplicates."""
        return tuple(
            dict.fromkeys(table.name for s in self.selects for table in s.find_all(exp.Table))
        )


def read_definition(name: str, text: str) -> Definition:
    """Parses and checks one file; raises DefinitionError."""
    header, indexes = _comment(name, text)
    match = _HEADER.fullmatch(header)
    if not match:
        raise DefinitionError(
            name, "the first line names no kind and key", "Write `-- rows exam_id` or the like."
        )
    try:
        parsed = [s for s in sqlglot.parse(text, read="postgres") if s is not None]
    except sqlglot.ParseError as error:
        raise DefinitionError(name, f"it cannot be parsed: {error}", "Write a SELECT.") from None
    kind = cast("Kind", match[1])
    assert kind in get_args(Kind)
    if not parsed or (len(parsed) > 1 and kind != "totals"):
        raise DefinitionError(
            name,
            f"it holds {len(parsed)} statements",
            "Write one SELECT (`totals` may add several up).",
        )
    definition = Definition(
        name, kind, tuple(match[2].split(", ")), indexes, tuple(_select(name, s) for s in parsed)
    )
    for select in definition.selects:
        _check_select(definition, select)
    return definition


def _comment(name: str, text: str) -> tuple[str, tuple[str, ...]]:
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line[2:].strip())
    if not lines:
        raise DefinitionError(name, "it has no comment", "Begin with `-- rows key` or the like.")
    return lines[0], tuple(
        line.removeprefix("index ") for line in lines[1:] if line.startswith("index ")
    )


def _select(name: str, statement: exp.Expr) -> exp.Select:
    if not isinstance(statement, exp.Select):
        raise DefinitionError(
            name,
            f"a {type(statement).__name__.upper()} is no SELECT",
            "Write plain SELECTs.",
            statement.sql("postgres")[:80],
        )
    return statement


def _check_select(definition: Definition, select: exp.Select) -> None:
    for clock in select.find_all(*_CLOCKS):
        raise refusal(
            definition,
            clock,
            "a definition has no clock and no randomness",
            "Let the reader's query compute what depends on the current time.",
        )
    if definition.kind != "refresh":
        _check_nodes(definition, select)
    if not select.args.get("from_") and not select.args.get("from"):
        raise refusal(definition, select, "it reads nothing", "Add a FROM.")
    for output in select.selects:
        if not output.output_name or isinstance(output, exp.Star):
            raise refusal(definition, output, "an output has no name", "Add `AS name`.")
    outputs = select.named_selects
    for column in definition.key:
        if column not in outputs:
            raise refusal(
                definition,
                select,
                f"the key column {column} is not among the outputs",
                "Output every column of the key.",
            )
    for table in select.find_all(exp.Table):
        if table.db:
            raise refusal(
                definition, table, "a table of another schema cannot be read",
                "Read entities and projections, by their name alone.",
            )  # fmt: skip
    if definition.kind != "refresh":
        _check_columns(definition, select)


def _check_columns(definition: Definition, select: exp.Select) -> None:
    """Every column must name its table, and the SELECT must read that table."""
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


def _check_nodes(definition: Definition, select: exp.Select) -> None:
    """Checks every node against the allow-list."""
    allowed = EXPRESSIONS + CLAUSES[definition.kind]
    place = rewrites.SelectContext(definition.kind, definition.key, select)
    used = {key for key, value in select.args.items() if value}
    clauses = {"expressions", "from", "from_", "where", "group", "joins", "laterals", "kind"}
    for clause in sorted(used - clauses):
        raise refusal(definition, select, *rewrites.of_clause(place, clause))
    for node in select.walk():
        is_inner = node is not select and isinstance(node, exp.Select)
        if is_inner or not isinstance(node, allowed):
            raise refusal(definition, node, *rewrites.of_node(place, node))
        if isinstance(node, exp.Anonymous) and node.name.lower() not in SET_FUNCTIONS:
            raise refusal(
                definition,
                node,
                f"the function {node.name} is not known to be repeatable",
                f"Use one of: {', '.join(SET_FUNCTIONS)}, or have it added to the engine.",
            )


def refusal(definition: Definition, node: exp.Expr, problem: str, instead: str) -> DefinitionError:
    return DefinitionError(definition.name, problem, instead, node.sql("postgres")[:100])


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
