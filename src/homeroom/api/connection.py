"""Bounds for one client's connection: uvicorn's protocol, which alone would wait for ever.

A client must send the head of a request within seconds and its body at a least rate, and must read
its answer. Connections are looked at twice a second instead of with a timer each, which would cost
every request more than the look costs.

What comes is given to the parser piece by piece (`pieces.py`): a head is counted before it is
parsed, and what waits behind a request that is not answered yet stays bytes.
"""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from homeroom.api.envelopes import CODED, Refusal, body_of, envelope_of
from homeroom.api.metrics import Metrics
from homeroom.api.one_write import OneWrite
from homeroom.api.pieces import HEAD_BYTES_MAX, Framing
from homeroom.api.response_headers import raw, security_headers
from homeroom.settings import Settings

CHECK_SECONDS = 0.5
# How long a connection stays open for its answer to be read, while what still comes is discarded.
# Closed at once, the client's machine would often drop the answer.
LINGER_SECONDS = 1.0
# How long the rest of a body may still come that nobody needs any more.
UNREAD_BODY_SECONDS = 5.0
# A client that has not read a byte of its answer for so long is gone.
UNSENT_SECONDS_MAX = 30.0
# Connections over the limit that are told so; further ones are closed without a word.
SURPLUS_MAX = 100
# More than any token.
WEBSOCKET_MESSAGE_BYTES_MAX = 65_536
# Below it an upgrade is to a WebSocket; elsewhere it is passed over, as RFC 9110 allows.
WEBSOCKETS = b"/ws/"


class BoundedConfig(Config):
    """uvicorn's configuration, with the settings that bound connections.

    ``end_streams`` is called when the server begins to end.
    """

    def __init__(
        self, app: Any, settings: Settings, metrics: Metrics, end_streams: Callable[[], None],
        **uvicorns: Any,
    ) -> None:  # fmt: skip
        silence_seconds = settings.live_silence_seconds
        super().__init__(
            app,
            http=BoundedConnection,
            ws=BoundedWebSocket,
            ws_max_size=WEBSOCKET_MESSAGE_BYTES_MAX,
            # A ping is sent after half of the time, and must be answered within the other half.
            ws_ping_interval=silence_seconds / 2,
            ws_ping_timeout=silence_seconds / 2,
            # Messages are short, and each connection would need the memory of a compressor.
            ws_per_message_deflate=False,
            timeout_keep_alive=settings.keep_alive_seconds,  # type: ignore[arg-type] # any number
            **uvicorns,
        )
        self.settings = settings
        self.metrics = metrics
        self.end_streams = end_streams
        self.refusal_headers = raw(security_headers(settings))


class StallWatch:
    """Whether a client has stopped reading what was sent to it."""

    def __init__(self) -> None:
        self._unsent_bytes = 0
        self._unsent_since = 0.0

    def has_stalled(self, transport: asyncio.Transport, now: float) -> bool:
        """Whether not a byte has been taken for UNSENT_SECONDS_MAX."""
        unsent = transport.get_write_buffer_size()
        if unsent == 0 or unsent != self._unsent_bytes:
            self._unsent_bytes, self._unsent_since = unsent, now
        return unsent > 0 and now > self._unsent_since + UNSENT_SECONDS_MAX


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket, which ends where the client stops reading."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._watch = StallWatch()

    def check(self, now: float) -> None:
        """End the connection where the client has not done its part in time."""
        if self._watch.has_stalled(self.transport, now):
            self.transport.abort()


