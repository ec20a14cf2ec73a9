"""The reads of the dashboard of a teacher at a school: two statements, whatever its size.

The first finds the school, by whose time zone the second is asked for days. Both ask whether the
teacher teaches there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from homeroom.api.access import Access
from homeroom.api.schools.items import Activity, SessionItem, TaughtClass, TeachersSchool
from homeroom.api.schools.surface import school_of
from homeroom.domain.periods import DateRange, SchoolCalendar, school_calendar
from homeroom.queries.notifications import unread
from homeroom.queries.sections import Sections, apart, side_by_side
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import ReadResult, ReadStatement, compose
from homeroom.queries.teaching import SCHOOL, SCHOOLS, teaches_there
from homeroom.statements import load

# A school's time zone may be changed between the two statements, hardly twice.
ATTEMPTS_MAX = 2
# The school, in statements that others share.
SCHOOL_ID = "%(school_id)s::text"
# Parts of several statements.
PARTS = ("students_meant", "sessions_shown", "session_item")


def _shared(text: bytes) -> str:
    return "\n".join(line for line in text.decode().splitlines() if not line.startswith("--"))


_TEXTS = load("schools", __package__)
SQL = {
    name: text.decode()
    .format(**{part: _shared(_TEXTS[part]) for part in PARTS})
    .encode()
    for name, text in _TEXTS.items()
}  # fmt: skip


class _Teacher(BaseModel):
    name: str
    email: str | None


class _Student(BaseModel):
    id: str
    name: str | None
    current_level: str | None
    completion_percentage: float | None
    last_session_at: datetime | None
    recent_assessments: list[dict[str, Any]] | None
    skills_mastered: list[str] | None
    nameless: bool
    sorted_as: str


class _SessionCounts(BaseModel):
    sessions_today: int
    sessions_this_week: int
    completion_rate: float | None


class _Metrics(BaseModel):
    total_students: int
    average_progress: float | None
    students_improving: int
    students_struggling: int


class _Earned(BaseModel):
    currency: str
    current_month: str
    last_month: str
    pending_amount: str


class _Currency(BaseModel):
    currency: str


class _UnreadCount(BaseModel):
    unread: int


class _Week(BaseModel):
    week: int
    average: float


# None where the teacher teaches nowhere, as in the list of notifications.
UNREAD = (
    f"SELECT (CASE WHEN {teaches_there(SCHOOL_ID)} THEN ({unread(SCHOOL_ID)}) ELSE 0 END)::bigint "
    "AS unread"
).encode()
SECTIONS: Sections = {
    "students": (SQL["students"], _Student),
    "schools": (SCHOOLS, TeachersSchool),
    "teacher": (SQL["teacher"], _Teacher),
    "courses": (SQL["courses"], TaughtClass),
    "today": (SQL["today"], SessionItem),
    "upcoming": (SQL["upcoming"], SessionItem),
    "recent_completed": (SQL["recent_completed"], SessionItem),
    "recent_sessions": (SQL["recent_sessions"], SessionItem),
    "session_counts": (SQL["session_counts"], _SessionCounts),
    "metrics": (SQL["metrics"], _Metrics),
    "earnings": (SQL["earnings"], _Earned),
    "newest_payment": (SQL["newest_payment"], _Currency),
    "activities": (SQL["activities"], Activity),
    "unread": (UNREAD, _UnreadCount),
}
WITH_TREND: Sections = {**SECTIONS, "trend": (SQL["trend"], _Week)}
# What it may lack is found by the second.
CHOSEN_SCHOOL = compose(about=SCHOOL, since=STATEMENT["since_never"])
DASHBOARD = compose(about=SCHOOL, rows=side_by_side(SECTIONS))
DASHBOARD_WITH_TREND = compose(about=SCHOOL, rows=side_by_side(WITH_TREND))


@dataclass(frozen=True, slots=True)
class DashboardRead:
    """What was read of the dashboard. ``school``: None for a teacher who teaches nowhere."""

    result: ReadResult
    school: dict[str, Any] | None
    calendar: SchoolCalendar
    sections: dict[str, list[dict[str, Any]]]


async def read_dashboard(
    access: Access, school_id: str | None, date_range: DateRange, page: Mapping[str, object],
    has_trend: Callable[[str], bool],
) -> DashboardRead:  # fmt: skip
    """The dashboard of one snapshot.

    ``school_id``: None for the first school by name. ``page``: where the page of students begins
    and how many it has. ``has_trend``: whether the answer of a school has the trend; asked
    before anything of it is read. Raises ApiError 403 for a school at which the teacher does not
    teach, and what ``has_trend`` and Access.read raise.
    """
    for _ in range(ATTEMPTS_MAX):
        found = await access.read(CHOSEN_SCHOOL, {"school_id": school_id})
        school = school_of(found, school_id)
        with_trend = has_trend(school["id"] if school else "")
        statement: ReadStatement = DASHBOARD_WITH_TREND if with_trend else DASHBOARD
        now = access.services.clock()
        calendar = school_calendar(now, school["time_zone"] if school else None)
        moments = school_moments(calendar, now, date_range, with_trend)
        result = await access.read(
            statement, {"school_id": school and school["id"], **page, **moments}
        )
        if result.about == school:
            break
    chosen = school_of(result, school_id)
    sections = apart(WITH_TREND if with_trend else SECTIONS, result.rows)
    return DashboardRead(result, chosen, calendar, sections)


def school_moments(
    calendar: SchoolCalendar, now: datetime, date_range: DateRange, with_trend: bool
) -> dict[str, object]:
    """The parameters of the dashboard that are times: what today, a week and a month are there."""
    period = calendar.range(date_range)
    moments: dict[str, object] = {
        "now": now,
        "today_start": calendar.today.start, "today_end": calendar.today.end,
        "week_start": calendar.week.start, "week_end": calendar.week.end,
        "range_start": period.start, "range_end": period.end,
        "month_start": calendar.month.start, "month_end": calendar.month.end,
        "last_month_start": calendar.last_month.start,
    }  # fmt: skip
    if with_trend:
        moments["weeks"] = [*map(calendar.begins, calendar.weeks), calendar.week.end]
    return moments
