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
from functools import lru_cache, partial
from typing import Any, NamedTuple

from psycopg import AsyncConnection, AsyncCursor, errors

from homeroom.engine.applying.deltas import COMBINATIONS_KNOWN, SessionDeltas
from homeroom.engine.applying.notes import BatchNotes
from homeroom.engine.applying.plans import HASH_JOINS, NO_HASH_JOINS, SMALL_BATCH, SessionPlans
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.generations import lock, positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import REMOVED_MEANWHILE, enter_async
from homeroom.engine.log.last_applied import last_applied
from homeroom.engine.log.records import DeadLetter, SequenceConflict
from homeroom.engine.ordering import discards, store
from homeroom.engine.ordering.discards import DiscardsChanged
from homeroom.engine.ordering.fold import EntityBatch, FoldedBatch, fold
from homeroom.engine.ordering.resolution import Resolver
from homeroom.engine.planning.planner import Plan
from homeroom.errors import GenerationGone, PositionConflict
from homeroom.prepared import PreparedCall, PreparedStatements, SessionStatement
from homeroom.statements import load

SQL = load("writer", __package__)
NOTHING: Mapping[str, Collection[str]] = {}
ANSWER_SECONDS_MAX = 30.0


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


class Maintaining(NamedTuple):
    """The steps that maintain a projection; ``before``: how many come before the statement."""

    projection: str
    before: int
    steps: Sequence[PreparedCall | bytes]


def maintaining(plan: Plan, entities: frozenset[str]) -> list[Maintaining]:
    """What follows a change of these entities, in order."""
    following = []
    for projection, changed in plan.reached(entities):
        call = SessionStatement.of(projection.name, projection.maintain(changed)).call()
        feed = projection.feed and [SessionStatement.of(projection.name, projection.feed).call()]
        # Deltas have no index to loop over.
        joins = projection.joins_deltas(changed)
        steps = [HASH_JOINS, call, NO_HASH_JOINS] if joins else [call]
        following.append(Maintaining(projection.name, int(joins), [*steps, *(feed or ())]))
    return following


