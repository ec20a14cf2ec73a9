"""What the access-controlled endpoints share: who may ask, and what is denied.

What a caller may see is one policy (`queries/policy.py`), decided within each statement. To a
teacher an id that does not exist and a foreign one are the same 403; for an admin only the first
exists, or is of another realm, and is 404.
"""

from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import BaseModel, WithJsonSchema
from starlette.requests import Request

from homeroom.api.access import Access, admit
from homeroom.api.access_log import LoggedRoute
from homeroom.api.answers import FAILED_REFUSALS, stamp
from homeroom.api.assignments.ids import from_wire
from homeroom.api.assignments.surface import DENIED, teacher_or_admin_scope
from homeroom.api.envelopes import ADMINISTRATION
from homeroom.api.errors import ApiError
from homeroom.api.parameters import Limit
from homeroom.api.routing import new_router
from homeroom.queries.database import ReadScope
from homeroom.queries.policy import by_policy
from homeroom.queries.statement import ReadResult, ReadStatement, compose, since_of
from homeroom.statements import load

MARK = "m.mark_id, m.student_id, m.class_id, m.subject_id, m.score, m.recorded_by, m.recorded_at"
SQL = {
    name: by_policy(text, matching="{matching}", mark=MARK)
    for name, text in load("records", __package__).items()
}
LIMIT = Limit(default=50, most=200)
PageLimit = Annotated[str | None, LIMIT.query(), LIMIT.schema()]
# The entities of the policy: any that misses an event may be one of the caller's.
OF_POLICY = ("class", "class_assignment", "enrollment", "membership", "student", "teacher")
OF_MARKS = (*OF_POLICY, "mark", "subject", "subject_assignment")
router = new_router(
    ADMINISTRATION,
    prefix="/api",
    tags=["students, assessments and reports"],
    responses=FAILED_REFUSALS,
    route_class=LoggedRoute,
)


async def _caller(request: Request) -> Access:
    return await admit(request, teacher_or_admin_scope)


Caller = Annotated[Access, Depends(_caller)]
WrittenId = Annotated[
    str, Path(alias="id"), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"})
]


def read_of(name: str, row: type[BaseModel], *rests_on: str, about: str = "") -> ReadStatement:
    """A read of rows that the policy lets through; ``about`` is what else is asked of the caller.

    The branches of a list share which rows match (``NAME_matching``).
    """
    matching = SQL.get(f"{name}_matching", b"").decode()
    return compose(
        about=SQL[about] if about else b"",
        rows=SQL[name].decode().format(matching=matching).encode(),
        row=row,
        since=since_of({entity: ["true"] for entity in rests_on}),
    )


async def id_of(caller: Access, text: str) -> str:
    """The id in a path; ApiError 400 for what can be none."""
    try:
        return from_wire("id", text)
    except ValueError as error:
        raise await caller.malformed(error) from None


def refuse(scope: ReadScope, result: ReadResult, unknown: str) -> ApiError:
    """What is said of something that the caller does not see."""
    if scope.admin_id:
        return ApiError(404, unknown, stamp(result))
    return ApiError(403, DENIED, stamp(result))


def listed_message(result: ReadResult, nothing: str) -> dict[str, Any]:
    """What a list says beside its rows; ApiError 403 where a filter names what is not seen."""
    about = result.about or {}
    if not about["permitted"]:
        raise ApiError(403, DENIED, stamp(result))
    return {"message": nothing} if about["unassigned"] else {}
