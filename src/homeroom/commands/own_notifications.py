"""Notifications that homeroom makes itself: of a new assignment, and of a membership that ended.

Each has a cause, of which its id is the hash and its sequence 1: what is published again for the
same cause is the same event.
"""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from psycopg import AsyncConnection

from homeroom.commands import outbox
from homeroom.engine.generations.registry import enter_live_async
from homeroom.statements import load
from homeroom_kit.contract.notifications import Kind, NotificationCreated

SQL = load("own_notifications", __package__)
# Notifications in one transaction; the rest follow at once, in the next one.
NOTIFICATIONS_MAX = 1_000
NAME_CHARACTERS_MAX = 200


def created_event(
    cause: str, teacher_id: str, school_id: str | None, kind: Kind, title: str, message: str,
    at: datetime,
) -> outbox.OutboxEvent:  # fmt: skip
    """The event that tells a teacher something. ``cause``: why, the same whenever it is told."""
    notification_id = blake2b(cause.encode(), digest_size=16).hexdigest()
    data = {
        "notification_id": notification_id, "teacher_id": teacher_id, "school_id": school_id,
        "kind": kind, "title": title, "message": message, "action_url": None, "created_at": at,
        "expires_at": None,
    }  # fmt: skip
    return outbox.OutboxEvent(
        NotificationCreated.type, notification_id, 1, at, data, notification_id
    )


def assigned_event(
    what: str, assignment_id: str, teacher_id: str, name: str, school_id: str | None, at: datetime
) -> outbox.OutboxEvent:
    """A teacher was assigned. ``what``: `class` or `subject`; ``school_id``: where it shows."""
    kind: Kind = "class_assigned" if what == "class" else "subject_assigned"
    title = f"You were assigned to a {what}"
    message = f"You were assigned to the {what} “{_short(name)}”."
    return created_event(f"{kind}/{assignment_id}", teacher_id, school_id, kind, title, message, at)


class EndedMemberships:
    """Tells teachers of memberships that have ended. One per relay.

    All are looked at once, then again only after one has changed, as the change feed says.
    """

    def __init__(self) -> None:
        self._seen = 0
        self._all_seen = False

    async def look(self, connection: AsyncConnection[Any]) -> bool:
        """Appends what is due and new to the outbox; returns whether there is more.

        Raises psycopg's errors.
        """
        found = await connection.execute(SQL["newest"], {"after": self._seen})
        newest, changed = await found.fetchone() or (None, False)
        if self._all_seen and not changed:
            self._seen = newest or self._seen
            return False
        async with connection.transaction():
            await enter_live_async(connection)
            due = await connection.execute(SQL["ended"], {"limit": NOTIFICATIONS_MAX})
            rows = await due.fetchall()
            await _append(connection, rows)
        self._all_seen = len(rows) < NOTIFICATIONS_MAX
        if self._all_seen:
            self._seen = newest or self._seen
        return not self._all_seen


async def _append(connection: AsyncConnection[Any], rows: list[tuple[Any, ...]]) -> None:
    causes = {"causes": [row[0] for row in rows], "teachers": [row[1] for row in rows]}
    if not rows:
        return
    remembered = await connection.execute(SQL["remember"], causes)
    new = {cause for (cause,) in await remembered.fetchall()}
    events = [_ended_event(*row) for row in rows if row[0] in new]
    if events:
        await outbox.append(connection, None, events)


def _ended_event(
    cause: str, teacher_id: str, school: str, revoked_at: datetime
) -> outbox.OutboxEvent:
    title = "You have left a school"
    message = f"You do not teach at “{_short(school)}” any more."
    at = revoked_at.astimezone(UTC)
    # The school that ended no longer shows: so it belongs to none.
    return created_event(cause, teacher_id, None, "membership_ended", title, message, at)


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARACTERS_MAX else name[: NAME_CHARACTERS_MAX - 1] + "…"
