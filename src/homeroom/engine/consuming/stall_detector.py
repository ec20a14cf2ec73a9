"""Detects partitions that have more records and deliver none.

The client library is known to stop delivering a partition without an error, and the loop cannot
tell that from a topic without events. So the position is compared with the end of the log.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from homeroom.engine.log.records import Partition
from homeroom.errors import ConsumerStalled

log = structlog.get_logger(__name__)

LOOKS_PER_STALL = 4
ANSWER_SECONDS_MAX = 2.0


@dataclass(slots=True)
class _Watched:
    """A position, when it was last asked about, and since when it lies before the end."""

    position: int
    asked_at: float
    behind_since: float | None = None


class StallDetector:
    """Checks after every poll; asks the broker only where a partition has been silent for a while.

    The end is the last stable offset, up to which a consumer that reads committed records gets
    records. Control records at the end and aborted transactions move the position, so they do not
    look like a stall.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        stall_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._consumer = consumer
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._watched: dict[Partition, _Watched] = {}

    async def look(self, positions: Mapping[Partition, int], full: bool) -> None:
        """Raises ConsumerStalled where a partition has had more for too long and delivered nothing.

        ``positions``: of the partitions that flow. ``full``: whether the last poll returned as many
        records as it may; then the others may just come with the next poll.
        """
        now = self._clock()
        self._watched = {
            partition: watched
            if (watched := self._watched.get(partition)) and watched.position == position
            and not full
            else _Watched(position, now)
            for partition, position in positions.items()
        }  # fmt: skip
        silent = [
            partition for partition, watched in self._watched.items()
            if now - watched.asked_at >= self._stall_seconds / LOOKS_PER_STALL
        ]  # fmt: skip
        if silent:
            await self._ask(silent, now)

    async def _ask(self, silent: Iterable[Partition], now: float) -> None:
        ends = await self._ends(silent)
        for partition in silent:
            watched = self._watched[partition]
            watched.asked_at = now
            end = ends.get(partition)
            if end is None or end <= watched.position:
                watched.behind_since = None
            elif watched.behind_since is None:
                watched.behind_since = now
            elif now - watched.behind_since >= self._stall_seconds:
                raise ConsumerStalled(*partition, watched.position, end)

    async def _ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The last stable offsets; none where the broker does not answer in time."""
        topic_partitions = [TopicPartition(*partition) for partition in partitions]
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                ends = await self._consumer.end_offsets(topic_partitions)
        except (KafkaError, TimeoutError) as error:
            log.debug("the log's end is not known", error=str(error))
            return {}
        return {Partition(*partition): end for partition, end in ends.items()}
