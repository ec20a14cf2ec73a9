"""A page shows what its viewer has just said: it waits for that."""

from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.pages.site import site_of_app
from homeroom.api.services import services_of_app
from homeroom.api.waiting import Wait, seconds_of, until_held
from homeroom.errors import (
    DatabaseUnavailable,
    NoWaitingForFlink,
    PositionNotReached,
    TooManyOwnWaiters,
    TooManyWaiters,
)

# The command is done, whatever becomes of the wait for it.
NOT_IN_TIME = (
    DatabaseUnavailable, NoWaitingForFlink, PositionNotReached, TooManyOwnWaiters, TooManyWaiters,
)  # fmt: skip


async def until_shown(request: Request, *command_ids: UUID | None) -> bool:
    """Whether what commands have said shows in every read of the request that follows.

    Waits for that for a while, as Homeroom-Wait-Seconds says; False where it takes longer, and
    shows soon. Raises ApiError 400 for a malformed header, UnknownCommand, and what reading raises.
    """
    commands = frozenset(one for one in command_ids if one is not None)
    if not commands:
        return True
    wait = Wait({}, seconds_of(request.headers), commands)
    token = request.state.caller.token
    services = services_of_app(request)
    try:
        held = await until_held(services, wait, token)
    except NOT_IN_TIME:
        return False
    request.state.held = {**getattr(request.state, "held", {}), **held}
    if services.database.on_standbys:
        # The next page may come from another one.
        request.state.waited_for = request.state.held
    return True


def to_page(request: Request, path: str, **query: object) -> Response:
    """Leads to a page below the prefix that a proxy gives the service; without what is empty."""
    root_path = request.scope.get("root_path", "")
    given = urlencode({name: value for name, value in query.items() if value not in ("", None)})
    response = RedirectResponse(f"{root_path}{path}" + (f"?{given}" if given else ""), 303)
    site_of_app(request).seen_positions.keep(request, response)
    return response
