"""Whether the logs that a consumer reads are still those of its positions.

A consumer that reads on by offsets does not notice that a topic was made anew, or restored, and has
grown past them. aiokafka does not know a topic's id, by which newer clients do.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection

from homeroom.engine.generations import positions
from homeroom.engine.log.last_applied import LastApplied, check_same_log
from homeroom.engine.log.reader import LogReader
from homeroom.engine.log.records import Partition
from homeroom.errors import ConsumerStalled, LogReplaced

log = structlog.get_logger(__name__)

# A broker sends a whole record that is longer, too.
ONE_RECORD_FETCH_BYTES = 64 * 1024
# A broker answers each tenth of a second. Nobody makes a topic anew and fills it between two
# answers; after a longer silence of brokers or process somebody may have.
SILENCE_SECONDS_MAX = 3.0


class LogIdentity:
    """Compares the log with the last record applied of each partition.

    That is done before anything is applied of a partition that was just assigned, or was silent;
    and now and then beside the loop, with what was the last record the time before.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        connection: AsyncConnection[Any],
        kafka: Mapping[str, Any],
        compare_seconds: float,
    ) -> None:
        """``kafka``: aiokafka's client options, for reading beside the consumer."""
        self._consumer = consumer
        self._connection = connection
        self._kafka = kafka
        self._compare_seconds = compare_seconds
        self._compared: set[Partition] = set()
        self._kept: dict[Partition, LastApplied] = {}
        # When the brokers last answered for a partition, in milliseconds since 1970.
        self._answered: dict[Partition, int] = {}
        self._looked_at = time.monotonic()
        self._looking: asyncio.Task[None] | None = None
        self._looking_for: Mapping[Partition, LastApplied] = {}

    def forget(self, partition: Partition) -> None:
        """Has a partition compared when it is assigned again: the topic may be another one then."""
        self._compared.discard(partition)
        self._kept.pop(partition, None)
        self._answered.pop(partition, None)

    def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    async def assigned(self, partitions: set[Partition]) -> None:
        """Compares those that are new; raises LogReplaced, KafkaError and psycopg's errors."""
        await self._compare(partitions - self._compared)
        self._compared |= partitions

    async def look(self, flowing: Collection[Partition], looked_at: Iterable[Partition]) -> None:
        """Called in each turn of the loop, after the poll and before anything is applied.

        ``flowing``: the partitions that may deliver something; ``looked_at``: those of them that
        did, and now and then all. Raises as ``assigned``.
        """
        await self._compare(self._silent(looked_at))
        if self._looking is not None and self._looking.done():
            looked, self._looking = self._looking, None
            await self._take(looked, self._looking_for)
        if time.monotonic() - self._looked_at >= self._compare_seconds and self._looking is None:
            self._looked_at = time.monotonic()
            last = await positions.read_last(self._connection, set(flowing))
            self._looking_for = {p: one for p, one in self._kept.items() if p in last}
            self._kept = last
            self._looking = asyncio.create_task(self._check(self._looking_for), name="compare logs")

    def _silent(self, partitions: Iterable[Partition]) -> set[Partition]:
        """Those of which an answer has come after a silence."""
        silent = set()
        for partition in partitions:
            answered = self._consumer.last_poll_timestamp(TopicPartition(*partition))
            before = self._answered.get(partition, answered)
            if answered:
                self._answered[partition] = answered
                if answered - before > SILENCE_SECONDS_MAX * 1000:
                    silent.add(partition)
        return silent

    async def _compare(self, partitions: set[Partition]) -> None:
        if partitions:
            last = await positions.read_last(self._connection, partitions)
            await self._check(last)
            self._kept |= last

    async def _check(self, last: Mapping[Partition, LastApplied]) -> None:
        if last:
            async with LogReader.connect(self._kafka, ONE_RECORD_FETCH_BYTES) as reader:
                await check_same_log(reader, last)

    async def _take(
        self, looked: "asyncio.Task[None]", earlier: Mapping[Partition, LastApplied]
    ) -> None:
        """The result of a comparison beside the loop, which has gone on meanwhile."""
        try:
            looked.result()
        except LogReplaced as error:
            # What was applied since is of the other log. A worker that starts again must not take
            # it for the record by which this one is known.
            partition = Partition(error.topic, error.partition)
            await positions.put_back_last(self._connection, partition, earlier[partition])
            raise
        except (KafkaError, ConsumerStalled, OSError) as error:
            log.info("log not compared with the positions", error=str(error).strip())
