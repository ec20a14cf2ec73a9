"""Totals of a join: the planner makes the relation that they are taken of.

A file ``x`` that counts ``FROM enrollment e JOIN class c ON c.class_id = e.class_id`` becomes two
definitions: ``x_joined``, which is the join with each column that is read of it, and ``x``, the
same totals of that. Both mean what the file says: a group is made of the rows of FROM and WHERE,
and those are the rows of ``x_joined``, one for one. Its key is that of the first table: all others
are joined by their whole keys, so that each has at most one row of it.

``x_joined`` is a ``view``, of which only the delta is made, wherever a view can be. It is stored,
as ``rows``, where an index must find rows of it, or where a join is one that a view has not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sqlglot import exp

from homeroom.engine.planning import forms, havings, top_sql
from homeroom.engine.planning.definitions import (
    Definition,
    Kind,
    check_select,
    read_definition,
    refusal,
)
from homeroom.engine.planning.shapes import terms
from homeroom.engine.planning.view_sql import TABLES_MAX
from homeroom.errors import DefinitionError

# The alias of the joined rows in the totals of them.
ALIAS = "joined"
_LOOKED_UP = (exp.Max, exp.Min, exp.ArrayAgg, exp.Distinct)
Column = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Relations:
    """The keys and columns of all relations, by name.

    ``subjects``: the columns that are the whole key of an entity, in whatever table.
    """

    keys: Mapping[str, Sequence[str]]
    columns: Mapping[str, Sequence[str]]
    subjects: frozenset[str]


def expanded(
    definitions: Mapping[str, Definition], entities: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]], *, stored: bool = False,
) -> dict[str, Definition]:  # fmt: skip
    """The definitions, with those that the planner makes of joins; raises DefinitionError.

    ``entities`` and ``keys``: the columns of each entity, and those of its key. ``stored``: the
    definitions are a generation's, and were checked by the version that made that.
    """
    outputs = {n: [c for s in d.selects for c in s.named_selects] for n, d in definitions.items()}
    known = _Relations(
        {**keys, **{name: d.key for name, d in definitions.items()}}, {**entities, **outputs},
        frozenset(key[0] for key in keys.values() if len(key) == 1),
    )  # fmt: skip
    found: dict[str, Definition] = {}
    for name, definition in definitions.items():
        made_keys: dict[str, Sequence[str]] = {}
        parts = chain.from_iterable(_apart(d, known) for d in havings.apart(definition))
        for one in (_with_plain_joins(part, known) for part in parts):
            for select in one.selects if one.made_for and not stored else ():
                check_select(one, select)
            if one.name != name and one.name in definitions:
                raise DefinitionError(
                    name, f"a part of it is called {one.name}, and so is another definition",
                    "Give one of the files another name.", one.name,
                )  # fmt: skip
            made_keys[one.name] = one.key
            (source, *_) = one.sources() or ("",)
            source_key = made_keys.get(source) or known.keys.get(source)
            found[one.name] = top_sql.keyed(one, source_key) if one.top and source_key else one
    return found


def read_all(
    texts: Mapping[str, str], entities: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]], *, stored: bool = False,
) -> dict[str, Definition]:  # fmt: skip
    """The same from the files' texts, by name."""
    read = {name: read_definition(name, text, stored=stored) for name, text in texts.items()}
    return expanded(read, entities, keys, stored=stored)


def _with_plain_joins(definition: Definition, known: _Relations) -> Definition:
    if definition.kind not in ("rows", "view"):
        return definition
    selects = (forms.with_plain_joins(select, known.keys) for select in definition.selects)
    return replace(definition, selects=tuple(selects))


def _apart(definition: Definition, known: _Relations) -> Iterator[Definition]:
    """A definition, after what is made of its joins."""
    selects, spelled = [], dict(definition.spelled)
    for number, select in enumerate(definition.selects, 1):
        is_joined = definition.kind in ("totals", "top") and select.args.get("joins")
        # What names an unknown relation is refused later, with all that there are.
        if not is_joined or not all(t.name in known.keys for t in select.find_all(exp.Table)):
            selects.append(select)
            continue
        name = f"{definition.name}_joined{f'_{number}' if number > 1 else ''}"
        making = _Making(definition, name, select, known)
        yield making.joined()
        selects.append(making.totals())
        spelled |= making.spelled
    yield replace(definition, selects=tuple(selects), spelled=spelled)


