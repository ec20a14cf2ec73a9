"""A consumer fetches by sessions with a real broker, and loses nothing where one is lost."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from homeroom.settings import Settings
from homeroom_kit import aiokafka_fetch_sessions
from homeroom_kit.aiokafka_fetch_sessions import FETCHES_BEFORE, FetchSession
from homeroom_kit.kafka import client_options, make_consumer
from tests.support.waiting import wait_for_async

PARTITIONS = 12


class Log:
    """A topic, its consumer, and what the consumer's answers were."""

    def __init__(self, topic: str, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
        self.partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        self.consumer = consumer
        self.answers: list[Any] = []
        self._producer = producer
        self._published = 0

    async def publish(self, number: int) -> bytes:
        self._published += 1
        value = b"%d" % self._published
        topic = self.partitions[0].topic
        await self._producer.send_and_wait(topic, value, partition=number)
        return value

    async def read(self, count: int) -> list[bytes]:
        """The values of so many records."""
        values: list[bytes] = []

        async def all_read() -> bool:
            found = await self.consumer.getmany(timeout_ms=200)
            values.extend(record.value for records in found.values() for record in records)
            return len(values) >= count

        await wait_for_async(all_read)
        return values

    async def begin_session(self) -> FetchSession:
        for number in range(FETCHES_BEFORE + 2):
            value = await self.publish(number % PARTITIONS)
            assert await self.read(1) == [value]
        (session,) = self.consumer._fetcher._sessions.values()
        assert session.session
        return session  # type: ignore[no-any-return]

    def told(self) -> list[list[int]]:
        """Which partitions each answer told of."""
        return [[of[0] for _, told in answer.topics for of in told] for answer in self.answers]


@pytest.fixture
async def log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Log]:
    topic = f"{settings.topic_prefix}many"
    options = client_options(settings)
    admin = AIOKafkaAdminClient(**options)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()
    consumer = make_consumer(
        **options, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=100
    )
    await consumer.start()
    async with AIOKafkaProducer(**options) as producer:
        log = Log(topic, producer, consumer)
        decode = aiokafka_fetch_sessions._SessionRequest.decode

        def noting(self: Any, data: Any) -> Any:
            log.answers.append(decode(self, data))
            return log.answers[-1]

        monkeypatch.setattr(aiokafka_fetch_sessions._SessionRequest, "decode", noting)
        consumer.assign(log.partitions)
        yield log
    await consumer.stop()


async def test_an_answer_tells_only_of_what_has_something_new(log: Log) -> None:
    await log.begin_session()
    log.answers.clear()
    values = [await log.publish(number) for number in (3, 7)]
    assert sorted(await log.read(2)) == sorted(values)
    # Answers without a record come from then on, one each tenth of a second.
    await wait_for_async(lambda: not log.told()[-1])
    assert {number for told in log.told() for number in told} == {3, 7}


async def test_partitions_of_which_an_answer_does_not_tell_were_asked_for(log: Log) -> None:
    await log.begin_session()
    silent = log.partitions[-1]
    before = log.consumer.last_poll_timestamp(silent)
    assert before
    log.answers.clear()
    await wait_for_async(lambda: log.consumer.last_poll_timestamp(silent) > before)
    assert log.answers
    assert silent.partition not in {number for told in log.told() for number in told}
    assert log.consumer.highwater(silent) == 0


@pytest.mark.parametrize("lost", ["session", "epoch"])
async def test_a_session_that_the_broker_does_not_know_loses_no_record(log: Log, lost: str) -> None:
    session = await log.begin_session()
    number = session.session
    log.answers.clear()

    def is_refused() -> bool:
        # Of a fetch that is under way all is said already.
        setattr(session, lost, 12345)
        return any(answer.error_code for answer in log.answers)

    await wait_for_async(is_refused)
    values = [await log.publish(number) for number in range(PARTITIONS)]
    assert sorted(await log.read(PARTITIONS)) == sorted(values)
    await wait_for_async(lambda: session.session not in {number, 0})


async def test_what_is_paused_sought_and_assigned_anew_is_fetched_as_it_should(log: Log) -> None:
    await log.begin_session()
    first = log.partitions[0]
    log.consumer.pause(first)
    held = await log.publish(0)
    others = [await log.publish(number) for number in (1, 2)]
    assert sorted(await log.read(2)) == sorted(others)
    assert await log.consumer.getmany(timeout_ms=300) == {}
    log.consumer.resume(first)
    assert await log.read(1) == [held]
    log.consumer.seek(first, await log.consumer.position(first) - 1)
    assert await log.read(1) == [held]
    fewer = log.partitions[:2]
    log.consumer.assign(fewer)
    for partition in fewer:
        await log.consumer.seek_to_end(partition)
    left_out, value = await log.publish(5), await log.publish(1)
    assert left_out != value
    assert await log.read(1) == [value]
    # Of each partition of the new assignment it is known where its log ends.
    assert all(log.consumer.highwater(partition) for partition in fewer)
