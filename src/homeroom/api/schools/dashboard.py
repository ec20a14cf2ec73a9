"""The dashboard of a teacher at one school, in one answer."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from fastapi import Query
from pydantic import BaseModel, WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.answers import LINKED, plain, stamp
from homeroom.api.assignments.ids import WireId, to_wire
from homeroom.api.assignments.surface import RowCursor
from homeroom.api.errors import ApiError
from homeroom.api.parameters import Limit, read_parameters
from homeroom.api.schools import items
from homeroom.api.schools.items import (
    Activity,
    NamedSchool,
    SchoolStudent,
    SessionItem,
    TaughtClass,
    TeachersSchool,
)
from homeroom.api.schools.reads import DashboardRead, read_dashboard
from homeroom.api.schools.surface import SCHOOL_ID, OfSchool, Teacher, router
from homeroom.domain.periods import TREND_WEEKS, DateRange, SchoolCalendar

RANGES = get_args(DateRange)
NOTHING_EARNED = {"current_month": "0.00", "last_month": "0.00", "pending_amount": "0.00"}


class RangeChoice:
    """Which sessions are listed: a day's, a week's or a month's."""

    def of(self, text: str | None) -> DateRange:
        """The range; ValueError for what is none."""
        if text is None:
            return "week"
        if text not in RANGES:
            raise ValueError(f"date_range must be one of {', '.join(RANGES)}")
        return text  # type: ignore[return-value]


RANGE = RangeChoice()
STUDENTS_LIMIT = Limit(default=50, most=50, name="students_limit")
STUDENTS_CURSOR = RowCursor(
    "school-students", {"nameless": (bool, False), "sorted_as": (str, ""), "id": (str, "")}
)
DateRangeQuery = Annotated[
    str | None,
    Query(description="Which sessions are listed: those of the day, of the week from Monday, or of "
                      "the calendar month."),
    WithJsonSchema({"type": "string", "enum": [*RANGES], "default": "week"}),
]  # fmt: skip
StudentsLimit = Annotated[str | None, STUDENTS_LIMIT.query(), STUDENTS_LIMIT.schema()]
StudentsCursorQuery = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]


class TeacherInfo(BaseModel):
    """``name``: null for a teacher whom nobody registered."""

    id: WireId
    name: str | None
    email: str | None
    schools: list[TeachersSchool]
    courses_taught: list[TaughtClass]


class SessionLists(BaseModel):
    today: list[SessionItem]
    upcoming: list[SessionItem]
    recent_completed: list[SessionItem]


class TrendWeek(BaseModel):
    """``average``: in percent of the maximum; null without an assessment."""

    week: str
    average: float | None


class ProgressMetrics(BaseModel):
    """``trend``: only where it is switched on."""

    total_students: int
    average_progress: float | None
    students_improving: int
    students_struggling: int
    trend: list[TrendWeek] | None = None


class OtherEarnings(BaseModel):
    currency: str
    current_month: str
    last_month: str
    pending_amount: str


class Earnings(BaseModel):
    """Amounts in the currency of the newest payment, null without one."""

    current_month: str
    last_month: str
    pending_amount: str
    currency: str | None
    others: list[OtherEarnings]


class QuickStats(BaseModel):
    """``completion_rate``: in percent; null while nothing was completed or cancelled."""

    total_students: int
    sessions_today: int
    sessions_this_week: int
    completion_rate: float | None


class UnreadNotifications(BaseModel):
    unread: int


class SchoolDashboard(BaseModel):
    """``school``: null for a teacher who teaches nowhere."""

    school: NamedSchool | None
    schools: list[TeachersSchool]
    teacher_info: TeacherInfo
    students: list[SchoolStudent]
    sessions: SessionLists
    recent_sessions: list[SessionItem]
    progress_metrics: ProgressMetrics
    recent_activities: list[Activity]
    earnings: Earnings
    quick_stats: QuickStats
    notifications: UnreadNotifications


