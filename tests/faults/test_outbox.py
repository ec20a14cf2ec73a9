"""Whatever ends the relay: what a command was answered for is in the log, in order, and read."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from psycopg import AsyncConnection

from homeroom.commands.habit_logs import record
from homeroom.errors import NumberingBehind, UnknownStudent
from homeroom.local.kafka import LocalKafka
from homeroom.settings import Settings
from tests.faults.workers import Crew
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.habits import (
    NOW,
    assert_in_order,
    habit,
    log_of,
    many_logs,
    publish,
    read_log,
    student,
)
from tests.support.strength import at_full_strength, pick

KILLS = pick(quick=3, thorough=8)
STUDENTS = 4
HABITS = {f"S-{n}": [f"H-{n}-a", f"H-{n}-b"] for n in range(STUDENTS)}
# About what a round of the relay takes: a kill hits before, within and after it.
MOMENT_SECONDS = 0.15
BACK_SECONDS = 60


class Phones:
    """Students who log, and who remember what they were told."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self.connection = connection
        self.recorded = 0

    async def send(self, student_id: str, logs: list[dict[str, Any]]) -> None:
        async def answered() -> bool:
            try:
                done = await record(self.connection, student_id, logs, NOW)
            except (NumberingBehind, UnknownStudent):
                return False
            assert {result.status for result in done.results} == {"recorded"}
            return True

        await wait_for_async(answered, BACK_SECONDS)
        self.recorded += len(logs)

    async def send_some(self, number: int, days: int = 100) -> None:
        """New days of each student, and one day that is corrected each time."""
        for student_id, habits in HABITS.items():
            minute = f"2026-03-09T{number // 60:02}:{number % 60:02}:00+00:00"
            corrected = log_of(f"same-{number}", habits[0], "2026-03-09", recorded_at=minute)
            logs = many_logs(habits, days * (number + 1), "day")[days * number :]
            await self.send(student_id, [*logs, corrected])


@pytest.fixture
async def phones(prepared: Settings) -> AsyncIterator[Phones]:
    events = [student(student_id) for student_id in HABITS]
    events += [habit(h, student_id) for student_id, habits in HABITS.items() for h in habits]
    await publish(prepared, events)
    async with await AsyncConnection.connect(prepared.database_url, autocommit=True) as connection:
        yield Phones(connection)


async def assert_published(phones: Phones, settings: Settings, tables: Tables) -> list[Any]:
    """Everything recorded is in the log, each subject's numbers in order, and the tables agree."""

    async def last_numbers() -> dict[str, int]:
        found = await phones.connection.execute(
            "SELECT habit_id || '/' || logged_on, sequence FROM homeroom.habit_log_number"
        )
        return {str(subject): int(number) for subject, number in await found.fetchall()}

    def applied() -> dict[str, int]:
        rows = tables.rows("habit_log", "habit_id, logged_on, sequence")
        return {f"{habit_id}/{day}": sequence for habit_id, day, sequence in rows}

    numbers = await last_numbers()
    await wait_for_async(lambda: applied() == numbers, BACK_SECONDS)
    assert sum(numbers.values()) == phones.recorded
    assert tables.rows("waiting", "entity") == tables.rows("dead_letters", "id") == []
    found = await read_log(settings, "coaching", "habit_log")
    assert assert_in_order(found) == numbers
    return found


def unpublished(tables: Tables) -> int:
    found = tables.connection.execute(
        "SELECT count(*) FROM homeroom.outbox WHERE published_at IS NULL"
    )
    return int((found.fetchone() or (0,))[0])


@at_full_strength
async def test_kills_in_the_middle_of_thousands_of_logs_lose_nothing(
    phones: Phones, prepared: Settings, tables: Tables, crew: Crew
) -> None:
    chance = random.Random()
    within = 0
    worker = crew.start()
    for number in range(KILLS):
        # A worker that is still being started has nothing in its hands.
        worker.wait_until_said("worker started")
        await wait_for_async(lambda: unpublished(tables) == 0, BACK_SECONDS)
        await phones.send_some(number)
        # The moment itself is what is random here; each second time it is at once.
        time.sleep(number % 2 * chance.random() * MOMENT_SECONDS)  # noqa: ASYNC251
        within += unpublished(tables) > 0
        worker.kill()
        worker = crew.start()
    assert within > 0, "no kill hit what was unpublished"
    await assert_published(phones, prepared, tables)
    worker.stop()


@at_full_strength
async def test_a_frozen_relay_is_replaced_and_does_no_harm_when_it_thaws(
    phones: Phones, prepared: Settings, tables: Tables, crew: Crew
) -> None:
    workers = [crew.start(), crew.start()]
    await phones.send_some(0)
    await wait_for_async(lambda: unpublished(tables) == 0)
    for worker in workers:
        worker.freeze()
    await phones.send_some(1)
    # Whichever relays: one of them is thawed, and takes over when the other's lease has expired.
    workers[0].thaw()
    await wait_for_async(lambda: unpublished(tables) == 0, BACK_SECONDS)
    workers[1].thaw()
    workers[0].freeze()
    await phones.send_some(2)
    await wait_for_async(lambda: unpublished(tables) == 0, BACK_SECONDS)
    workers[0].thaw()
    await assert_published(phones, prepared, tables)
    for worker in workers:
        worker.stop()


class TestWithABrokerOfItsOwn:
    """Which is stopped for real."""

    @pytest.fixture
    def kafka(self, own_kafka: LocalKafka) -> LocalKafka:
        own_kafka.start()
        return own_kafka

    @pytest.fixture
    def settings(self, settings: Settings, kafka: LocalKafka) -> Settings:
        return settings.model_copy(update={"kafka_bootstrap_servers": kafka.address})

    @at_full_strength
    @pytest.mark.parametrize(
        "end", pick(quick=[LocalKafka.kill], thorough=[LocalKafka.stop, LocalKafka.kill])
    )
    async def test_what_is_recorded_while_the_broker_is_away_is_published_later(
        self, phones: Phones, prepared: Settings, tables: Tables, crew: Crew,
        kafka: LocalKafka, end: Any,
    ) -> None:  # fmt: skip
        worker = crew.start()
        for number in range(3):
            await phones.send_some(number)
        end(kafka)
        for number in range(3, 6):
            await phones.send_some(number)
            await asyncio.sleep(1)
        assert unpublished(tables) > 0
        # Killed with rows in its hands that no broker has taken.
        worker.kill()
        worker = crew.start()
        kafka.start()
        await wait_for_async(lambda: unpublished(tables) == 0, BACK_SECONDS)
        await assert_published(phones, prepared, tables)
        said = worker.said("outbox not relayed, trying again")
        assert len(said) <= 3, said
        worker.stop()
