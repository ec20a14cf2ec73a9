"""Statements of ``totals`` projections: the definition's own SELECT, over the signed delta."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from homeroom.engine.planning import extremes_sql
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.names import SIGN, delta_of, listed, quoted
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.totals import Part, Total
from homeroom.engine.planning.totals_parts import parts

# The number of source rows of a group. A group without any is deleted.
ROWS = "_count"


def _columns(all_parts: list[Part]) -> dict[str, bool]:
    """The totals by name, and whether they are counts."""
    columns: dict[str, bool] = {}
    for part in all_parts:
        for total in part.totals:
            columns[total.name] = columns.get(total.name, True) and total.is_count
    return columns


def view(definition: Definition) -> str:
    """The definition with what is hidden: the parts of formulas, and the count of rows.

    A sum over no rows is 0.
    """
    all_parts = parts(definition)
    columns = _columns(all_parts)
    keys = listed(definition.key)
    sums = [
        f"sum({quoted(c)})::{'bigint' if is_count else 'numeric'} AS {quoted(c)}"
        for c, is_count in columns.items()
    ]
    union = " UNION ALL ".join(_plain(part, columns) for part in all_parts)
    added = (
        f"SELECT {', '.join((keys, *sums, f'sum({ROWS})::bigint AS {ROWS}'))} "
        f"FROM ({union}) AS _u GROUP BY {keys}"
    )
    chosen, joins = extremes_sql.looked_up(all_parts, "_v")
    formulas = [formula for part in all_parts for formula in part.formulas]
    if not chosen and not formulas:
        return added
    outputs = {c: f"_v.{quoted(c)}" for c in (*definition.key, *columns)} | chosen
    outputs |= {formula.name: formula.sql(outputs.__getitem__) for formula in formulas}
    return f"SELECT {_named(outputs | {ROWS: f'_v.{ROWS}'})} FROM ({added}) AS _v{joins}"


def _plain(part: Part, columns: Iterable[str]) -> str:
    outputs = dict(part.keys) | dict.fromkeys(columns, "0")
    outputs |= {t.name: t.plain() for t in part.totals}
    return _grouped(part, outputs | {ROWS: "count(*)"}, quoted(part.relation))


def _named(outputs: Mapping[str, str]) -> str:
    return ", ".join(f"{value} AS {quoted(name)}" for name, value in outputs.items())


def _grouped(part: Part, outputs: Mapping[str, str], table: str) -> str:
    where = f" WHERE {part.where}" if part.where else ""
    keys = ", ".join(value for _, value in part.keys)
    return f"SELECT {_named(outputs)} FROM {table} AS {quoted(part.alias)}{where} GROUP BY {keys}"


def _signed(part: Part, changes: str, columns: Iterable[str]) -> Iterator[str]:
    """What the delta of a part's relation adds to each total of a group."""
    restricted = _restricted(part, changes)
    outputs = dict(part.keys) | dict.fromkeys(columns, "0")
    outputs |= {t.name: _signed_value(t) for t in part.totals if not t.distinct}
    yield _grouped(restricted, outputs | {ROWS: f"sum({SIGN})"}, delta_of(part.relation))
    for total in part.totals:
        if total.distinct:
            yield extremes_sql.distinct_changes(part, restricted, total, (*columns, ROWS))


def _signed_value(total: Total) -> str:
    filter_ = f" FILTER (WHERE {total.condition})" if total.condition else ""
    # As numeric: the least integer times -1 is no integer.
    call = f"sum({SIGN})" if total.is_count else f"sum({SIGN} * ({total.term})::numeric)"
    return f"coalesce({call}{filter_}, 0)"


def note_indexes(definition: Definition, relations: Mapping[str, Relation]) -> None:
    """What finds the first of a group and its different values. And verification reads a few groups
    at a time, by the first column of the key.
    """
    for part in parts(definition):
        extremes_sql.note_indexes(definition, part, relations)
    for select in definition.selects:
        table = select.find(exp.Table)
        assert table is not None
        for output in select.selects:
            column = output.unalias()
            if output.output_name == definition.key[0] and isinstance(column, exp.Column):
                base = relations[table.name].base
                place = (table.name, column.name) if base is None else base.get(column.name)
                if place is not None:
                    relations[place[0]].need_index((place[1],))


