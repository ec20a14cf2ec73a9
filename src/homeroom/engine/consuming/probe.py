"""Notes where the log ends, and checks database and brokers while there is nothing to apply.

An idle worker would not notice that it has lost either of them until the next event comes. The
check costs at most one short query a second, and only when the worker is idle.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection

from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.log.records import Partition, Record

log = structlog.get_logger(__name__)

NOTE_EVERY_SECONDS = 0.05
# A transaction that is open for longer is logged.
HELD_SECONDS_MAX = 60.0
ASK_EVERY_SECONDS = 1.0
ANSWER_SECONDS_MAX = 2.0


class Probe:
    """Checks one connection to the database and one membership of the group."""

    def __init__(
        self, consumer: AIOKafkaConsumer, connection: AsyncConnection[Any], progress: WorkerProgress
    ) -> None:
        self._consumer = consumer
        self._connection = connection
        self._progress = progress
        self._heard_milliseconds = 0
        self._last: Batch | None = None
        # Where partitions are held back: the offset, since when, and whether that was logged.
        self._held: dict[Partition, tuple[int, float, bool]] = {}
        self._noted_at = self._asked_database_at = self._asked_brokers_at = 0.0
        progress.heard_at_seconds = time.monotonic()

    async def check(self, positions: Mapping[Partition, int], batch: Batch | None) -> None:
        """Called in each turn of the loop, before ``batch`` is applied; None where nothing came.

        Raises psycopg.OperationalError where the connection is lost.
        """
        now = time.monotonic()
        last, self._last = self._last, batch
        begins_work = batch is not None and last is None
        if begins_work or now - self._noted_at >= NOTE_EVERY_SECONDS:
            self._noted_at = now
            # Not before the batch, which is fresher the sooner it begins, but while it waits.
            asyncio.get_running_loop().call_soon(self._note, positions, now, last)
        if batch is None and now - self._asked_database_at >= ASK_EVERY_SECONDS:
            self._asked_database_at = now
            await self._connection.execute("SELECT")
        if not positions and now - self._asked_brokers_at >= ASK_EVERY_SECONDS:
            self._asked_brokers_at = now
            await self._ask_brokers()

    def _note(self, positions: Mapping[Partition, int], now: float, last: Batch | None) -> None:
        """Notes what the client knows from the last fetch, without a request of its own.

        ``last``: the batch before the one that begins.
        """
        newest = _newest(last.records, len(last.moves)) if last else {}
        ends: dict[Partition, int] = {}
        current_to, seen_since = dict(self._progress.current_to), dict(self._progress.seen_since)
        newest_milliseconds = 0
        for assigned in self._consumer.assignment():
            partition = Partition(*assigned)
            fetched_milliseconds = self._consumer.last_poll_timestamp(assigned)
            if partition not in positions or not fetched_milliseconds:
                continue
            newest_milliseconds = max(newest_milliseconds, fetched_milliseconds)
            position = positions[partition]
            ends[partition] = self._end(assigned)
            seen_since.setdefault(partition, fetched_milliseconds / 1000)
            # The last batch may have been rolled back, or the partition assigned to another worker.
            if (record := newest.get(partition)) is not None and record.offset < position:
                _raise(current_to, partition, record.timestamp)
            if position >= ends[partition]:
                _raise(current_to, partition, fetched_milliseconds)
        self._note_held(positions, ends)
        self._progress.ends = ends
        self._progress.current_to, self._progress.seen_since = current_to, seen_since
        if newest_milliseconds != self._heard_milliseconds:
            self._heard_milliseconds = newest_milliseconds
            self._progress.heard_at_seconds = now

    def _note_held(self, positions: Mapping[Partition, int], ends: Mapping[Partition, int]) -> None:
        """Notes, and logs once, where an open transaction holds back all that follows."""
        held: dict[Partition, tuple[int, float, bool]] = {}
        for partition, end in ends.items():
            high = int(self._consumer.highwater(TopicPartition(*partition)) or 0)
            if high <= end or positions[partition] < end:
                continue
            offset, since, told = self._held.get(partition, (end, time.time(), False))
            if offset != end:
                since, told = time.time(), False
            if not told and time.time() - since >= HELD_SECONDS_MAX:
                log.warning(
                    "held back by an open transaction",
                    **partition._asdict(), offset=end, records=high - end,
                )  # fmt: skip
                told = True
            held[partition] = end, since, told
        self._held = held
        self._progress.held_since = {partition: since for partition, (_, since, _) in held.items()}

    def _end(self, partition: TopicPartition) -> int:
        """The end of what may be read: before the oldest transaction that is open."""
        stable = self._consumer.last_stable_offset(partition)
        if stable is not None and stable >= 0:
            return int(stable)
        return int(self._consumer.highwater(partition))

    async def _ask_brokers(self) -> None:
        """Sends a request: a worker without partitions fetches nothing."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await self._consumer.topics()
        except (KafkaError, TimeoutError):
            return
        self._progress.heard_at_seconds = time.monotonic()


def _newest(records: Sequence[Record], partitions: int) -> dict[Partition, Record]:
    """The last record of each partition, of so many at most."""
    newest: dict[Partition, Record] = {}
    partition = None
    for record in reversed(records):
        # Many of one partition follow each other.
        if (record.topic, record.partition) == partition:
            continue
        partition = Partition(record.topic, record.partition)
        newest.setdefault(partition, record)
        if len(newest) == partitions:
            break
    return newest


def _raise(times: dict[Partition, float], partition: Partition, milliseconds: int) -> None:
    """Moves a partition's time, in seconds, forward and never back."""
    times[partition] = max(times.get(partition, 0.0), milliseconds / 1000)
