"""Compares the live generation's entities with a fresh fold of the whole log, row by row."""

from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.catalog import Catalog, Entity
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.ordering.store import KeptBack, count_kept_back, kept_back_tables
from homeroom.operations.differences import (
    ALL,
    Compared,
    Condition,
    Scope,
    chosen,
    compare,
    compare_tables,
    condition,
    query_rows_that_differ,
)
from homeroom.operations.rebuilding.comparing import check_equally_far, snapshot_of_both
from homeroom.operations.rebuilding.rebuild import from_log
from homeroom.operations.rebuilding.record import ProgressListener
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.operations.rebuilding.whole_log import check_numbers, check_subjects
from homeroom.settings import Settings

# The hidden columns that are compared. The others mean nothing once a row is stored.
COMPARED_HIDDEN = ("sequence", "partition", "first_offset", "last_offset", "event_id")
# What identifies what is kept back, and which rows of it are compared. Of a number that stands in
# two partitions either record may be the one that waits.
KEPT_BACK = {
    "dead_letters": (("topic", "partition", "offset"), pg.SQL("closed_as IS NULL")),
    "gaps": (("entity", "key", "first_sequence", "last_sequence"), ALL),
    "waiting": (("entity", "key", "sequence"), ALL),
}
assert KEPT_BACK.keys() == {*KeptBack._fields}


def verify_against_log(
    settings: Settings, model: ReadModel, scope: Scope, listener: ProgressListener
) -> list[Compared]:
    """Compares entity tables in one snapshot, with both generations at the same positions.

    A whole scope includes open dead letters, gaps and waiting events. Workers wait only
    while the fresh generation applies the last events. Raises as ``rebuild.from_log``, and
    HomeroomError for an unknown entity or a key of the wrong form.
    """
    entities = entities_of(model.catalog, scope)

    async def compare_both(live: str, replayer: LogReplayer) -> list[Compared]:
        fresh = replayer.writer.schema
        async with snapshot_of_both(
            settings.require_database("operator"), live, replayer
        ) as snapshot:
            check_equally_far(snapshot, live, fresh)
            check_numbers(snapshot, live, fresh, model)
            await check_subjects(snapshot, settings, live, fresh, model)
            keys = {name: entity.key_names for name, entity in entities.items()}
            results = compare_tables(
                snapshot, live, keys, scope,
                lambda name, rows: differing(live, fresh, entities[name], rows),
            )  # fmt: skip
            return results + (_compare_kept_back(snapshot, live, fresh) if scope.is_whole else [])

    return from_log(settings, model, "verify", listener, compare_both)


def entities_of(catalog: Catalog, scope: Scope) -> dict[str, Entity]:
    """The entities of a scope; HomeroomError for an unknown entity or a key of the wrong form."""
    keys = {entity.name: list(entity.key_names) for entity in catalog.entities}
    names = chosen(keys, scope.tables, "entity")
    for name, columns in names.items():
        condition(name, columns, scope, "")
    return {name: catalog.entity_by_name[name] for name in names}


def differing(live: str, fresh: str, entity: Entity, rows: Condition) -> pg.Composed:
    """The query for each row that differs: its key, the live row and the fresh row."""
    live_table, fresh_table = (pg.Identifier(schema, entity.name) for schema in (live, fresh))
    columns = (*entity.column_names, *COMPARED_HIDDEN)
    return query_rows_that_differ(live_table, fresh_table, columns, rows)


def _compare_kept_back(connection: Connection[Any], live: str, fresh: str) -> list[Compared]:
    """Compares open dead letters, gaps and waiting events by what identifies each."""
    tables, should = (kept_back_tables(connection, schema) for schema in (live, fresh))
    counts = count_kept_back(connection, live)
    results = []
    for name, (columns, rows) in KEPT_BACK.items():
        chosen_rows = Condition(columns, rows)
        query = query_rows_that_differ(tables[name], should[name], columns, chosen_rows)
        results.append(compare(connection, name, getattr(counts, name), query))
    return results