class BatchWriter:
    """Applies batches to one generation over one connection.

    The connection must be in autocommit mode and belong to the writer alone: it keeps temporary
    tables, which rules out a transaction-pooling proxy.
    """

    def __init__(self, connection: AsyncConnection[Any], model: ReadModel, schema: str) -> None:
        self.connection = connection
        self._model = model
        self._plan: Plan = model.plan()
        self._maintaining = lru_cache(COMBINATIONS_KNOWN)(partial(maintaining, self._plan))
        self.schema = schema
        self.deltas = SessionDeltas(connection, self._plan)
        self._plans = SessionPlans(connection, schema)
        self._statements = PreparedStatements(connection)
        self.generation_id = 0
        self.seconds_max = math.inf
        self._lock = generation_lock(schema)
        self._notes = BatchNotes(connection)
        self._resolver = Resolver(
            connection,
            model.catalog,
            {e.name: e.upsert_resolved.encode() for e in self._plan.entities.values()},
        )

    async def prepare(self, transaction_timeout_seconds: float) -> None:
        """Sets up the session: where its tables are, and its limits.

        A process that freezes within a transaction would hold its locks for ever, so the
        transaction itself is limited, and its silence (``homeroom.database``).
        """
        await self.limit(transaction_timeout_seconds)
        await self._plans.prepare()
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

    @property
    def newest_discard(self) -> int:
        """The id of the newest discard that was read, or 0."""
        return self._resolver.discards.newest

    async def apply(self, batch: Batch) -> Applied:
        """Applies a batch and moves its positions, in one transaction, or the caller's.

        Raises PositionConflict where a position is not what was expected, and GenerationGone where
        the generation was dropped; then, as after any error of psycopg, nothing has changed. Raises
        TimeoutError where the database is silent.
        """
        dropped = False
        while True:
            try:
                # A database that does not even report its own limit is gone.
                async with (
                    asyncio.timeout(self.seconds_max + ANSWER_SECONDS_MAX),
                    self._statements.transaction() as is_own,
                ):
                    applied = await self._apply(batch, is_own=is_own)
            except DiscardsChanged:
                await self.read_discards()
            except errors.InvalidSqlStatementName:
                # psycopg drops all that was prepared after a DROP, which this did not see.
                if dropped:
                    raise
                dropped = True
            except REMOVED_MEANWHILE:
                if await lock.identify(self.connection, self.schema) == self.generation_id:
                    raise
                raise GenerationGone(self.schema) from None
            else:
                self.deltas.keep()
                self._notes.keep(batch)
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

        Raises DiscardsChanged where there are discards that this writer has not read. Whoever
        discards holds the live generation's positions: in that one none can come between the look
        and the commit. Another one sees by ``discards_seen`` that it has to carry one out.
        """
        # The caller may have rolled back before.
        self._statements.forget()
        return await self._apply(batch, anew, parts)

    async def _apply(
        self, batch: Batch, anew: Mapping[str, Collection[str]] = NOTHING,
        parts: AsyncIterable[Batch] | None = None, *, is_own: bool = False,
    ) -> Applied:  # fmt: skip
        """``is_own``: whether it begins and commits the transaction itself."""
        folded = self._folded(batch)
        refused = {letter.place.entity.name for letter in batch.dead_letters if letter.place}
        await self._begin(batch, [b"BEGIN"] if is_own else [])
        await self.deltas.need(frozenset({*folded, *batch.looked_at, *refused}))
        removed = await self._forget(anew)
        accepted, any_incomplete = await self._write_entities(folded)
        resolution = await self._resolver.resolve(batch, folded, accepted, any_incomplete)
        if parts is not None:
            resolution.add(await self._resolver.resolve_parts(parts))
        new_sources = await self._notes.write(batch)
        written = resolution.written + Counter(accepted) + removed
        end = [b"COMMIT"] if is_own else []
        await self._write_projections(batch, written, resolution.newest, end)
        return Applied(
            len(batch.events), resolution.dead_letters, resolution.waiting, resolution.conflicts,
            sum(seen.events for seen in batch.unknown_types.values()), new_sources,
        )  # fmt: skip

    def _folded(self, batch: Batch) -> Mapping[str, EntityBatch]:
        events = self._resolver.discards.emptied(batch.events)
        if isinstance(batch, FoldedBatch) and events is batch.events:
            return batch.folded
        return fold(events)

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

    async def _begin(self, batch: Batch, beginning: Sequence[bytes]) -> None:
        """The generation, the plans, and the positions, which are locked, compared and set."""
        moves = dict(sorted(batch.moves.items()))
        of_plans = self._plans.beginning(len(batch.events))
        first = len(beginning) + len(of_plans)
        results = await self._statements.run([
            *beginning, *of_plans, *lock.sharing(self.generation_id), positions.locking(moves),
            positions.moving(moves, last_applied(batch.records, moves)),
        ])  # fmt: skip
        _, standing, _, moved = results[first:]
        lock.check(next(iter(standing.rows), None), self.schema)
        if moved.row_count != len(moves):
            named = ", ".join(f"{p.topic}:{p.partition}" for p in moves)
            raise PositionConflict(
                f"Another worker moved one of the positions of {named}: nothing of this batch was "
                "written, and the positions are read again."
            )
        await self._plans.take(results[len(beginning) : first])

    async def _write_entities(
        self, folded: Mapping[str, EntityBatch]
    ) -> tuple[dict[str, int], bool]:
        """Writes the patches, takes the lock and looks behind it, in one round trip.

        Returns how many patches each entity took, and whether any subject is incomplete. Raises
        DiscardsChanged.
        """
        upserts: dict[str, AsyncCursor[Any]] = {}
        async with self.connection.pipeline():
            # In the catalog's order, so that all writers lock rows in one order.
            for entity in self._model.catalog.entities:
                if entity.name in folded and folded[entity.name].patches:
                    # The rows are bound: they tell of people, and a statement's text may be logged.
                    upserts[entity.name] = await self.connection.execute(
                        self._plan.entities[entity.name].upsert.encode(),
                        folded[entity.name].columns(),
                        prepare=True,
                    )
            await self.connection.execute(SQL["lock"], (self._lock,), prepare=True)
            looked = await self.connection.execute(SQL["look"], prepare=True)
        accepted = {n: (await cursor.fetchone() or (0,))[0] for n, cursor in upserts.items()}
        ((any_incomplete, newest_discard),) = await looked.fetchall()
        if newest_discard != self.newest_discard:
            raise DiscardsChanged
        return accepted, bool(any_incomplete)

    async def _write_projections(
        self, batch: Batch, written: Counter[str], newest: datetime | None, end: Sequence[bytes]
    ) -> None:
        """Maintains the projections, empties the deltas, and ends the transaction."""
        steps: list[PreparedCall | bytes] = []
        # At which step the rows of each projection are counted.
        counted: dict[str, int] = {}
        for name, before, calls in self._maintaining(frozenset(written)):
            counted[name] = len(steps) + before
            steps += calls
        if newest is not None:
            # Not at the event's own partition: if it waited, another worker may have that one.
            # A publisher that sets the broker's time too may be ahead of everybody.
            newest = min(newest, datetime.now(UTC))
            steps.append(positions.noting_newest(min(batch.moves), newest))
        steps.append(positions.notifying(self.schema))
        # A changed row is in the delta twice, as it was and as it is.
        rows = {name: 2 * count for name, count in written.items()}
        if len(batch.events) <= SMALL_BATCH:
            # How many rows a projection has is not known yet: a round trip costs more than that.
            ending = [*self.deltas.emptying([*rows, *counted], rows), *end]
            results = await self._statements.run([*steps, *ending])
            rows |= {name: results[at].row_count for name, at in counted.items()}
        else:
            results = await self._statements.run(steps)
            rows |= {name: results[at].row_count for name, at in counted.items()}
            ending = [*self.deltas.emptying([n for n, count in rows.items() if count], rows), *end]
            if ending:
                await self._statements.run(ending)
        self.deltas.emptied(rows)
