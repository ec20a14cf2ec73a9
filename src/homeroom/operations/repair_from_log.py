"""Puts entity rows right from the log, and what of the projections had drifted with them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.catalog import Entity
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import live_generation, stored_plan
from homeroom.engine.planning.planner import make_plan
from homeroom.errors import RebuildRefused
from homeroom.operations.against_log import asked, differing
from homeroom.operations.rebuilding import scratch
from homeroom.operations.rebuilding.record import ProgressListener
from homeroom.operations.rebuilding.scratch import Scratch
from homeroom.operations.repair import RowRepairer, hold, lock
from homeroom.operations.verify import Condition, Difference, Scope, condition, projections
from homeroom.operations.verify import differing as differing_projection
from homeroom.settings import Settings
from homeroom.statements import composable, load

# Any value will do in a row that is stored.
FILLED = {"first_sequence": 1, "mask": 0}
# What a generation keeps of subjects beside their rows, with its keys.
KEPT = {
    "waiting": ("entity", "key", "sequence"),
    "gaps": ("entity", "key", "first_sequence"),
    "incomplete": ("entity", "key"),
    "subjects_without_row": ("entity", "key"),
}
# What a publisher sent is in the log, and is not copied into the record of repairs.
SENT = ("record_key", "headers", "value")
CONCERNED = "(entity, key) IN (SELECT entity, subject FROM pg_temp.subjects)"
SQL = load("repair_from_log", __package__)


def repair_from_log(
    settings: Settings,
    model: ReadModel,
    scope: Scope,
    by: str,
    why: str,
    listener: ProgressListener,
) -> list[Difference]:
    """Repairs entity rows of a scope, and the projections with them; returns what was different.

    What is kept back of the same subjects becomes what the log says too. With a whole scope every
    projection's row that differs is repaired, else only what differs by the repair. One
    transaction, behind every writer's locks, with the log's answer at exactly these positions.
    Raises as ``verify_against_log``; then nothing is changed.
    """
    entities = asked(model.catalog, scope)

    async def mend(fresh: Scratch) -> list[Difference]:
        with (
            psycopg.connect(
                settings.require_database(), application_name="homeroom repair"
            ) as connection,
            connection.transaction(),
        ):
            held = hold(connection, fresh.live)
            await fresh.meet(held)
            lock(connection, fresh.live)
            # A partition that is new has a position which is not held.
            stored = positions.read_all(connection, fresh.live)
            if live_generation(connection) != fresh.live or stored != held:
                raise RebuildRefused(scratch.MOVED)
            repairer = RowRepairer(connection, fresh.live, by, why)
            return _RepairFromLog(repairer, fresh.name, scope).mend(model, entities)

    return scratch.from_log(settings, model, "repair", listener, mend)


class _RepairFromLog:
    """One repair, behind all locks."""

    def __init__(self, repairer: RowRepairer, fresh: str, scope: Scope) -> None:
        self._repairer = repairer
        self._connection: Connection[Any] = repairer.connection
        self._live = repairer.schema
        self._fresh = fresh
        self._scope = scope

    def mend(self, model: ReadModel, entities: Mapping[str, Entity]) -> list[Difference]:
        reached = self._reached(model, entities)
        self._note_known(reached)
        self._connection.execute(SQL["begin_subjects"])
        found = [d for entity in entities.values() for d in self._entity(entity)]
        kept = self._kept()
        if found or self._scope.is_whole:
            for table, columns in reached.items():
                found += self._repairer.repair_projection(table, self._all(columns), "known")
        return found + kept

    def _reached(self, model: ReadModel, entities: Mapping[str, Entity]) -> dict[str, list[str]]:
        """The live generation's projections that rest on the entities, with their keys."""
        definitions = stored_plan(self._connection, self._live).definitions
        touched = make_plan(model.catalog, definitions).touched_by(frozenset(entities))
        names = {projection.name for projection in touched}
        every = projections(self._connection, self._live)
        return {table: columns for table, columns in every.items() if table in names}

    def _note_known(self, tables: Mapping[str, Sequence[str]]) -> None:
        """What differs before anything is repaired differs for another reason."""
        self._connection.execute(SQL["begin_known"])
        if self._scope.is_whole:
            return
        for table, columns in tables.items():
            query = differing_projection(self._live, table, self._all(columns))
            self._connection.execute(composable(SQL["note_known"]).format(query), (table,))

    def _entity(self, entity: Entity) -> list[Difference]:
        rows = condition(entity.name, entity.key_names, self._scope, "")
        self._repairer.look(differing(self._live, self._fresh, entity, rows))
        self._connection.execute(SQL["note_subjects"], (entity.name, self._scope.key))
        return self._repairer.write(entity.name, rows.key, FILLED)

    def _kept(self) -> list[Difference]:
        """Waiting events, gaps and dead letters of the repaired subjects, or of all."""
        found = []
        concerned = pg.SQL("true" if self._scope.is_whole else CONCERNED)
        for table, keys in KEPT.items():
            of_rows = self._all(keys)
            names = {
                "name": of_rows.key,
                "keys": of_rows.columns,
                "live": pg.Identifier(self._live, table),
                "fresh": pg.Identifier(self._fresh, table),
                "concerned": concerned,
            }
            self._repairer.look(composable(SQL["kept_differ"]).format(**names))
            found += self._repairer.write(table, of_rows.key, unrecorded=SENT)
        for statement in ("close_dead_letters", "open_dead_letters"):
            self._connection.execute(
                composable(SQL[statement]).format(
                    live=pg.Identifier(self._live, "dead_letters"),
                    fresh=pg.Identifier(self._fresh, "dead_letters"),
                    concerned=concerned,
                ),
                (self._live, self._repairer.by, self._repairer.why),
            )
        return [_without_sent(d) for d in found if d.column not in SENT]

    @staticmethod
    def _all(keys: Sequence[str]) -> Condition:
        return Condition(keys, pg.SQL("true"))


def _without_sent(difference: Difference) -> Difference:
    """Whole rows without what a publisher sent."""
    have, should = (
        {name: of[name] for name in of if name not in SENT} if isinstance(of, dict) else of
        for of in (difference.have, difference.should)
    )
    return replace(difference, have=have, should=should)
