"""Repairs entity rows from the log, and the rows of projections that drifted with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import connect_sync, signs_of_life
from homeroom.engine.catalog import Entity
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import stored_plan
from homeroom.engine.planning.planner import make_plan
from homeroom.operations.differences import (
    Condition,
    Scope,
    condition,
    projections,
    query_rows_that_differ,
)
from homeroom.operations.keys import read_key
from homeroom.operations.rebuilding.comparing import check_equally_far
from homeroom.operations.rebuilding.rebuild import from_log
from homeroom.operations.rebuilding.record import ProgressListener
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.operations.rebuilding.whole_log import check_numbers, check_subjects
from homeroom.operations.repairing.repair import Repaired, RowRepairer, hold, lock
from homeroom.operations.verifying.against_log import differing, entities_of
from homeroom.operations.verifying.verify import differing as differing_projection
from homeroom.settings import Settings
from homeroom.statements import composable, load

# Their values mean nothing once a row is stored.
HIDDEN_DEFAULTS: dict[str, int | str] = {"first_sequence": 1, "mask": 0}
# The tables of what is kept back of subjects, with their keys.
KEPT_BACK = {
    "waiting": ("entity", "key", "sequence"),
    "gaps": ("entity", "key", "first_sequence"),
    "incomplete": ("entity", "key"),
    "subjects_without_row": ("entity", "key"),
}
# The content of a record. The log holds it, so repairs are recorded without it.
RECORD_CONTENT = ("record_key", "headers", "value")
# When a worker read the record: it differs in each generation, so it is not compared.
READ_NOW: dict[str, int | str] = {"read_at": "now"}
OF_REPAIRED_SUBJECTS = "(entity, key) IN (SELECT entity, subject FROM pg_temp.subjects)"
SQL = load("from_log", __package__)


def repair_from_log(
    settings: Settings,
    model: ReadModel,
    scope: Scope,
    by: str,
    why: str,
    listener: ProgressListener,
) -> Repaired:
    """Repairs entity rows of a scope, and the projections with them; returns what was different.

    Dead letters, gaps and waiting events of the same subjects are repaired too. A whole scope
    repairs every row of a projection that differs; another scope only those that drifted with the
    entity rows. One transaction does it all. It holds the writers' locks, with the fresh generation
    at exactly the live one's positions. Raises as ``verify_against_log``; then nothing is changed.
    """
    entities = entities_of(model.catalog, scope)

    async def repair(live: str, replayer: LogReplayer) -> Repaired:
        fresh = replayer.writer.schema
        with (
            connect_sync(settings.require_database("operator"), "homeroom repair") as connection,
            connection.transaction(),
        ):
            stored = hold(connection, live)
            async with signs_of_life(connection):
                await replayer.reach_and_settle(stored)
            lock(connection, live)
            # A partition that is new has a position that was not held.
            check_equally_far(connection, live, fresh)
            check_numbers(connection, live, fresh, model)
            async with signs_of_life(connection):
                await check_subjects(connection, settings, live, fresh, model)
            repairer = RowRepairer(connection, live, by, why)
            return _RepairFromLog(repairer, fresh, scope).repair(model, entities)

    return from_log(settings, model, "repair", listener, repair)


class _RepairFromLog:
    """One repair. The caller holds all locks."""

    def __init__(self, repairer: RowRepairer, fresh: str, scope: Scope) -> None:
        self._repairer = repairer
        self._connection: Connection[Any] = repairer.connection
        self._live = repairer.schema
        self._fresh = fresh
        self._scope = scope

    def repair(self, model: ReadModel, entities: Mapping[str, Entity]) -> Repaired:
        dependents = self._dependents(model, entities)
        self._note_earlier_drift(dependents)
        self._connection.execute(SQL["begin_subjects"])
        for entity in entities.values():
            self._repair_entity(entity)
        any_entity = self._repairer.repaired.rows > 0
        self._repair_kept_back()
        if any_entity or self._scope.is_whole:
            for table, columns in dependents.items():
                self._repairer.repair_projection(table, Condition(columns), "earlier_drift")
        self._repairer.tell()
        return self._repairer.repaired

    def _dependents(self, model: ReadModel, entities: Mapping[str, Entity]) -> dict[str, list[str]]:
        """The live generation's projections that rest on the entities, with their keys."""
        definitions = stored_plan(self._connection, self._live).definitions
        touched = make_plan(model.catalog, definitions, stored=True).touched_by(frozenset(entities))
        names = {projection.name for projection in touched}
        keys = projections(self._connection, self._live)
        return {table: columns for table, columns in keys.items() if table in names}

    def _note_earlier_drift(self, tables: Mapping[str, Sequence[str]]) -> None:
        """Stores what drifted before the repair, which only a whole scope repairs."""
        self._connection.execute(SQL["begin_earlier_drift"])
        if self._scope.is_whole:
            return
        for table, columns in tables.items():
            query = differing_projection(self._live, table, Condition(columns))
            self._connection.execute(composable(SQL["note_earlier_drift"]).format(query), (table,))

    def _repair_entity(self, entity: Entity) -> None:
        rows = condition(entity.name, entity.key_names, self._scope, "")
        self._repairer.find_drift(differing(self._live, self._fresh, entity, rows))
        self._connection.execute(SQL["note_subjects"], (entity.name, self._subject(entity)))
        self._repairer.repair_drift(entity.name, rows.columns, HIDDEN_DEFAULTS)

    def _columns(self, table: str) -> list[str]:
        name = pg.Identifier(self._live, table).as_string(self._connection)
        row = self._connection.execute(SQL["columns"], (name,)).fetchone()
        return list(row[0]) if row else []

    def _subject(self, entity: Entity) -> str | None:
        """The one subject of the scope, as its events name it."""
        if self._scope.key is None:
            return None
        return "/".join(read_key(entity.name, entity.key_names, self._scope.key))

    def _repair_kept_back(self) -> None:
        """Repairs waiting events, gaps and dead letters of the repaired subjects, or of all."""
        of_subjects = pg.SQL("true" if self._scope.is_whole else OF_REPAIRED_SUBJECTS)
        for table, keys in KEPT_BACK.items():
            rows = Condition(keys, of_subjects)
            live, fresh = (pg.Identifier(schema, table) for schema in (self._live, self._fresh))
            columns = self._columns(table)
            self._repairer.find_drift(query_rows_that_differ(live, fresh, columns, rows))
            self._repairer.repair_drift(table, rows.columns, READ_NOW, unrecorded=RECORD_CONTENT)
        for statement in ("close_dead_letters", "open_dead_letters"):
            self._connection.execute(
                composable(SQL[statement]).format(
                    live=pg.Identifier(self._live, "dead_letters"),
                    fresh=pg.Identifier(self._fresh, "dead_letters"),
                    of_subjects=of_subjects,
                ),
                (self._live, self._repairer.by, self._repairer.why),
            )
