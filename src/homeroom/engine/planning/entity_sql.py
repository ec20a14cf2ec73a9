"""The statements of an entity table."""

import re
from collections.abc import Iterator

from homeroom.engine.catalog import HIDDEN, Entity
from homeroom.engine.ordering import rule_sql
from homeroom.engine.planning.names import listed, quoted
from homeroom.engine.planning.relations import Delta, Relation

# A cast to a length would cut without a word; a column of the table refuses what is too long.
_LENGTH = re.compile(r"\(\d+(?:,\s*\d+)?\)")
_TYPE_NAME = re.compile(r"^(\w+)")
TYPES = {"partition": "integer", "event_id": "text"}
# How these columns combine the row's value with the patch's; the others take the patch's. A patch
# with only unknown types has no offsets: greatest and least ignore nulls.
MERGED = {
    "partition": "CASE WHEN excluded.partition <> t.partition THEN -1 "
    "ELSE coalesce(excluded.partition, t.partition) END",
    "first_offset": "least(t.first_offset, excluded.first_offset)",
    "last_offset": "greatest(t.last_offset, excluded.last_offset)",
}


def create(entity: Entity) -> str:
    """The bare table. Of the entity's columns only the key is NOT NULL: PostgreSQL checks
    constraints before it finds the conflict.
    """
    columns = ", ".join(f"{quoted(c.name)} {c.sql_type}" for c in entity.key + entity.columns)
    return (
        f"CREATE TABLE {quoted(entity.name)} ({columns}, sequence bigint NOT NULL, "
        "first_sequence bigint NOT NULL, mask bigint NOT NULL, partition integer, "
        "first_offset bigint, last_offset bigint, event_id text) WITH (fillfactor = 85)"
    )


def index(entity: Entity, relation: Relation) -> tuple[str, ...]:
    """The table's key, what finds rows with events in several partitions (usually there are none),
    and the indexes that follow from the joins.
    """
    key = listed(entity.key_names)
    return (
        f"ALTER TABLE {quoted(entity.name)} ADD PRIMARY KEY ({key})",
        f"CREATE INDEX ON {quoted(entity.name)} ({key}) WHERE partition < 0",
        *relation.index_statements(),
    )


def upsert(entity: Entity, delta: Delta, *, resolved: bool = False) -> str:
    """Takes each patch that continues the stored sequence, and returns how many it took.

    The rule of order is ``ordering.rule``'s. A subject that has waiting events is left alone unless
    the patch was ``resolved`` with them.

    The patches are one parameter for each column, an array (``fold.as_columns``): no staging table
    that every commit would have to empty, and nothing that can stall within a COPY. Functions of a
    SELECT's list take the arrays apart together, where those of FROM each fill a table. They are
    written in key order, so that two writers cannot wait for each other in a circle. A scalar
    subquery, never a join, reads the stored row: it is one index lookup, however large the table.
    """
    taken_apart, values = zip(*_given(entity), strict=True)
    key = listed(entity.key_names)
    same_row = " AND ".join(f"p.{c} = s.{c}" for c in map(quoted, entity.key_names))
    stored = f"(SELECT p.sequence FROM {quoted(entity.name)} p WHERE {same_row})"
    taken = (
        f"{rule_sql.takes_without_row(entity, 's')} OR {rule_sql.continues(entity, stored, 's')}"
    )
    nothing_waits = "" if resolved else rule_sql.nothing_waits(entity, "s")
    condition = f"{nothing_waits} AND ({taken})" if nothing_waits else taken
    columns = listed((*entity.column_names, *HIDDEN))
    sets = ", ".join(
        f"{quoted(c.name)} = CASE WHEN excluded.mask & {1 << i} <> 0 "
        f"THEN excluded.{quoted(c.name)} ELSE t.{quoted(c.name)} END"
        for i, c in enumerate(entity.columns)
    )
    hidden = ", ".join(f"{c} = {MERGED.get(c, f'excluded.{c}')}" for c in HIDDEN)
    returning = (
        delta.returning(entity.key_names) if delta.watched else f"new.{quoted(entity.key_names[0])}"
    )
    change = f", d AS ({delta.insert(entity.name, entity.key_names, 'w')})" if delta.watched else ""
    return (
        f"WITH s AS (SELECT {', '.join(values)} FROM (SELECT {', '.join(taken_apart)}) AS r), "
        f"w AS (INSERT INTO {quoted(entity.name)} AS t ({columns}) "
        f"SELECT {columns} FROM s WHERE {condition} ORDER BY {key} "
        f"ON CONFLICT ({key}) DO UPDATE SET {sets}{', ' if sets else ''}{hidden} "
        f"WHERE {rule_sql.continues(entity, 't.sequence', 'excluded')} "
        f"RETURNING {returning}){change} SELECT count(*) FROM w"
    )


def _given(entity: Entity) -> Iterator[tuple[str, str]]:
    """Of each column of the patches: what takes its array apart, and its value of that."""
    for n, column in enumerate(entity.key + entity.columns):
        type_, given = _LENGTH.sub("", column.sql_type), f"_{n}"
        array, value = _TYPE_NAME.sub(r"\1[]", type_), given
        if column.is_nested:
            array, value = "text[]", f"{given}::{type_}"
        if "[]" in type_:
            items = f"ARRAY(SELECT json_array_elements_text({given}::json))::{type_}"
            value = f"CASE WHEN {given} IS NOT NULL THEN {items} END"
        yield f"unnest(%s::{array}) AS {given}", f"{value} AS {quoted(column.name)}"
    for name in HIDDEN:
        yield f"unnest(%s::{TYPES.get(name, 'bigint')}[]) AS {name}", name
    yield "unnest(%s::boolean[]) AS starts", "starts"


def remove(entity: Entity, delta: Delta) -> str:
    """Removes rows, and returns how many. Takes one array for each key column."""
    names = entity.key_names
    arrays = ", ".join("%s::varchar[]" for _ in names)
    same_row = " AND ".join(f"t.{name} = a.{name}" for name in names)
    returning = delta.returning(names) if delta.watched else f"old.{names[0]}"
    change = f", d AS ({delta.insert(entity.name, names, 'w')})" if delta.watched else ""
    keys = f"unnest({arrays}) AS a({', '.join(names)})"
    return (
        f"WITH w AS (DELETE FROM {entity.name} AS t USING {keys} "
        f"WHERE {same_row} RETURNING {returning}){change} SELECT count(*) FROM w"
    )
