"""The statements of an entity table."""

from homeroom.engine.catalog import HIDDEN, Entity
from homeroom.engine.planning.relations import Delta, Relation

TYPES = {"partition": "integer"}
# How a row's own value and a patch's make the next; the patch's alone, where nothing is said. A
# patch of nothing but passed-over events says no place: greatest and least ignore nulls.
MERGED = {
    "partition": "CASE WHEN excluded.partition <> t.partition THEN -1 "
    "ELSE coalesce(excluded.partition, t.partition) END",
    "first_offset": "least(t.first_offset, excluded.first_offset)",
    "last_offset": "greatest(t.last_offset, excluded.last_offset)",
}


def create(entity: Entity) -> str:
    """The bare table. Only the key is NOT NULL: constraints are checked before the conflict is
    found.
    """
    columns = ", ".join(f"{c.name} {c.sql_type}" for c in entity.key + entity.columns)
    return (
        f"CREATE TABLE {entity.name} ({columns}, sequence bigint NOT NULL, "
        "first_sequence bigint NOT NULL, mask bigint NOT NULL, partition integer, "
        "first_offset bigint, last_offset bigint) WITH (fillfactor = 85)"
    )


def index(entity: Entity, relation: Relation) -> tuple[str, ...]:
    """The table's key and the indexes that follow from the joins."""
    key = ", ".join(entity.key_names)
    return (f"ALTER TABLE {entity.name} ADD PRIMARY KEY ({key})", *relation.index_statements())


def upsert(entity: Entity, delta: Delta, *, settled: bool = False) -> str:
    """Takes each patch that continues the stored sequence, and returns how many did.

    A subject that has waiting events is left alone unless the patch is ``settled``: of two events
    with one sequence the earlier in the log counts, and that may be one that waits.

    The patches are one parameter, a JSON array of objects (``Patch.row``): no staging table that
    every commit would have to empty, and nothing that can stall within a COPY. They are written in
    key order, so that two writers cannot wait for each other in a circle. The scalar subquery
    (never a join) keeps the look at the row one index lookup, however large the table.
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
    subject = " || '/' || ".join(f"s.{c}" for c in entity.key_names)
    # A subject whose first number was taken without a row does not start here: that is settled.
    without_row = (
        "(SELECT r.sequence FROM subjects_without_row r "
        f"WHERE r.entity = '{entity.name}' AND r.key = {subject})"
    )
    # Asked of each subject only where anybody waits at all.
    nobody_waits = (
        ""
        if settled or entity.sparse
        else f"(NOT (SELECT EXISTS (SELECT FROM waiting WHERE entity = '{entity.name}')) "
        "OR NOT EXISTS (SELECT FROM waiting v "
        f"WHERE v.entity = '{entity.name}' AND v.key = {subject})) AND "
    )
    columns = ", ".join((*entity.column_names, *HIDDEN))
    continues = "< s.first_sequence" if entity.sparse else "= s.first_sequence - 1"
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
        f"SELECT {columns} FROM s WHERE {nobody_waits}(s.starts AND {without_row} IS NULL OR "
        f"(SELECT p.sequence FROM {entity.name} p WHERE {same_row}) {continues}) ORDER BY {key} "
        f"ON CONFLICT ({key}) DO UPDATE SET {sets}{', ' if sets else ''}{hidden} "
        f"WHERE t.sequence {continues.replace('s.', 'excluded.')} "
        f"RETURNING {returning}){change} SELECT count(*) FROM w"
    )


def sequences(entity: Entity) -> str:
    """Of each asked subject: the row's sequence, whether this transaction wrote it, and the
    sequence of a subject without a row.

    Takes one array per key column, and the subjects as an array.
    """
    names = entity.key_names
    arrays = ", ".join("%s::varchar[]" for _ in names)
    same_row = " AND ".join(f"p.{c} = asked.{c}" for c in names)
    return (
        "SELECT asked.subject, "
        f"(SELECT p.sequence FROM {entity.name} p WHERE {same_row}), "
        f"(SELECT p.xmin = pg_current_xact_id()::xid FROM {entity.name} p WHERE {same_row}), "
        "(SELECT r.sequence FROM subjects_without_row r "
        f"WHERE r.entity = '{entity.name}' AND r.key = asked.subject) "
        f"FROM unnest({arrays}, %s::varchar[]) AS asked({', '.join(names)}, subject)"
    )
