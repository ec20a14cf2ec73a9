"""Publishers at work with a real client, and what the log then holds."""

import itertools
import random
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from homeroom.settings import Settings
from homeroom_kit.kafka import ASKING, client_options
from tests.model.contract import TYPES
from tests.model.log import Entry
from tests.property.histories import BEGINNING, SUBJECTS, History, Published
from tests.support import wait_for_async

# A record says which of the publishers' intentions it is, so that a reader of the log knows.
MEANT = "tests-meant"
TOPICS = tuple(dict.fromkeys(type_.topic for type_ in TYPES.values()))
# Beyond this a few subjects would hold most of the load back behind their holes.
LETTERS_FROM_ACTION = 60


def make_load(events: int, seed: int, *, orderly: bool = False) -> list[Published]:
    """About so many records of all topics, partitions and entities, in an order of publishing.

    Some are duplicates, late, ahead of a hole or no events at all; ``orderly``: none of that.
    """
    chance = random.Random(seed)
    actions = LETTERS_FROM_ACTION if orderly else 100
    steps = [
        (chance.randrange(len(SUBJECTS)), chance.randrange(actions), chance.randrange(2**20))
        for _ in range(events)
    ]
    return [_of_nobody_who_teaches(one) for one in History.of(steps, fill=True).log]


def _of_nobody_who_teaches(published: Published) -> Published:
    """Memberships are of admins and students: homeroom publishes itself what ends a teacher's.

    A log that is compared with what its publisher meant must hold nothing else.
    """
    record, entry = published.record, published.entry
    if not entry.type.startswith("membership.") or record.value is None:
        return published
    value = re.sub(rb'("role": *)"teacher"', rb'\1"admin"', record.value)
    data = entry.data
    if data is not None and data.get("role") == "teacher":
        data = {**data, "role": "admin"}
    return Published(record._replace(value=value), replace(entry, data=data))


class Upstream:
    """Publishes, and reads back what came of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.options = client_options(settings)
        self._meant: list[Entry] = []
        self._clock = itertools.count(1)
        self._producer: AIOKafkaProducer | None = None

    def topic(self, name: str) -> str:
        return self.settings.topic_prefix + name

    @asynccontextmanager
    async def producer(self, **options: Any) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(
            **self.options, linger_ms=2, max_request_size=2 * 1024 * 1024, **options
        )
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    async def publish(
        self,
        load: Iterable[Published],
        to: AIOKafkaProducer | None = None,
        partition: Callable[[Published], int] = lambda published: published.record.partition,
    ) -> None:
        """Publishes in this order, through a producer of its own unless one is given."""
        if to is None:
            if self._producer is None:
                self._producer = AIOKafkaProducer(**self.options, linger_ms=2)
                await self._producer.start()
            to = self._producer
        sent = [await self._send(to, published, partition(published)) for published in load]
        await to.flush()
        for future in sent:
            await future

    async def _send(self, producer: AIOKafkaProducer, published: Published, partition: int) -> Any:
        given = published.record
        number = len(self._meant)
        topic = self.topic(given.topic)
        self._meant.append(replace(published.entry, topic=topic, partition=partition))
        return await producer.send(
            topic, given.value, given.key, partition,
            timestamp_ms=BEGINNING + next(self._clock) * 1000,
            headers=[*given.headers, (MEANT, str(number).encode())],
        )  # fmt: skip

    async def ends(self, isolation: str = "read_committed") -> dict[tuple[str, int], int]:
        """Where the log ends for whoever reads committed records, of every partition."""
        async with self._reader(isolation) as reader:
            return {tuple(p): end for p, end in (await self._ends(reader)).items()}

    async def final_ends(self) -> dict[tuple[str, int], int]:
        """The same once every transaction has ended.

        Kafka answers a commit before its marks are in all partitions.
        """
        ends: dict[tuple[str, int], int] = {}

        async def no_transaction_is_open() -> bool:
            nonlocal ends
            ends = await self.ends()
            return ends == await self.ends("read_uncommitted")

        await wait_for_async(no_transaction_is_open)
        return ends

    async def log(self) -> list[Entry]:
        """What was meant by each record that is in the log, in the order of publishing."""
        found: list[Entry] = []
        async with self._reader() as reader:
            ends = await self._ends(reader)
            reader.assign(list(ends))
            await reader.seek_to_beginning()
            while any([await reader.position(p) < end for p, end in ends.items()]):
                for records in (await reader.getmany(timeout_ms=500)).values():
                    found += [self._entry(record) for record in records]
        return sorted(found, key=lambda entry: entry.published_at)

    def _entry(self, record: Any) -> Entry:
        number = next(value for name, value in record.headers if name == MEANT)
        return replace(
            self._meant[int(number)], offset=record.offset, published_at=record.timestamp
        )

    @asynccontextmanager
    async def _reader(self, isolation: str = "read_committed") -> AsyncIterator[AIOKafkaConsumer]:
        reader = AIOKafkaConsumer(**self.options, **ASKING, isolation_level=isolation)
        await reader.start()
        try:
            yield reader
        finally:
            await reader.stop()

    async def _ends(self, reader: AIOKafkaConsumer) -> dict[TopicPartition, int]:
        async with self.admin() as admin:
            described = await wait_for_async(lambda: self._described(admin))
        partitions = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described for partition in topic["partitions"]
        ]  # fmt: skip
        ends: dict[TopicPartition, int] = await reader.end_offsets(partitions)
        return ends

    async def _described(self, admin: AIOKafkaAdminClient) -> list[dict[str, Any]] | None:
        """None while the broker, just started, does not know all of its topics again."""
        described = await admin.describe_topics([self.topic(name) for name in TOPICS])
        return described if all(topic["partitions"] for topic in described) else None

    async def has_partitions(self, admin: AIOKafkaAdminClient, count: int) -> bool:
        """Whether the broker says that each topic has so many."""
        described = await self._described(admin) or []
        return bool(described) and all(len(topic["partitions"]) == count for topic in described)

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(**self.options)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    async def close(self) -> None:
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None
