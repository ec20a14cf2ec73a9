"""How far a generation is in all partitions of its topics, whoever has them.

A member of the group sees its own partitions alone. What nobody has, because somebody else is in
the group and does nothing with it, would stand still without a lag that any worker tells.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection

from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.generations import positions
from homeroom.engine.log.records import Partition

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 15.0
ANSWER_SECONDS_MAX = 10.0


class Everywhere:
    """Looks now and then, and asks the brokers beside the loop."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        connection: AsyncConnection[Any],
        topics: Sequence[str],
        progress: WorkerProgress,
    ) -> None:
        self._consumer = consumer
        self._connection = connection
        self._topics = topics
        self._progress = progress
        self._looked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Called in each turn of the loop. Raises psycopg's errors."""
        if time.monotonic() - self._looked_at < LOOK_EVERY_SECONDS:
            return
        if self._asking is not None and not self._asking.done():
            return
        self._looked_at = time.monotonic()
        assert self._progress.generation is not None
        stored = await positions.read_all_async(self._connection, self._progress.generation)
        self._asking = asyncio.create_task(self._ask(stored), name="ask for all ends")

    def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self, stored: dict[Partition, int]) -> None:
        partitions = [
            TopicPartition(topic, number)
            for topic in self._topics
            for number in self._consumer.partitions_for_topic(topic) or ()
        ]
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                ends = await self._consumer.end_offsets(partitions)
        except (KafkaError, TimeoutError) as error:
            log.debug("the log's ends are not known", error=str(error))
            ends = {}
        self._progress.everywhere = {
            Partition(*tp): (stored.get(Partition(*tp), 0), end) for tp, end in ends.items()
        }
