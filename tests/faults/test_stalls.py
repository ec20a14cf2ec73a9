"""A partition that has more and is not delivered is noticed; one that has not is left alone."""

import asyncio
import secrets
import time
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from homeroom.engine.consuming import consumer as worker_module
from homeroom.engine.consuming.consumer import GenerationConsumer
from homeroom.engine.consuming.stall_detector import StallDetector
from homeroom.settings import Settings
from homeroom_kit.kafka import make_consumer
from tests.faults.exact import assert_exact, positions
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import in_process, owner
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=500, thorough=1_000)
# Longer than a busy machine lets anything wait; a clock that runs fast makes it short.
STALL_SECONDS = 5.0
FAST = 25.0


class Clock:
    """The stall detector's, as fast as a test wants it."""

    def __init__(self) -> None:
        self._speed = 1.0
        self._base = self._since = time.monotonic()

    def __call__(self) -> float:
        return self._base + (time.monotonic() - self._since) * self._speed

    def run(self, speed: float) -> None:
        """From now on."""
        self._base, self._since = self(), time.monotonic()
        self._speed = speed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(
        worker_module,
        "StallDetector",
        lambda consumer, seconds: StallDetector(consumer, seconds, made),
    )
    return made


@pytest.fixture
def consumers(monkeypatch: pytest.MonkeyPatch) -> list[AIOKafkaConsumer]:
    """The consumers that a worker in this process makes, in their order."""
    made: list[AIOKafkaConsumer] = []

    def make(**options: Any) -> AIOKafkaConsumer:
        made.append(make_consumer(**options))
        return made[-1]

    monkeypatch.setattr(worker_module, "make_consumer", make)
    return made


async def assigned(worker: GenerationConsumer) -> None:
    await wait_for_async(lambda: worker.progress.assigned and worker.progress.positions)


@pytest.mark.usefixtures("patient")
async def test_a_partition_that_is_not_delivered_gets_a_new_consumer(
    upstream: Upstream,
    tables: Tables,
    prepared: Settings,
    consumers: list[AIOKafkaConsumer],
    clock: Clock,
) -> None:
    load = make_load(EVENTS, seed=110)
    async with in_process(prepared, stall_seconds=STALL_SECONDS) as worker:
        await assigned(worker)
        # Behind the worker's back, as if the client library had forgotten it.
        stuck = next(p for p in consumers[0].assignment() if p.topic.endswith("exams"))
        consumers[0].pause(stuck)
        clock.run(0)
        await upstream.publish(load)
        ends = await upstream.ends()
        await wait_for_async(
            lambda: {p for p, n in positions(tables).items() if n < ends[p]} == {tuple(stuck)}
        )
        assert worker.progress.stalls == 0
        clock.run(FAST)
        await wait_for_async(lambda: worker.progress.stalls)
        clock.run(1)
        await assert_exact(upstream, tables)
        assert worker.progress.stalls == 1
        assert len(consumers) == 2


@at_full_strength
@pytest.mark.usefixtures("patient")
async def test_silence_is_no_stall(
    upstream: Upstream,
    tables: Tables,
    prepared: Settings,
    consumers: list[AIOKafkaConsumer],
    clock: Clock,
) -> None:
    """Neither an empty end, nor marks of transactions, nor one that stays open."""
    load = make_load(EVENTS, seed=111)
    async with (
        in_process(prepared, stall_seconds=STALL_SECONDS) as worker,
        upstream.producer(transactional_id=secrets.token_hex(4)) as producer,
    ):
        await assigned(worker)
        await producer.begin_transaction()
        await upstream.publish(load, producer)
        await producer.abort_transaction()
        await assert_exact(upstream, tables)
        await asked_often(consumers[0], clock)
        await producer.begin_transaction()
        await upstream.publish(load[: EVENTS // 2], producer)
        await upstream.publish(load[EVENTS // 2 :])
        ends = await upstream.ends()
        await wait_for_async(lambda: positions(tables) == ends)
        await asked_often(consumers[0], clock)
        assert worker.progress.stalls == 0
        await producer.commit_transaction()
        await assert_exact(upstream, tables)
        assert worker.progress.stalls == 0
    assert len(consumers) == 1


async def asked_often(consumer: AIOKafkaConsumer, clock: Clock) -> None:
    """Returns once the detector has asked for the log's ends often enough to see any stall."""
    asked = 0
    ask = consumer.end_offsets

    async def counted(partitions: Any) -> Any:
        nonlocal asked
        answer = await ask(partitions)
        asked += 1
        return answer

    consumer.end_offsets = counted
    clock.run(FAST)
    try:
        await wait_for_async(lambda: asked >= 12)
        await asyncio.sleep(0)
    finally:
        clock.run(1)
        consumer.end_offsets = ask


@at_full_strength
async def test_a_library_that_ends_its_own_tasks_does_not_end_the_worker(
    upstream: Upstream, tables: Tables, prepared: Settings, consumers: list[AIOKafkaConsumer]
) -> None:
    """A CancelledError that nobody asked for is one more interruption."""
    async with in_process(prepared) as worker:
        await assigned(worker)
        stop = consumers[0].stop

        async def stop_and_raise() -> None:
            await stop()
            raise asyncio.CancelledError

        consumers[0].stop = stop_and_raise
        with owner(tables) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'homeroom worker' AND datname = current_database()"
            )
        await wait_for_async(lambda: worker.progress.retries["CancelledError"])
        await upstream.publish(make_load(EVENTS, seed=112))
        await assert_exact(upstream, tables)
        assert len(consumers) > 1
