"""Students with habits, what they log, and what the log of events then holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition

from homeroom.commands.numbering import log_ends
from homeroom.engine.generations.registry import enter
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from homeroom_kit.publishing.events import OutgoingEvent, check
from homeroom_kit.publishing.publisher import Publisher

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def log_of(
    log_id: str,
    habit_id: str = "H-1",
    logged_on: str = "2026-03-09",
    done: bool = True,
    recorded_at: datetime | str = "2026-03-09T20:00:00+00:00",
) -> dict[str, Any]:
    """A log as a client sends it."""
    told = recorded_at if isinstance(recorded_at, str) else recorded_at.isoformat()
    return {
        "id": log_id,
        "habit_id": habit_id,
        "logged_on": logged_on,
        "done": done,
        "recorded_at": told,
    }


def many_logs(habits: Sequence[str], count: int, prefix: str = "log") -> list[dict[str, Any]]:
    """Logs of different days, habit by habit."""
    first = datetime(2020, 1, 1, tzinfo=UTC)
    return [
        log_of(
            f"{prefix}-{number}",
            habits[number % len(habits)],
            (first + timedelta(days=number // len(habits))).date().isoformat(),
            number % 3 > 0,
        )
        for number in range(count)
    ]


def event(type_name: str, subject: str, sequence: int, data: Mapping[str, Any]) -> OutgoingEvent:
    """An event of one of the student's services, held against the contract."""
    made = OutgoingEvent(
        type=type_name,
        source="/services/tests",
        id=f"{type_name}/{subject}/{sequence}",
        subject=subject,
        sequence=sequence,
        time="2026-01-01T00:00:00Z",
        data=data,
    )
    check(made)
    return made


def student(student_id: str, time_zone: str | None = None) -> OutgoingEvent:
    data = {
        "student_id": student_id,
        "name": "Ada",
        "email": None,
        "track_id": None,
        "cohort": None,
        "mentor_id": None,
        "time_zone": time_zone,
        "consents": {},
    }
    return event("student.registered.v1", student_id, 1, data)


def habit(habit_id: str, student_id: str) -> OutgoingEvent:
    data = {
        "habit_id": habit_id,
        "student_id": student_id,
        "name": "Reading",
        "started_on": "2020-01-01",
    }
    return event("habit.started.v1", habit_id, 1, data)


async def publish(settings: Settings, events: Iterable[OutgoingEvent]) -> str:
    """The value of Homeroom-Wait-For that stands for them."""
    async with Publisher(settings) as publisher:
        return (await publisher.publish(events)).wait_for


def register(database_url: str, habits: Mapping[str, Sequence[str]]) -> None:
    """Students and their habits, written into the live generation; numbers count as level."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute("SELECT schema FROM homeroom.live").fetchone()
        assert row is not None
        enter(connection, row[0], for_session=True)
        for student_id, of_student in habits.items():
            connection.execute(
                "INSERT INTO students (student_id, name, time_zone) VALUES (%s, 'Ada', 'UTC')",
                (student_id,),
            )
            for habit_id in of_student:
                connection.execute(
                    "INSERT INTO student_habits (habit_id, student_id, name, started_on, stopped) "
                    "VALUES (%s, %s, 'Reading', '2020-01-01', false)",
                    (habit_id, student_id),
                )
        connection.execute("UPDATE homeroom.numbering SET identity = homeroom.identity()")


@dataclass(frozen=True)
class InLog:
    """A record of the log."""

    topic: str
    partition: int
    offset: int
    id: str
    subject: str
    sequence: int
    data: dict[str, Any]


async def read_log(settings: Settings, topic: str, entity: str) -> list[InLog]:
    """All events of an entity, in the order of each partition."""
    ends = {TopicPartition(*p): end for p, end in (await log_ends(settings, [topic])).items()}
    consumer = AIOKafkaConsumer(**client_options(settings))
    await consumer.start()
    found = []
    try:
        consumer.assign(list(ends))
        await consumer.seek_to_beginning()
        while any([await consumer.position(p) < end for p, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
    finally:
        await consumer.stop()
    told = [(record, dict(record.headers)) for record in found]
    return [
        InLog(
            record.topic,
            record.partition,
            record.offset,
            headers["ce_id"].decode(),
            headers["ce_subject"].decode(),
            int(headers["ce_sequence"]),
            orjson.loads(record.value),
        )
        for record, headers in told
        if headers["ce_type"].startswith(f"{entity}.".encode())
    ]


def assert_in_order(found: Iterable[InLog]) -> dict[str, int]:
    """Each subject's numbers appear first in their order, without holes, always as one event.

    Returns the last number of each.
    """
    last: dict[str, int] = {}
    ids: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
    for one in found:
        reached = last.get(one.subject, 0)
        assert one.sequence <= reached + 1, f"{one} comes after {reached}"
        last[one.subject] = max(reached, one.sequence)
        same = ids.setdefault((one.subject, one.sequence), (one.id, one.data))
        assert same == (one.id, one.data), f"{one} was another event before: {same}"
    return last
