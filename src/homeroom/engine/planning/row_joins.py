"""Joins of ``rows`` that decide whether a row exists, and are joined to several tables at once.

Where an item of a list has a class (``JOIN class c ON c.class_id = t.item``), no index of ``exam``
finds the exams of a class that changed. Nor has the projection the rows that come with a new class.
So the planner makes the relation before that join: a file ``x`` becomes ``x_joined``, the first
table with what the join needs of others, and ``x``, which is ``FROM x_joined JOIN class``. There
the join is to one relation, an index of ``x_joined`` finds the rows of a changed class, and WHERE
may read it. So it is with a key of which columns are compared with columns of several tables, and
with what is joined to such a table.

Both mean what the file says. A join by a whole key finds at most one row for each: JOIN takes some
rows away and LEFT JOIN none, each by what stands in the row, and so does a condition of WHERE. So
those that do not read each other may come in any order.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.joined_columns import (
    JoinedColumns,
    KnownRelations,
    compared,
    reads,
)
from homeroom.engine.planning.shapes import terms


def apart(definition: Definition, known: KnownRelations) -> Iterator[Definition]:
    """A definition, after what is made of such joins."""
    number = 1
    if _later(definition, known) is not None:
        definition = _direct(definition)
    while (later := _later(definition, known)) is not None:
        name = f"{definition.name}_joined{f'_{number}' if number > 1 else ''}"
        first, definition = _Split(definition, name, later, known).both()
        yield first
        known.note(first)
        number += 1
    yield definition


def _direct(definition: Definition) -> Definition:
    """The same with joins to the columns that JOIN has made equal to others: one to a class's key
    is one to the table that has the class, and perhaps to one table alone.
    """
    select = definition.selects[0].copy()
    equal: dict[tuple[str, str], tuple[str, str]] = {}
    joins: list[exp.Join] = []
    for join in select.args["joins"]:
        joins.append(JoinedColumns(equal, {}).once(join))
        for own, other in compared(joins[-1]) if not join.args.get("side") else ():
            equal[join.this.alias_or_name, own] = other
    select.set("joins", joins)
    return replace(definition, selects=(select,))


def _later(definition: Definition, known: KnownRelations) -> frozenset[str] | None:
    """The aliases of what is joined afterwards; none where one relation is enough."""
    select = definition.selects[0]
    joins: list[exp.Join] = select.args.get("joins") or []
    # A SELECT that is still within FROM is refused later.
    sources = (select.args["from_"].this, *(join.this for join in joins))
    is_known = not any(isinstance(source, exp.Subquery) for source in sources) and all(
        table.name in known.keys for table in select.find_all(exp.Table)
    )
    if definition.kind != "rows" or not is_known:
        return None
    where = select.args.get("where")
    items = {j.this.alias_or_name for j in joins if isinstance(j.this, exp.Lateral)}
    later: set[str] = set()
    is_needed = False
    for join in joins:
        alias = join.this.alias_or_name
        owners = {owner for _, (owner, _) in compared(join)}
        decides = not join.args.get("side") or (where is not None and reads(where, {alias}))
        if reads(join, later):
            later.add(alias)
            is_needed = True
        elif len(owners) > 1 or owners & items:
            later.add(alias)
            is_needed = is_needed or decides
    if not is_needed:
        return None
    return frozenset(later | _not_needed(joins, later))


def _not_needed(joins: list[exp.Join], later: set[str]) -> set[str]:
    """What LEFT JOIN reads for outputs alone: a change of it need not pass through two tables."""
    return {
        alias
        for join in joins
        if join.args.get("side") and (alias := join.this.alias_or_name) not in later
        and not any(other is not join and reads(other, {alias}) for other in joins)
    }  # fmt: skip


class _Split:
    """One definition, while it is made two. ``later``: the aliases that come afterwards."""

    def __init__(
        self, definition: Definition, name: str, later: frozenset[str], known: KnownRelations
    ) -> None:
        self._definition = definition
        self._name = name
        self._later = later
        self._select = definition.selects[0]
        self._first = self._select.args["from_"].this
        joins: list[exp.Join] = self._select.args["joins"]
        self._now = [join for join in joins if join.this.alias_or_name not in later]
        self._after = [join for join in joins if join.this.alias_or_name in later]
        where = self._select.args.get("where")
        self._conditions = [t for t in terms(where and where.this) if not reads(t, later)]
        self._judged = [t for t in terms(where and where.this) if reads(t, later)]
        self._alias = next(a for a in ("joined", *map("joined_{}".format, range(2, 99)))
                           if a not in later)  # fmt: skip
        self._columns = JoinedColumns(self._equal(), {
            (value.table, value.name): output.output_name
            for output in reversed(self._select.selects)
            if isinstance(value := output.unalias(), exp.Column) and value.table not in later
        })  # fmt: skip
        key = known.keys[self._first.name]
        self._key = [self._columns.name_of((self._first.alias_or_name, c)) for c in key]
        self._take(known)

    def _equal(self) -> dict[tuple[str, str], tuple[str, str]]:
        equal: dict[tuple[str, str], tuple[str, str]] = {}
        for join in self._now:
            for own, other in compared(join) if not join.args.get("side") else ():
                equal[join.this.alias_or_name, own] = equal.get(other, other)
        return equal

    def _take(self, known: KnownRelations) -> None:
        """What is read afterwards, what joins compare, and by what readers see their own rows."""
        tables = {self._first.alias_or_name: self._first.name}
        for join in self._now:
            if isinstance(join.this, exp.Lateral):
                alias = join.this.args["alias"]
                self._key += [self._columns.name_of((alias.name, c.name)) for c in alias.columns]
            else:
                tables[join.this.alias_or_name] = join.this.name
            for _, other in compared(join):
                self._columns.name_of(other)
        self._renamed()
        self._columns.take_subjects(tables, known)

    def _renamed(self) -> exp.Select:
        """The SELECT of what is joined afterwards."""
        select = self._select.copy()
        select.set("from_", exp.From(this=exp.table_(self._name, alias=self._alias)))
        select.set("joins", [self._of_joined(join) for join in self._after])
        select.set("expressions", [
            exp.alias_(self._of_joined(output.unalias()), output.output_name)
            for output in self._select.selects
        ])  # fmt: skip
        select.set("where", None)
        judged = [self._of_joined(term) for term in self._judged]
        return select.where(*judged, copy=False) if judged else select

    def _of_joined(self, node: exp.Expr) -> exp.Expr:
        return self._columns.renamed(node, self._alias, self._later)

    def both(self) -> tuple[Definition, Definition]:
        definition = self._definition
        select = exp.Select(expressions=self._columns.outputs())
        select.set("from_", self._select.args["from_"].copy())
        select.set("joins", [self._columns.once(join) for join in self._now] or None)
        if self._conditions:
            select.where(*(term.copy() for term in self._conditions), copy=False)
        first = Definition(
            self._name, "rows", tuple(dict.fromkeys(self._key)), (), (select,),
            made_for=definition.file, spelled=definition.spelled,
        )  # fmt: skip
        spelled = dict(definition.spelled)
        for made, column in self._columns.spelled(self._alias).items():
            spelled[made] = definition.spelled.get(column, column)
        spelled[self._name] = definition.spelled.get(self._first.name, self._first.name)
        return first, replace(definition, selects=(self._renamed(),), spelled=spelled)
