"""Polls, decodes and folds records, the next batch's while this one is applied.

A worker that is behind would else use one core at a time: its own while it decodes and folds,
PostgreSQL's while that writes. One that is not would find only the first of the events that came
meanwhile: the client asks for more once that one was taken. Reading ahead changes no position:
where records came from is looked at when their batch is made, so those of a partition that was
revoked or sought meanwhile are left out.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import OffsetOutOfRangeError

from homeroom.engine.decoding.batch import Batch, batch_of
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.lost_positions import position_lost
from homeroom.engine.log.records import Decoded, Move, Partition, Record
from homeroom.engine.ordering.fold import FoldedBatch, folding
from homeroom_kit.aiokafka_bounds import fetched, until_fetched
from homeroom_kit.record_bounds import POLL_BYTES_MAX

POLL_MILLISECONDS = 200
# How many records are taken from the client at a time.
SLICE = 500
# Who applies the batch before gets a turn after so many: PostgreSQL idles until then.
TURN = 50
# The records in hand and those that are read ahead share the memory.
BYTES_MAX = POLL_BYTES_MAX // 2


@dataclass(slots=True)
class Polled:
    """Records as they came, and what each is. ``bytes_left``: none where there may be more.

    ``runs``: how many of one partition follow each other.
    """

    records: list[ConsumerRecord] = field(default_factory=list)
    decoded: list[Decoded] = field(default_factory=list)
    runs: list[tuple[Partition, int]] = field(default_factory=list)
    bytes_left: int = BYTES_MAX
    folded: FoldedBatch | None = None

    @property
    def is_full(self) -> bool:
        """Whether their bytes are the maximum."""
        return self.bytes_left <= 0

    def of(self, moves: Mapping[Partition, Move]) -> Batch:
        """The batch of what these moves pass."""
        if self.folded is not None and self._all_pass(moves):
            self.folded.moves = moves
            return self.folded
        records: list[Record] = []
        decoded: list[Decoded] = []
        end = 0
        for partition, count in self.runs:
            start, end = end, end + count
            move = moves.get(partition)
            if move is None:
                continue
            # Offsets ascend.
            while start < end and self.records[start].offset < move.expected:
                start += 1
            records += self.records[start:end]
            decoded += self.decoded[start:end]
        return batch_of(records, decoded, moves)

    def _all_pass(self, moves: Mapping[Partition, Move]) -> bool:
        start = 0
        for partition, count in self.runs:
            move = moves.get(partition)
            if move is None or self.records[start].offset < move.expected:
                return False
            start += count
        return True

    async def fold(self) -> None:
        """Folds all of them; what has to be left out in the end is folded again without."""
        everything = {partition: Move(0, 0) for partition in self.partitions}
        for folded in folding(batch_of(self.records, self.decoded, everything)):
            self.folded = folded
            await asyncio.sleep(0)

    @property
    def partitions(self) -> set[Partition]:
        """Those that have delivered any of them."""
        return {partition for partition, _ in self.runs}


class Poller:
    """Polls one consumer. Only one poll may run at a time: ``ahead`` waits for that of before."""

    def __init__(self, consumer: AIOKafkaConsumer, decoder: Decoder) -> None:
        self._consumer = consumer
        self._decode = decoder.decode
        self._wanted: asyncio.Future[None] | None = None
        self._ahead: asyncio.Task[Polled] | None = None

    async def poll(self, events_max: int) -> Polled:
        """The records that are there, up to a maximum; a fetch may hold fewer, so it repeats.

        Raises PositionLost where the log does not reach back to the position.
        """
        polled = Polled()
        while await self._fetch(polled, events_max, 0 if polled.records else POLL_MILLISECONDS):
            pass
        return polled

    def read_ahead(self, events_max: int) -> None:
        """Begins to poll records, until there are enough or ``ahead`` asks for them."""
        self._wanted = asyncio.get_running_loop().create_future()
        self._ahead = asyncio.create_task(self._until(self._wanted, events_max))

    async def ahead(self) -> Polled | None:
        """What was read ahead, at once; None where there is nothing. Raises as ``poll``."""
        if self._ahead is None or self._wanted is None:
            return None
        if not self._wanted.done():
            self._wanted.set_result(None)
        task, self._ahead = self._ahead, None
        polled = await task
        return polled if polled.records else None

    async def close(self) -> None:
        """Ends a poll that nobody asked for any more."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)
            self._ahead = None

    async def _until(self, wanted: asyncio.Future[None], events_max: int) -> Polled:
        polled = Polled()
        while True:
            is_wanted = wanted.done()
            # All that is there, as for ``poll``: the client asks for more once that was taken.
            while await self._fetch(polled, events_max, 0):
                pass
            if is_wanted or polled.is_full or len(polled.records) >= events_max:
                break
            await until_fetched(self._consumer, wanted)
        if polled.records:
            await polled.fold()
        return polled

    async def _fetch(self, polled: Polled, events_max: int, timeout_milliseconds: int) -> bool:
        """Adds a slice of records; returns whether there was any."""
        records_max = min(SLICE, events_max - len(polled.records))
        if records_max <= 0 or polled.is_full:
            return False
        try:
            found, polled.bytes_left = await fetched(
                self._consumer, timeout_milliseconds, records_max, polled.bytes_left
            )
        except OffsetOutOfRangeError as error:
            raise await position_lost(self._consumer, error) from error
        for partition, records in found.items():
            polled.runs.append((Partition(*partition), len(records)))
            polled.records += records
            for start in range(0, len(records), TURN):
                polled.decoded += map(self._decode, records[start : start + TURN])
                # A fetch that need not wait gives nobody else a turn.
                await asyncio.sleep(0)
        return bool(found)
