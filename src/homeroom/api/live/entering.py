"""Who may listen, for which school: what both transports check before anything is told."""

from typing import Any

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from homeroom.api.access import Access
from homeroom.api.auth import Principal
from homeroom.api.errors import ApiError, unauthenticated
from homeroom.api.live.connection import LiveConnection
from homeroom.api.live.messages import READ_SCHOOL
from homeroom.api.schools.surface import DENIED, SCHOOL_ID, teacher_scope
from homeroom.api.services import Services
from homeroom.commands import tickets
from homeroom.queries.changes import FOLLOWER


def services_of(connection: HTTPConnection) -> Services:
    """Those of the application that a connection came to."""
    services: Services = connection.app.state.services
    return services


def bearer_of(headers: Headers) -> str | None:
    """The token of the header, if there is one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def by_token(services: Services, token: str) -> tuple[Access, float]:
    """Who enters by a token, and until when, in seconds since 1970.

    Raises ApiError 401 for one that does not do, 403 for who is no teacher.
    """
    principal: Principal = await services.authenticator.verify(token)
    access = Access(services, teacher_scope(principal), principal.token, on_primary=True)
    return access, principal.expires_at_seconds


async def by_ticket(services: Services, ticket: str) -> tuple[Access, float]:
    """The same by a ticket, which is used up. Raises ApiError 401, and DatabaseUnavailable."""
    # Whoever brings a ticket is nobody yet.
    async with services.commands.connection(FOLLOWER) as connection:
        redeemed = await tickets.redeem(connection, ticket)
    if redeemed is None:
        raise unauthenticated("the ticket is not good any more")
    access = Access(services, redeemed.token.holder, redeemed.token, on_primary=True)
    return access, redeemed.expires_at_seconds


async def school_of(access: Access, school_id: str | None) -> dict[str, Any]:
    """The school that is asked for, the first by name where none is; ApiError 403.

    ApiError 404 where live updates are off there.

    Raises what Access.read raises.
    """
    try:
        wanted = SCHOOL_ID.of(school_id)
    except ValueError:
        raise ApiError(403, DENIED) from None
    result = await access.read(READ_SCHOOL, {"school_id": wanted})
    if result.about is None:
        raise ApiError(403, DENIED)
    teacher_id, school = access.scope.teacher_id, str(result.about["id"])
    access.services.flags.require("real_time_updates", teacher_id, school)
    return result.about


async def enter(access: Access, until: float, school_id: str | None) -> LiveConnection:
    """A live connection, which is told changes from here on.

    Raises ApiError 403, TooManyLive, and what Access.read raises.
    """
    live = access.services.live
    connection = LiveConnection(live.feed, access, await school_of(access, school_id), until)
    live.add(connection)
    return connection
