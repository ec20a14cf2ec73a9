"""Students: those of a teacher's assigned classes, or of an admin's realm."""

from typing import Annotated, Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.answers import LINKED, SUCCEEDS
from homeroom.api.assignments.ids import WireId
from homeroom.api.assignments.surface import Answer, Page, RowCursor, answered, with_ids
from homeroom.api.parameters import IdFilter
from homeroom.api.records.surface import (
    LIMIT,
    OF_POLICY,
    Caller,
    PageLimit,
    WrittenId,
    id_of,
    listed_message,
    read_of,
    refuse,
    router,
)

CLASS_ID = IdFilter("class_level_id")
OfClass = Annotated[str | None, CLASS_ID.query(), CLASS_ID.schema()]
PageCursor = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]
NO_CLASSES = "No classes are assigned to you"


class ClassSeen(BaseModel):
    id: WireId
    name: str


class StudentSeen(BaseModel):
    id: WireId
    name: str
    classes: list[ClassSeen]


class StudentInFull(BaseModel):
    id: WireId
    name: str
    email: str | None
    classes: list[ClassSeen]


class StudentsSeen(Answer[list[StudentSeen]]):
    """``message``: where a teacher has no class at all."""

    message: str | None = None


class _StudentRow(BaseModel):
    id: str
    name: str
    sorted_as: str
    classes: list[ClassSeen] | None


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    (shown,) = with_ids([row], "id")
    shown.pop("sorted_as", None)
    return shown | {"classes": with_ids(row["classes"], "id")}


STUDENTS = Page(
    read_of("students", _StudentRow, *OF_POLICY, about="class_permitted"),
    RowCursor("students", {"sorted_as": (str, ""), "id": (str, "")}), LIMIT, _shown,
    lambda result: listed_message(result, NO_CLASSES),
)  # fmt: skip
STUDENT = read_of("one_student", StudentInFull, *OF_POLICY)


@router.get("/students", response_model=StudentsSeen, responses=LINKED)
async def seen_students(
    request: Request, caller: Caller, class_level_id: OfClass = None,
    limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """The students of a teacher's assigned classes, or all of an admin's, by name."""
    return await STUDENTS.answer(
        request, caller, limit, cursor, class_level_id=(CLASS_ID, class_level_id)
    )


@router.get("/students/{id:any}", response_model=Answer[StudentInFull], responses=SUCCEEDS)
async def one_student(caller: Caller, student_id: WrittenId) -> Response:
    """A student with the classes that the caller sees."""
    result = await caller.read(STUDENT, {"id": await id_of(caller, student_id)})
    if not result.rows:
        raise refuse(caller.scope, result, "Student not found")
    return answered(result, _shown(result.rows[0]))
