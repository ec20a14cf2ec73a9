"""One transaction per batch: entities, projections, dead letters and positions, or nothing.

The order of the locks is the same for every writer: the positions of the batch's partitions in
sorted order, entity rows in key order, one advisory lock per generation. Behind that lock every
statement sees all that was committed before, so the deltas of all writers add up.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection, AsyncCursor

from homeroom.engine.decoding.batch import Batch
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter_async
from homeroom.engine.log.last_applied import last_applied
from homeroom.engine.log.records import DeadLetter, SequenceConflict
from homeroom.engine.ordering import discards
from homeroom.engine.ordering.discards import DiscardsChanged
from homeroom.engine.ordering.fold import EntityBatch, as_json, fold
from homeroom.engine.ordering.resolution import Resolver
from homeroom.engine.planning.planner import Plan
from homeroom.errors import PositionConflict
from homeroom.statements import load

SQL = load("writer", __package__)


@dataclass(frozen=True, slots=True)
class Applied:
    """What one batch came to.

    ``events``: how many it had; ``dead_letters``: those that were written, also of events that had
    waited; ``waiting``: how many events have begun to wait; ``conflicts``: of numbers given twice.
    """

    events: int
    dead_letters: Sequence[DeadLetter]
    waiting: int
    conflicts: Sequence[SequenceConflict]


def generation_lock(schema: str) -> int:
    """The number of a generation's advisory lock, among all of the database."""
    return zlib.crc32(f"homeroom/{schema}".encode())


class BatchWriter:
    """Applies batches to one generation over one connection.

    The connection must be in autocommit mode and belong to the writer alone: it keeps temporary
    tables, which rules out a transaction-pooling proxy.
    """

    def __init__(self, connection: AsyncConnection[Any], model: ReadModel, schema: str) -> None:
        self.connection = connection
        self._model = model
        self._plan: Plan = model.plan()
        self.schema = schema
        self._lock = generation_lock(schema)
        self._resolver = Resolver(
            connection,
            model.catalog,
            {e.name: e.upsert_resolved.encode() for e in self._plan.entities.values()},
        )

    async def prepare(self, transaction_timeout_seconds: float) -> None:
        """Sets up the session: where its tables are, its limits, its temporary tables.

        A process that freezes within a transaction would hold its locks for ever, so the
        transaction itself is limited. Every join is a nested loop over an index, and planned anew
        each time: a plan that was cached while a table was small costs the product of both sides
        once it has grown, and what a batch costs must not depend on when it was analysed.
        """
        statements = [
            f"SET transaction_timeout = '{int(transaction_timeout_seconds * 1000)}ms'",
            "SET temp_buffers = '64MB'", "SET jit = off", "SET random_page_cost = 1.1",
            "SET enable_hashjoin = off", "SET enable_mergejoin = off", "SET enable_seqscan = off",
            "SET plan_cache_mode = force_custom_plan",
            "SET client_min_messages = 'warning'",
        ]  # fmt: skip
        for statement in statements:
            await self.connection.execute(statement.encode())
        await enter_async(self.connection, self.schema, for_session=True)
        for statement in self._plan.temporary():
            await self.connection.execute(statement.encode())
        await self.read_discards()

    async def read_discards(self) -> None:
        """Reads again what operators have discarded."""
        self._resolver.discards = await discards.read_async(self.connection)

    async def apply(self, batch: Batch) -> Applied:
        """Applies a batch and moves its positions, in one transaction.

        Raises PositionConflict where a position is not what was expected; then, as after any
        error of psycopg, nothing has changed.
        """
        while True:
            try:
                async with self.connection.transaction():
                    return await self.apply_within(batch)
            except DiscardsChanged:
                await self.read_discards()

    async def apply_within(self, batch: Batch) -> Applied:
        """The same within the caller's transaction.

        Raises DiscardsChanged where there are discards that this writer has not read: whoever
        discards holds all positions, so none can come between the look and the commit.
        """
        folded = fold(self._resolver.discards.emptied(batch.events))
        accepted, any_incomplete = await self._write_entities(batch, folded)
        resolution = await self._resolver.resolve(batch, folded, accepted, any_incomplete)
        touched = {name for name, taken in accepted.items() if taken} | resolution.entities
        await self._write_projections(batch, touched, resolution.newest)
        return Applied(
            len(batch.events), resolution.dead_letters, resolution.waiting, resolution.conflicts
        )

    async def _write_entities(
        self, batch: Batch, folded: Mapping[str, EntityBatch]
    ) -> tuple[dict[str, int], bool]:
        """Positions, entities and the lock.

        Returns how many patches each entity took, and whether any subject is incomplete.
        """
        moves = dict(sorted(batch.moves.items()))
        upserts: dict[str, AsyncCursor[Any]] = {}
        async with self.connection.pipeline():
            await positions.lock(self.connection, moves)
            moved = await positions.move(self.connection, moves, last_applied(batch.records, moves))
            # In the catalog's order, so that all writers lock rows in one order.
            for entity in self._model.catalog.entities:
                if entity.name in folded and folded[entity.name].patches:
                    upserts[entity.name] = await self.connection.execute(
                        self._plan.entities[entity.name].upsert.encode(),
                        (as_json(entity, folded[entity.name].patches),),
                        prepare=True,
                    )
            await self.connection.execute(SQL["lock"], (self._lock,))
            looked = await self.connection.execute(SQL["look"])
        if moved.rowcount != len(moves):
            named = ", ".join(f"{p.topic}:{p.partition}" for p in moves)
            raise PositionConflict(
                f"Another worker moved one of the positions of {named}: nothing of this batch was "
                "written, and the positions are read again."
            )
        any_incomplete, newest_discard = await looked.fetchone() or (False, 0)
        if newest_discard != self._resolver.discards.newest:
            raise DiscardsChanged
        accepted = {n: (await cursor.fetchone() or (0,))[0] for n, cursor in upserts.items()}
        return accepted, any_incomplete

    async def _write_projections(
        self, batch: Batch, touched: set[str], newest: datetime | None
    ) -> None:
        async with self.connection.pipeline():
            for projection in self._plan.touched_by(frozenset(touched)):
                # Not prepared: PostgreSQL keeps the plan of a prepared statement without
                # parameters whatever plan_cache_mode says.
                await self.connection.execute(projection.maintain.encode(), prepare=False)
            for key, seen in sorted(batch.unknown_types.items()):
                await self.connection.execute(
                    SQL["count_passed_over"],
                    (*key, seen.events, seen.subject, seen.partition, seen.offset),
                )
            if newest is not None:
                # Not at the event's own partition: if it waited, another worker may have that one.
                # A publisher that sets the broker's time too may be ahead of everybody.
                newest = min(newest, datetime.now(UTC))
                await positions.note_newest(self.connection, min(batch.moves), newest)
            await positions.notify(self.connection, self.schema)
