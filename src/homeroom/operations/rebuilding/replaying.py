"""Writes a stretch of the log into a generation, exactly up to given positions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from datetime import datetime
from functools import partial

from psycopg import errors

from homeroom.database import connect
from homeroom.engine.applying.applier import BatchApplier
from homeroom.engine.applying.discarding import carry_out, refuse_as
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.reader import Chunk, LogReader, Span
from homeroom.engine.log.records import Move, Partition, Record
from homeroom.engine.ordering.discards import DiscardsChanged
from homeroom.errors import PositionConflict
from homeroom.operations.rebuilding.as_of import AsOfFilter
from homeroom.settings import Settings
from homeroom_kit.aiokafka_bounds import size_in_memory
from homeroom_kit.kafka import client_options
from homeroom_kit.record_bounds import POLL_BYTES_MAX

EVENTS_PER_BATCH = 5_000
# What another writer into the same generation may cause; then the positions are read again.
CONTENDED = (PositionConflict, errors.DeadlockDetected, errors.SerializationFailure)
RETRY_SECONDS = 0.05


class LogReplayer:
    """Reads the log by itself, without a consumer group, and writes as a worker does."""

    def __init__(
        self, writer: BatchWriter, reader: LogReader, model: ReadModel, as_of: datetime | None
    ) -> None:
        self.writer = writer
        self.reader = reader
        self._catalog = model.catalog
        # A generation without projections cannot know what they refuse: this one does.
        self.refuses_as: str | None = None
        self._topics = set(model.catalog.topics)
        self._decoder = Decoder(model.catalog)
        self._applier = BatchApplier(writer, self._decoder)
        self._filter = AsOfFilter(writer, model, as_of) if as_of is not None else None

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        model: ReadModel,
        schema: str,
        *,
        session: Iterable[str] = (),
        as_of: datetime | None = None,
    ) -> AsyncIterator["LogReplayer"]:
        """``model``: with the generation's own definitions. ``session``: statements for the
        connection, after the writer's. ``as_of``: what is later is left out.
        """
        async with AsyncExitStack() as stack:
            connection = await connect(settings.require_database("operator"), "homeroom rebuild")
            await stack.enter_async_context(connection)
            writer = BatchWriter(connection, model, schema)
            await writer.prepare(settings.long_batch_seconds_max)
            for statement in session:
                await connection.execute(statement.encode())
            reader = await stack.enter_async_context(LogReader.connect(client_options(settings)))
            yield cls(writer, reader, model, as_of)

    async def positions(self) -> dict[Partition, int]:
        """The generation's positions."""
        return await positions.read_all_async(self.writer.connection, self.writer.schema)

    async def reach(
        self,
        targets: Mapping[Partition, int],
        on_progress: Callable[[int], Awaitable[None]] | None = None,
        events_per_batch: int = EVENTS_PER_BATCH,
    ) -> None:
        """Applies the log up to the targets; what is beyond them stays, other topics are left out.

        A worker may feed the generation too: what it has applied is not applied again.
        ``on_progress`` takes how many records were applied, and is waited for. Raises PositionLost
        where the log no longer holds what is missing.
        """
        while True:
            try:
                return await self._reach(targets, on_progress, events_per_batch)
            except CONTENDED:
                await asyncio.sleep(RETRY_SECONDS)

    async def _reach(
        self,
        targets: Mapping[Partition, int],
        on_progress: Callable[[int], Awaitable[None]] | None,
        events_per_batch: int,
    ) -> None:
        stored = await self.positions()
        for partition in sorted(set(targets) - set(stored)):
            if partition.topic in self._topics:
                await positions.begin(self.writer.connection, partition, 0)
        if self._filter is not None:
            await self._filter.read_ends()
        spans = {
            p: Span(stored.get(p, 0), target)
            for p, target in targets.items()
            if p.topic in self._topics
        }
        done = 0
        async for chunk in gathered(self.reader, spans, events_per_batch):
            records: list[Record] = list(chunk.records)
            if self._filter is not None:
                records = await self._filter.keep(records)
            await self._applier.apply(make_batch(self._decoder, records, chunk.moves))
            done += sum(move.next - move.expected for move in chunk.moves.values())
            if on_progress is not None:
                await on_progress(done)

    async def reach_and_settle(self, targets: Mapping[Partition, int]) -> None:
        """The same, and everything that operators have discarded by then."""
        await self.reach(targets)
        await self.retry(self.carry_out_discards)
        if self.refuses_as is not None:
            await self.retry(partial(self._refuse_as, self.refuses_as))

    async def carry_out_discards(self) -> None:
        """Carries out what operators have discarded in another generation meanwhile."""
        await carry_out(self.writer, self._catalog, lambda: nullcontext(self.reader))

    async def _refuse_as(self, other: str) -> None:
        await refuse_as(self.writer, self._catalog, lambda: nullcontext(self.reader), other)

    async def retry(self, transaction: Callable[[], Awaitable[None]]) -> None:
        """Runs a transaction of the writer until no other writer is in its way."""
        while True:
            try:
                return await transaction()
            except (*CONTENDED, DiscardsChanged):
                await self.writer.read_discards()
                await asyncio.sleep(RETRY_SECONDS)


async def gathered(
    reader: LogReader, spans: Mapping[Partition, Span], events_per_batch: int
) -> AsyncIterator[Chunk]:
    """Chunks of the log put together to batches: a fetch alone brings less than is asked for.

    A batch has what one poll may bring, POLL_BYTES_MAX, and less than as much before it.
    """
    records: list[Record] = []
    moves: dict[Partition, Move] = {}
    size = 0
    async for chunk in reader.read(spans, events_per_batch):
        records += chunk.records
        size += sum(map(size_in_memory, chunk.records))
        for partition, move in chunk.moves.items():
            before = moves.get(partition, move)
            moves[partition] = Move(before.expected, move.next)
        if len(records) >= events_per_batch or size >= POLL_BYTES_MAX:
            yield Chunk(records, moves)
            records, moves, size = [], {}, 0
    if moves:
        yield Chunk(records, moves)
