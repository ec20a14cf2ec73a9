"""The statements of an entity table."""

from homeroom.engine.catalog import HIDDEN, Entity
from homeroom.engine.ordering import rule_sql
from homeroom.engine.planning.relations import Delta, Relation

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
    columns = ", ".join(f"{c.name} {c.sql_type}" for c in entity.key + entity.columns)
    return (
        f"CREATE TABLE {entity.name} ({columns}, sequence bigint NOT NULL, "
        "first_sequence bigint NOT NULL, mask bigint NOT NULL, partition integer, "
        "first_offset bigint, last_offset bigint, event_id text) WITH (fillfactor = 85)"
    )


def index(entity: Entity, relation: Relation) -> tuple[str, ...]:
    """The table's key, what finds rows with events in several partitions (usually there are none),
    and the indexes that follow from the joins.
    """
    key = ", ".join(entity.key_names)
    return (
        f"ALTER TABLE {entity.name} ADD PRIMARY KEY ({key})",
        f"CREATE INDEX ON {entity.name} ({key}) WHERE partition < 0",
        *relation.index_statements(),
    )


def upsert(entity: Entity, delta: Delta, *, resolved: bool = False) -> str:
    """Takes each patch that continues the stored sequence, and returns how many it took.

    The rule of order is ``ordering.rule``'s. A subject that has waiting events is left alone unless
    the patch was ``resolved`` with them.

    The patches are one parameter, a JSON array of objects (``Patch.row``): no staging table that
    every commit would have to empty, and nothing that can stall within a COPY. They are written in
    key order, so that two writers cannot wait for each other in a circle. A scalar subquery, never
    a join, reads the stored row: it is one index lookup, however large the table.
    """
    typed = ", ".join(
        (
            *(f"{c.name} {c.sql_type}" for c in entity.key + entity.columns),
            *(f"{name} {TYPES.get(name, 'bigint')}" for name in HIDDEN),
            "starts boolean",
        )
    )
    key = ", ".join(entity.key_names)
    same_row = " AND ".join(f"p.{c} = s.{c}" for c in entity.key_names)
    stored = f"(SELECT p.sequence FROM {entity.name} p WHERE {same_row})"
    taken = (
        f"{rule_sql.takes_without_row(entity, 's')} OR {rule_sql.continues(entity, stored, 's')}"
    )
    nothing_waits = "" if resolved else rule_sql.nothing_waits(entity, "s")
    condition = f"{nothing_waits} AND ({taken})" if nothing_waits else taken
    columns = ", ".join((*entity.column_names, *HIDDEN))
    sets = ", ".join(
        f"{c.name} = CASE WHEN excluded.mask & {1 << i} <> 0 "
        f"THEN excluded.{c.name} ELSE t.{c.name} END"
        for i, c in enumerate(entity.columns)
    )
    hidden = ", ".join(f"{c} = {MERGED.get(c, f'excluded.{c}')}" for c in HIDDEN)
    returning = delta.returning(entity.key_names) if delta.watched else f"new.{entity.key_names[0]}"
    change = f", d AS ({delta.insert(entity.name, entity.key_names, 'w')})" if delta.watched else ""
    return (
        f"WITH s AS MATERIALIZED (SELECT * FROM json_to_recordset(%s::json) AS r({typed})), "
        f"w AS (INSERT INTO {entity.name} AS t ({columns}) "
        f"SELECT {columns} FROM s WHERE {condition} ORDER BY {key} "
        f"ON CONFLICT ({key}) DO UPDATE SET {sets}{', ' if sets else ''}{hidden} "
        f"WHERE {rule_sql.continues(entity, 't.sequence', 'excluded')} "
        f"RETURNING {returning}){change} SELECT count(*) FROM w"
    )
