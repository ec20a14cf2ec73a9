"""What the endpoints of the teacher's dashboard share: who may ask, refusals, envelopes."""

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, WithJsonSchema
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import ID, Access, admit
from homeroom.api.answers import LINKED, REFUSALS, SUCCEEDS, stamp, success
from homeroom.api.auth import Principal
from homeroom.api.envelopes import TEACHERS
from homeroom.api.errors import ApiError
from homeroom.api.parameters import Parameter, read_parameters
from homeroom.api.routing import new_router
from homeroom.queries.database import ReadScope
from homeroom.queries.statement import ReadResult, ReadStatement, compose
from homeroom.statements import load

SQL = load("teacher", __package__)
router = new_router(
    TEACHERS,
    prefix="/api/teachers/{teacherId:any}/dashboard",
    tags=["teacher's dashboard"],
    responses=REFUSALS | SUCCEEDS,
)
lists_router = new_router(
    TEACHERS,
    prefix="/api/teachers/{teacherId:any}",
    tags=["teacher's lists"],
    responses=REFUSALS | LINKED,
)


class TeacherRow(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


def read_of(name: str, row: type[TeacherRow]) -> ReadStatement:
    """The read that an endpoint is made of: its SELECT in ``teacher.sql``, and the model of a row.

    Columns are called as the model's fields; the model says what they are called on the wire.
    """
    return compose(about=SQL["about"], rows=SQL[name], row=row)


class TeacherAccess:
    """A teacher who may see the dashboard, as far as the token tells."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def read(self, statement: ReadStatement, parameters: Mapping[str, object]) -> ReadResult:
        """One read of the teacher's rows."""
        return await self._access.read(statement, parameters)

    def success(
        self, result: ReadResult, data: object, message: str, problem: str = ""
    ) -> Response:
        """The envelope of a read's data; ApiError for a refusal that only the read could tell.

        ``problem``: what is wrong with a parameter.
        """
        return success(data, message, _headers(result, problem))

    async def one(self, statement: ReadStatement, message: str) -> Response:
        """The only row of a read."""
        result = await self._access.read(statement)
        return success(result.rows[0] if result.rows else None, message, _headers(result))

    async def listed(
        self, statement: ReadStatement, name: str, message: str,
        rows_of: Callable[[ReadResult], list[dict[str, Any]]] = attrgetter("rows"),
        **given: tuple[Parameter, str | None],
    ) -> Response:  # fmt: skip
        """The rows of a read, as a list with that name, and how many they are.

        ``rows_of`` makes them of what was read, where they are told otherwise.
        """
        parameters, problem = read_parameters(**given)
        result = await self._access.read(statement, parameters)
        headers = _headers(result, problem)
        rows = rows_of(result)
        return success({name: rows, "total": len(rows)}, message, headers)


def _headers(result: ReadResult, problem: str = "") -> dict[str, str]:
    """The answer's headers; ApiError for a refusal that only the read could tell."""
    headers = stamp(result)
    if result.about is None:
        raise ApiError(404, "Teacher not found or you don't have access", headers)
    if not result.about["standalone"]:
        raise ApiError(403, "This endpoint is only for standalone teachers", headers)
    if problem:
        raise ApiError(400, problem, headers)
    return headers


def _check(principal: Principal, teacher_id: str) -> ReadScope:
    if not ID.fullmatch(teacher_id):
        raise ApiError(400, "Invalid teacher ID format")
    if principal.role != "teacher" or principal.teacher_id != teacher_id:
        raise ApiError(403, "Access denied. You can only access your own data.")
    if not principal.standalone:
        raise ApiError(403, "This endpoint is only for standalone teachers")
    return ReadScope(teacher_id=teacher_id)


async def teacher_of(
    request: Request,
    teacher_id: Annotated[
        str,
        Path(alias="teacherId", description="The teacher's own id."),
        WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
    ],
) -> TeacherAccess:
    """The teacher who asks, as far as the token tells; raises what `admit` raises."""
    return TeacherAccess(await admit(request, partial(_check, teacher_id=teacher_id)))


Teacher = Annotated[TeacherAccess, Depends(teacher_of)]
