"""What is denied is written down: every 403 of a surface whose routes are of this class."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from homeroom.api.auth import Principal
from homeroom.api.errors import ApiError, path_of
from homeroom.api.services import services_of_app
from homeroom.commands import access_log

# Of what was asked for, so much is kept.
RESOURCE_CHARACTERS_MAX = 500


class LoggedRoute(APIRoute):
    """A route that notes each 403 in the access log before it is answered.

    The entry is a transaction of its own, so it stays whatever becomes of the request. Where it
    cannot be written the answer is 503, and nothing is shown either.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def logged(request: Request) -> Response:
            try:
                return await handle(request)
            except ApiError as error:
                if error.status == 403:
                    await _note(request)
                raise

        return logged


async def _note(request: Request) -> None:
    services = services_of_app(request)
    caller: Principal = request.state.caller
    query = f"?{request.url.query}" if request.url.query else ""
    entry = access_log.Denial(
        user_id=user_id_of(caller),
        role=caller.role,
        organization_id=caller.token.holder.organization_id or None,
        action=request.method,
        resource=f"{path_of(request.scope)}{query}"[:RESOURCE_CHARACTERS_MAX].replace("\x00", ""),
        at=services.clock(),
        request_id=request.state.request_id,
        address=request.client.host if request.client else "",
    )
    async with services.commands.connection() as connection:
        await access_log.append(connection, entry)


def user_id_of(caller: Principal) -> str:
    """Who asks, by the id of the role; else as the token names them."""
    holder = caller.token.holder
    known = holder.teacher_id or holder.student_id or holder.admin_id
    return known or caller.token.subject or "unknown"
