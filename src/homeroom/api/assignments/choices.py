"""Teachers, classes and subjects for the pages on which admins choose among them."""

from typing import Annotated, Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.answers import LINKED
from homeroom.api.assignments.ids import WireId
from homeroom.api.assignments.surface import (
    Answer,
    Page,
    ReadingAdmin,
    RowCursor,
    read_of,
    router,
    with_ids,
)
from homeroom.api.parameters import Search
from homeroom.api.teacher.paging import LIMIT

SEARCH = Search()
Contains = Annotated[str | None, SEARCH.query(), SEARCH.schema()]
PageLimit = Annotated[str | None, LIMIT.query(), LIMIT.schema()]
PageCursor = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]
BY_NAME = {"sorted_as": (str, ""), "id": (str, "")}


class ListedTeacher(BaseModel):
    id: WireId
    name: str
    email: str | None


class ListedClass(BaseModel):
    id: WireId
    name: str
    student_count: int


class ListedSubject(BaseModel):
    id: WireId
    name: str


class _TeacherRow(ListedTeacher):
    sorted_as: str


class _ClassRow(ListedClass):
    sorted_as: str


class _SubjectRow(ListedSubject):
    sorted_as: str


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    (shown,) = with_ids([row], "id")
    del shown["sorted_as"]
    return shown


TEACHERS = Page(
    read_of("teachers", _TeacherRow, "teacher", "membership"),
    RowCursor("teachers", BY_NAME), LIMIT, _shown,
)  # fmt: skip
CLASSES = Page(
    read_of("class_levels", _ClassRow, "class", "enrollment", "student"),
    RowCursor("class-levels", BY_NAME), LIMIT, _shown,
)  # fmt: skip
SUBJECTS = Page(
    read_of("subjects", _SubjectRow, "subject"), RowCursor("subjects", BY_NAME), LIMIT, _shown
)


@router.get("/teachers", response_model=Answer[list[ListedTeacher]], responses=LINKED)
async def all_teachers(
    request: Request, admin: ReadingAdmin,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """The registered teachers, by name."""
    return await TEACHERS.answer(request, admin, limit, cursor, q=(SEARCH, q))


@router.get("/class-levels", response_model=Answer[list[ListedClass]], responses=LINKED)
async def all_classes(
    request: Request, admin: ReadingAdmin,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """The classes that are not deleted, by name."""
    return await CLASSES.answer(request, admin, limit, cursor, q=(SEARCH, q))


@router.get("/subjects", response_model=Answer[list[ListedSubject]], responses=LINKED)
async def all_subjects(
    request: Request, admin: ReadingAdmin,
    q: Contains = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """The subjects that are taught, by name."""
    return await SUBJECTS.answer(request, admin, limit, cursor, q=(SEARCH, q))
