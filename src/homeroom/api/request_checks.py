"""What is wrong with a request before anybody looks at what it asks for."""

import re
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from homeroom.api.bodies import BODY_BYTES_MAX, too_large
from homeroom.api.errors import ApiError, path_of, problem

_FILE = re.compile(r"/api/teachers/resources/[^/]+/file")
# A form with a file, whose length the page looks at (`api/pages/teacher/resources.py`).
_FORM_OR_EVENTS = re.compile(r"/teacher/schools/[^/]+/resources|/internal/v1/events")
# RFC 3986, section 3.2.2, with a port.
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(:[0-9]*)?")


class RequestCheckMiddleware:
    """Refuses malformed requests with the surface's envelope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                _check(scope)
            except ApiError as error:
                refusal = problem(Request(scope), error.status, error.message, error.headers)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _check(scope: Scope) -> None:
    hosts = []
    length = b""
    for name, value in scope["headers"]:
        if name == b"host":
            hosts.append(value)
        elif name == b"content-length":
            length = value
    _check_host(hosts, scope["http_version"])
    _check_text("path", scope.get("raw_path") or b"")
    _check_text("query", scope["query_string"])
    if length.isdigit() and int(length) > BODY_BYTES_MAX and not _has_own_limit(scope):
        raise ApiError(413, too_large(BODY_BYTES_MAX))


def _has_own_limit(scope: Scope) -> bool:
    """Whether the body is a file, whose size its address says (`api/resources/files.py`), a form
    with one, or events (`api/ingestion/endpoint.py`).
    """
    wanted = {"PUT": _FILE, "POST": _FORM_OR_EVENTS}.get(scope["method"])
    return wanted is not None and wanted.fullmatch(path_of(scope)) is not None


def _check_host(hosts: list[bytes], http_version: str) -> None:
    """RFC 9112, section 3.2: only HTTP/1.0 knows requests without one."""
    if not hosts and http_version != "1.0":
        raise ApiError(400, "The header Host is missing")
    if len(hosts) > 1:
        raise ApiError(400, "The header Host stands there more than once")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise ApiError(400, "The header Host is no host")


def _check_text(name: str, text: bytes) -> None:
    if b"%" not in text and text.isascii():
        return
    try:
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise ApiError(400, f"The {name} is no UTF-8") from None
