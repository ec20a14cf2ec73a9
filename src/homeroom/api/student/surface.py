"""What the endpoints of the student's dashboard share: who may ask, and refusals.

The student is the token's own. Row-level security shows a read nothing of anybody else's, and each
SELECT names the student as well.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import ID, Access, admit
from homeroom.api.answers import PLAIN_REFUSALS, SUCCEEDS, plain, stamp
from homeroom.api.auth import Principal
from homeroom.api.envelopes import STUDENTS
from homeroom.api.errors import ApiError
from homeroom.api.routing import DirectRoute, new_router
from homeroom.queries.database import ReadScope
from homeroom.queries.statement import ReadResult
from homeroom.statements import load

SQL = load("student", __package__)
# What an endpoint asks beside its own rows that needs nothing else of the student.
REGISTERED = SQL["registered"]
NOT_FOUND = "Student not found"
router = new_router(
    STUDENTS,
    prefix="/api/v1/student",
    tags=["student's dashboard"],
    responses=PLAIN_REFUSALS | SUCCEEDS,
    route_class=DirectRoute,
)


def check_student(principal: Principal) -> ReadScope:
    """Whose rows are read; ApiError 403 for whoever is no student."""
    if principal.role != "student":
        raise ApiError(403, "Access denied. Student role required.")
    if principal.student_id is None:
        raise ApiError(403, "Access denied. The token names no student.")
    if not ID.fullmatch(principal.student_id):
        raise ApiError(404, NOT_FOUND)
    return principal.token.holder


async def student_of(request: Request) -> Access:
    """The student who asks, as far as the token tells."""
    return await admit(request, check_student)


def answer(result: ReadResult, body: Any, problem: str = "") -> Response:
    """The answer, or the refusal that only the read could tell (ApiError).

    ``body``: None where nobody is registered. ``problem``: what is wrong with a parameter.
    """
    headers = stamp(result)
    if body is None:
        raise ApiError(404, NOT_FOUND, headers)
    if problem:
        raise ApiError(400, problem, headers)
    return plain(body, headers)
