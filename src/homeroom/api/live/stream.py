"""Server-sent events: the same messages over plain HTTP, each with its position as its id."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import refuse_if_revoked
from homeroom.api.answers import header
from homeroom.api.envelopes import SCHOOLS, PlainProblem
from homeroom.api.errors import ApiError, unauthenticated
from homeroom.api.live.connection import LiveConnection
from homeroom.api.live.ending import TooManyLive
from homeroom.api.live.entering import bearer_of, by_ticket, by_token, enter, school_of, services_of
from homeroom.api.live.event_stream import COMMENT, COMMENT_SECONDS, HEADERS, EventStream
from homeroom.api.routing import new_router
from homeroom.api.schools.surface import REFUSALS, OfSchool

Position = Annotated[
    str | None, Query(description="The position of the last message, to go on behind it.")
]
TicketQuery = Annotated[
    str | None, Query(description="A ticket, for clients that cannot send the token in a header.")
]
router = new_router(SCHOOLS, prefix="/api/teachers", tags=["live"], responses=REFUSALS)
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Messages, until either side ends the stream.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "headers": {"Cache-Control": header("Nobody keeps a stream.")},
    },
    429: {
        "model": PlainProblem,
        "description": "The teacher has as many live connections as one may have.",
    },
}


class Message(BaseModel):
    """What the data of an event is, and what a WebSocket sends."""

    type: str
    position: str
    data: dict[str, Any]


@router.get("/dashboard/stream", response_class=Response, responses=STREAM)
async def dashboard_stream(
    request: Request, school_id: OfSchool = None, position: Position = None,
    ticket: TicketQuery = None,
) -> Response:  # fmt: skip
    """What changes for the teacher at a school, as server-sent events.

    `Last-Event-ID` or `position` resumes.
    """
    services = services_of(request)
    token = bearer_of(request.headers)
    if token is not None:
        # For whoever asks who is asking.
        principal = await services.authenticator.principal(request)
        await refuse_if_revoked(services, principal)
        access, until = await by_token(services, token)
    elif ticket is not None:
        access, until = await by_ticket(services, ticket)
    else:
        raise unauthenticated()
    if request.scope.get("head"):
        await school_of(access, school_id)
        return Response(headers=HEADERS, media_type=EventStream.media_type)
    try:
        connection = await enter(access, until, school_id)
    except TooManyLive as error:
        raise ApiError(429, str(error), {"Retry-After": "1"}) from None
    live = access.services.live
    events = _events(connection, request.headers.get("last-event-id") or position)
    return EventStream(live, connection, events, lambda: live.remove(connection))


async def _events(connection: LiveConnection, position: str | None) -> AsyncIterator[bytes]:
    async for message in connection.messages(position, COMMENT_SECONDS):
        yield _event(message)


def _event(message: bytes) -> bytes:
    """A message as an event; an empty one as a comment."""
    if not message:
        return COMMENT
    told = orjson.loads(message)
    return f"id: {told['position']}\nevent: {told['type']}\n".encode() + (
        b"data: " + message + b"\n\n"
    )