def maintain(definition: Definition, relation: Relation, changes: Mapping[str, str]) -> str:
    """Adds the signed totals of the deltas to the table, looks up the extremes of the same groups,
    computes their formulas, and deletes groups without source rows.

    ``changes``: of the relations that may have a delta, the condition that a row of it is a change
    to this definition, or nothing.
    """
    all_parts = parts(definition)
    columns = _columns(all_parts)
    totals = [quoted(c) for c in (*columns, ROWS)]
    keys = listed(definition.key)
    union = " UNION ALL ".join(
        branch
        for part in all_parts if part.relation in changes
        for branch in _signed(part, changes[part.relation], columns)
    )  # fmt: skip
    sums = ", ".join(f"sum({c}) AS {c}" for c in totals)
    differs = " OR ".join(f"sum({c}) <> 0" for c in totals)
    chosen, joins = extremes_sql.looked_up(all_parts, "_s")
    # A group may have another extreme though all its totals are what they were.
    having = "" if chosen else f" HAVING {differs}"
    touched = f"SELECT {keys}, {sums} FROM ({union}) AS _u GROUP BY {keys}{having}"
    tracked = bool(relation.delta.watched)
    returning = relation.delta.returning(definition.key) if tracked else "merge_action()"
    last = (
        relation.delta.insert(relation.name, definition.key, "_m")
        if tracked
        else "SELECT count(*) FROM _m"
    )
    with_extremes = (
        f"_e AS MATERIALIZED (SELECT _s.*, {_named(chosen)} FROM _s{joins}), " if chosen else ""
    )
    return (
        f"WITH _s AS MATERIALIZED ({touched}), {with_extremes}"
        f"_m AS ({_merge(definition, all_parts, [*map(quoted, chosen)])} RETURNING {returning}) "
        f"{last}"
    )


def _restricted(part: Part, condition: str) -> Part:
    both = [f"({each})" for each in (part.where, condition) if each]
    return replace(part, where=" AND ".join(both))


def _merge(definition: Definition, all_parts: list[Part], chosen: list[str]) -> str:
    """Writes what has changed of the touched groups."""
    columns = _columns(all_parts)
    totals = [quoted(c) for c in (*columns, ROWS)]
    key = [quoted(c) for c in definition.key]
    formulas = [formula for part in all_parts for formula in part.formulas]

    def computed(before: str) -> list[str]:
        """The formulas, from what a group had and what is added to it."""

        def value(name: str) -> str:
            if quoted(name) in chosen:
                return f"_s.{quoted(name)}"
            type_ = "bigint" if columns[name] else "numeric"
            return f"({before.format(quoted(name))}_s.{quoted(name)})::{type_}"

        return [formula.sql(value) for formula in formulas]

    values = [f"_t.{c} + _s.{c}" for c in totals] + [f"_s.{c}" for c in chosen]
    names = (*totals, *chosen, *(quoted(formula.name) for formula in formulas))
    pairs = zip(names, (*values, *computed("_t.{} + ")), strict=True)
    sets = ", ".join(f"{name} = {value}" for name, value in pairs)
    new = ", ".join((*(f"_s.{c}" for c in (*key, *totals, *chosen)), *computed("")))
    same = [f"_s.{c} = 0" for c in totals] + [f"_t.{c} IS NOT DISTINCT FROM _s.{c}" for c in chosen]
    unchanged = f"WHEN MATCHED AND {' AND '.join(same)} THEN DO NOTHING " if chosen else ""
    empty = f"WHEN NOT MATCHED AND _s.{ROWS} = 0 THEN DO NOTHING " if chosen else ""
    return (
        f"MERGE INTO {quoted(definition.name)} _t USING {'_e' if chosen else '_s'} AS _s "
        f"ON {' AND '.join(f'_t.{c} = _s.{c}' for c in key)} "
        f"WHEN MATCHED AND _t.{ROWS} + _s.{ROWS} = 0 THEN DELETE {unchanged}"
        f"WHEN MATCHED THEN UPDATE SET {sets} {empty}"
        f"WHEN NOT MATCHED THEN INSERT ({', '.join((*key, *names))}) VALUES ({new})"
    )
