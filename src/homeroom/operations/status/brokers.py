"""Reads the extent of the log and the members of the consumer group from the brokers."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError

from homeroom.engine.log.records import Partition, published_at
from homeroom.operations.migrating.topics import compacted, differing
from homeroom.settings import Settings
from homeroom_kit.aiokafka_bounds import fetched
from homeroom_kit.kafka import ASKING, client_options, make_consumer
from homeroom_kit.record_bounds import POLL_BYTES_MAX

POLL_MILLISECONDS, POLL_RECORDS_MAX = 100, 10_000
OLDEST_SECONDS_MAX = 5.0


@dataclass(frozen=True, slots=True)
class Member:
    """A worker as the consumer group knows it; ``partitions`` as ``topic:number``."""

    id: str
    client_id: str
    host: str
    partitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogExtent:
    """The extent of a partition's log, and the age of the first record from a position on.

    ``end``: the end of what may be read, before the oldest open transaction. ``oldest_seconds``:
    the time since that record was published; 0 where there is none, None where it did not arrive
    in time. ``high_watermark``: the end of all that is there; ``held_since``: when the first record
    of the transaction was published that keeps the rest from being read, in seconds since 1970.
    """

    start: int
    end: int
    oldest_seconds: float | None
    high_watermark: int = 0
    held_since: float | None = None


class Brokers:
    """A read-only connection to the brokers; joins no group and commits nothing."""

    def __init__(
        self, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer, options: Mapping[str, Any]
    ) -> None:
        self._admin = admin
        self._consumer = consumer
        self._options = options

    @classmethod
    async def connect(cls, settings: Settings, stack: AsyncExitStack) -> "Brokers":
        """Connects until the stack is closed; raises KafkaError or ConfigurationError."""
        options = client_options(settings)
        admin = AIOKafkaAdminClient(**options, request_timeout_ms=5_000)
        stack.push_async_callback(admin.close)
        await admin.start()
        consumer = make_consumer(
            **options,
            **ASKING,
            client_id="homeroom-status",
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            fetch_max_wait_ms=POLL_MILLISECONDS,
            # One record of each partition is enough. The batches of most publishers fit; larger
            # ones are fetched all the same, one partition at a time.
            max_partition_fetch_bytes=256 * 1024,
        )
        stack.push_async_callback(consumer.stop)
        await consumer.start()
        return cls(admin, consumer, options)

    async def partitions(self, topics: Sequence[str]) -> list[Partition]:
        """All partitions of those topics that exist."""
        existing = set(await self._admin.list_topics())
        described = await self._admin.describe_topics([t for t in topics if t in existing])
        return sorted(
            Partition(topic["topic"], int(partition["partition"]))
            for topic in described
            for partition in topic["partitions"]
        )

    async def differing(self, topics: Sequence[str]) -> list[str]:
        """How existing topics differ from what the log needs: one sentence per difference."""
        return await differing(self._admin, topics)

    async def compacted(self, topics: Sequence[str]) -> list[str]:
        """Those of the topics from which all but the newest record of a key may be removed."""
        return await compacted(self._admin, topics)

    async def members(self, group: str) -> list[Member]:
        """A group's members; none where there is no such group (yet)."""
        try:
            responses = await self._admin.describe_consumer_groups([group])
        except KafkaError as error:
            # The brokers have not chosen a coordinator yet, because no member ever joined.
            if error.retriable:
                return []
            raise
        return [
            _member(description)
            for response in responses
            for group_description in response.groups
            for description in group_description[5]
        ]

    async def extents(self, positions: Mapping[Partition, int]) -> dict[Partition, LogExtent]:
        """The extent of each log, with the age of the first record from the position on."""
        topic_partitions = [TopicPartition(*partition) for partition in positions]
        if not topic_partitions:
            return {}
        starts = await self._consumer.beginning_offsets(topic_partitions)
        ends = await self._consumer.end_offsets(topic_partitions)
        behind = {
            tp: max(positions[Partition(*tp)], starts[tp])
            for tp in topic_partitions
            if positions[Partition(*tp)] < ends[tp]
        }
        oldest = await self._oldest(behind, ends)
        high_watermarks, held_since = await self._beyond(ends)
        return {
            Partition(*tp): LogExtent(
                starts[tp], ends[tp], oldest.get(tp) if tp in behind else 0.0,
                high_watermarks[tp], held_since.get(tp),
            )
            for tp in topic_partitions
        }  # fmt: skip

    async def _beyond(
        self, ends: Mapping[TopicPartition, int]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, float]]:
        """The high watermarks, and when what is not to be read yet was published first."""
        consumer = make_consumer(
            **self._options,
            **ASKING,
            client_id="homeroom-status",
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=POLL_MILLISECONDS,
            max_partition_fetch_bytes=64 * 1024,
        )
        try:
            await consumer.start()
            high: dict[TopicPartition, int] = await consumer.end_offsets(list(ends))
            held = [tp for tp, end in ends.items() if high[tp] > end]
            consumer.assign(held)
            for tp in held:
                consumer.seek(tp, ends[tp])
            since: dict[TopicPartition, float] = {}
            deadline = time.monotonic() + OLDEST_SECONDS_MAX
            while len(since) < len(held) and time.monotonic() < deadline:
                found, _ = await fetched(
                    consumer, POLL_MILLISECONDS, POLL_RECORDS_MAX, POLL_BYTES_MAX
                )
                for tp, records in found.items():
                    since.setdefault(tp, published_at(records[0]).timestamp())
            return high, since
        finally:
            await consumer.stop()

    async def _oldest(
        self, behind: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, float]:
        """Seconds since the first record from an offset on was published, by partition.

        It is 0 where only control records and aborted transactions are left: nobody waits for
        them.
        """
        self._consumer.assign(list(behind))
        for tp, offset in behind.items():
            self._consumer.seek(tp, offset)
        ages: dict[TopicPartition, float] = {}
        deadline = time.monotonic() + OLDEST_SECONDS_MAX
        while (missing := [tp for tp in behind if tp not in ages]) and time.monotonic() < deadline:
            # The client fetches from all partitions at once and returns records one by one.
            for tp in missing:
                polled = await self._consumer.getmany(
                    tp, timeout_ms=POLL_MILLISECONDS, max_records=1
                )
                if records := polled.get(tp):
                    ages[tp] = _age_seconds(records[0])
                elif await self._consumer.position(tp) >= ends[tp]:
                    ages[tp] = 0.0
        return ages


def _age_seconds(record: ConsumerRecord) -> float:
    seconds = time.time() - float(record.timestamp) / 1000
    return round(max(0.0, seconds), 3)


def _member(description: Sequence[Any]) -> Member:
    member_id, client_id, host, _, assignment, *_ = description
    given: Iterable[tuple[str, Iterable[int]]] = ()
    # A member that has just joined has no partitions yet.
    if assignment:
        given = ConsumerProtocolMemberAssignment.decode(assignment).assignment
    partitions = (f"{topic}:{number}" for topic, numbers in given for number in sorted(numbers))
    return Member(member_id, client_id, host.lstrip("/"), tuple(sorted(partitions)))
