"""The endpoints of the teacher's dashboard: each a SELECT, the model of a row, and a route."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import Field
from starlette.responses import Response

from homeroom.api.answers import Listed, Success
from homeroom.api.parameters import Limit, StatusFilter
from homeroom.api.teacher.surface import Teacher, TeacherRow, read_of, router
from homeroom.domain.days import time_of_day
from homeroom.queries.statement import ReadResult

RECENT = Limit(default=5, most=20)
ExamState = Literal["draft", "scheduled", "active", "completed", "cancelled"]
AssignmentState = Literal["draft", "published", "graded"]
QuestionBankState = Literal["draft", "active", "archived"]
EXAM_STATUS = StatusFilter(*get_args(ExamState))
ASSIGNMENT_STATUS = StatusFilter(*get_args(AssignmentState))
RecentLimit = Annotated[str | None, RECENT.query(), RECENT.schema()]
ExamStatus = Annotated[str | None, EXAM_STATUS.query(), EXAM_STATUS.schema()]
AssignmentStatus = Annotated[str | None, ASSIGNMENT_STATUS.query(), ASSIGNMENT_STATUS.schema()]


class Stats(TeacherRow):
    total_classes: int
    total_students: int
    total_assignments: int
    total_exams: int
    upcoming_exams: int
    total_question_banks: int
    total_questions: int


STATS = read_of("stats", Stats)


@router.get("/stats", response_model=Success[Stats])
async def stats(teacher: Teacher) -> Response:
    """How many classes, students, assignments, exams, question banks and questions there are."""
    return await teacher.one(STATS, "Dashboard statistics retrieved successfully")


class NavigationCounts(TeacherRow):
    classes: int
    students: int
    assignments: int
    schedule: int
    exams: int
    question_bank: int
    grades: int
    quizzes: int
    reports: int


NAVIGATION_COUNTS = read_of("navigation_counts", NavigationCounts)


@router.get("/navigation-counts", response_model=Success[NavigationCounts])
async def navigation_counts(teacher: Teacher) -> Response:
    """The numbers beside the entries of the menu."""
    return await teacher.one(NAVIGATION_COUNTS, "Navigation counts retrieved successfully")


class RecentExam(TeacherRow):
    id: str = Field(alias="_id")
    title: str
    subject: str
    class_: str | None = Field(alias="class")
    scheduled_date: datetime | None
    start_time: str | None = Field(
        description="The time of day of `scheduledDate` in the teacher's time zone (UTC where none "
        "is chosen), as `09:05 AM`."
    )
    status: ExamState
    total_questions: int
    total_marks: float


class RecentExams(Listed):
    exams: list[RecentExam]


EXAMS = read_of("recent_exams", RecentExam)


def with_start_times(
    result: ReadResult, rows: Iterable[Mapping[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """Exams with the instant in ``startTime`` as a time of day where the teacher lives.

    ``rows``: those of them that are exams; all of the result's unless given.
    """
    time_zone = result.about["time_zone"] if result.about else None
    return [
        {**row, "startTime": at and time_of_day(at, time_zone)}
        for row in (result.rows if rows is None else rows)
        for at in (row["startTime"],)
    ]


@router.get("/exams/recent", response_model=Success[RecentExams])
async def recent_exams(
    teacher: Teacher, limit: RecentLimit = None, status: ExamStatus = None
) -> Response:
    """The exams created by or assigned to the teacher, the newest date first."""
    return await teacher.listed(
        EXAMS, "exams", "Recent exams retrieved successfully", with_start_times,
        limit=(RECENT, limit), status=(EXAM_STATUS, status),
    )  # fmt: skip


class RecentQuestionBank(TeacherRow):
    id: str = Field(alias="_id")
    name: str
    subject: str
    class_: str | None = Field(alias="class")
    total_questions: int
    status: QuestionBankState
    created_at: datetime


class RecentQuestionBanks(Listed):
    questionBanks: list[RecentQuestionBank]  # noqa: N815


QUESTION_BANKS = read_of("recent_question_banks", RecentQuestionBank)


@router.get("/question-banks/recent", response_model=Success[RecentQuestionBanks])
async def recent_question_banks(teacher: Teacher, limit: RecentLimit = None) -> Response:
    """The teacher's question banks, the newest first."""
    return await teacher.listed(
        QUESTION_BANKS, "questionBanks", "Recent question banks retrieved successfully",
        limit=(RECENT, limit),
    )  # fmt: skip


class RecentClass(TeacherRow):
    id: str = Field(alias="_id")
    class_name: str
    class_code: str
    subject: str
    total_students: int
    created_at: datetime


class RecentClasses(Listed):
    classes: list[RecentClass]


CLASSES = read_of("recent_classes", RecentClass)


@router.get("/classes/recent", response_model=Success[RecentClasses])
async def recent_classes(teacher: Teacher, limit: RecentLimit = None) -> Response:
    """The teacher's classes, the newest first."""
    return await teacher.listed(
        CLASSES, "classes", "Recent classes retrieved successfully", limit=(RECENT, limit)
    )


class RecentAssignment(TeacherRow):
    id: str = Field(alias="_id")
    title: str
    subject: str
    class_: str | None = Field(alias="class")
    due_date: datetime | None
    status: AssignmentState
    total_submissions: int
    total_students: int
    created_at: datetime


class RecentAssignments(Listed):
    assignments: list[RecentAssignment]


ASSIGNMENTS = read_of("recent_assignments", RecentAssignment)


@router.get("/assignments/recent", response_model=Success[RecentAssignments])
async def recent_assignments(
    teacher: Teacher, limit: RecentLimit = None, status: AssignmentStatus = None
) -> Response:
    """The teacher's assignments, the newest first."""
    return await teacher.listed(
        ASSIGNMENTS, "assignments", "Recent assignments retrieved successfully",
        limit=(RECENT, limit), status=(ASSIGNMENT_STATUS, status),
    )  # fmt: skip
