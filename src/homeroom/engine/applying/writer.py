"""One transaction per batch: entities, projections, dead letters and positions, or nothing.

The order of the locks is the same for every writer: the generation's lock among all writers
(``generations.lock``), the positions of the batch's partitions in sorted order, entity rows in key
order, one more lock of the generation, alone. Behind the last one every statement sees all that
was committed before, so the deltas of all writers add up.
"""

import asyncio
import contextlib
import math
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, errors

from homeroom.engine.applying.deltas import SessionDeltas
from homeroom.engine.decoding.batch import OTHER_TYPES, SOURCES_MAX, TYPES_MAX, Batch, FirstRecord
from homeroom.engine.generations import lock, positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import REMOVED_MEANWHILE, enter_async
from homeroom.engine.log.last_applied import last_applied
from homeroom.engine.log.records import DeadLetter, SequenceConflict
from homeroom.engine.ordering import discards, store
from homeroom.engine.ordering.discards import DiscardsChanged
from homeroom.engine.ordering.fold import EntityBatch, as_columns, fold
from homeroom.engine.ordering.resolution import Resolver
from homeroom.engine.planning.planner import Plan
from homeroom.errors import GenerationGone, PositionConflict
from homeroom.statements import load

SQL = load("writer", __package__)
SMALL_BATCH = 200
PLANS_SECONDS = 1.0
NOTHING: Mapping[str, Collection[str]] = {}
ANSWER_SECONDS_MAX = 30.0
# A writer remembers so many sources; others are looked up each time.
SOURCES_KNOWN_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Applied:
    """What one batch came to.

    ``events``: how many it had; ``dead_letters``: those that were written, also of events that had
    waited; ``waiting``: how many events have begun to wait; ``conflicts``: of numbers given twice;
    ``passed_over``: how many are of unknown types; ``new_sources``: how many sources published on
    a topic for the first time.
    """

    events: int
    dead_letters: Sequence[DeadLetter]
    waiting: int
    conflicts: Sequence[SequenceConflict]
    passed_over: int = 0
    new_sources: int = 0


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
        self.deltas = SessionDeltas(connection, self._plan)
        self._planned = -math.inf
        self.generation_id = 0
        self.seconds_max = math.inf
        self._lock = generation_lock(schema)
        self._sources: dict[tuple[str, str], FirstRecord] = {}
        self._resolver = Resolver(
            connection,
            model.catalog,
            {e.name: e.upsert_resolved.encode() for e in self._plan.entities.values()},
        )

    async def prepare(self, transaction_timeout_seconds: float) -> None:
        """Sets up the session: where its tables are, and its limits.

        A process that freezes within a transaction would hold its locks for ever, so the
        transaction itself is limited, and its silence (``homeroom.database``). Every join is a
        nested loop over an index.
        """
        await self.limit(transaction_timeout_seconds)
        statements = [
            "SET jit = off", "SET random_page_cost = 1.1",
            "SET enable_hashjoin = off", "SET enable_mergejoin = off", "SET enable_seqscan = off",
            "SET plan_cache_mode = force_generic_plan",
            "SET client_min_messages = 'warning'",
        ]  # fmt: skip
        for statement in statements:
            await self.connection.execute(statement.encode())
        # A pooler's session that has had temporary tables keeps the size that it has.
        with contextlib.suppress(errors.InvalidParameterValue):
            await self.connection.execute(b"SET temp_buffers = '64MB'")
        # As many as the plan has: the client's own limit of 100 would prepare them in turns.
        self.connection.prepared_max = None
        await self.identify()
        await enter_async(self.connection, self.schema, for_session=True)
        await self.read_discards()

    async def limit(self, transaction_timeout_seconds: float) -> None:
        """How long each transaction from now on may take."""
        self.seconds_max = transaction_timeout_seconds
        milliseconds = f"{int(transaction_timeout_seconds * 1000)}ms"
        await self.connection.execute(SQL["limit"], {"milliseconds": milliseconds})

    async def wait_for_others(self) -> float:
        """Waits until nobody else holds what a batch needs; returns for how many seconds."""
        began = time.monotonic()
        async with self.connection.transaction():
            await positions.hold_all_async(self.connection, self.schema)
            await self.connection.execute(SQL["lock"], (self._lock,))
        return time.monotonic() - began

    async def read_discards(self) -> None:
        """Reads again what operators have discarded."""
        self._resolver.discards = await discards.read_async(self.connection)

    async def apply(self, batch: Batch) -> Applied:
        """Applies a batch and moves its positions, in one transaction.

        Raises PositionConflict where a position is not what was expected, and GenerationGone where
        the generation was dropped; then, as after any error of psycopg, nothing has changed. Raises
        TimeoutError where the database is silent.
        """
        while True:
            try:
                # A database that does not even report its own limit is gone.
                async with (
                    asyncio.timeout(self.seconds_max + ANSWER_SECONDS_MAX),
                    self.connection.transaction(),
                ):
                    applied = await self.apply_within(batch)
            except DiscardsChanged:
                await self.read_discards()
            except REMOVED_MEANWHILE:
                if await lock.identify(self.connection, self.schema) == self.generation_id:
                    raise
                raise GenerationGone(self.schema) from None
            else:
                self.deltas.keep()
                if len(self._sources) < SOURCES_KNOWN_MAX:
                    self._sources.update(self._unknown_sources(batch))
                return applied

    async def identify(self) -> None:
        """Means the generation that has the name now; no other one is written from here on."""
        self.generation_id = await lock.identify(self.connection, self.schema)

    async def states(self, entity: str, keys: Sequence[str]) -> dict[str, int]:
        """The sequences of some subjects of one entity."""
        return await self._resolver.sequences(entity, keys)

    async def apply_within(
        self, batch: Batch, *, anew: Mapping[str, Collection[str]] = NOTHING,
        parts: AsyncIterable[Batch] | None = None,
    ) -> Applied:  # fmt: skip
        """The same within the caller's transaction.

        ``anew``: subjects, by entity name, of which the transaction forgets what was applied;
        ``parts``: all of their events, from the first one on; the batch and each part look at them.

        Raises DiscardsChanged where there are discards that this writer has not read: whoever
        discards holds all positions, so none can come between the look and the commit.
        """
        await self._discard_old_plans(len(batch.events))
        folded = fold(self._resolver.discards.emptied(batch.events))
        refused = {letter.place.entity.name for letter in batch.dead_letters if letter.place}
        await self.deltas.need(frozenset({*folded, *batch.looked_at, *refused}))
        removed = await self._forget(anew)
        accepted, any_incomplete = await self._write_entities(batch, folded)
        resolution = await self._resolver.resolve(batch, folded, accepted, any_incomplete)
        if parts is not None:
            resolution.add(await self._resolver.resolve_parts(parts))
        written = resolution.written + Counter(accepted) + removed
        await self._write_projections(batch, written, resolution.newest)
        return Applied(
            len(batch.events), resolution.dead_letters, resolution.waiting, resolution.conflicts,
            sum(seen.events for seen in batch.unknown_types.values()),
            await self._note_sources(batch),
        )  # fmt: skip

    def _unknown_sources(self, batch: Batch) -> dict[tuple[str, str], FirstRecord]:
        """Those that their topic has not heard of, or not so early."""
        known = self._sources
        return {s: at for s, at in batch.sources.items() if s not in known or at < known[s]}

    async def _note_sources(self, batch: Batch) -> int:
        """Notes when each source was first heard on a topic; returns how many are new."""
        async with self.connection.pipeline():
            cursors = [
                await self.connection.execute(SQL["note_source"], (topic, source, *at, SOURCES_MAX))
                for (topic, source), at in sorted(self._unknown_sources(batch).items())
            ]
        return sum([row[0] for cursor in cursors async for row in cursor])

    async def _forget(self, subjects: Mapping[str, Collection[str]]) -> Counter[str]:
        """Forgets what was applied of some subjects; returns how many rows went, by entity."""
        removed: Counter[str] = Counter()
        for entity, keys in subjects.items():
            columns = [list(column) for column in zip(*(k.split("/") for k in keys), strict=True)]
            cursor = await self.connection.execute(
                self._plan.entities[entity].remove.encode(), columns
            )
            removed[entity] = (await cursor.fetchone() or (0,))[0]
            await store.forget(self.connection, entity, list(keys))
        return removed

    async def _discard_old_plans(self, events: int) -> None:
        """Small batches share the plans of their statements for a second.

        Planning takes three quarters of a small batch's time in PostgreSQL. But a plan that was
        made while a table was small reads all of it once it has grown: so no plan outlives a
        second, in which other writers write, or a large batch.
        """
        now = time.monotonic()
        if events > SMALL_BATCH or now - self._planned > PLANS_SECONDS:
            await self.connection.execute(b"DISCARD PLANS")
            self._planned = now if events <= SMALL_BATCH else -math.inf

    async def _write_entities(
        self, batch: Batch, folded: Mapping[str, EntityBatch]
    ) -> tuple[dict[str, int], bool]:
        """Positions, entities and the lock.

        Returns how many patches each entity took, and whether any subject is incomplete.
        """
        moves = dict(sorted(batch.moves.items()))
        upserts: dict[str, AsyncCursor[Any]] = {}
        async with self.connection.pipeline():
            standing = await lock.share(self.connection, self.generation_id)
            await positions.lock(self.connection, moves)
            moved = await positions.move(self.connection, moves, last_applied(batch.records, moves))
            # In the catalog's order, so that all writers lock rows in one order.
            for entity in self._model.catalog.entities:
                if entity.name in folded and folded[entity.name].patches:
                    upserts[entity.name] = await self.connection.execute(
                        self._plan.entities[entity.name].upsert.encode(),
                        as_columns(folded[entity.name].patches),
                        prepare=True,
                    )
            await self.connection.execute(SQL["lock"], (self._lock,))
            looked = await self.connection.execute(SQL["look"])
        lock.check(await standing.fetchone(), self.schema)
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
        self, batch: Batch, written: Counter[str], newest: datetime | None
    ) -> None:
        maintained: dict[str, AsyncCursor[Any]] = {}
        async with self.connection.pipeline():
            for projection, changed in self._plan.reached(frozenset(written)):
                # Deltas have no index to loop over.
                joins_deltas = projection.joins_deltas(changed)
                if joins_deltas:
                    await self.connection.execute(b"SET LOCAL enable_hashjoin = on")
                maintained[projection.name] = await self.connection.execute(
                    projection.maintain(changed).encode(), prepare=True
                )
                if joins_deltas:
                    await self.connection.execute(b"SET LOCAL enable_hashjoin = off")
                if projection.feed:
                    await self.connection.execute(projection.feed.encode(), prepare=True)
            for key, seen in sorted(batch.unknown_types.items()):
                await self.connection.execute(
                    SQL["count_passed_over"],
                    {
                        "topic": key[0], "type": key[1], "events": seen.events,
                        "subject": seen.subject, "partition": seen.partition,
                        "offset": seen.offset, "types_max": TYPES_MAX, "other": OTHER_TYPES,
                    },
                )  # fmt: skip
            if newest is not None:
                # Not at the event's own partition: if it waited, another worker may have that one.
                # A publisher that sets the broker's time too may be ahead of everybody.
                newest = min(newest, datetime.now(UTC))
                await positions.note_newest(self.connection, min(batch.moves), newest)
            await positions.notify(self.connection, self.schema)
        # A changed row is in the delta twice, as it was and as it is.
        rows = {name: 2 * count for name, count in written.items()}
        rows |= {name: cursor.rowcount for name, cursor in maintained.items()}
        await self.deltas.empty(rows)
