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
from dataclasses import replace

from sqlglot import exp

from homeroom.engine.planning import different_values, forms, havings, row_joins, top_sql
from homeroom.engine.planning.definitions import (
    Definition,
    Kind,
    check_select,
    read_definition,
    refusal,
)
from homeroom.engine.planning.joined_columns import (
    Column,
    JoinedColumns,
    KnownRelations,
    compared,
    reads,
)
from homeroom.engine.planning.shapes import terms
from homeroom.engine.planning.view_sql import TABLES_MAX
from homeroom.errors import DefinitionError

# The alias of the joined rows in the totals of them.
ALIAS = "joined"
_LOOKED_UP = (exp.Max, exp.Min, exp.ArrayAgg, exp.Distinct)


def expanded(
    definitions: Mapping[str, Definition], entities: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]], *, stored: bool = False,
) -> dict[str, Definition]:  # fmt: skip
    """The definitions, with those that the planner makes of joins; raises DefinitionError.

    ``entities`` and ``keys``: the columns of each entity, and those of its key. ``stored``: the
    definitions are a generation's, and were checked by the version that made that.
    """
    outputs = {n: [c for s in d.selects for c in s.named_selects] for n, d in definitions.items()}
    known = KnownRelations(
        {**keys, **{name: d.key for name, d in definitions.items()}}, {**entities, **outputs},
        frozenset(key[0] for key in keys.values() if len(key) == 1),
    )  # fmt: skip
    for part in (part for definition in definitions.values() for part in definition.parts):
        known.note(part)
    found: dict[str, Definition] = {}
    for name, definition in definitions.items():
        for one in _made_of(definition, known):
            for select in one.selects if one.made_for and not stored else ():
                check_select(one, select)
            if one.name in found or (one.name != name and one.name in definitions):
                raise DefinitionError(
                    name, f"a part of it is called {one.name}, and so is another definition",
                    "Give one of the files another name.", one.name,
                )  # fmt: skip
            (source, *_) = one.sources() or ("",)
            source_key = known.keys.get(source)
            found[one.name] = top_sql.keyed(one, source_key) if one.top and source_key else one
    return found


def _made_of(definition: Definition, known: KnownRelations) -> Iterator[Definition]:
    """A definition, after what is made of it; each is known to those after it."""
    for part in (*definition.parts, replace(definition, parts=())):
        for of_groups in havings.apart(_with_keys_in_on(part, known)):
            for plain in different_values.apart(of_groups, known):
                known.note(plain)
                for of_join in _apart(plain, known):
                    known.note(of_join)
                    yield from row_joins.apart(_with_plain_joins(of_join, known), known)


def read_all(
    texts: Mapping[str, str], entities: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]], *, stored: bool = False,
) -> dict[str, Definition]:  # fmt: skip
    """The same from the files' texts, by name."""
    read = {name: read_definition(name, text, stored=stored) for name, text in texts.items()}
    return expanded(read, entities, keys, stored=stored)


def _with_keys_in_on(definition: Definition, known: KnownRelations) -> Definition:
    if definition.kind == "refresh":
        return definition
    selects = (forms.with_keys_in_on(select, known.keys) for select in definition.selects)
    return replace(definition, selects=tuple(selects))


def _with_plain_joins(definition: Definition, known: KnownRelations) -> Definition:
    if definition.kind not in ("rows", "view"):
        return definition
    selects = (forms.with_plain_joins(select, known.keys) for select in definition.selects)
    return replace(definition, selects=tuple(selects))


def _apart(definition: Definition, known: KnownRelations) -> Iterator[Definition]:
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
        self, definition: Definition, name: str, select: exp.Select, known: KnownRelations
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
        self._columns = JoinedColumns(self._equal, {
            (value.table, value.name): o.output_name
            for o in reversed(select.selects)
            if o.output_name in definition.key and isinstance(value := o.unalias(), exp.Column)
        })  # fmt: skip
        self._later = self._conditions_of_loose()
        key = known.keys[first.name]
        self._key = [self._columns.name_of((first.alias_or_name, c)) for c in key]
        self._name_all()

    @property
    def spelled(self) -> dict[str, str]:
        return self._columns.spelled(ALIAS)

    def _note_joins(self) -> None:
        """Which columns are equal in every row, and which tables are *loose*: what is stored does
        not tell of them whether a row exists, as they are joined to several, or by the item of a
        list (``rows_sql.Side``).
        """
        items = {j.this.alias_or_name for j in self._joins if isinstance(j.this, exp.Lateral)}
        for join in self._joins:
            alias, pairs = join.this.alias_or_name, list(compared(join))
            owners = {owner for _, (owner, _) in pairs}
            if self._kind == "rows" and (len(owners) > 1 or owners & items):
                self._loose.add(alias)
            elif not join.args.get("side"):
                for own, other in pairs:
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

    def _name_all(self) -> None:
        """What joins compare, what the totals read, and by what readers see their own rows."""
        for join in self._joins:
            if isinstance(join.this, exp.Lateral):
                alias = join.this.args["alias"]
                self._key += [self._columns.name_of((alias.name, c.name)) for c in alias.columns]
            for _, other in compared(join):
                self._columns.name_of(other)
        group = self._select.args.get("group")
        for part in (*self._select.selects, *([group] if group else []), *self._later):
            self._columns.take(part)
        self._columns.take_subjects(self._tables, self._known)

    # Its conditions

    def _conditions_of_loose(self) -> list[exp.Expr]:
        """What the totals judge: JOIN is LEFT JOIN of which only the rows count that found one."""
        where = self._select.args.get("where")
        later = [t for t in terms(where and where.this) if reads(t, self._loose)]
        for join in self._joins:
            alias = join.this.alias_or_name
            if alias in self._loose and not join.args.get("side"):
                on = terms(join.args.get("on"))
                later += [term for term in on if not forms.compares_columns(term, alias)]
                key = self._known.keys[self._tables[alias]][0]
                known = exp.Is(this=exp.column(key, table=alias), expression=exp.Null())
                later.append(exp.Not(this=known))
        return later

    # What is made

    def joined(self) -> Definition:
        select = exp.Select(expressions=self._columns.outputs())
        select.set("from_", self._select.args["from_"].copy())
        select.set("joins", [self._columns.once(join) for join in self._joins])
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
                    *(t for t in terms(join.args["on"]) if forms.compares_columns(t, alias))
                ))  # fmt: skip
        key = tuple(self._key)
        return Definition(
            self._name, self._kind, key, (), (forms.as_kept(self._kind, key, select),),
            made_for=self._definition.file,
        )  # fmt: skip

    def totals(self) -> exp.Select:
        select = self._select.copy()
        for clause in ("joins", "where"):
            select.set(clause, None)
        select.set("from_", exp.From(this=exp.table_(self._name, alias=ALIAS)))
        select.set("expressions", [
            exp.alias_(self._columns.renamed(output.unalias(), ALIAS), output.output_name)
            for output in self._select.selects
        ])  # fmt: skip
        if group := select.args.get("group"):
            select.set("group", self._columns.renamed(group, ALIAS))
        later = [self._columns.renamed(t, ALIAS) for t in self._later]
        return select.where(*later, copy=False) if later else select