class _Making:
    """One SELECT of totals, while its join is taken out of it.

    ``spelled``: what the file calls each column of the join.
    """

    def __init__(
        self, definition: Definition, name: str, select: exp.Select, known: _Relations
    ) -> None:
        self._definition = definition
        self._name = name
        self._select = select
        self._known = known
        self._joins: list[exp.Join] = select.args["joins"]
        first = select.args["from_"].this
        if not isinstance(first, exp.Table):
            raise refusal(definition, first, "FROM names no table", "Read a table first.")
        self._tables = {first.alias_or_name: first.name}
        for join in self._joins:
            if isinstance(join.this, exp.Table):
                self._tables[join.this.alias_or_name] = join.this.name
        self._kind: Kind = "view" if self._can_be_view() else "rows"
        self._equal: dict[Column, Column] = {}
        self._loose: set[str] = set()
        self._note_joins()
        # Readers see their own rows by the names that the totals have.
        self._names = {
            self._equal.get((value.table, value.name), (value.table, value.name)): o.output_name
            for o in reversed(select.selects)
            if o.output_name in definition.key and isinstance(value := o.unalias(), exp.Column)
        }  # fmt: skip
        self._later = self._conditions_of_loose()
        self._key = [self._name_of((first.alias_or_name, c)) for c in known.keys[first.name]]
        self._name_all()

    @property
    def spelled(self) -> dict[str, str]:
        return {f"{ALIAS}.{name}": ".".join(column) for column, name in self._names.items()}

    def _note_joins(self) -> None:
        """Which columns are equal in every row, and which tables are *loose*: what is stored does
        not tell of them whether a row exists, as they are joined to several (``rows_sql.Side``).
        """
        for join in self._joins:
            alias, compared = join.this.alias_or_name, list(_compared(join))
            if self._kind == "rows" and len({other for _, (other, _) in compared}) > 1:
                self._loose.add(alias)
            elif not join.args.get("side"):
                for own, other in compared:
                    self._equal[alias, own] = self._equal.get(other, other)

    def _can_be_view(self) -> bool:
        read = [join.this for join in self._joins]
        return (
            self._definition.kind == "totals"
            and not any(join.args.get("side") for join in self._joins)
            and all(isinstance(table, exp.Table) for table in read)
            and not any(output.find(*_LOOKED_UP) for output in self._select.selects)
            and len(self._joins) < TABLES_MAX
            and len(set(self._tables.values())) == len(self._joins) + 1
        )

    # The columns of the join

    def _name_of(self, column: Column) -> str:
        column = self._equal.get(column, column)
        if column not in self._names:
            taken, alias, name = set(self._names.values()), *column
            choices = (name, f"{alias}_{name}", *(f"{name[:50]}_{n}" for n in range(2, 1_000)))
            self._names[column] = next(c for c in choices if c not in taken and len(c) < 60)
        return self._names[column]

    def _name_all(self) -> None:
        """What joins compare, what the totals read, and by what readers see their own rows."""
        for join in self._joins:
            if isinstance(join.this, exp.Lateral):
                alias = join.this.args["alias"]
                self._key += [self._name_of((alias.name, c.name)) for c in alias.columns]
            for _, other in _compared(join):
                self._name_of(other)
        group = self._select.args.get("group")
        for part in (*self._select.selects, *([group] if group else []), *self._later):
            for column in part.find_all(exp.Column):
                self._name_of((column.table, column.name))
        # A column that names a subject may say whom a row is of (`rights.Reader`).
        for alias, relation in self._tables.items():
            for column in self._known.columns[relation]:
                if column in self._known.subjects and column not in self._names.values():
                    self._name_of((alias, column))

    # Its conditions

    def _conditions_of_loose(self) -> list[exp.Expr]:
        """What the totals judge: JOIN is LEFT JOIN of which only the rows count that found one."""
        where = self._select.args.get("where")
        later = [t for t in terms(where and where.this) if _reads(t, self._loose)]
        for join in self._joins:
            alias = join.this.alias_or_name
            if alias in self._loose and not join.args.get("side"):
                later += [t for t in terms(join.args.get("on")) if not _compares(t, alias)]
                key = self._known.keys[self._tables[alias]][0]
                known = exp.Is(this=exp.column(key, table=alias), expression=exp.Null())
                later.append(exp.Not(this=known))
        return later

    # What is made

    def joined(self) -> Definition:
        outputs = [
            exp.alias_(exp.column(name, table=alias), output)
            for (alias, name), output in self._names.items()
        ]
        select = exp.Select(expressions=outputs)
        select.set("from_", self._select.args["from_"].copy())
        select.set("joins", [self._joined_once(join) for join in self._joins])
        where = self._select.args.get("where")
        later = [t.sql() for t in self._later]
        now = [t.copy() for t in terms(where and where.this) if t.sql() not in later]
        if now:
            select.where(*now, copy=False)
        for join in select.args["joins"] if self._later else ():
            alias = join.this.alias_or_name
            if alias in self._loose and not join.args.get("side"):
                join.set("side", "LEFT")
                join.set("kind", None)
                join.set("on", exp.and_(
                    *(t for t in terms(join.args["on"]) if _compares(t, alias))
                ))  # fmt: skip
        key = tuple(self._key)
        return Definition(
            self._name, self._kind, key, (), (forms.as_kept(self._kind, key, select),),
            made_for=self._definition.file,
        )  # fmt: skip

    def _joined_once(self, join: exp.Join) -> exp.Join:
        """A join to the columns that are outputs, where others equal them in every row."""
        alias = join.this.alias_or_name

        once = join.copy()
        for column in list(once.find_all(exp.Column)):
            table, name = self._equal.get((column.table, column.name), (column.table, column.name))
            if column.table != alias:
                column.replace(exp.column(name, table=table))
        return once

    def totals(self) -> exp.Select:
        def renamed(node: exp.Expr) -> exp.Expr:
            if not isinstance(node, exp.Column):
                return node
            return exp.column(self._name_of((node.table, node.name)), table=ALIAS)

        select = self._select.copy()
        for clause in ("joins", "where"):
            select.set(clause, None)
        select.set("from_", exp.From(this=exp.table_(self._name, alias=ALIAS)))
        select.set("expressions", [
            exp.alias_(output.unalias().transform(renamed), output.output_name)
            for output in self._select.selects
        ])  # fmt: skip
        if group := select.args.get("group"):
            select.set("group", group.transform(renamed))
        later = [t.transform(renamed) for t in self._later]
        return select.where(*later, copy=False) if later else select


def _compared(join: exp.Join) -> Iterator[tuple[str, Column]]:
    """The columns of a joined table that equal one of a table before it, and which."""
    alias = join.this.alias_or_name
    for term in terms(join.args.get("on")):
        if _compares(term, alias):
            own, other = sorted((term.this, term.expression), key=lambda c: c.table != alias)
            yield own.name, (other.table, other.name)


def _compares(term: exp.Expr, alias: str) -> bool:
    return forms.compares_columns(term, alias)


def _reads(node: exp.Expr, aliases: set[str]) -> bool:
    return any(column.table in aliases for column in node.find_all(exp.Column))
