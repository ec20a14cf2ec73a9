"""The teacher's lists in full, page by page: each two SELECTs, the model of a row, and a route."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.answers import Success
from homeroom.api.parameters import (
    Choice,
    IdFilter,
    Limit,
    Only,
    Parameter,
    Search,
    StatusFilter,
    read_parameters,
)
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
from homeroom.api.teacher.surface import Teacher, TeacherAccess, TeacherRow, lists_router
from homeroom.queries.statement import ReadResult, ReadStatement, compose, since_of_selects
from homeroom.statements import load

SQL = load("lists", __package__)
# As far as names are sorted: an index holds no text of any length.
SORTED_CHARACTERS = 200
LIMIT = Limit(default=20, most=50)
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


class TimeCursor:
    """Where pages of a list begin that is sorted by a time, newest first, and by id."""

    def __init__(self, name: str, time: str) -> None:
        self._name, self._time = name, time

    def behind(self, row: Mapping[str, Any]) -> str:
        """The page behind this row, as clients carry it."""
        return cursors.pack(self._name, row[self._time], row["_id"])

    def of(self, text: str | None) -> dict[str, object]:
        """The parameters of the SELECT; ValueError for what no page of this list has given."""
        if not text:
            return {"at": "infinity", "id": ""}
        time, row_id = _unpacked(text, self._name)
        if time is not None and not _is_instant(time):
            raise ValueError(cursors.NOT_OURS)
        return {"at": time or "-infinity", "id": row_id}


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


class NameCursor:
    """Where pages of a list begin that is sorted by a name, those without one last, and by id."""

    def __init__(self, name: str) -> None:
        self._name = name

    def behind(self, row: Mapping[str, Any]) -> str:
        """The page behind this row, as clients carry it."""
        name = row["name"]
        return cursors.pack(self._name, name and name[:SORTED_CHARACTERS], row["_id"])

    def of(self, text: str | None) -> dict[str, object]:
        """The parameters of the SELECT; ValueError for what no page of this list has given."""
        if not text:
            return {"nameless": False, "name": "", "id": ""}
        name, row_id = _unpacked(text, self._name)
        return {"nameless": name is None, "name": name or "", "id": row_id}


def _unpacked(text: str, of_list: str) -> tuple[str | None, str]:
    """Sort key and id; ValueError where they are not of this list."""
    match cursors.unpack(text):
        case [name, (str() | None) as key, str() as row_id] if name == of_list:
            return key, row_id
    raise ValueError(cursors.NOT_OURS)


@dataclass(frozen=True, slots=True)
class PagedList:
    """A list of which a client reads one page after the other.

    ``name``: as on the wire. ``read``: what is found as `about`, and the rows, of which
    ``rows_of`` makes what is shown where that is told otherwise.
    """

    name: str
    read: ReadStatement
    cursor: TimeCursor | NameCursor
    message: str
    rows_of: Callable[[ReadResult], list[dict[str, Any]]] = attrgetter("rows")

    async def page(
        self, request: Request, teacher: TeacherAccess, limit: str | None, cursor: str | None,
        read: ReadStatement | None = None, **filters: tuple[Parameter, str | None],
    ) -> Response:  # fmt: skip
        """One page, and the link to the next. ``read``: instead of the usual one."""
        given, problem = read_parameters(
            **filters, limit=(LIMIT, limit), cursor=(self.cursor, cursor)
        )
        shown = given["limit"]
        wanted = {name: given[name] for name in filters}
        # One row more than is shown, to see whether there is one.
        parameters = wanted | given["cursor"] | {"limit": shown + 1}
        parameters["filtered"] = any(wanted.values())
        result = await teacher.read(read or self.read, parameters)
        rows = self.rows_of(result)[:shown]
        total = result.about and result.about["total"]
        body = {self.name: rows, "total": total}
        response = teacher.success(result, body, self.message, problem)
        if len(result.rows) > shown:
            cursors.link_next(request, response, self.cursor.behind(rows[-1]))
        return response


def _read(name: str, row: type[TeacherRow], since: bytes = b"") -> ReadStatement:
    return compose(about=SQL[f"{name}_found"], rows=SQL[name], row=row, since=since)


class Exams(Found):
    exams: list[RecentExam]


EXAMS = PagedList(
    "exams", _read("exams", RecentExam), TimeCursor("exams", "scheduledDate"),
    "Exams retrieved successfully", with_start_times,
)  # fmt: skip


@lists_router.get("/exams", response_model=Success[Exams])
async def exams(
    request: Request, teacher: Teacher, status: ExamStatus = None, kind: Kind = None,
    upcoming: Upcoming = None, has_results: HasResults = None, class_id: ClassId = None,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All exams created by or assigned to the teacher, the newest date first."""
    return await EXAMS.page(
        request, teacher, limit, cursor, status=(EXAM_STATUS, status), kind=(KIND, kind),
        upcoming=(UPCOMING, upcoming), has_results=(HAS_RESULTS, has_results),
        class_id=(CLASS_ID, class_id), q=(SEARCH, q),
    )  # fmt: skip


class QuestionBanks(Found):
    questionBanks: list[RecentQuestionBank]  # noqa: N815


QUESTION_BANKS = PagedList(
    "questionBanks", _read("question_banks", RecentQuestionBank),
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
    "classes", _read("classes", RecentClass), TimeCursor("classes", "createdAt"),
    "Classes retrieved successfully",
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
    "assignments", _read("assignments", RecentAssignment),
    TimeCursor("assignments", "createdAt"), "Assignments retrieved successfully",
)  # fmt: skip
GRADED_ASSIGNMENTS = _read("graded", GradedAssignment)


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
    "students", _read("students", ListedStudent, STUDENTS_SINCE), NameCursor("students"),
    "Students retrieved successfully",
)  # fmt: skip
STUDENTS_OF_CLASS = _read("students_of_class", ListedStudent, STUDENTS_SINCE)


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
