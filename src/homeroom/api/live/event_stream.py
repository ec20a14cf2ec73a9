"""An answer of server-sent events, which lasts until either side ends it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from homeroom.api.live.connections import LiveClient, LiveConnections
from homeroom.api.live.ending import NORMAL, TRY_AGAIN, Ended
from homeroom.errors import DatabaseUnavailable, NotMigrated

# Proxies close what is silent for a minute.
COMMENT_SECONDS = 15.0
COMMENT = b":\n\n"
HEADERS = {
    "Cache-Control": "no-store",
    # Proxies that hold answers back until there is more of them let this one through.
    "X-Accel-Buffering": "no",
}


class EventStream(Response):
    """Sends a client's events, as bytes of the stream, comments among them.

    ``leave`` is called when it is over, whoever ended it.
    """

    media_type = "text/event-stream"

    def __init__(
        self, live: LiveConnections, client: LiveClient, events: AsyncIterator[bytes],
        leave: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._live = live
        self._client = client
        self._events = events
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # How long it lasts is no time to answer.
        scope["state"]["streamed"] = True
        sending = asyncio.ensure_future(self._send_all(send))
        leaving = asyncio.ensure_future(_left(receive))
        ended = Ended(NORMAL, "The client has left")
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                ended = sending.result()
        finally:
            self._leave()
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            self._live.note_end("stream", ended)
        # A client that takes nothing is cut off soon by who looks after connections.
        await send({"type": "http.response.body", "body": b""})

    async def _send_all(self, send: Send) -> Ended:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            async for event in self._events:
                async with asyncio.timeout(self._live.settings.live_send_seconds):
                    await send({"type": "http.response.body", "body": event, "more_body": True})
                if event != COMMENT:
                    self._live.note_message("stream")
        except TimeoutError:
            return Ended(TRY_AGAIN, "The client does not take its messages")
        except (DatabaseUnavailable, NotMigrated) as error:
            return Ended(TRY_AGAIN, str(error))
        return self._client.ended or Ended(NORMAL, "")


async def _left(receive: Receive) -> None:
    with suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
