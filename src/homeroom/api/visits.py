"""Who may ask: what every surface checks, and who may see a teacher's dashboard, in their order.

Token, id's form, own data, standalone by the token; then ``Homeroom-Wait-For``; then, from the
read, revocation, standalone by registration, existence; last the parameters.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import WithJsonSchema
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.answers import stamp, success
from homeroom.api.auth import Caller
from homeroom.api.errors import ApiError
from homeroom.api.parameters import Asked
from homeroom.api.services import Services, services_of_app
from homeroom.api.waiting import until_held, wait_of, while_connected
from homeroom.queries.reading import Database
from homeroom.queries.teacher import Asker, Page

# An id (docs/contract.md, "Fields"): nobody can be registered under anything else.
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

AS_USUAL = Asked()


class AnyText(Convertor[str]):
    """A part of a path that may be anything, so that a malformed id is 400 and not 404."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("any", AnyText())

TeacherId = Annotated[
    str,
    Path(alias="teacherId", description="The teacher's own id."),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
]


@dataclass(frozen=True, slots=True)
class Visit:
    """A caller who may ask for this teacher's dashboard, as far as the token tells."""

    database: Database
    asker: Asker

    def answer(
        self, page: Page[Any], data: object, message: str, asked: Asked = AS_USUAL
    ) -> Response:
        """The answer, or the refusal that only the read could tell (ApiError)."""
        headers = stamp(page)
        if page.standalone is None:
            raise ApiError(404, "Teacher not found or you don't have access", headers)
        if not page.standalone:
            raise ApiError(403, "This endpoint is only for standalone teachers", headers)
        if asked.problem:
            raise ApiError(400, asked.problem, headers)
        return success(data, message, headers)


async def _visit(request: Request, teacher_id: TeacherId) -> Visit:
    services = services_of_app(request)
    caller = await admit(request, services, partial(_check, teacher_id=teacher_id))
    return Visit(services.database, Asker(teacher_id, caller.jti))


async def admit(request: Request, services: Services, check: Callable[[Caller], None]) -> Caller:
    """All checks that need no reading; returns once what the caller waits for is there.

    ``check`` raises ApiError where the caller may not ask.
    """
    caller = await services.authenticator.caller(request)
    try:
        check(caller)
        wait = wait_of(request.headers)
    except ApiError:
        await refuse_if_revoked(services, caller)
        raise
    if wait is not None:
        await while_connected(request, until_held(services, wait, caller.jti))
    return caller


def _check(caller: Caller, teacher_id: str) -> None:
    if not ID.fullmatch(teacher_id):
        raise ApiError(400, "Invalid teacher ID format")
    if caller.role != "teacher" or caller.subject != teacher_id:
        raise ApiError(403, "Access denied. You can only access your own data.")
    if not caller.standalone:
        raise ApiError(403, "This endpoint is only for standalone teachers")


async def refuse_if_revoked(services: Services, caller: Caller) -> None:
    """Whatever else is wrong: who comes with a revoked token hears only that."""
    if caller.jti is not None:
        await services.database.read(jti=caller.jti)


Visiting = Annotated[Visit, Depends(_visit)]
