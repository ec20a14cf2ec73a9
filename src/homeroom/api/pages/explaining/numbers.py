"""Numbers that queries compute: each is explained by the rows that it is made of.

Their SELECTs in ``numbers.sql`` are asked for the viewer, as the pages' own are: who sees a number
sees these rows. Each row leads to what it is made of itself.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from homeroom.api.access import Access
from homeroom.api.assignments.ids import from_wire
from homeroom.api.errors import ApiError
from homeroom.api.flags import FlagName
from homeroom.api.pages.explaining.viewing import MARK_SEEN
from homeroom.api.schools.reads import CHOSEN_SCHOOL, school_moments
from homeroom.api.schools.reads import SQL as OF_SCHOOLS
from homeroom.api.schools.surface import school_of
from homeroom.api.student.surface import SQL as OF_STUDENTS
from homeroom.domain.days import ONE_DAY, today
from homeroom.domain.habit_calendar import WEEKS, first_day
from homeroom.domain.periods import school_calendar
from homeroom.queries.notifications import SHOWS, had
from homeroom.queries.policy import by_policy
from homeroom.queries.realm import OF_READER, in_realm
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import ReadStatement, compose
from homeroom.statements import load

ROWS_MAX = 200
# What switches the dashboard of a school off, and its trend.
OF_DASHBOARD: tuple[FlagName, ...] = ("consolidated_api",)
OF_TREND: tuple[FlagName, ...] = (*OF_DASHBOARD, "advanced_analytics")
_TEXTS = load("numbers", __package__)
_PAGE = _TEXTS.pop("page").decode()
_DAY_OF = compose(about=OF_STUDENTS["habits_of"], since=STATEMENT["since_never"])

Asked = Mapping[str, str | None]
Times = Callable[[Access, Asked], Awaitable[Mapping[str, object]]]


async def _no_times(_viewer: Access, _asked: Asked) -> Mapping[str, object]:
    return {}


async def _at_school(viewer: Access, asked: Asked) -> Mapping[str, object]:
    """The school's days, as its page has them; ApiError 403 for a school of others."""
    found = await viewer.read(CHOSEN_SCHOOL, {"school_id": asked["school_id"]})
    school = school_of(found, asked["school_id"]) or {"time_zone": None}
    now = viewer.services.clock()
    calendar = school_calendar(now, school["time_zone"])
    return school_moments(calendar, now, "week", with_trend=True)


async def _of_student(viewer: Access, _asked: Asked) -> Mapping[str, object]:
    """The student's days, as My day has them."""
    known = (await viewer.read(_DAY_OF)).about or {"time_zone": None}
    now = viewer.services.clock()
    day = today(now, known["time_zone"])
    days = {
        "today": day, "yesterday": day - ONE_DAY, "first_week": first_day(day),
        "first_score": now.date() - WEEKS * 7 * ONE_DAY,
    }  # fmt: skip
    return {name: one.isoformat() for name, one in days.items()}


@dataclass(frozen=True, slots=True)
class ComputedNumber:
    """A number made of rows of ``table``, in which ``column`` matters.

    ``roles``: who sees it on a page. ``asks``: what is asked of it by the address, ids and words;
    of ``needs`` one must be given. ``times``: the parameters that are times. ``flags``: without
    which no page has it.
    """

    definition: bytes
    statement: ReadStatement
    roles: tuple[str, ...]
    table: str
    column: str
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    times: Times = _no_times
    flags: tuple[FlagName, ...] = ()

    def lacks(self, given: Asked) -> bool:
        """Whether nothing is given of what is needed."""
        return bool(self.needs) and not any(given.get(name) for name in self.needs)

    async def parameters(self, viewer: Access, given: Mapping[str, str]) -> dict[str, object]:
        """Those of the statement; ApiError 400 for what can be none of them, 403 for a school of
        others."""
        try:
            asked = {name: from_wire(name, given[name]) if given.get(name) else None
                     for name in self.asks}  # fmt: skip
        except ValueError as error:
            raise await viewer.malformed(error) from None
        if self.lacks(asked):
            raise await viewer.malformed(f"{' or '.join(self.needs)} is required")
        return {**asked, **await self.times(viewer, asked), "limit": ROWS_MAX}


