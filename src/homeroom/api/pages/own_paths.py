"""Where a browser may be led after signing in: to a page of ours, never elsewhere."""

import re
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from homeroom.api.errors import path_of

HOME = "/"
LENGTH_MAX = 2_000
# A path and a query of characters that RFC 3986 lets stand there. Browsers take `//host` and
# `/\host` for other hosts, and leave out tabs and ends of lines.
_OWN = re.compile(r"/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*")
# Who was led to these could be led in a circle, or out again.
_NOT_AFTERWARDS = ("/sign-in", "/sign-out", "/assets")


def own_path(text: str) -> str:
    """The path, with its query, without the prefix of a proxy; that of the first page for any
    other text."""
    path = text.partition("?")[0]
    if len(text) > LENGTH_MAX or not _OWN.fullmatch(text):
        return HOME
    if any(f"{path}/".startswith(f"{start}/") for start in _NOT_AFTERWARDS):
        return HOME
    return text


def asked_page(request: Request) -> str:
    """The page that somebody asked for, or was looking at when asking for a part of it."""
    shown = request.headers.get("HX-Current-URL")
    if shown is None and request.method not in ("GET", "HEAD"):
        shown = request.headers.get("referer", "")
    if shown is None:
        path = quote(path_of(request.scope), safe="/~!$&'()*+,;=:@")
        return own_path(_with_query(path, request.url.query))
    try:
        parts = urlsplit(shown)
    except ValueError:
        return HOME
    path = parts.path.removeprefix(request.scope.get("root_path", ""))
    return own_path(_with_query(path, parts.query))


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
