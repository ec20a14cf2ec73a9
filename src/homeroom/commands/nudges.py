"""Nudges: messages that students should get now, found in the read model, once per cause.

A cause is a row that stays: a deadline within a day, a streak that breaks at midnight, a review
that has arrived, a recommendation of high priority. The nudge's id is the cause's hash and its
sequence 1, so where the rows were lost with a restored database, the same nudge is the same event
again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from psycopg import AsyncConnection

from homeroom.commands import outbox
from homeroom.domain.actions import deep_link, habit_url, mission_url
from homeroom.domain.days import midnight_after, zone
from homeroom.engine.generations.registry import enter_live_async
from homeroom.statements import load
from homeroom_kit.contract.nudges import NudgeDue, NudgeKind

SQL = load("nudges", __package__)

# The topics from whose events nudges follow.
TOPICS = ("missions", "people", "coaching", "coach")
AHEAD = timedelta(hours=24)
LATELY = timedelta(hours=24)
# A student's evening: from here to midnight a streak is about to break.
EVENING_HOUR = 20
# Nudges of one kind in one transaction; the rest follow at once, in the next one.
NUDGES_MAX = 1_000
NAME_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class NudgeRun:
    """How many nudges were published to the outbox, and whether there may be more."""

    appended: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Nudge:
    """A nudge that is due.

    ``url``: a page of the platform, or what the coach names. ``mission_id``: whose page opens in
    the platform's app instead.
    """

    cause: str
    student_id: str
    kind: NudgeKind
    title: str
    url: str
    due_at: datetime
    mission_id: str | None = None


async def require_tables(connection: AsyncConnection[Any]) -> None:
    """Raises psycopg's UndefinedTable where the live generation knows nothing of students."""
    async with connection.transaction():
        await enter_live_async(connection)
        await connection.execute(SQL["time_zones"])


async def look(connection: AsyncConnection[Any], now: datetime | None = None) -> NudgeRun:
    """Appends the nudges that are due and new to the outbox, in one transaction.

    Raises psycopg's errors.
    """
    now = now or datetime.now(UTC)
    async with connection.transaction():
        await enter_live_async(connection)
        of_kinds = [
            [_deadline(*row) for row in await _deadlines(connection, now)],
            [_review(*row) for row in await _reviews(connection, now)],
            [_streak(*row) for row in await _streaks(connection, now)],
            [_recommendation(now, *row) for row in await _recommendations(connection, now)],
        ]
        due = [nudge for of_kind in of_kinds for nudge in of_kind]
        appended = await _append(connection, due, now) if due else 0
    return NudgeRun(appended, any(len(of_kind) == NUDGES_MAX for of_kind in of_kinds))


async def forget(connection: AsyncConnection[Any]) -> None:
    """Delete the rows of causes that cannot come again."""
    await connection.execute(SQL["forget"])


async def _rows(
    connection: AsyncConnection[Any], statement: str, **parameters: object
) -> Sequence[tuple[Any, ...]]:
    cursor = await connection.execute(SQL[statement], {**parameters, "limit": NUDGES_MAX})
    return await cursor.fetchall()


async def _deadlines(connection: AsyncConnection[Any], now: datetime) -> Sequence[tuple[Any, ...]]:
    return await _rows(connection, "deadlines", now=now, until=now + AHEAD)


def _deadline(
    cause: str, student_id: str, mission_id: str, title: str, deadline_at: datetime
) -> _Nudge:
    title = f"“{_short(title)}” is due within 24 hours"
    return _Nudge(cause, student_id, "deadline", title, mission_url(mission_id), deadline_at)


async def _reviews(connection: AsyncConnection[Any], now: datetime) -> Sequence[tuple[Any, ...]]:
    return await _rows(connection, "reviews", now=now, since=now - LATELY)


def _review(
    cause: str, student_id: str, mission_id: str, title: str, status: str, decided_at: datetime
) -> _Nudge:
    what = "was approved" if status == "approved" else "needs changes"
    title = f"“{_short(title)}” {what}"
    return _Nudge(cause, student_id, "review", title, mission_url(mission_id), decided_at)


async def _streaks(connection: AsyncConnection[Any], now: datetime) -> Sequence[tuple[Any, ...]]:
    cursor = await connection.execute(SQL["time_zones"])
    names = [name or "UTC" for (name,) in await cursor.fetchall()]
    evenings = list(_evenings(names, now))
    if not evenings:
        return []
    time_zones, yesterdays, todays, midnights = (list(part) for part in zip(*evenings, strict=True))
    return await _rows(
        connection, "streaks", days=sorted(set(yesterdays)), time_zones=time_zones,
        yesterdays=yesterdays, todays=todays, midnights=midnights,
    )  # fmt: skip


def _evenings(names: Sequence[str], now: datetime) -> Iterator[tuple[str, str, str, datetime]]:
    """The zones in which it is evening, with yesterday, today and the next midnight there."""
    for name in dict.fromkeys(names):
        local = now.astimezone(zone(name))
        if local.hour >= EVENING_HOUR:
            today = local.date()
            yesterday = today - timedelta(days=1)
            yield name, yesterday.isoformat(), today.isoformat(), midnight_after(today, zone(name))


def _streak(
    cause: str, student_id: str, habit_id: str, name: str, midnight: datetime, days: int
) -> _Nudge:
    run = f"{days} days" if days > 1 else "1 day"
    title = f"“{_short(name)}”: a streak of {run} ends at midnight"
    return _Nudge(cause, student_id, "streak", title, habit_url(habit_id), midnight)


async def _recommendations(
    connection: AsyncConnection[Any], now: datetime
) -> Sequence[tuple[Any, ...]]:
    return await _rows(connection, "recommendations", now=now, since=now - LATELY)


def _recommendation(
    now: datetime, cause: str, student_id: str, title: str, url: str, mission_id: str | None,
    expires_at: datetime | None,
) -> _Nudge:  # fmt: skip
    """Due until it expires; one that never does is due now."""
    due_at = expires_at or now
    return _Nudge(cause, student_id, "recommendation", _short(title), url, due_at, mission_id)


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARACTERS_MAX else name[: NAME_CHARACTERS_MAX - 1] + "…"


async def _append(connection: AsyncConnection[Any], due: Sequence[_Nudge], now: datetime) -> int:
    cursor = await connection.execute(
        SQL["remember"],
        {"causes": [n.cause for n in due], "students": [n.student_id for n in due]},
    )
    new = {cause for (cause,) in await cursor.fetchall()}
    events = [_event(nudge, now) for nudge in due if nudge.cause in new]
    if events:
        await outbox.append(connection, None, events)
    return len(events)


def _event(nudge: _Nudge, now: datetime) -> outbox.OutboxEvent:
    nudge_id = blake2b(nudge.cause.encode(), digest_size=16).hexdigest()
    data = {
        "student_id": nudge.student_id,
        "nudge_id": nudge_id,
        "kind": nudge.kind,
        "title": nudge.title,
        "url": nudge.url,
        # An address elsewhere opens as it is.
        "deep_link": deep_link(mission_url(nudge.mission_id) if nudge.mission_id else nudge.url)
        or nudge.url,
        "due_at": nudge.due_at,
    }
    subject = f"{nudge.student_id}/{nudge_id}"
    return outbox.OutboxEvent(NudgeDue.type, subject, 1, now, data, nudge_id)