def _number(
    name: str, roles: tuple[str, ...], table: str, column: str, *,
    asks: tuple[str, ...] = (), needs: tuple[str, ...] = (), times: Times = _no_times,
    flags: tuple[FlagName, ...] = (),
) -> ComputedNumber:  # fmt: skip
    definition = by_policy(
        _TEXTS[name], students_meant=OF_SCHOOLS["students_meant"].decode(),
        had=had("%(school_id)s::text"), shows=SHOWS, mark_seen=MARK_SEEN,
        class_of_realm=in_realm(b"{class_of_realm}", OF_READER).decode(),
    )  # fmt: skip
    statement = compose(
        rows=_PAGE.format(rows=definition.decode()).encode(), since=STATEMENT["since_never"]
    )
    return ComputedNumber(definition, statement, roles, table, column, asks, needs, times, flags)


def _of_school(
    name: str, table: str, column: str, *more: str, flags: tuple[FlagName, ...] = OF_DASHBOARD
) -> ComputedNumber:
    return _number(
        name, ("teacher",), table, column, asks=("school_id", *more), needs=("school_id",),
        times=_at_school, flags=flags,
    )  # fmt: skip


def _of_day(name: str, table: str, column: str, *asks: str) -> ComputedNumber:
    return _number(name, ("student",), table, column, asks=asks, times=_of_student)


def _of_workload(name: str, table: str, column: str) -> ComputedNumber:
    of_teacher = ("user_id",)
    return _number(name, ("admin",), table, column, asks=of_teacher, needs=of_teacher)


OF_MARKS = ("class_id", "student_id", "subject_id")
NUMBERS: Mapping[str, ComputedNumber] = {
    "upcoming_exams": _number("upcoming_exams", ("teacher",), "teacher_exams", "scheduled_at"),
    "school_students": _of_school("school_students", "school_class_students", "school_id"),
    "sessions_today": _of_school("sessions_today", "teacher_sessions", "starts_at"),
    "sessions_this_week": _of_school("sessions_this_week", "teacher_sessions", "starts_at"),
    "completion_rate": _of_school("completion_rate", "teacher_sessions", "status"),
    "average_progress": _of_school("average_progress", "school_student_progress", "completion"),
    "students_improving": _of_school("students_improving", "school_assessment_means", "latest"),
    "students_struggling": _of_school("students_struggling", "school_assessment_means", "latest"),
    "assessments_trend": _of_school("assessments_trend", "school_assessments", "score",
                                    flags=OF_TREND),
    "earned_this_month": _of_school("earned_this_month", "teacher_payments", "amount", "currency"),
    "earned_last_month": _of_school("earned_last_month", "teacher_payments", "amount", "currency"),
    "pending_payments": _of_school("pending_payments", "teacher_payments", "amount", "currency"),
    "unread_notifications": _of_school("unread_notifications", "notifications", "created_at",
                                       flags=()),
    "marks": _number("marks", ("teacher", "admin"), "marks", "score", asks=OF_MARKS,
                     needs=("class_id", "student_id")),
    "workload_classes": _of_workload("workload_classes", "class_assignments", "class_id"),
    "workload_subjects": _of_workload("workload_subjects", "subject_assignments", "subject_id"),
    "workload_students": _of_workload("workload_students", "student_classes", "student_id"),
    "streak": _of_day("streak", "habit_runs", "last_day", "habit_id"),
    "days_done": _of_day("days_done", "habit_runs", "last_day"),
    "goals_today": _of_day("goals_today", "student_goals", "completed_at"),
    "missions_in_review": _of_day("missions_in_review", "student_missions", "status"),
    "readiness_scores": _of_day("readiness_scores", "student_readiness_scores", "score"),
}  # fmt: skip


def computed_number(name: str) -> ComputedNumber:
    """The number of this name; ApiError 404 for another."""
    try:
        return NUMBERS[name]
    except KeyError:
        raise ApiError(404, "Not found") from None
