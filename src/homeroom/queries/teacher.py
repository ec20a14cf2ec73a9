"""The teacher's dashboard: what its six answers are made of.

Rows are as on the wire: the names, the order and the types are those of the statements in
``teacher.sql``. Each function is one read; it raises what Database.read raises.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar, cast

from typing_extensions import TypedDict

from homeroom.queries.composing import compose
from homeroom.queries.reading import Database, Whose
from homeroom.statements import load

SQL = load("teacher", __package__)

EXAM_STATUSES = ("draft", "scheduled", "active", "completed", "cancelled")
ASSIGNMENT_STATUSES = ("draft", "published", "graded")

READS = {
    name: compose(about=SQL["about"], rows=SQL[name])
    for name in (
        "stats", "navigation_counts", "recent_exams", "recent_question_banks", "recent_classes",
        "recent_assignments",
    )
}  # fmt: skip


class Stats(TypedDict):
    totalClasses: int
    totalStudents: int
    totalAssignments: int
    totalExams: int
    upcomingExams: int
    totalQuestionBanks: int
    totalQuestions: int


class NavigationCounts(TypedDict):
    classes: int
    students: int
    assignments: int
    schedule: int
    exams: int
    questionBank: int
    grades: int
    quizzes: int
    reports: int


Exam = TypedDict(
    "Exam",
    {
        "_id": str,
        "title": str,
        "subject": str,
        "class": str | None,
        "scheduledDate": datetime | None,
        "startTime": str | None,
        "status": str,
        "totalQuestions": int,
        "totalMarks": int,
    },
)
QuestionBank = TypedDict(
    "QuestionBank",
    {
        "_id": str,
        "name": str,
        "subject": str,
        "class": str | None,
        "totalQuestions": int,
        "status": str,
        "createdAt": datetime,
    },
)


class Class(TypedDict):
    _id: str
    className: str
    classCode: str
    subject: str
    totalStudents: int
    createdAt: datetime


Assignment = TypedDict(
    "Assignment",
    {
        "_id": str,
        "title": str,
        "subject": str,
        "class": str | None,
        "dueDate": datetime | None,
        "status": str,
        "totalSubmissions": int,
        "totalStudents": int,
        "createdAt": datetime,
    },
)

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose dashboard is asked for, and the id of the token it is asked with, if it has one."""

    teacher_id: str
    jti: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one answer, and what was true of the teacher in the same snapshot.

    ``standalone`` is None where no such teacher is registered.
    """

    generation: str
    as_of: datetime | None
    incomplete_since: datetime | None
    standalone: bool | None
    rows: list[Row]


async def stats(database: Database, asker: Asker) -> Page[Stats]:
    """One row."""
    return cast("Page[Stats]", await _page(database, asker, "stats"))


async def navigation_counts(database: Database, asker: Asker) -> Page[NavigationCounts]:
    """One row."""
    return cast("Page[NavigationCounts]", await _page(database, asker, "navigation_counts"))


async def recent_exams(
    database: Database, asker: Asker, limit: int, status: str | None
) -> Page[Exam]:
    """At most ``limit`` exams, of one of EXAM_STATUSES or, where None, of any."""
    page = await _page(database, asker, "recent_exams", limit=limit, status=status)
    return cast("Page[Exam]", page)


async def recent_question_banks(database: Database, asker: Asker, limit: int) -> Page[QuestionBank]:
    """At most ``limit`` question banks."""
    page = await _page(database, asker, "recent_question_banks", limit=limit)
    return cast("Page[QuestionBank]", page)


async def recent_classes(database: Database, asker: Asker, limit: int) -> Page[Class]:
    """At most ``limit`` classes."""
    return cast("Page[Class]", await _page(database, asker, "recent_classes", limit=limit))


async def recent_assignments(
    database: Database, asker: Asker, limit: int, status: str | None
) -> Page[Assignment]:
    """At most ``limit`` assignments, of one of ASSIGNMENT_STATUSES or, where None, of any."""
    page = await _page(database, asker, "recent_assignments", limit=limit, status=status)
    return cast("Page[Assignment]", page)


async def _page(
    database: Database, asker: Asker, name: str, **parameters: object
) -> Page[dict[str, object]]:
    found = await database.read(
        READS[name], parameters, whose=Whose(teacher_id=asker.teacher_id), jti=asker.jti
    )
    standalone = found.about["standalone"] if found.about else None
    return Page(found.generation, found.as_of, found.since, standalone, found.rows)
