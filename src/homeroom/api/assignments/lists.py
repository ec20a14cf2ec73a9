"""Who is assigned to what: for admins of all teachers, and for everybody of oneself."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.answers import LINKED, SUCCEEDS, wire_time
from homeroom.api.assignments.ids import WireId, to_wire
from homeroom.api.assignments.surface import (
    SQL,
    Answer,
    Page,
    ReadingAdmin,
    ReadingTeacherOrAdmin,
    RowCursor,
    answered,
    read_of,
    router,
    with_ids,
)
from homeroom.api.errors import ApiError
from homeroom.api.parameters import IdFilter, Limit
from homeroom.queries.sections import Sections, apart, side_by_side
from homeroom.queries.statement import ReadStatement, compose

PATH = "/teacher-assignments"
LIMIT = Limit(default=100, most=500)
USER_ID, CLASS_ID, SUBJECT_ID = map(IdFilter, ("user_id", "class_level_id", "subject_id"))
OfUser = Annotated[str | None, USER_ID.query(), USER_ID.schema()]
OfClass = Annotated[str | None, CLASS_ID.query(), CLASS_ID.schema()]
OfSubject = Annotated[str | None, SUBJECT_ID.query(), SUBJECT_ID.schema()]
PageLimit = Annotated[str | None, LIMIT.query(), LIMIT.schema()]
PageCursor = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]
LINKS = ("class_assignment", "subject_assignment")


class OwnClass(BaseModel):
    id: WireId
    name: str
    student_count: int


class OwnSubject(BaseModel):
    id: WireId
    name: str


class AssignedClass(OwnClass):
    assignment_id: WireId


class AssignedSubject(OwnSubject):
    assignment_id: WireId


class AssignedTeacher(BaseModel):
    user_id: WireId
    username: str
    full_name: str
    classes: list[AssignedClass]
    subjects: list[AssignedSubject]


class AssignedRow(BaseModel):
    """As it is read: a page begins behind ``sorted_as``."""

    user_id: str
    username: str
    full_name: str
    sorted_as: str
    classes: list[dict[str, Any]] | None
    subjects: list[dict[str, Any]] | None


def _assigned(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "user_id": to_wire(row["user_id"]),
        "username": row["username"],
        "full_name": row["full_name"],
        "classes": with_ids(row["classes"], "id", "assignment_id"),
        "subjects": with_ids(row["subjects"], "id", "assignment_id"),
    }


ASSIGNED = Page(
    read_of("assigned", AssignedRow, *LINKS, "teacher", "class", "enrollment", "student", "subject",
            "membership"),
    RowCursor("teacher-assignments", {"sorted_as": (str, ""), "user_id": (str, "")}),
    LIMIT, _assigned,
)  # fmt: skip


@router.get(PATH, response_model=Answer[list[AssignedTeacher]], responses=LINKED)
async def teacher_assignments(
    request: Request, admin: ReadingAdmin, user_id: OfUser = None, class_level_id: OfClass = None,
    subject_id: OfSubject = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All teachers by name, with the classes and subjects that each is assigned to."""
    return await ASSIGNED.answer(
        request, admin, limit, cursor, user_id=(USER_ID, user_id),
        class_level_id=(CLASS_ID, class_level_id), subject_id=(SUBJECT_ID, subject_id),
    )  # fmt: skip


class Own(BaseModel):
    classes: list[OwnClass]
    subjects: list[OwnSubject]


def _own_sections(owner: str) -> Sections:
    def owned(name: str) -> bytes:
        return SQL[name].decode().format(owner=owner).encode()

    return {"classes": (owned("own_classes"), OwnClass),
            "subjects": (owned("own_subjects"), OwnSubject)}  # fmt: skip


SECTIONS = _own_sections("me.teacher_id")
OWN_OF_TEACHER = compose(rows=side_by_side(SECTIONS))
OWN_OF_ADMIN = compose(rows=side_by_side(_own_sections("me.admin_id")))


