"""Where a page begins: the last row of the page before, as clients carry it."""

import base64
import binascii
from datetime import datetime
from typing import Any

import orjson
from fastapi import Query
from pydantic import WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

NOT_OURS = "cursor must be one that a Link header has given"
QUERY = Query(description="Where the page begins, as the `Link` of the one before names it.")
SCHEMA = WithJsonSchema({"type": "string"})


def pack(*values: object) -> str:
    """As clients carry it: URL-safe, and nothing that they need to understand."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def unpack(text: str) -> list[Any]:
    """The values that were packed; ValueError for what no page of ours has given."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        values = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise ValueError(NOT_OURS) from None
    if not isinstance(values, list) or any(isinstance(v, str) and "\x00" in v for v in values):
        raise ValueError(NOT_OURS)
    return values


def instant_of(text: str) -> datetime:
    """The time of a row that was packed; ValueError for what can be none.

    PostgreSQL reads neither all forms nor all offsets that Python does, but takes all moments.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(NOT_OURS) from None
    if at.tzinfo is None:
        raise ValueError(NOT_OURS)
    return at


def link_next(request: Request, response: Response, cursor: str) -> None:
    """Tells where the next page is, with the same parameters."""
    link_next_with(request, response, cursor=cursor)


def link_next_with(request: Request, response: Response, **changed: object) -> None:
    """The same, where other parameters say where a page begins."""
    page = request.url.include_query_params(**changed)
    response.headers["Link"] = f'<{page.path}?{page.query}>; rel="next"'
