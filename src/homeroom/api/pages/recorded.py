"""After a form: what was recorded is waited for, so that the next page shows it."""

from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.services import services_of_app
from homeroom.api.waiting import Wait, seconds_of, until_held
from homeroom.errors import (
    DatabaseUnavailable,
    PositionNotReached,
    TooManyOwnWaiters,
    TooManyWaiters,
    UnknownCommand,
)

# The command is done, whatever becomes of the wait for it.
NOT_YET = (
    DatabaseUnavailable, PositionNotReached, TooManyOwnWaiters, TooManyWaiters, UnknownCommand,
)  # fmt: skip


async def is_shown(request: Request, *commands: UUID) -> bool:
    """Whether pages show what these commands have recorded; waits for it a moment.

    Raises ApiError 400 for a malformed Homeroom-Wait-Seconds, TokenRevoked and RightsEnded.
    """
    wait = Wait({}, seconds_of(request.headers), frozenset(commands))
    try:
        await until_held(services_of_app(request), wait, request.state.caller.token)
    except NOT_YET:
        return False
    return True


def to_page(request: Request, path: str, **query: object) -> Response:
    """Leads to a page below the prefix that a proxy gives the service; without what is empty."""
    root_path = request.scope.get("root_path", "")
    given = urlencode({name: value for name, value in query.items() if value not in ("", None)})
    return RedirectResponse(f"{root_path}{path}" + (f"?{given}" if given else ""), 303)
