"""Statements that maintain ``rows`` and ``refresh`` projections, restricted to what changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from homeroom.engine.planning import forms
from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.joined_columns import compared
from homeroom.engine.planning.names import SIGN, delta_of, listed, quoted, with_quotes
from homeroom.engine.planning.quotients import exact
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.semijoins import WITHIN
from homeroom.engine.planning.shapes import Equalities, terms
from homeroom.errors import DefinitionError

# What stands for a relation where a LATERAL makes rows of a list.
ITEMS = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A relation that a definition reads, and how its key finds the rows that rest on it.

    ``reach``: for each key column of the relation, the alias and column to compare with it
    (its own for the first relation, the preserved side's for a joined one); ``outputs``: the
    projection's columns with the same values; ``inner``: whether it is joined without LEFT: then
    PostgreSQL may begin with it, and must know the restriction of its own key.
    ``reached``: the relation that the columns of ``reach`` are of; none where they are of several,
    or an item of a list.
    Then no row exists or not because of this relation (``row_joins``), and the projection knows the
    rows that rest on it, by ``outputs``: those whose own inputs changed are found by other sides.
    ``keys_alone``: nothing but its key is read, so a row that is there as before changes nothing;
    ``decides``: without a row of it there is none of the projection; ``changes``: the condition
    that a row of its delta is a change to this definition, or nothing; ``fixed``: what the join
    asks of the rest of its key, whose columns ``key`` lacks, or nothing.
    """

    relation: str
    key: tuple[str, ...]
    reach: tuple[tuple[str, str], ...]
    reached: str | None
    outputs: tuple[str, ...]
    inner: bool = False
    keys_alone: bool = False
    decides: bool = False
    changes: str = ""
    fixed: str = ""

    def note_indexes(self, relations: Mapping[str, Relation], projection: Relation) -> None:
        if self.reached is not None:
            relations[self.reached].need_index(tuple(column for _, column in self.reach))
        projection.need_index(self.outputs)


def view(definition: Definition) -> str:
    return _select(definition).sql("postgres", comments=False)


def _select(definition: Definition) -> exp.Select:
    """The SELECT with names in quotes. A total that it divides has any zeros at its end, so
    quotients are made exact.
    """
    select = with_quotes(definition.selects[0])
    select.transform(exact, copy=False)
    return select


def sides(definition: Definition, relations: Mapping[str, Relation]) -> tuple[Side, ...]:
    """The relations of a definition; raises DefinitionError where it breaks a rule of its kind."""
    select = definition.selects[0]
    if definition.kind == "refresh":
        return tuple(_refresh_side(definition, relations[n]) for n in definition.sources())
    table = first_table(definition)
    aliases = {table.alias_or_name: table.name}
    key = relations[table.name].key
    reach = tuple((table.alias_or_name, column) for column in key)
    all_sides = [replace(_side(definition, table.name, key, reach, aliases), decides=True)]
    for join in select.args.get("joins") or ():
        if isinstance(join.this, exp.Lateral):
            aliases[join.this.alias_or_name] = ITEMS
            continue
        all_sides.append(_joined(definition, join, relations, aliases))
    return tuple(
        replace(side, keys_alone=_reads_only(select, alias, side.key))
        for alias, side in zip(_tables(aliases), all_sides, strict=True)
    )


def _tables(aliases: Mapping[str, str]) -> list[str]:
    return [alias for alias, relation in aliases.items() if relation != ITEMS]


def first_table(definition: Definition) -> exp.Table:
    """What FROM names; raises DefinitionError where that is no table."""
    first = definition.selects[0].find(exp.From)
    assert first is not None
    if not isinstance(first.this, exp.Table):
        raise refusal(definition, first, "FROM names no table", "Read a table first.")
    return first.this


