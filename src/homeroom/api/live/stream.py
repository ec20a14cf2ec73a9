"""Server-sent events: the same messages over plain HTTP, each with its position as its id."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

import orjson
from fastapi import Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from homeroom.api.access import refuse_if_revoked
from homeroom.api.answers import header
from homeroom.api.envelopes import SCHOOLS, PlainProblem
from homeroom.api.errors import ApiError, unauthenticated
from homeroom.api.live.connection import LiveConnection
from homeroom.api.live.ending import NORMAL, TRY_AGAIN, Ended, TooManyLive
from homeroom.api.live.entering import bearer_of, by_ticket, by_token, enter, school_of, services_of
from homeroom.api.routing import new_router
from homeroom.api.schools.surface import REFUSALS, OfSchool
from homeroom.errors import DatabaseUnavailable, NotMigrated

# Proxies close what is silent for a minute.
COMMENT_SECONDS = 15.0
HEADERS = {
    "Cache-Control": "no-store",
    # Proxies that hold answers back until there is more of them let this one through.
    "X-Accel-Buffering": "no",
}
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
        return Response(headers=HEADERS, media_type="text/event-stream")
    try:
        connection = await enter(access, until, school_id)
    except TooManyLive as error:
        raise ApiError(429, str(error), {"Retry-After": "1"}) from None
    return EventStream(connection, request.headers.get("last-event-id") or position)


class EventStream(Response):
    """Sends a connection's messages as events."""

    media_type = "text/event-stream"

    def __init__(self, connection: LiveConnection, position: str | None) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._connection = connection
        self._position = position

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # How long it lasts is no time to answer.
        scope["state"]["streamed"] = True
        live = self._connection.access.services.live
        sending = asyncio.ensure_future(self._send_all(send))
        leaving = asyncio.ensure_future(_left(receive))
        ended = Ended(NORMAL, "The client has left")
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                ended = sending.result()
        finally:
            live.remove(self._connection)
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            live.note_end("stream", ended)
        # A client that takes nothing is cut off soon by who looks after connections.
        await send({"type": "http.response.body", "body": b""})

    async def _send_all(self, send: Send) -> Ended:
        live = self._connection.access.services.live
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        messages: AsyncIterator[bytes] = self._connection.messages(self._position, COMMENT_SECONDS)
        try:
            async for message in messages:
                async with asyncio.timeout(live.settings.live_send_seconds):
                    await send(
                        {"type": "http.response.body", "body": _event(message), "more_body": True}
                    )
                if message:
                    live.note_message("stream")
        except TimeoutError:
            return Ended(TRY_AGAIN, "The client does not take its messages")
        except (DatabaseUnavailable, NotMigrated) as error:
            return Ended(TRY_AGAIN, str(error))
        return self._connection.ended or Ended(NORMAL, "")


def _event(message: bytes) -> bytes:
    """A message as an event; an empty one as a comment."""
    if not message:
        return b":\n\n"
    told = orjson.loads(message)
    return f"id: {told['position']}\nevent: {told['type']}\n".encode() + (
        b"data: " + message + b"\n\n"
    )


async def _left(receive: Receive) -> None:
    with suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
