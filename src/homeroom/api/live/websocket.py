"""The WebSocket: accepted first, so that whoever is refused learns why by the code of its close."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from homeroom.api.access import Access
from homeroom.api.envelopes import SCHOOLS
from homeroom.api.errors import ApiError, unauthenticated
from homeroom.api.live.connection import LiveConnection
from homeroom.api.live.ending import (
    FORBIDDEN,
    NORMAL,
    NOT_FOUND,
    TRY_AGAIN,
    UNAUTHENTICATED,
    Ended,
    TooManyLive,
)
from homeroom.api.live.entering import bearer_of, by_ticket, by_token, enter, services_of
from homeroom.api.middleware import client_of, request_id_of
from homeroom.api.refusals import reason_of, see_refusal
from homeroom.api.routing import new_router
from homeroom.errors import DatabaseUnavailable, NotMigrated, RightsEnded, TokenRevoked

PATH = "/ws/teachers/dashboard"
# For the first message, where the token is in it.
TOKEN_SECONDS = 10.0
# An empty message says to other transports that the connection lives; here pings do.
NEVER_SECONDS = 3_600.0

REFUSED = (ApiError, TokenRevoked, RightsEnded, TooManyLive, DatabaseUnavailable, NotMigrated)
router = new_router(SCHOOLS)


@router.websocket(PATH)
async def live_socket(websocket: WebSocket) -> None:
    """Tells a teacher at a school what changes, until either side ends it."""
    await websocket.accept()
    try:
        access, until = await _who(websocket)
        connection = await enter(access, until, websocket.query_params.get("school_id"))
    except WebSocketDisconnect:
        return
    except REFUSED as error:
        ended = _refusal(error)
        _see_refusal(websocket, error, ended)
        services_of(websocket).live.note_end("websocket", ended)
        await _close(websocket, ended)
        return
    live = access.services.live
    try:
        ended = await _serve(websocket, connection)
    finally:
        live.remove(connection)
    live.note_end("websocket", ended)
    if ended.code != NORMAL:
        await _close(websocket, ended)


def _refusal(error: Exception) -> Ended:
    """What a client is told; the reason of a close has little room."""
    if isinstance(error, RightsEnded) or (isinstance(error, ApiError) and error.status == 403):
        return Ended(FORBIDDEN, str(error)[:100])
    if isinstance(error, ApiError) and error.status == 404:
        return Ended(NOT_FOUND, str(error))
    if isinstance(error, ApiError) and error.status == 429:
        return Ended(TRY_AGAIN, str(error))
    if isinstance(error, ApiError | TokenRevoked):
        return Ended(UNAUTHENTICATED, "Authentication required")
    return Ended(TRY_AGAIN, str(error)[:100])


def _see_refusal(websocket: WebSocket, error: Exception, ended: Ended) -> None:
    """As that of a request, by the status that it would have."""
    statuses = {UNAUTHENTICATED: 401, FORBIDDEN: 403}
    status = error.status if isinstance(error, ApiError) else statuses.get(ended.code, 503)
    headers = error.headers if isinstance(error, ApiError) else None
    challenge = (headers or {}).get("WWW-Authenticate", "Bearer")
    if isinstance(error, TokenRevoked):
        challenge = (unauthenticated("revoked").headers or {})["WWW-Authenticate"]
    if reason := reason_of(status, challenge):
        caller = getattr(websocket.state, "caller", None)
        state = {"request_id": request_id_of(websocket.headers), "caller": caller}
        about = {"route": PATH, "method": "GET", "status": status}
        metrics = services_of(websocket).metrics
        see_refusal(metrics, reason, state, **about, client=client_of(websocket.scope))


async def _who(websocket: WebSocket) -> tuple[Access, float]:
    """By the header, a ticket, or the first message; ApiError 401, 429 for one time too many.

    A ticket was counted when it was made.
    """
    services = services_of(websocket)
    if (token := bearer_of(websocket.headers)) is not None:
        return await _counted(websocket, token)
    if (ticket := websocket.query_params.get("ticket")) is not None:
        return await by_ticket(services, ticket)
    try:
        async with asyncio.timeout(TOKEN_SECONDS):
            message = await websocket.receive()
    except TimeoutError:
        raise ApiError(401, "No token came") from None
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect
    return await _counted(websocket, _token_in(message.get("text") or message.get("bytes") or ""))


async def _counted(websocket: WebSocket, token: str) -> tuple[Access, float]:
    services = services_of(websocket)
    # Whoever is refused further on is known by then.
    websocket.state.caller = await services.authenticator.verify(token)
    access, until = await by_token(services, token)
    await services.limits.count(websocket, "teacher", access.scope.teacher_id, access.token)
    return access, until


def _token_in(text: str | bytes) -> str:
    with suppress(orjson.JSONDecodeError):
        given = orjson.loads(text)
        if isinstance(given, dict) and isinstance(given.get("token"), str):
            return str(given["token"]).strip()
    raise ApiError(401, "The first message must be an object with the token")


async def _serve(websocket: WebSocket, connection: LiveConnection) -> Ended:
    """Sends messages until the connection ends, the client leaves, or it takes no more."""
    sending = asyncio.ensure_future(_send_all(websocket, connection))
    leaving = asyncio.ensure_future(_left(websocket))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return sending.result() if sending.done() else Ended(NORMAL, "The client has left")
    finally:
        sending.cancel()
        leaving.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send_all(websocket: WebSocket, connection: LiveConnection) -> Ended:
    live = connection.access.services.live
    position = websocket.query_params.get("position")
    messages: AsyncIterator[bytes] = connection.messages(position, NEVER_SECONDS)
    try:
        async for message in messages:
            if message:
                async with asyncio.timeout(live.settings.live_send_seconds):
                    await websocket.send_text(message.decode())
                live.note_message("websocket")
    except TimeoutError:
        return Ended(TRY_AGAIN, "The client does not take its messages")
    except (DatabaseUnavailable, NotMigrated) as error:
        return Ended(TRY_AGAIN, str(error)[:100])
    except (WebSocketDisconnect, RuntimeError):
        # What is sent to a client that has just left is no error.
        return Ended(NORMAL, "The client has left")
    return connection.ended or Ended(NORMAL, "")


async def _left(websocket: WebSocket) -> None:
    """Returns once the client has left; what it says is nothing to us."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _close(websocket: WebSocket, ended: Ended) -> None:
    """A client that takes nothing would not take this either: it is not waited for."""
    with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(1.0):
            await websocket.close(ended.code, ended.reason)
