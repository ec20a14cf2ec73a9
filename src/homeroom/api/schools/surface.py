"""What the endpoints of teachers in schools share: who may ask, for which school, refusals."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from homeroom.api.access import ID, Access, admit
from homeroom.api.answers import refusals, stamp
from homeroom.api.auth import Principal
from homeroom.api.envelopes import SCHOOLS, PlainProblem
from homeroom.api.errors import ApiError
from homeroom.api.parameters import IdFilter
from homeroom.api.routing import new_router
from homeroom.queries.database import ReadScope
from homeroom.queries.statement import ReadResult

TEACHERS_ONLY = "Teacher access required"
DENIED = "Access denied to this school"
REFUSALS = refusals(PlainProblem, "Not a teacher, or not one of this school.", "Not there.")
router = new_router(
    SCHOOLS,
    prefix="/api/teachers", tags=["teachers in schools"], responses=REFUSALS,
)  # fmt: skip

SCHOOL_ID = IdFilter("school_id")
OfSchool = Annotated[str | None, SCHOOL_ID.query(), SCHOOL_ID.schema()]


def teacher_scope(principal: Principal) -> ReadScope:
    """Whose rows a teacher reads; ApiError 403 for whoever is none, or has no id."""
    if principal.role != "teacher" or not ID.fullmatch(principal.teacher_id or ""):
        raise ApiError(403, TEACHERS_ONLY)
    return ReadScope(teacher_id=principal.teacher_id or "")


async def _teacher(request: Request) -> Access:
    return await admit(request, teacher_scope)


Teacher = Annotated[Access, Depends(_teacher)]


def school_of(result: ReadResult, school_id: str | None) -> dict[str, Any] | None:
    """The school of a read that has `queries.teaching.SCHOOL` as its `about`.

    None for a teacher who teaches nowhere. ApiError 403 for a school at which the teacher does not
    teach, whether it exists or not.
    """
    if result.about is None and school_id is not None:
        raise ApiError(403, DENIED, stamp(result))
    return result.about