def key_joins(
    definition: Definition, relations: Mapping[str, Relation]
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """The columns that the joins of a definition compare, each an alias and a name, in pairs.

    Raises DefinitionError where a table is not joined by its whole key to tables before it.
    """
    table = first_table(definition)
    aliases = {table.alias_or_name: table.name}
    for join in definition.selects[0].args.get("joins") or ():
        for own, other in _compared_keys(definition, join, relations, aliases).items():
            yield (join.this.alias_or_name, own), other
        aliases[join.this.alias_or_name] = join.this.name


def _reads_only(select: exp.Select, alias: str, key: tuple[str, ...]) -> bool:
    return all(
        column.name in key for column in select.find_all(exp.Column) if column.table == alias
    )


def _refresh_side(definition: Definition, relation: Relation) -> Side:
    column = definition.key[0]
    if column not in relation.columns:
        raise DefinitionError(
            definition.file,
            f"{relation.name} has no column {column} to find the touched rows by",
            f"A `refresh` projection's relations all have the first column of its key, {column}.",
        )
    return Side(relation.name, (column,), ((relation.name, column),), relation.name, (column,))


def _columns_of(term: exp.Expr | None) -> list[exp.Column]:
    """The columns that one term of a join compares, if it does nothing else."""
    both = (term.this, term.expression) if isinstance(term, exp.EQ) else ()
    return [c for c in both if isinstance(c, exp.Column)]


def _joined(
    definition: Definition,
    join: exp.Join,
    relations: Mapping[str, Relation],
    aliases: dict[str, str],
) -> Side:
    pairs = _compared_keys(definition, join, relations, aliases)
    table = join.this
    key = tuple(column for column in relations[table.name].key if column in pairs)
    reach = tuple(pairs[column] for column in key)
    fixed = " AND ".join(
        f"{quoted(column)} = {next(s for s in (t.this, t.expression) if s.name != column).sql()}"
        for column, t in fixed_columns(join).items()
    )
    side = replace(_side(definition, table.name, key, reach, aliases), fixed=fixed)
    aliases[table.alias_or_name] = table.name
    return side if join.args.get("side") == "LEFT" else replace(side, inner=True, decides=True)


def fixed_columns(join: exp.Join) -> dict[str, exp.Expr]:
    """The columns of a joined table's key that ON compares with a constant, and by which term."""
    alias, on = join.this.alias_or_name, join.args.get("on")
    named = {forms.fixed_column(term, alias): term for term in terms(on)}
    return {column: term for column, term in named.items() if column}


def _compared_keys(
    definition: Definition,
    join: exp.Join,
    relations: Mapping[str, Relation],
    aliases: Mapping[str, str],
) -> dict[str, tuple[str, str]]:
    """What each column of the joined table's key equals: an alias before it, and a column."""
    table = join.this
    kind = {join.args.get("side") or "", join.args.get("kind") or ""} - {""}
    if (
        not isinstance(table, exp.Table)
        or not kind <= {"LEFT", "INNER", "OUTER"}
        or not join.args.get("on")
    ):
        raise refusal(
            definition, join, "this join cannot be kept exactly", "Write JOIN or LEFT JOIN … ON."
        )
    alias = table.alias_or_name
    pairs: dict[str, tuple[str, str]] = {}
    fixed = fixed_columns(join)
    on = join.args.get("on")
    for term in on.flatten() if isinstance(on, exp.And) else (on,):
        if term in fixed.values():
            continue
        both = _columns_of(term)
        own = [c for c in both if c.table == alias]
        others = [c for c in both if c.table in aliases]
        if len(own) != 1 or len(others) != 1:
            raise refusal(
                definition,
                join,
                "the condition is more than key = column",
                "Join by the whole key with =, and put other conditions into WHERE or CASE.",
            )
        pairs[own[0].name] = (others[0].table, others[0].name)
    key = relations[table.name].key
    if fixed and not pairs:
        raise refusal(
            definition, join, f"every row would rest on one row of {table.name}",
            "Let the reader's query read that row.",
        )  # fmt: skip
    if set(pairs) != set(key) - fixed.keys():
        raise refusal(
            definition,
            join,
            f"{table.name} is not joined by its whole key ({', '.join(key)})",
            f"Make the different {', '.join(pairs)} of {table.name} a `totals` projection, by "
            "SELECT DISTINCT, and ask that."
            if join.meta.get(WITHIN)
            else "Join by every column of the key and no other.",
        )
    return pairs


def _side(
    definition: Definition, relation: str, key: tuple[str, ...],
    reach: tuple[tuple[str, str], ...], aliases: Mapping[str, str],
) -> Side:  # fmt: skip
    owners = {alias for alias, _ in reach}
    outputs = []
    select, equal = definition.selects[0], _equal(definition)
    plain = [
        (output.output_name, (value.table, value.name))
        for output in select.selects
        if isinstance(value := output.unalias(), exp.Column)
    ]
    for alias, column in reach:
        names = [name for name, value in plain if value == (alias, column)]
        names += [name for name, value in plain if value in equal.of([(alias, column)])]
        if not names:
            raise refusal(
                definition,
                definition.selects[0],
                f"{alias}.{column} is not among the outputs",
                f"Output it: that is how a change of {relation} finds its rows.",
            )
        outputs.append(names[0])
    reached = aliases[owners.pop()] if len(owners) == 1 else None
    # Nothing finds the rows that have an item, but for the projection that they make.
    reached = None if reached == ITEMS else reached
    return Side(relation, key, reach, reached, tuple(outputs))


def _equal(definition: Definition) -> Equalities:
    """The columns that JOIN makes equal in every row: where one is an output, so are the others."""
    equal = Equalities()
    for join in definition.selects[0].args.get("joins") or ():
        for own, other in compared(join) if not join.args.get("side") else ():
            equal.add((join.this.alias_or_name, own), other)
    return equal


def maintain(
    definition: Definition, relation: Relation, every_side: tuple[Side, ...],
    changed: frozenset[str],
) -> str:  # fmt: skip
    """One statement that computes the rows that the deltas touch, and deletes obsolete ones.

    One branch per relation that may have ``changed``, never OR: each branch is driven by its own
    index.
    """
    sides = [side for side in every_side if side.relation in changed]
    new = " UNION ".join(_branch(definition, relation, side, every_side[0]) for side in sides)
    return replacing(
        relation, new, " UNION ".join(_touched(relation, side, relation.key) for side in sides)
    )


def replacing(relation: Relation, new: str, touched: str, before: str = "", there: str = "") -> str:
    """Writes the rows of ``new``, and deletes those whose keys ``touched`` has and ``new`` has not.

    ``before``: what stands in WITH before them; ``there``: what is called there the rows that are
    not written again, since they are as they should be.
    """
    name, key, columns = relation.name, relation.key, relation.columns
    keys, every = listed(key), listed(columns)
    same = " AND ".join(f"_t.{c} = _g.{c}" for c in map(quoted, key))
    same_rows = f" EXCEPT SELECT {every} FROM {there}" if there else ""
    values = [quoted(c) for c in columns if c not in key]
    sets = ", ".join(f"{c} = excluded.{c}" for c in values)
    differs = " OR ".join(f"_t.{c} IS DISTINCT FROM excluded.{c}" for c in values)
    update = f"DO UPDATE SET {sets} WHERE {differs}" if values else "DO NOTHING"
    tracked = bool(relation.delta.watched)
    returning = relation.delta.returning(key) if tracked else f"new.{quoted(key[0])}"
    returning_deleted = relation.delta.returning(key) if tracked else f"old.{quoted(key[0])}"
    written = "(SELECT * FROM _x UNION ALL SELECT * FROM _w) AS _b"
    last = (
        relation.delta.insert(name, key, written) if tracked else f"SELECT count(*) FROM {written}"
    )
    return (
        f"WITH {before}_n AS MATERIALIZED ({new}), "
        f"_g AS MATERIALIZED (({touched}) EXCEPT SELECT {keys} FROM _n), "
        f"_x AS (DELETE FROM {quoted(name)} _t USING _g WHERE {same} "
        f"RETURNING {returning_deleted}), "
        f"_w AS (INSERT INTO {quoted(name)} AS _t ({every}) "
        f"SELECT {every} FROM _n{same_rows} ORDER BY {keys} "
        f"ON CONFLICT ({keys}) {update} RETURNING {returning}) {last}"
    )


def _branch(definition: Definition, relation: Relation, side: Side, first: Side) -> str:
    """The definition for the rows that rest on one relation's changed keys.

    A single key becomes an array; a compound key, and that of an inner side, drives a LATERAL with
    OFFSET 0. PostgreSQL derives the restriction of an inner side's own key from ``=`` but not from
    ``= ANY``, and to restrict it by the array too costs the square of its length. With a plain join
    the planner would flatten either one and compute the whole definition first.
    """
    select = _select(definition)
    changed_keys = f"ARRAY({_changed(side, '>')})"
    if definition.kind == "refresh":
        inner = select.sql("postgres", comments=False)
        return f"SELECT * FROM ({inner}) AS _q WHERE _q.{quoted(side.key[0])} = ANY({changed_keys})"
    if len(side.key) == 1 and not side.inner and side.reached is not None:
        alias, column = side.reach[0]
        restricted = select.where(
            f"{quoted(alias)}.{quoted(column)} = ANY({changed_keys})", dialect="postgres"
        )
        return restricted.sql("postgres", comments=False)
    if side.reached is None:
        rows = f"SELECT DISTINCT _r.* FROM ({_touched(relation, side, first.outputs)}) AS _r"
        return _of_changed(select, rows, first.reach, first.outputs)
    return _of_changed(select, _changed(side, ">"), side.reach, side.key)


def _changed(side: Side, sign: str) -> str:
    """The keys of a relation's changed rows.

    ``sign``: which of them matter where only the keys are read, and decide: those that have come
    (``>``) for new rows, those that have gone (``<``) for obsolete ones.
    """
    keys = listed(side.key)
    conditions = " AND ".join(one for one in (side.changes, side.fixed) if one)
    changes = delta_of(side.relation) + (f" WHERE {conditions}" if conditions else "")
    if side.keys_alone:
        which = sign if side.decides else "<>"
        return f"SELECT {keys} FROM {changes} GROUP BY {keys} HAVING sum({SIGN}) {which} 0"
    return f"SELECT {'DISTINCT ' if len(side.key) > 1 or side.inner else ''}{keys} FROM {changes}"


def _of_changed(
    select: exp.Select, changed: str, reach: tuple[tuple[str, str], ...], columns: tuple[str, ...]
) -> str:
    """The definition for what ``changed`` selects, whose columns these columns of it equal."""
    for (alias, column), of_changed in zip(reach, columns, strict=True):
        select = select.where(
            f"{quoted(alias)}.{quoted(column)} = _changed.{quoted(of_changed)}", dialect="postgres"
        )
    return (
        f"SELECT _q.* FROM ({changed}) AS _changed "
        f"CROSS JOIN LATERAL ({select.sql('postgres', comments=False)} OFFSET 0) AS _q"
    )


def _touched(relation: Relation, side: Side, columns: tuple[str, ...]) -> str:
    """Some columns of the rows now in the table that rest on one relation's changed keys."""
    keys, table = listed(columns, "_t"), f"{quoted(relation.name)} _t"
    if len(side.key) == 1:
        return (
            f"SELECT {keys} FROM {table} WHERE _t.{quoted(side.outputs[0])} = ANY "
            f"(ARRAY({_changed(side, '<')}))"
        )
    same = " AND ".join(
        f"_t.{quoted(output)} = _changed.{quoted(of_key)}"
        for output, of_key in zip(side.outputs, side.key, strict=True)
    )
    return (
        f"SELECT _q.* FROM ({_changed(side, '<')}) AS _changed "
        f"CROSS JOIN LATERAL (SELECT {keys} FROM {table} WHERE {same} OFFSET 0) AS _q"
    )
