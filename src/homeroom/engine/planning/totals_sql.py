"""Statements of ``totals`` projections: the definition's own SELECT, over the signed delta."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.names import SIGN, delta_of, listed, quoted, with_quotes
from homeroom.engine.planning.relations import Relation

# The number of source rows of a group. A group without any is deleted.
ROWS = "_count"


@dataclass(frozen=True, slots=True)
class Total:
    """One aggregate: its name, whether it counts, what it adds up, and its FILTER condition."""

    name: str
    is_count: bool
    term: str
    condition: str

    def plain(self) -> str:
        filter_ = f" FILTER (WHERE {self.condition})" if self.condition else ""
        call = "count(*)" if self.is_count else f"sum({self.term})"
        return f"coalesce({call}{filter_}, 0)"

    def signed(self) -> str:
        filter_ = f" FILTER (WHERE {self.condition})" if self.condition else ""
        # As numeric: the least integer times -1 is no integer.
        call = f"sum({SIGN})" if self.is_count else f"sum({SIGN} * ({self.term})::numeric)"
        return f"coalesce({call}{filter_}, 0)"


@dataclass(frozen=True, slots=True)
class Part:
    """One SELECT of a definition."""

    relation: str
    alias: str
    keys: tuple[tuple[str, str], ...]
    totals: tuple[Total, ...]
    where: str


def parts(definition: Definition) -> list[Part]:
    """The SELECTs of a definition, taken apart; raises DefinitionError."""
    return [_part(definition, with_quotes(select)) for select in definition.selects]


def _part(definition: Definition, select: exp.Select) -> Part:
    table = select.find(exp.Table)
    assert table is not None
    keys, totals = {}, []
    for output in select.selects:
        name, value = output.output_name, output.unalias()
        if name in definition.key:
            keys[name] = value.sql("postgres")
        else:
            totals.append(_total(definition, name, value))
    group = select.args.get("group")
    grouped = {g.sql("postgres") for g in group.expressions} if group else set()
    if grouped != set(keys.values()) or not totals:
        raise refusal(
            definition,
            select,
            "it is not grouped by the key and nothing else",
            f"Write SELECT {', '.join(definition.key)}, count(*) … GROUP BY them.",
        )
    where = select.args.get("where")
    return Part(
        table.name, table.alias_or_name, tuple((k, keys[k]) for k in definition.key),
        tuple(totals), where.this.sql("postgres", comments=False) if where else "",
    )  # fmt: skip


def _total(definition: Definition, name: str, value: exp.Expr) -> Total:
    condition = ""
    aggregate = value
    if isinstance(value, exp.Filter):
        aggregate, condition = value.this, value.expression.this.sql("postgres")
    if isinstance(aggregate, exp.Count) and isinstance(aggregate.this, exp.Star):
        return Total(name, True, "1", condition)
    if isinstance(aggregate, exp.Count):
        not_null = f"({aggregate.this.sql('postgres')}) IS NOT NULL"
        return Total(name, True, "1", f"({condition}) AND {not_null}" if condition else not_null)
    if isinstance(aggregate, exp.Sum):
        return Total(name, False, aggregate.this.sql("postgres"), condition)
    raise refusal(
        definition,
        value,
        "an output is neither key nor count(…) nor sum(…)",
        "Write count(*) or sum(column), with FILTER where only some rows count.",
    )


def _columns(all_parts: list[Part]) -> dict[str, bool]:
    """The totals by name, and whether they are counts."""
    columns: dict[str, bool] = {}
    for part in all_parts:
        for total in part.totals:
            columns[total.name] = columns.get(total.name, True) and total.is_count
    return columns


def view(definition: Definition) -> str:
    """The definition with the hidden count. A sum over no rows is 0."""
    all_parts = parts(definition)
    columns = _columns(all_parts)
    keys = listed(definition.key)
    sums = ", ".join(
        f"sum({quoted(c)})::{'bigint' if is_count else 'numeric'} AS {quoted(c)}"
        for c, is_count in columns.items()
    )
    union = " UNION ALL ".join(_aggregated(p, columns, signed=False) for p in all_parts)
    return (
        f"SELECT {keys}, {sums}, sum({ROWS})::bigint AS {ROWS} FROM ({union}) AS _u GROUP BY {keys}"
    )


def _aggregated(part: Part, columns: dict[str, bool], *, signed: bool) -> str:
    values = {t.name: t.signed() if signed else t.plain() for t in part.totals}
    outputs = [f"{value} AS {quoted(name)}" for name, value in part.keys]
    outputs += [f"{values.get(name, '0')} AS {quoted(name)}" for name in columns]
    outputs.append(f"{f'sum({SIGN})' if signed else 'count(*)'} AS {ROWS}")
    table = delta_of(part.relation) if signed else quoted(part.relation)
    where = f" WHERE {part.where}" if part.where else ""
    keys = ", ".join(value for _, value in part.keys)
    return (
        f"SELECT {', '.join(outputs)} FROM {table} AS {quoted(part.alias)}{where} GROUP BY {keys}"
    )


def note_indexes(definition: Definition, relations: Mapping[str, Relation]) -> None:
    """Verification reads a few groups at a time, by the first column of the key."""
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


def _restricted(part: Part, condition: str) -> Part:
    both = [f"({each})" for each in (part.where, condition) if each]
    return replace(part, where=" AND ".join(both))


def maintain(definition: Definition, relation: Relation, changes: Mapping[str, str]) -> str:
    """Adds the signed totals of the deltas to the table; deletes groups without source rows.

    ``changes``: of the relations that may have a delta, the condition that a row of it is a change
    to this definition, or nothing.
    """
    all_parts = parts(definition)
    columns = _columns(all_parts)
    totals = [quoted(c) for c in (*columns, ROWS)]
    key = [quoted(c) for c in definition.key]
    keys = ", ".join(key)
    union = " UNION ALL ".join(
        _aggregated(_restricted(p, changes[p.relation]), columns, signed=True)
        for p in all_parts
        if p.relation in changes
    )
    sums = ", ".join(f"sum({c}) AS {c}" for c in totals)
    differs = " OR ".join(f"sum({c}) <> 0" for c in totals)
    on = " AND ".join(f"_t.{c} = _s.{c}" for c in key)
    sets = ", ".join(f"{c} = _t.{c} + _s.{c}" for c in totals)
    names = ", ".join((*key, *totals))
    values = ", ".join(f"_s.{c}" for c in (*key, *totals))
    tracked = bool(relation.delta.watched)
    returning = relation.delta.returning(definition.key) if tracked else "merge_action()"
    last = (
        relation.delta.insert(relation.name, definition.key, "_m")
        if tracked
        else "SELECT count(*) FROM _m"
    )
    return (
        f"WITH _s AS MATERIALIZED (SELECT {keys}, {sums} FROM ({union}) AS _u GROUP BY {keys} "
        f"HAVING {differs}), "
        f"_m AS (MERGE INTO {quoted(relation.name)} _t USING _s ON {on} "
        f"WHEN MATCHED AND _t.{ROWS} + _s.{ROWS} = 0 THEN DELETE "
        f"WHEN MATCHED THEN UPDATE SET {sets} "
        f"WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values}) RETURNING {returning}) {last}"
    )
