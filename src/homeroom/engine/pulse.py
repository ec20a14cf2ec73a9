"""Notes how far the log goes, and whether database and brokers answer while nothing is to do.

A worker without work would not notice that it lost either, and would be found unready only by the
next event. What it asks for this is at most one short question a second, and only when idle.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection

from homeroom.engine.batch import Batch, Partition
from homeroom.engine.progress import Progress
from homeroom.engine.records import Record

NOTE_EVERY_SECONDS = 0.2
ASK_DATABASE_EVERY_SECONDS = 1.0
ASK_BROKERS_EVERY_SECONDS = 3.0
ANSWER_SECONDS_MAX = 2.0


class Pulse:
    """Of one connection to the database and one membership of the group."""

    def __init__(
        self, consumer: AIOKafkaConsumer, connection: AsyncConnection[Any], progress: Progress
    ) -> None:
        self._consumer = consumer
        self._connection = connection
        self._progress = progress
        self._heard_milliseconds = 0
        self._noted_at = self._asked_database_at = self._asked_brokers_at = 0.0
        progress.heard_at_seconds = time.monotonic()

    async def beat(self, positions: Mapping[Partition, int], batch: Batch | None) -> None:
        """Called at each turn of the loop; ``batch`` is what was applied in it, None for nothing.

        Raises psycopg.OperationalError where the database is gone.
        """
        now = time.monotonic()
        if now - self._noted_at >= NOTE_EVERY_SECONDS:
            self._noted_at = now
            self._note(positions, batch.records if batch else (), now)
        if batch is None and now - self._asked_database_at >= ASK_DATABASE_EVERY_SECONDS:
            self._asked_database_at = now
            await self._connection.execute("SELECT")
        if not positions and now - self._asked_brokers_at >= ASK_BROKERS_EVERY_SECONDS:
            self._asked_brokers_at = now
            await self._ask_brokers()

    def _note(
        self, positions: Mapping[Partition, int], applied: Iterable[Record], now: float
    ) -> None:
        """Takes from the client what the brokers said with their last records: nothing is asked."""
        published = {Partition(r.topic, r.partition): r.timestamp / 1000 for r in applied}
        ends, current_to = {}, {}
        newest_milliseconds = 0
        for given in self._consumer.assignment():
            partition = Partition(*given)
            told_milliseconds = self._consumer.last_poll_timestamp(given)
            if partition not in positions or not told_milliseconds:
                continue
            newest_milliseconds = max(newest_milliseconds, told_milliseconds)
            ends[partition] = self._end(given)
            times = [self._progress.current_to.get(partition, 0.0), published.get(partition, 0.0)]
            if positions[partition] >= ends[partition]:
                times.append(told_milliseconds / 1000)
            current_to[partition] = max(times)
        self._progress.ends, self._progress.current_to = ends, current_to
        if newest_milliseconds != self._heard_milliseconds:
            self._heard_milliseconds = newest_milliseconds
            self._progress.heard_at_seconds = now

    def _end(self, partition: TopicPartition) -> int:
        """The end of what may be read: before the oldest transaction that is open."""
        stable = self._consumer.last_stable_offset(partition)
        if stable is not None and stable >= 0:
            return int(stable)
        return int(self._consumer.highwater(partition))

    async def _ask_brokers(self) -> None:
        """A worker without partitions fetches nothing, so it asks."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await self._consumer.topics()
        except (KafkaError, TimeoutError):
            return
        self._progress.heard_at_seconds = time.monotonic()
