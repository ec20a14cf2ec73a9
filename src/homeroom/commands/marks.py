"""Records marks: the policy decides who may, in the transaction that appends the event."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson
from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation

from homeroom.commands import outbox
from homeroom.commands.numbering import LOCK
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import (
    CommandConflict,
    NameTaken,
    NotInClass,
    NotPermitted,
    NumberingBehind,
    UnknownToAssign,
)
from homeroom.queries.database import ReadScope
from homeroom.queries.policy import ME, by_policy
from homeroom.statements import load
from homeroom_kit.contract.teaching import MarkRecorded

# Of the ids of commands that their clients have named.
NAMED = UUID("5f0a9a55-3f0e-4d53-9a61-0f3f7f2f1c6e")
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
    """The ids of the marks, in their order, when they were recorded, and what stands for their
    events.
    """

    mark_ids: list[str]
    recorded_at: datetime
    command_id: UUID


async def record(
    connection: AsyncConnection[Any],
    who: ReadScope,
    marks: Sequence[GivenMark],
    now: datetime,
    key: str = "",
) -> RecordedMarks:
    """Records marks by a teacher or an admin, all or none, in a transaction of its own.

    The connection is the owner's, in autocommit mode. ``key``: by which the caller names these
    marks; sent again with it, they are not recorded again, and have the same answer. (As
    draft-ietf-httpapi-idempotency-key-header says; keys do not expire.)

    Raises NotPermitted for a teacher who may not (or may not know), UnknownToAssign and
    InvalidAssignment for an admin, NameTaken, NumberingBehind, CommandConflict, and psycopg's
    errors.
    """
    if not key:
        return await _record(connection, who, marks, now, uuid4())
    command_id = uuid5(NAMED, f"{who.teacher_id or who.admin_id}/{key}")
    digest = _digest(key, marks)
    if before := await _recorded_before(connection, command_id, digest):
        return before
    # Another request of the same name may be under way.
    with suppress(UniqueViolation):
        return await _record(connection, who, marks, now, command_id, digest)
    before = await _recorded_before(connection, command_id, digest)
    if before is None:
        raise CommandConflict
    return before


async def _recorded_before(
    connection: AsyncConnection[Any], command_id: UUID, digest: str
) -> RecordedMarks | None:
    answer = await outbox.answer_of(connection, command_id)
    if answer is None:
        return None
    if answer["digest"] != digest:
        raise NameTaken
    recorded_at = datetime.fromisoformat(answer["recorded_at"])
    return RecordedMarks(answer["mark_ids"], recorded_at, command_id)


def _digest(key: str, marks: Sequence[GivenMark]) -> str:
    """Tells marks apart from others of the same name, and nobody what they are: who has it does
    not know the key.
    """
    return blake2b(
        orjson.dumps(marks), key=blake2b(key.encode()).digest(), digest_size=16
    ).hexdigest()


async def _record(
    connection: AsyncConnection[Any],
    who: ReadScope,
    marks: Sequence[GivenMark],
    now: datetime,
    command_id: UUID,
    digest: str = "",
) -> RecordedMarks:
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
        mark_ids = [event.subject for event in events]
        answer = {"mark_ids": mark_ids, "recorded_at": now, "digest": digest} if digest else None
        await outbox.add_command(connection, command_id, [], answer)
        await outbox.append(connection, command_id, events)
    return RecordedMarks(mark_ids, now, command_id)


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
