"""Brings a generation exactly to given positions, and to what operators have decided."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from psycopg import errors

from homeroom.engine.applying.applier import BatchApplier
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import Batch, make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.positions import begin
from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import DeadLetter, Event, Move, Partition, PassedOver, Record
from homeroom.engine.ordering.discards import DiscardsChanged
from homeroom.engine.process import connect
from homeroom.errors import PositionConflict
from homeroom.kafka import client_options
from homeroom.settings import Settings

EVENTS_PER_BATCH = 5_000
TRANSACTION_SECONDS_MAX = 300
# What a worker that feeds the same generation may cause; then the positions are read again.
CONTENDED = (PositionConflict, errors.DeadlockDetected, errors.SerializationFailure)
AGAIN_SECONDS = 0.05

POSITIONS = "SELECT topic, partition, next_offset FROM positions ORDER BY topic, partition"
# What was discarded elsewhere while nobody asked this generation.
DISCARDED = """
SELECT DISTINCT i.entity, i.key FROM incomplete i JOIN homeroom.discard d USING (entity, key)
"""
CLOSE_DISCARDED = """
UPDATE dead_letters l SET closed_as = 'discarded', closed_at = now()
FROM homeroom.discard d
WHERE l.closed_as IS NULL
  AND ((d.topic, d.partition, d."offset") = (l.topic, l.partition, l."offset")
       OR ((d.entity, d.key) = (l.entity, l.key)
           AND l.sequence BETWEEN d.first_sequence AND d.last_sequence))
"""


class _Uncounted(Decoder):
    """Events that are passed over keep their place, and were counted when the log was loaded."""

    def decode(self, record: Record) -> Event | DeadLetter | PassedOver:
        decoded = super().decode(record)
        if isinstance(decoded, PassedOver) and decoded.event is not None:
            return decoded.event
        return decoded


class Feeder:
    """Writes into one generation, with a reader of the log of its own."""

    def __init__(self, writer: BatchWriter, reader: LogReader, model: ReadModel) -> None:
        self.writer = writer
        self.reader = reader
        self._topics = set(model.catalog.topics)
        self._decoder = Decoder(model.catalog)
        self._applier = BatchApplier(writer, self._decoder)
        self._uncounted = _Uncounted(model.catalog)
        self._again = BatchApplier(writer, self._uncounted)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, model: ReadModel, schema: str
    ) -> AsyncIterator["Feeder"]:
        """``model``: with the generation's own definitions."""
        async with AsyncExitStack() as stack:
            connection = await connect(settings.require_database(), "homeroom rebuild")
            await stack.enter_async_context(connection)
            writer = BatchWriter(connection, model, schema)
            await writer.prepare(TRANSACTION_SECONDS_MAX)
            reader = await stack.enter_async_context(LogReader.connect(client_options(settings)))
            yield cls(writer, reader, model)

    async def positions(self) -> dict[Partition, int]:
        cursor = await self.writer.connection.execute(POSITIONS)
        return {Partition(topic, n): offset for topic, n, offset in await cursor.fetchall()}

    async def reach(
        self,
        targets: Mapping[Partition, int],
        on_progress: Callable[[int], object] = lambda _: None,
    ) -> None:
        """Applies the log up to the targets; what is beyond them stays, other topics are left out.

        A worker may feed the generation too: what it has applied is not applied again. Raises
        PositionLost where the log no longer holds what is missing.
        """
        while True:
            try:
                return await self._reach(targets, on_progress)
            except CONTENDED:
                await asyncio.sleep(AGAIN_SECONDS)

    async def _reach(
        self, targets: Mapping[Partition, int], on_progress: Callable[[int], object]
    ) -> None:
        stored = await self.positions()
        for partition in sorted(set(targets) - set(stored)):
            if partition.topic in self._topics:
                await begin(self.writer.connection, partition, 0)
        spans = {
            p: Span(stored.get(p, 0), target)
            for p, target in targets.items()
            if p.topic in self._topics
        }
        done = 0
        async for chunk in self.reader.read(spans, EVENTS_PER_BATCH):
            await self._applier.apply(make_batch(self._decoder, chunk.records, chunk.moves))
            done += sum(move.next - move.expected for move in chunk.moves.values())
            on_progress(done)

    async def reach_and_settle(self, targets: Mapping[Partition, int]) -> None:
        """The same, and everything that operators have discarded by then."""
        await self.reach(targets)
        while True:
            try:
                return await self.settle_discards()
            except (*CONTENDED, DiscardsChanged):
                await asyncio.sleep(AGAIN_SECONDS)

    async def apply_again(self, records: Sequence[Record]) -> None:
        """Applies records that lie behind the positions; what was applied changes nothing."""
        moves = await self._standing_moves()
        await self._again.apply(make_batch(self._uncounted, records, moves))

    async def settle_discards(self) -> None:
        """Carries out what operators have discarded in another generation meanwhile."""
        connection = self.writer.connection
        async with connection.transaction():
            cursor = await connection.execute(DISCARDED)
            looked_at: dict[str, set[str]] = defaultdict(set)
            for entity, key in await cursor.fetchall():
                looked_at[entity].add(key)
            await connection.execute(CLOSE_DISCARDED)
            if looked_at:
                await self.writer.read_discards()
                moves = await self._standing_moves()
                await self.writer.apply_within(Batch([], moves, looked_at=looked_at))

    async def _standing_moves(self) -> dict[Partition, Move]:
        """All positions, as moves that move nothing."""
        return {p: Move(offset, offset) for p, offset in (await self.positions()).items()}
