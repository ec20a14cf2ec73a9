"""Reads stretches of the log from one offset to another. It joins no group and commits nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from homeroom.engine.log.lost_positions import position_lost
from homeroom.engine.log.records import Move, Partition
from homeroom.errors import ConsumerStalled
from homeroom_kit.aiokafka_bounds import fetched
from homeroom_kit.kafka import ASKING, make_consumer
from homeroom_kit.record_bounds import POLL_BYTES_MAX

POLL_MILLISECONDS = 200
STALL_SECONDS = 60.0
PARTITION_FETCH_BYTES = 4 * 1024 * 1024


class Span(NamedTuple):
    """A stretch of a partition: from an offset up to, not including, another."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records of the spans, in log order within each partition, and how far they lead."""

    records: list[ConsumerRecord]
    moves: Mapping[Partition, Move]


class LogReader:
    """Reads over one connection to the brokers; one read at a time."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, kafka: Mapping[str, Any], partition_fetch_bytes: int = PARTITION_FETCH_BYTES
    ) -> AsyncIterator["LogReader"]:
        """``kafka``: aiokafka's client options. Raises KafkaError."""
        consumer = make_consumer(
            **kafka,
            **ASKING,
            client_id="homeroom-reader",
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            max_partition_fetch_bytes=partition_fetch_bytes,
            fetch_max_bytes=4 * partition_fetch_bytes,
            fetch_max_wait_ms=100,
        )
        try:
            await consumer.start()
            # Stopped before its own tasks have begun, aiokafka raises what ended them.
            await asyncio.sleep(0)
            yield cls(consumer)
        finally:
            await consumer.stop()

    async def bounds(self, partitions: list[Partition]) -> dict[Partition, Span]:
        """Where the log of each begins, and where what may be read ends."""
        wanted = [TopicPartition(*partition) for partition in partitions]
        if not wanted:
            return {}
        starts = await self._consumer.beginning_offsets(wanted)
        ends = await self._consumer.end_offsets(wanted)
        return {Partition(*tp): Span(starts[tp], ends[tp]) for tp in wanted}

    async def read(self, spans: Mapping[Partition, Span], events_max: int) -> AsyncIterator[Chunk]:
        """The records of some spans, at most ``events_max`` at a time, until all are read.

        Raises PositionLost where the log does not hold a span's start any more, and
        ConsumerStalled where a partition delivers nothing for a minute, though it has more.
        """
        at = {p: span.start for p, span in spans.items() if span.start < span.end}
        self._consumer.assign([TopicPartition(*partition) for partition in at])
        for partition, offset in at.items():
            self._consumer.seek(TopicPartition(*partition), offset)
        moved_at = time.monotonic()
        while at:
            try:
                found, _ = await fetched(
                    self._consumer, POLL_MILLISECONDS, events_max, POLL_BYTES_MAX
                )
            except OffsetOutOfRangeError as error:
                raise await position_lost(self._consumer, error) from error
            records = [
                record
                for tp, of_partition in found.items()
                for record in of_partition
                if record.offset < spans[Partition(*tp)].end
            ]
            moves = await self._moves(at, spans)
            if moves:
                yield Chunk(records, moves)
                # What the caller does with them may take its time.
                moved_at = time.monotonic()
            elif time.monotonic() - moved_at > STALL_SECONDS:
                partition, offset = next(iter(at.items()))
                raise ConsumerStalled(*partition, offset, spans[partition].end)

    async def _moves(
        self, at: dict[Partition, int], spans: Mapping[Partition, Span]
    ) -> dict[Partition, Move]:
        """How far the last poll came; a partition that is at its end is paused."""
        moves = {}
        for partition, before in list(at.items()):
            tp = TopicPartition(*partition)
            following = min(await self._consumer.position(tp), spans[partition].end)
            if following != before:
                moves[partition] = Move(before, following)
                at[partition] = following
            if following >= spans[partition].end:
                del at[partition]
                self._consumer.pause(tp)
        return moves