class BoundedConnection(HttpToolsProtocol):
    """One client's connection, which ends where the client does not do its part."""

    config: BoundedConfig

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.url = b""
        self._head_seconds = self.config.settings.request_head_seconds
        self._rate = self.config.settings.request_body_bytes_per_second_min
        # Until when the head must be there; None while none is awaited.
        self._head_due: float | None = None
        self._framing = Framing()
        # What came and waits until the requests before it are answered.
        self._unparsed = b""
        # Since when the body has been coming; None while none is.
        self._body_since: float | None = None
        self._body_bytes = 0
        self._unneeded_since: float | None = None
        self._watch = StallWatch()
        self._surplus = False
        # Until when a refused connection stays open; None where it was not refused.
        self._lingers_until: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_due = self.loop.time() + self._head_seconds
        surplus = len(self.connections) - self.config.settings.connections_max
        self._surplus = surplus > 0
        if surplus > SURPLUS_MAX:
            self.config.metrics.refuse_connection("too many")
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._lingers_until is not None:
            return
        if self._surplus:
            self._refuse(503, "Too many connections; try again in a moment", "too many")
            return
        self._receive(self._unparsed + data if self._unparsed else data)

    def _receive(self, data: bytes) -> None:
        """Parse what came, up to a request that has to wait for the answer to another."""
        self._unparsed = b""
        at = 0
        while at < len(data) and self._parses():
            if self._head_due is None and self._body_since is None:
                self._head_due = self.loop.time() + self._head_seconds
            end = self._framing.end_of_piece(data, at)
            super().data_received(data[at:end])
            too_long = self._framing.fed(end - at, in_head=self._head_due is not None)
            # What was no HTTP is refused already.
            if too_long and self._lingers_until is None:
                self._refuse_head(too_long)
            at = end
        if self.pipeline:
            self._unparsed = data[at:]
            self.flow.pause_reading()

    def _parses(self) -> bool:
        """Whether nothing that came has to wait, or is nobody's any more."""
        mine = self.transport.get_protocol() is self and not self.transport.is_closing()
        return mine and self._lingers_until is None and not self.pipeline

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # The answer to HEAD is a head alone, which nothing would take along.
        if cycle.scope["method"] != "HEAD":
            cycle.transport = OneWrite(self.transport, self.loop)  # type: ignore[assignment]
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._unparsed and not self.transport.is_closing():
            if self.pipeline:
                self.flow.pause_reading()
            else:
                self._receive(self._unparsed)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._framing.head_begins()
        if self._head_due is None:
            self._head_due = self.loop.time() + self._head_seconds

    def on_header(self, name: bytes, value: bytes) -> None:
        # Behind a body they are trailers, which nobody reads.
        if self._body_since is None and self._framing.takes_line():
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_due = None
        self._body_since = self.loop.time()
        self._body_bytes = 0
        self._framing.body_begins(self.headers)
        if not self._framing.too_many_lines:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._framing.body_comes(len(body))
        if not self._framing.too_many_lines:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_since = None
        self._unneeded_since = None
        self._framing.body_ends()
        if not self._framing.too_many_lines:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        self._refuse(400, "The request is not valid HTTP", "not HTTP")

    def _should_upgrade(self) -> bool:
        path = self.url.removeprefix(self.config.settings.root_path.encode())
        return path.startswith(WEBSOCKETS) and super()._should_upgrade()

    def shutdown(self) -> None:
        if self._lingers_until is not None:
            self.transport.close()
        else:
            super().shutdown()

    def check(self, now: float) -> None:
        """End the connection where the client has not done its part in time."""
        if self._watch.has_stalled(self.transport, now) or (
            self._lingers_until is not None and now > self._lingers_until
        ):
            self.transport.abort()
        elif self._lingers_until is None:
            self._check_request(now)

    def _check_request(self, now: float) -> None:
        if self._head_due is not None and now > self._head_due:
            self._refuse(408, "The head of the request did not come in time", "head too late")
        elif self._body_since is not None:
            self._check_body(now, self._body_since)

    def _check_body(self, now: float, since: float) -> None:
        if self.cycle.response_complete:
            # It was answered without its body, the rest of which is discarded.
            self._unneeded_since = self._unneeded_since or now
            if now > self._unneeded_since + UNREAD_BODY_SECONDS:
                self.transport.close()
        elif self.flow.read_paused:
            # It is the service that does not read: that time is not the client's.
            self._body_since = since + CHECK_SECONDS
        elif now > since + self._head_seconds + self._body_bytes / self._rate:
            self._refuse(408, "The body of the request did not come in time", "body too late")

    def _refuse_head(self, too_long: str) -> None:
        # The address alone takes most of it.
        if 2 * len(self.url) > HEAD_BYTES_MAX:
            why = f"The address is too long; a head has at most {HEAD_BYTES_MAX:,} bytes"
            self._refuse(414, why, "head too long")
        else:
            self._refuse(431, too_long, "head too long")

    def _refuse(self, status: int, message: str, reason: str) -> None:
        """Answer that, and close as soon as the answer can have been read."""
        self.config.metrics.refuse_connection(reason)
        self._unset_keepalive_if_required()
        self._lingers_until = self.loop.time() + LINGER_SECONDS
        if self.cycle is not None and not self.cycle.response_complete:
            begun = self.cycle.response_started or bool(self.pipeline)
            # Whoever works on the request learns that its caller is gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if begun:
                self.transport.close()
                return
        request_id = uuid4().hex
        path = self.url.decode("latin-1").removeprefix(self.config.settings.root_path)
        path = path.partition("?")[0]
        body = body_of(path, Refusal(status, message, request_id))
        headers = [
            *self.server_state.default_headers,
            *self.config.refusal_headers,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"x-request-id", request_id.encode()),
            (b"connection", b"close"),
            *([(b"retry-after", b"1")] if status == 503 else []),
            *([(b"x-correlation-id", request_id.encode())] if envelope_of(path) is CODED else []),
        ]
        head = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        self.transport.write_eof()
