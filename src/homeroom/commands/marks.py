"""Records marks: the policy decides who may, in the transaction that appends the event."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg import AsyncConnection

from homeroom.commands import outbox
from homeroom.commands.numbering import LOCK
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import (
    CommandConflict,
    NotInClass,
    NotPermitted,
    NumberingBehind,
    UnknownToAssign,
)
from homeroom.queries.database import ReadScope
from homeroom.queries.policy import ME, by_policy
from homeroom.statements import load
from homeroom_kit.contract.teaching import MarkRecorded

SQL = {name: by_policy(text, me=ME) for name, text in load("marks", __package__).items()}


@dataclass(frozen=True, slots=True)
class GivenMark:
    """A mark that somebody wants to record."""

    student_id: str
    class_id: str
    subject_id: str
    score: float


@dataclass(frozen=True, slots=True)
class RecordedMarks:
    """The ids of the marks, in their order, and what stands for their events."""

    mark_ids: list[str]
    command_id: UUID


async def record(
    connection: AsyncConnection[Any], who: ReadScope, marks: Sequence[GivenMark], now: datetime
) -> RecordedMarks:
    """Records marks by a teacher or an admin, all or none, in a transaction of its own.

    The connection is the owner's, in autocommit mode. Raises NotPermitted for a teacher who may not
    (or may not know), UnknownToAssign and InvalidAssignment for an admin, NumberingBehind,
    CommandConflict and psycopg's errors.
    """
    async with connection.transaction():
        await connection.execute(SQL["take_turn"], {"lock": LOCK})
        await enter_live_async(connection)
        by = {"recorded_by": who.teacher_id or who.admin_id, "recorded_at": now}
        events = []
        for mark in marks:
            await _judge(connection, who, mark)
            mark_id = await _draw(connection)
            data = {"mark_id": mark_id} | asdict(mark) | by
            events.append(outbox.OutboxEvent(MarkRecorded.type, mark_id, 1, now, data))
        command_id = uuid4()
        await outbox.add_command(connection, command_id, [])
        await outbox.append(connection, command_id, events)
    return RecordedMarks([event.subject for event in events], command_id)


async def _judge(connection: AsyncConnection[Any], who: ReadScope, mark: GivenMark) -> None:
    found = await connection.execute(SQL["judge"], asdict(who) | asdict(mark))
    row = await found.fetchone()
    assert row is not None
    level, *seen, in_class = row
    if not level:
        raise NumberingBehind
    if who.teacher_id and not (all(seen) and in_class):
        raise NotPermitted
    for is_seen, what in zip(seen, ("Class", "Subject", "Student"), strict=True):
        if not is_seen:
            raise UnknownToAssign(f"{what} not found", what.lower())
    if not in_class:
        raise NotInClass


async def _draw(connection: AsyncConnection[Any]) -> str:
    for _ in range(2):
        row = await (await connection.execute(SQL["draw"])).fetchone()
        assert row is not None
        mark_id, taken = row
        if not taken:
            return str(mark_id)
        await connection.execute(SQL["skip"])
    raise CommandConflict
