"""A page shows what its viewer has just said: it waits for that."""

from uuid import UUID

from starlette.requests import Request

from homeroom.api.services import services_of_app
from homeroom.api.waiting import SECONDS_DEFAULT, Wait, until_held
from homeroom.errors import PositionNotReached, TooManyOwnWaiters, TooManyWaiters

NOT_IN_TIME = (PositionNotReached, TooManyOwnWaiters, TooManyWaiters)


async def until_shown(request: Request, command_id: UUID | None) -> bool:
    """Whether what a command has said shows in every read of the request that follows.

    Waits for that for a while; False where it takes longer, and shows soon. Raises UnknownCommand,
    and what reading raises.
    """
    if command_id is None:
        return True
    wait = Wait({}, SECONDS_DEFAULT, frozenset({command_id}))
    token = request.state.caller.token
    try:
        request.state.held = await until_held(services_of_app(request), wait, token)
    except NOT_IN_TIME:
        return False
    return True