async def school_dashboard(
    request: Request, teacher: Teacher, school_id: OfSchool = None,
    date_range: DateRangeQuery = None, students_limit: StudentsLimit = None,
    students_cursor: StudentsCursorQuery = None,
) -> Response:  # fmt: skip
    """Students, sessions, progress, earnings and what happened last, at one school."""
    asked, malformed = read_parameters(school_id=(SCHOOL_ID, school_id))
    given, problem = read_parameters(
        date_range=(RANGE, date_range),
        students_limit=(STUDENTS_LIMIT, students_limit),
        students_cursor=(STUDENTS_CURSOR, students_cursor),
    )  # fmt: skip
    most = given["students_limit"]
    # One student more than is shown, to see whether there is one.
    page = given["students_cursor"] | {"students_limit": most + 1}
    flags, teacher_id = teacher.services.flags, teacher.scope.teacher_id

    def has_trend(school_id: str) -> bool:
        """Asked once the school is known: where the dashboard is off, nothing more is read."""
        flags.require("consolidated_api", teacher_id, school_id)
        return flags.on("advanced_analytics", teacher_id, school_id)

    read = await read_dashboard(teacher, asked["school_id"], given["date_range"], page, has_trend)
    if malformed or problem:
        raise ApiError(400, malformed or problem, stamp(read.result))
    students = read.sections["students"]
    body = dashboard_of(teacher.scope.teacher_id, read, students[:most])
    response = plain(body, stamp(read.result))
    if len(students) > most:
        last = students[most - 1]
        cursor = STUDENTS_CURSOR.behind(last)
        cursors.link_next_with(request, response, students_cursor=cursor)
    return response


router.get("/dashboard", response_model=SchoolDashboard, responses=LINKED)(school_dashboard)
router.get("/dashboard/", include_in_schema=False, name="school_dashboard_slash")(school_dashboard)


def dashboard_of(
    teacher_id: str, read: DashboardRead, students: list[dict[str, Any]]
) -> dict[str, Any]:
    """The body of the answer. ``students``: the rows of the page."""
    of = read.sections
    schools = items.schools(of["schools"])
    known = of["teacher"][0] if of["teacher"] else {"name": None, "email": None}
    lists = ("today", "upcoming", "recent_completed")
    (metrics,) = of["metrics"]
    return {
        "school": read.school and {"id": to_wire(read.school["id"]), "name": read.school["name"]},
        "schools": schools,
        "teacher_info": {
            "id": to_wire(teacher_id), **known, "schools": schools,
            "courses_taught": items.schools(of["courses"]),
        },
        "students": [items.student(row, read.calendar.zone) for row in students],
        "sessions": {name: items.sessions(of[name]) for name in lists},
        "recent_sessions": items.sessions(of["recent_sessions"]),
        "progress_metrics": metrics | _trend(of, read.calendar),
        "recent_activities": items.schools(of["activities"]),
        "earnings": _earnings(of),
        "quick_stats": _quick_stats(of),
        "notifications": of["unread"][0],
    }  # fmt: skip


Rows = Mapping[str, list[dict[str, Any]]]


def _trend(of: Rows, calendar: SchoolCalendar) -> dict[str, Any]:
    """The last eight weeks by the days on which they began, where they were read."""
    if "trend" not in of:
        return {}
    averages = {row["week"]: row["average"] for row in of["trend"]}
    numbers = range(1, TREND_WEEKS + 1)
    weeks = zip(numbers, calendar.weeks, strict=True)
    return {"trend": [{"week": day, "average": averages.get(n)} for n, day in weeks]}


def _earnings(of: Rows) -> dict[str, Any]:
    currency = of["newest_payment"][0]["currency"] if of["newest_payment"] else None
    by_currency = {row["currency"]: row for row in of["earnings"]}
    own = by_currency.pop(currency, {}) if currency else {}
    amounts = {name: own.get(name, nothing) for name, nothing in NOTHING_EARNED.items()}
    return amounts | {"currency": currency, "others": [*by_currency.values()]}


def _quick_stats(of: Rows) -> dict[str, Any]:
    (counts,), (metrics,) = of["session_counts"], of["metrics"]
    return {"total_students": metrics["total_students"], **counts}
