"""Middleware: request ids, metrics, log lines, and answers to errors that nobody foresaw."""

import logging
import re
import time
from collections.abc import Sequence
from secrets import token_hex

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from homeroom.api.envelopes import CODED, envelope_of
from homeroom.api.errors import path_of, problem
from homeroom.api.metrics import Metrics
from homeroom.api.refusals import reason_of, see_refusal
from homeroom.api.response_headers import RawHeader, completed, raw
from homeroom.api.timing import Timing
from homeroom.queries.slow import SLOWEST, Slowest

REQUEST_ID = "X-Request-Id"
CORRELATION_ID = "X-Correlation-ID"
# As the state of a request and lines of the log have them.
LOGGED_IDS = ("request_id", "correlation_id")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

log = structlog.get_logger(__name__)


class RequestMiddleware:
    """Outermost: gives every answer its X-Request-Id and the headers of every answer, counts it,
    and logs it once.

    ``headers``: those that an answer has unless it says something else. ``slow_seconds``: an
    answer that begins later is logged with the plan of its slowest query; 0: none is.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        headers: Sequence[RawHeader] = (),
        slow_seconds: float = 0.0,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = headers
        self._slow_seconds = slow_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(Headers(scope=scope))
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status, challenge = 500, ""
        slowest = Slowest(request_id)
        SLOWEST.set(slowest)
        timing = Timing(state, receive)

        async def send_with_headers(message: Message) -> None:
            nonlocal status, challenge
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = completed(message.get("headers", ()), self._headers)
                headers.append((b"x-request-id", request_id.encode()))
                if "rate_limit" in state:
                    headers += raw(state["rate_limit"])
                if status == 401:
                    challenge = Headers(raw=headers).get("WWW-Authenticate", "")
                message["headers"] = headers
                timing.answered()
            await send(message)

        began_at = time.perf_counter()
        try:
            await self._app(scope, timing.receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - began_at
            route = getattr(scope.get("route"), "path_format", "unmatched")
            if not state.get("streamed"):
                self._metrics.observe(route, scope["method"], status, seconds)
            if reason := state.get("refusal", "") or reason_of(status, challenge):
                about = {"route": route, "method": scope["method"], "status": status}
                see_refusal(self._metrics, reason, state, **about, client=client_of(scope))
            if self._slow_seconds and timing.own_seconds > self._slow_seconds:
                self._see_slow(scope, route, timing.own_seconds, slowest)
            if log.is_enabled_for(logging.DEBUG):
                _log_answer(scope, status, seconds)

    def _see_slow(self, scope: Scope, route: str, seconds: float, slowest: Slowest) -> None:
        self._metrics.see_slow_request(route)
        said = {
            "route": route, "method": scope["method"], "seconds": round(seconds, 3),
            "query_seconds": round(slowest.seconds, 3), "request_id": slowest.request_id,
        }  # fmt: skip
        if slowest.queries is None:
            log.warning("slow request", **said)
        else:
            slowest.queries.log("slow request", slowest.statement, **said)


def _log_answer(scope: Scope, status: int, seconds: float) -> None:
    state = scope["state"]
    log.debug(
        "answered",
        method=scope["method"],
        path=scope["path"],
        status=status,
        client=client_of(scope),
        milliseconds=round(1000 * seconds, 3),
        **{name: state[name] for name in LOGGED_IDS if name in state},
    )


class CorrelationMiddleware:
    """Gives every answer of surfaces whose errors name it its X-Correlation-ID.

    That is the caller's own, else the request's id, which stands in the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or envelope_of(path_of(scope)) is not CODED:
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(CORRELATION_ID, "")
        correlation_id = given if _REQUEST_ID.fullmatch(given) else scope["state"]["request_id"]
        scope["state"]["correlation_id"] = correlation_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[CORRELATION_ID] = correlation_id
            await send(message)

        await self._app(scope, receive, send_with_id)


class ErrorMiddleware:
    """Innermost: logs an unforeseen error, and answers with the envelope of a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            request = Request(scope)
            log.exception("failed", path=scope["path"], request_id=request.state.request_id)
            await problem(request, 500, "Internal server error")(scope, receive, send)


class CorsMiddleware(CORSMiddleware):
    """Starlette's, except that it answers a refused preflight with the envelope of a problem."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        preflight = (
            scope["type"] == "http"
            and scope["method"] == "OPTIONS"
            and {"origin", "access-control-request-method"} <= set(Headers(scope=scope))
        )
        if not preflight:
            await super().__call__(scope, receive, send)
            return
        response = self.preflight_response(request_headers=Headers(scope=scope))
        if response.status_code >= 400:
            refusal = problem(Request(scope), response.status_code, bytes(response.body).decode())
            await refusal(scope, receive, send)
        else:
            await response(scope, receive, send)


def client_of(scope: Scope) -> str:
    """The network address of whoever asks, as far as it is known."""
    client: tuple[str, int] | None = scope.get("client")
    return client[0] if client else "unknown"


def request_id_of(headers: Headers) -> str:
    """The caller's own id, where it is 1 to 128 allowed characters; otherwise a new one."""
    request_id = headers.get(REQUEST_ID, "")
    return request_id if _REQUEST_ID.fullmatch(request_id) else token_hex(16)
