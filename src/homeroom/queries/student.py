"""The student's dashboard: four answers, each one read of the student's own rows.

Row-level security shows a read nothing of anybody else's (``student_id`` of the transaction), and
each statement of ``student.sql`` names the student as well. Each function raises what
Database.read raises.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from homeroom.domain.tiers import access
from homeroom.queries.composing import Found, Read, compose
from homeroom.queries.reading import NO_PARAMETERS, Database, Whose
from homeroom.queries.students import bodies
from homeroom.queries.students.actions import ACTIONS_MAX
from homeroom.statements import load

SQL = load("student", __package__)

STATUSES = ("in_progress", "pending", "in_review", "changes_requested", "approved")
WEEK = timedelta(hours=168)
SOON = timedelta(hours=48)
# Clocks on Earth are up to 14 hours ahead of UTC and 12 behind it.
AHEAD, BEHIND = timedelta(hours=14), timedelta(hours=12)
# A run that ended the day before yesterday is the oldest that matters.
RUN_DAYS = timedelta(days=2)

PROFILE = compose(about=SQL["profile"])
PROGRESS = compose(about=SQL["track"], rows=SQL["modules"])
MISSIONS = compose(about=SQL["subscription"], rows=SQL["missions"])
DASHBOARD = compose(about=SQL["dashboard"])


@dataclass(frozen=True, slots=True)
class Student:
    """Whose answers are asked for, and the id of the token they are asked with, if it has one."""

    student_id: str
    jti: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A body, and what was true in its snapshot; ``body`` is None where nobody is registered."""

    generation: str
    as_of: datetime | None
    incomplete_since: datetime | None
    body: Any


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page of missions: the next page begins behind it."""

    changed_at: datetime
    mission_id: str

    def text(self) -> str:
        """As clients carry it: URL-safe, and nothing that they need to understand."""
        packed = orjson.dumps([self.changed_at, self.mission_id])
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """ValueError for what no page of ours has given."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            changed_at, mission_id = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
            at = datetime.fromisoformat(changed_at)
        except (binascii.Error, ValueError, TypeError) as error:
            raise ValueError(f"no cursor: {text}") from error
        if at.tzinfo is None or not isinstance(mission_id, str) or "\x00" in mission_id:
            raise ValueError(f"no cursor: {text}")
        return cls(at, mission_id)


async def dashboard(database: Database, student: Student, now: datetime) -> Answer:
    """The whole dashboard, judged at ``now``."""
    judged_at = {
        "now": now,
        "week_ago": now - WEEK,
        "soon": now + SOON,
        "earliest": (now - BEHIND - RUN_DAYS).date().isoformat(),
        "latest": (now + AHEAD).date().isoformat(),
        "actions": ACTIONS_MAX,
    }
    found = await _read(database, student, DASHBOARD, judged_at)
    body = found.about and bodies.dashboard(student.student_id, found.about, now, found.as_of)
    return _answer(found, body)


async def profile(database: Database, student: Student) -> Answer:
    """Who the student is, and could become."""
    found = await _read(database, student, PROFILE)
    return _answer(found, found.about and bodies.profile(found.about))


async def progress(database: Database, student: Student) -> Answer:
    """How far the student is in each module of the track."""
    found = await _read(database, student, PROGRESS)
    return _answer(found, found.about and bodies.progress(found.about, found.rows))


async def missions(
    database: Database,
    student: Student,
    statuses: Sequence[str] | None,
    limit: int,
    after: Cursor | None,
    now: datetime,
) -> tuple[Answer, Cursor | None]:
    """At most ``limit`` missions of these of STATUSES (None: of any), behind ``after``.

    Returns with them where the next page begins, if there is one.
    """
    asked = {
        "statuses": None if statuses is None else list(statuses),
        "limit": limit + 1,
        "changed_at": after and after.changed_at,
        "mission_id": after and after.mission_id,
    }
    found = await _read(database, student, MISSIONS, asked)
    rows = found.rows[:limit]
    more = len(found.rows) > limit
    following = Cursor(rows[-1]["updated_at"], rows[-1]["mission_id"]) if more else None
    body = None if found.about is None else bodies.missions(rows, access(found.about, now))
    return _answer(found, body), following


async def _read(
    database: Database,
    student: Student,
    read: Read,
    parameters: Mapping[str, object] = NO_PARAMETERS,
) -> Found:
    whose = Whose(student_id=student.student_id)
    return await database.read(read, parameters, whose=whose, jti=student.jti)


def _answer(found: Found, body: Any) -> Answer:
    return Answer(found.generation, found.as_of, found.since, body)
