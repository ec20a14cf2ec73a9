"""Records habit logs: decides which of them count, and appends their events to the outbox.

Logs come late, twice and out of order, since phones keep them until they are online again. The
client's own id makes one idempotent; of several for one day the latest recorded counts.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from psycopg import AsyncConnection, errors

from homeroom.commands import outbox
from homeroom.commands.habit_log_rules import (
    DayNumber,
    Judge,
    JudgedLog,
    Log,
    Quota,
    Result,
    parse,
)
from homeroom.commands.numbering import LOCK
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import CommandConflict, NumberingBehind, UnknownStudent
from homeroom.statements import load
from homeroom_kit.contract.coaching import HabitLogRecorded

SQL = load("habit_logs", __package__)

ATTEMPTS_MAX = 5
NEVER = datetime.min.replace(tzinfo=UTC)
COLLISIONS = (errors.DeadlockDetected, errors.SerializationFailure, CommandConflict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A result for each log, in the order given.

    ``command_id`` stands for the events that the caller's view of these logs rests on; None where
    there is none.
    """

    results: tuple[Result, ...]
    command_id: UUID | None


async def record(
    connection: AsyncConnection[Any],
    student_id: str,
    logs: Sequence[object],
    now: datetime,
    logs_per_day_max: int = 0,
) -> Recorded:
    """Records a student's logs, each a JSON object, in a transaction of its own.

    ``logs_per_day_max``: further logs of the student's day, which begins with its first log, are
    rejected; 0: none are.

    The connection is the owner's, in autocommit mode. Raises UnknownStudent, NumberingBehind and
    psycopg's errors; nothing is recorded then.
    """
    parsed = [parse(log) for log in logs]
    for attempt in range(ATTEMPTS_MAX):
        try:
            async with connection.transaction():
                return await _record(connection, student_id, parsed, now, logs_per_day_max)
        except COLLISIONS:
            if attempt == ATTEMPTS_MAX - 1:
                raise
            await asyncio.sleep(0.01 * 2**attempt)
    raise AssertionError


async def _record(
    connection: AsyncConnection[Any],
    student_id: str,
    parsed: Sequence[Log | Result],
    now: datetime,
    logs_per_day_max: int,
) -> Recorded:
    well_formed = [log for log in parsed if isinstance(log, Log)]
    judge = await _judge(connection, student_id, well_formed, now, logs_per_day_max)
    await _look_up_numbers(connection, judge, well_formed)
    command_id = uuid4()
    results = tuple(judge.judge(log, command_id) if isinstance(log, Log) else log for log in parsed)
    also = sorted(judge.earlier_commands)
    if judge.new or len(also) > 1:
        await _write(connection, student_id, judge, command_id, also)
        return Recorded(results, command_id)
    return Recorded(results, also[0] if also else None)


async def _judge(
    connection: AsyncConnection[Any],
    student_id: str,
    logs: Sequence[Log],
    now: datetime,
    logs_per_day_max: int,
) -> Judge:
    """Reads student, habits and known ids in one round trip, behind the lock."""
    me = {"student_id": student_id}
    async with connection.pipeline():
        await connection.execute(SQL["take_turn"], {**me, "lock": LOCK})
        await enter_live_async(connection)
        student = await connection.execute(SQL["student"], me)
        habits = await connection.execute(
            SQL["habits"], {**me, "habits": list({log.habit_id for log in logs})}
        )
        newly_sent = await connection.execute(SQL["newly_sent"], me)
        sent = await connection.execute(SQL["sent"], {**me, "ids": [log.id for log in logs]})
    level, registered, time_zone = (await student.fetchall())[0]
    if not registered:
        raise UnknownStudent
    if not level:
        raise NumberingBehind
    return Judge(
        student_id,
        time_zone,
        now,
        dict(await habits.fetchall()),
        {row[0]: JudgedLog(Log(*row[:5]), *row[5:]) for row in await sent.fetchall()},
        Quota(logs_per_day_max, (await newly_sent.fetchall())[0][0]),
    )


async def _look_up_numbers(
    connection: AsyncConnection[Any], judge: Judge, logs: Iterable[Log]
) -> None:
    days = sorted({log.day for log in logs if log.habit_id in judge.habits})
    if not days:
        return
    keys = {"habits": [habit for habit, _ in days], "days": [day for _, day in days]}
    async with connection.pipeline():
        own = await connection.execute(SQL["numbers"], keys)
        applied = await connection.execute(SQL["applied"], keys)
    for habit_id, logged_on, *number in await own.fetchall():
        judge.numbers[habit_id, logged_on] = DayNumber(*number)
    for habit_id, logged_on, sequence, recorded_at in await applied.fetchall():
        if sequence is not None:
            judge.applied[habit_id, logged_on] = sequence, recorded_at or NEVER


async def _write(
    connection: AsyncConnection[Any],
    student_id: str,
    judge: Judge,
    command_id: UUID,
    also: Sequence[UUID],
) -> None:
    mine = {"student_id": student_id, "command_id": command_id}
    existing, missing = judge.changed_numbers()
    async with connection.pipeline():
        await outbox.add_command(connection, command_id, also)
        if not judge.new:
            return
        await connection.execute(
            SQL["add_sent"], {**mine, "sent": _json([_sent(one) for one in judge.new])}
        )
        await connection.execute(SQL["count_sent"], {**mine, "logs": len(judge.new)})
        await connection.execute(SQL["set_numbers"], {**mine, "numbers": _json(existing)})
        added = await connection.execute(SQL["add_numbers"], {**mine, "numbers": _json(missing)})
        if judge.events:
            await outbox.append(connection, command_id, [_said(*one) for one in judge.events])
    if added.rowcount != len(missing):
        raise CommandConflict


def _said(student_id: str, log: Log, sequence: int) -> outbox.OutboxEvent:
    data = {
        "habit_id": log.habit_id,
        "logged_on": log.logged_on,
        "student_id": student_id,
        "done": log.done,
    }
    subject = f"{log.habit_id}/{log.logged_on}"
    return outbox.OutboxEvent(HabitLogRecorded.type, subject, sequence, log.recorded_at, data)


def _sent(one: JudgedLog) -> dict[str, object]:
    return {**asdict(one.log), "recorded": one.recorded}


def _json(rows: object) -> str:
    return orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode()
