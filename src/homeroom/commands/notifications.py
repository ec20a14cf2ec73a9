"""What teachers do with notifications: read them, dismiss them, choose channels.

A receipt's events are numbered here. A command that changes nothing says so by the command that
changed it before, so its caller can wait for that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from psycopg import AsyncConnection

from homeroom.commands import outbox
from homeroom.commands.numbering import LOCK
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import NumberingBehind, UnknownNotification, UnknownSchool
from homeroom.statements import load
from homeroom_kit.contract.notifications import NotificationDismissed, NotificationRead


def _without_comment(text: bytes) -> str:
    return "\n".join(line for line in text.decode().splitlines() if not line.startswith("--"))


_TEXTS = load("notifications", __package__)
_PARTS = {name: _without_comment(_TEXTS[name]) for name in ("had", "receipt", "joined")}
SQL = {
    name: text.decode().format(**_PARTS).encode()
    for name, text in _TEXTS.items()
    if name not in _PARTS
}
# What one command marks as read; whoever has more unread ones asks again.
READ_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """A notification, and what became of it for one teacher.

    ``sequence``: of the receipt's newest event, 0 without one; ``command_id``: of the command that
    made it, if one of ours did.
    """

    notification_id: str
    kind: str
    title: str
    message: str
    action_url: str | None
    school_id: str | None
    created_at: datetime
    sequence: int
    read_at: datetime | None
    dismissed_at: datetime | None
    command_id: UUID | None


@dataclass(frozen=True, slots=True)
class Marked:
    """The receipt as it is now, and whose event is to be waited for, if any."""

    receipt: Receipt
    command_id: UUID | None


async def read(
    connection: AsyncConnection[Any], teacher_id: str, notification_id: str, now: datetime
) -> Marked:
    """Marks a notification as read, once. The connection is the owner's, in autocommit mode.

    Raises UnknownNotification, NumberingBehind and psycopg's errors.
    """
    return await _mark(connection, teacher_id, notification_id, now, "read_at")


async def dismiss(
    connection: AsyncConnection[Any], teacher_id: str, notification_id: str, now: datetime
) -> Marked:
    """Dismisses a notification, once. Raises what `read` raises."""
    return await _mark(connection, teacher_id, notification_id, now, "dismissed_at")


async def read_all(
    connection: AsyncConnection[Any], teacher_id: str, school_id: str | None, now: datetime
) -> tuple[int, UUID | None]:
    """Marks what is unread at a school as read, at most READ_MAX; returns how many that were.

    ``school_id``: None for the first school by name. Raises UnknownSchool for one at which the
    teacher does not teach, NumberingBehind and psycopg's errors.
    """
    me = {"teacher_id": teacher_id, "school_id": school_id, "now": now, "limit": READ_MAX}
    async with connection.transaction():
        await _begin(connection, teacher_id)
        school = await (await connection.execute(SQL["school"], me)).fetchone()
        if school is None:
            if school_id is not None:
                raise UnknownSchool
            return 0, None
        found = await connection.execute(SQL["unread"], me | {"school_id": school[0]})
        receipts = [Receipt(*row) for row in await found.fetchall()]
        if not receipts:
            return 0, None
        return len(receipts), await _record(connection, teacher_id, receipts, now, "read_at")


async def prefer(
    connection: AsyncConnection[Any], teacher_id: str, chosen: Mapping[str, Mapping[str, bool]]
) -> Sequence[tuple[str, str, bool]]:
    """Sets channels of kinds, and leaves others as they are; returns all that are set."""
    rows = [
        {"kind": kind, "channel": channel, "enabled": enabled}
        for kind, channels in chosen.items()
        for channel, enabled in channels.items()
    ]
    me = {"teacher_id": teacher_id, "preferences": orjson.dumps(rows).decode()}
    async with connection.transaction():
        await connection.execute(SQL["prefer"], me)
        return await (await connection.execute(SQL["preferences"], me)).fetchall()


async def _begin(connection: AsyncConnection[Any], teacher_id: str) -> None:
    await enter_live_async(connection)
    await connection.execute(SQL["take_turn"], {"lock": LOCK, "teacher_id": teacher_id})
    if await (await connection.execute(SQL["level"])).fetchone() != (True,):
        raise NumberingBehind


async def _mark(
    connection: AsyncConnection[Any], teacher_id: str, notification_id: str, now: datetime,
    column: str,
) -> Marked:  # fmt: skip
    key = {"teacher_id": teacher_id, "notification_id": notification_id}
    async with connection.transaction():
        await _begin(connection, teacher_id)
        row = await (await connection.execute(SQL["one"], key)).fetchone()
        if row is None:
            raise UnknownNotification
        receipt = Receipt(*row)
        if getattr(receipt, column) is not None:
            return Marked(receipt, receipt.command_id)
        command_id = await _record(connection, teacher_id, [receipt], now, column)
        row = await (await connection.execute(SQL["one"], key)).fetchone()
        assert row is not None
        return Marked(Receipt(*row), command_id)


async def _record(
    connection: AsyncConnection[Any], teacher_id: str, receipts: Sequence[Receipt], now: datetime,
    column: str,
) -> UUID:  # fmt: skip
    """Writes the receipts and their events. Whoever waits for them sees what was before, too."""
    command_id = uuid4()
    rows = [
        {
            "notification_id": r.notification_id, "sequence": r.sequence + 1,
            "read_at": r.read_at, "dismissed_at": r.dismissed_at, column: now,
        }
        for r in receipts
    ]  # fmt: skip
    receipts_json = orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode()
    await connection.execute(
        SQL["record"],
        {"teacher_id": teacher_id, "command_id": command_id, "receipts": receipts_json},
    )
    await outbox.add_command(
        connection, command_id, sorted({r.command_id for r in receipts if r.command_id})
    )
    events = [_event(teacher_id, r, now, column) for r in receipts]
    await outbox.append(connection, command_id, events)
    return command_id


def _event(teacher_id: str, receipt: Receipt, now: datetime, column: str) -> outbox.OutboxEvent:
    event = NotificationRead if column == "read_at" else NotificationDismissed
    data = {"notification_id": receipt.notification_id, "teacher_id": teacher_id, "at": now}
    subject = f"{receipt.notification_id}/{teacher_id}"
    return outbox.OutboxEvent(event.type, subject, receipt.sequence + 1, now, data)