@router.get(f"{PATH}/my-assignments", response_model=Answer[Own], responses=SUCCEEDS)
async def my_assignments(caller: ReadingTeacherOrAdmin) -> Response:
    """The classes and subjects that the caller is assigned to."""
    result = await caller.read(OWN_OF_ADMIN if caller.scope.admin_id else OWN_OF_TEACHER)
    # A link that was made twice is one.
    sections = {
        name: with_ids(list({row["id"]: row for row in rows}.values()), "id")
        for name, rows in apart(SECTIONS, result.rows).items()
    }
    return answered(result, sections)


class Workload(BaseModel):
    user_id: WireId
    username: str
    full_name: str
    classes: int
    subjects: int
    students: int


WORKLOAD = Page(
    read_of("workload", Workload, *LINKS, "teacher", "class", "enrollment", "student", "subject",
            "membership"),
    RowCursor("workload", {"classes": (int, 2**62), "subjects": (int, 0), "students": (int, 0),
                        "user_id": (str, "")}),
    LIMIT, lambda row: with_ids([row], "user_id")[0],
)  # fmt: skip


@router.get(f"{PATH}/workload", response_model=Answer[list[Workload]], responses=LINKED)
async def teacher_workload(
    request: Request, admin: ReadingAdmin, limit: PageLimit = None, cursor: PageCursor = None
) -> Response:
    """How many classes, subjects and students each teacher has by assignment, most first."""
    return await WORKLOAD.answer(request, admin, limit, cursor)


class HistoryEntry(BaseModel):
    assignment_id: WireId
    kind: str
    target_id: WireId
    made_at: datetime
    made_by: WireId
    removed_at: datetime | None
    removed_by: WireId | None


class _InstantCursor(RowCursor):
    """The first column is a time."""

    def behind(self, row: dict[str, Any]) -> str:  # type: ignore[override]
        return super().behind(row | {"made_at": wire_time(row["made_at"])})

    def of(self, text: str | None) -> dict[str, object]:
        parameters = super().of(text)
        try:
            at = str(parameters["after_made_at"])
            parameters["after_made_at"] = at if at == "infinity" else datetime.fromisoformat(at)
        except ValueError:
            raise ValueError(cursors.NOT_OURS) from None
        return parameters


class _Known(BaseModel):
    found: bool


TEACHER_KNOWN = read_of("teacher_known", _Known, "teacher", "membership")


def _history(row: dict[str, Any]) -> dict[str, Any]:
    shown = with_ids([row], "assignment_id", "target_id", "made_by")[0]
    return shown | {"removed_by": row["removed_by"] and to_wire(row["removed_by"])}


HISTORY = Page(
    read_of("history", HistoryEntry, *LINKS, "class"),
    _InstantCursor("history", {"made_at": (str, "infinity"), "kind": (str, ""),
                               "assignment_id": (str, "")}),
    LIMIT, _history,
)  # fmt: skip


@router.get(f"{PATH}/history", response_model=Answer[list[HistoryEntry]], responses=LINKED)
async def assignment_history(
    request: Request, admin: ReadingAdmin, user_id: OfUser = None,
    limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """All assignments of a teacher that were ever made, the newest first, and who ended them."""
    await _require_teacher(admin, user_id)
    return await HISTORY.answer(request, admin, limit, cursor, user_id=(USER_ID, user_id))


async def _require_teacher(admin: ReadingAdmin, user_id: str | None) -> None:
    """ApiError 400 without a teacher, 404 for one who is not there for the admin."""
    try:
        teacher_id = USER_ID.of(user_id)
    except ValueError as error:
        raise await admin.malformed(error) from None
    if teacher_id is None:
        raise await admin.malformed("user_id is required")
    statement: ReadStatement = TEACHER_KNOWN
    known = await admin.read(statement, {"user_id": teacher_id})
    if not known.rows:
        raise ApiError(404, "Teacher not found")
