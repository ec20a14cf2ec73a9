"""The teacher's lists in full, page by page: each its SELECT, the model of a row, and a route."""

from typing import Annotated, get_args

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.answers import Success
from homeroom.api.parameters import Choice, IdFilter, Only, Search, StatusFilter
from homeroom.api.teacher.endpoints import (
    ASSIGNMENT_STATUS,
    EXAM_STATUS,
    AssignmentStatus,
    ExamStatus,
    QuestionBankState,
    RecentAssignment,
    RecentClass,
    RecentExam,
    RecentQuestionBank,
    with_start_times,
)
from homeroom.api.teacher.paging import (
    LIMIT,
    SQL,
    NameCursor,
    PagedList,
    TimeCursor,
    read_of_pages,
)
from homeroom.api.teacher.surface import SQL as DASHBOARD_SQL
from homeroom.api.teacher.surface import Teacher, TeacherRow, lists_router
from homeroom.queries.statement import since_of_selects

QUESTION_BANK_STATUS = StatusFilter(*get_args(QuestionBankState))
KIND = Choice("kind", "exam", "quiz")
UPCOMING = Only("upcoming", "that are scheduled and whose date has not passed")
HAS_RESULTS = Only("has_results", "that are completed and have results")
GRADED = Only("graded", "of which the teacher graded something, with `grades`")
CLASS_ID = IdFilter("class_id")
SEARCH = Search()
PageLimit = Annotated[str | None, LIMIT.query(), LIMIT.schema()]
PageCursor = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]
QuestionBankStatus = Annotated[
    str | None, QUESTION_BANK_STATUS.query(), QUESTION_BANK_STATUS.schema()
]
Kind = Annotated[str | None, KIND.query(), KIND.schema()]
Upcoming = Annotated[str | None, UPCOMING.query(), UPCOMING.schema()]
HasResults = Annotated[str | None, HAS_RESULTS.query(), HAS_RESULTS.schema()]
Graded = Annotated[str | None, GRADED.query(), GRADED.schema()]
ClassId = Annotated[str | None, CLASS_ID.query(), CLASS_ID.schema()]
Contains = Annotated[str | None, SEARCH.query(), SEARCH.schema()]


class Found(BaseModel):
    """What every page carries."""

    total: int = Field(description="How many match, on all pages.")


class Exams(Found):
    exams: list[RecentExam]


# Only where it is asked whether there are results does an answer rest on them.
EXAMS_SINCE = since_of_selects(DASHBOARD_SQL["about"], DASHBOARD_SQL["recent_exams"])
EXAMS = PagedList(
    "exams", read_of_pages("exams", "page_by_time", "exams", RecentExam, EXAMS_SINCE),
    TimeCursor("exams", "scheduledDate"), "Exams retrieved successfully", with_start_times,
)  # fmt: skip
EXAMS_WITH_RESULTS = read_of_pages("exams", "page_by_time", "exams", RecentExam)


@lists_router.get("/exams", response_model=Success[Exams])
async def exams(
    request: Request, teacher: Teacher, status: ExamStatus = None, kind: Kind = None,
    upcoming: Upcoming = None, has_results: HasResults = None, class_id: ClassId = None,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All exams created by or assigned to the teacher, the newest date first."""
    return await EXAMS.page(
        request, teacher, limit, cursor, EXAMS_WITH_RESULTS if has_results == "true" else None,
        status=(EXAM_STATUS, status), kind=(KIND, kind), upcoming=(UPCOMING, upcoming),
        has_results=(HAS_RESULTS, has_results), class_id=(CLASS_ID, class_id), q=(SEARCH, q),
    )  # fmt: skip


class QuestionBanks(Found):
    questionBanks: list[RecentQuestionBank]  # noqa: N815


QUESTION_BANKS = PagedList(
    "questionBanks",
    read_of_pages("question_banks", "page_by_time", "question_banks", RecentQuestionBank),
    TimeCursor("questionBanks", "createdAt"), "Question banks retrieved successfully",
)  # fmt: skip


@lists_router.get("/question-banks", response_model=Success[QuestionBanks])
async def question_banks(
    request: Request, teacher: Teacher, status: QuestionBankStatus = None,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All of the teacher's question banks, the newest first."""
    return await QUESTION_BANKS.page(
        request, teacher, limit, cursor, status=(QUESTION_BANK_STATUS, status), q=(SEARCH, q)
    )


class Classes(Found):
    classes: list[RecentClass]


CLASSES = PagedList(
    "classes", read_of_pages("classes", "page_by_time", "classes", RecentClass),
    TimeCursor("classes", "createdAt"), "Classes retrieved successfully",
)  # fmt: skip


@lists_router.get("/classes", response_model=Success[Classes])
async def classes(
    request: Request, teacher: Teacher,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All of the teacher's classes, the newest first."""
    return await CLASSES.page(request, teacher, limit, cursor, q=(SEARCH, q))


class GradedAssignment(RecentAssignment):
    """As in the recent list; ``grades`` where only graded ones are asked for."""

    grades: int = Field(default=0, description="What the teacher graded; with `graded` only.")


class Assignments(Found):
    assignments: list[RecentAssignment | GradedAssignment]


ASSIGNMENTS = PagedList(
    "assignments", read_of_pages("assignments", "page_by_time", "assignments", RecentAssignment),
    TimeCursor("assignments", "createdAt"), "Assignments retrieved successfully",
)  # fmt: skip
GRADED_ASSIGNMENTS = read_of_pages("graded_assignments", "page_by_time", None, GradedAssignment)


@lists_router.get("/assignments", response_model=Success[Assignments])
async def assignments(
    request: Request, teacher: Teacher, status: AssignmentStatus = None,
    graded: Graded = None, class_id: ClassId = None,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All of the teacher's assignments, the newest first.

    With `graded=true` those of which the teacher graded something, whoever made them.
    """
    return await ASSIGNMENTS.page(
        request, teacher, limit, cursor, GRADED_ASSIGNMENTS if graded == "true" else None,
        status=(ASSIGNMENT_STATUS, status), graded=(GRADED, graded),
        class_id=(CLASS_ID, class_id), q=(SEARCH, q),
    )  # fmt: skip


class StudentClass(TeacherRow):
    id: str = Field(alias="_id")
    class_name: str


class ListedStudent(TeacherRow):
    id: str = Field(alias="_id")
    name: str | None
    classes: list[StudentClass]


class Students(Found):
    students: list[ListedStudent]


STUDENTS_SINCE = since_of_selects(SQL["students_rest"])
STUDENTS = PagedList(
    "students",
    read_of_pages("students", "page_by_name", "students", ListedStudent, STUDENTS_SINCE),
    NameCursor("students"), "Students retrieved successfully",
)  # fmt: skip
STUDENTS_OF_CLASS = read_of_pages(
    "students_of_class", "page_by_name", None, ListedStudent, STUDENTS_SINCE
)


@lists_router.get("/students", response_model=Success[Students])
async def students(
    request: Request, teacher: Teacher, class_id: ClassId = None,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All of the teacher's students by name, those without one last, each once."""
    return await STUDENTS.page(
        request, teacher, limit, cursor, STUDENTS_OF_CLASS if class_id else None,
        class_id=(CLASS_ID, class_id), q=(SEARCH, q),
    )  # fmt: skip
