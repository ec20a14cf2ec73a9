"""Answers made from the read model: their envelope, their headers, and how they are documented."""

from hashlib import blake2b
from typing import Any, Generic, Literal, TypeVar

import orjson
from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from homeroom.api.envelopes import FailedProblem, PlainProblem, Problem
from homeroom.api.stamps import AS_OF, GENERATION, INCOMPLETE_SINCE, POSITION, stamp, wire_time

__all__ = ["AS_OF", "GENERATION", "INCOMPLETE_SINCE", "POSITION", "stamp", "wire_time"]

# The caller alone may keep the answer, and asks each time whether it is still so.
CACHED_BY_CALLER = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}

Data = TypeVar("Data")


class Success(BaseModel, Generic[Data]):
    """The body of every answer that is one."""

    success: Literal[True]
    data: Data
    message: str


def success(data: object, message: str, headers: dict[str, str]) -> "ReadAnswer":
    """The envelope of a success: compact JSON, keys as they are in ``data``, times in UTC.

    A time has a fraction, of six digits, only where it is not zero.
    """
    body = {"success": True, "data": data, "message": message}
    return ReadAnswer(_json(body), headers, data)


def plain(body: object, headers: dict[str, str]) -> "ReadAnswer":
    """An answer without an envelope, written in the same way."""
    return ReadAnswer(_json(body), headers, body)


def _json(body: object) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


class ReadAnswer(Response):
    """An answer that its caller may keep, and have confirmed: 304 where the body is the same.

    Its `ETag` is BLAKE2b of the body, in 128 bits: it takes 1 to 2 microseconds per kilobyte, comes
    with Python, and nobody can make two bodies of the same tag.

    ``data``: what the body was made of, which pages show.
    """

    media_type = "application/json"

    def __init__(self, content: bytes, headers: dict[str, str], data: Any = None) -> None:
        self.data = data
        self._etag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
        super().__init__(content, headers=CACHED_BY_CALLER | {"ETag": self._etag} | headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if matches(Headers(scope=scope).getlist("if-none-match"), self._etag):
            self.status_code = 304
            self.body = b""
            for name in ("content-length", "content-type"):
                del self.headers[name]
        await super().__call__(scope, receive, send)


def matches(if_none_match: list[str], etag: str) -> bool:
    """Whether a header names the tag, as RFC 9110, section 13.1.2, compares them: weakly."""
    tags = {tag.strip().removeprefix("W/") for given in if_none_match for tag in given.split(",")}
    return not tags.isdisjoint(("*", etag))


def header(description: str) -> dict[str, Any]:
    """How a header of an answer is documented."""
    return {"description": description, "schema": {"type": "string"}}


STAMP_HEADERS = {
    GENERATION: header("The generation of the read model that was read."),
    AS_OF: header("The time of the newest event applied; absent while there is none."),
    INCOMPLETE_SINCE: header("Since when an event is missing that the answer rests on."),
}
CACHING_HEADERS = {
    "ETag": header("A tag of the body, to send as If-None-Match."),
    "Cache-Control": header(
        "The caller alone may keep the answer, and asks whether it is so still."
    ),
    "Vary": header("The headers of the request that the answer depends on."),
}


def refusals(
    model: type[BaseModel], forbidden: str, unknown: str
) -> dict[int | str, dict[str, Any]]:
    """How a surface's refusals are documented. ``model``: of its errors."""
    return {
        status: {"model": model, "description": text}
        for status, text in {
            400: "The id, a parameter or a header is not of its form.",
            401: "No token, or one that does not do.",
            403: forbidden,
            404: unknown,
            501: "The tables are not of a position to wait for: Flink feeds them.",
            503: "The database does not answer, or too many callers wait.",
            504: "The position to wait for was not reached in time.",
        }.items()
    }


REFUSALS = refusals(
    Problem, "Not the caller's own data, or not a standalone teacher.", "No such teacher."
)
PLAIN_REFUSALS = refusals(PlainProblem, "Not a student.", "No such student.")
FAILED_REFUSALS = refusals(FailedProblem, "The caller's role may not.", "Not there for the caller.")
READ_HEADERS = STAMP_HEADERS | CACHING_HEADERS
SUCCEEDS: dict[int | str, dict[str, Any]] = {
    200: {"headers": READ_HEADERS},
    304: {
        "description": "The answer is the one that If-None-Match names.",
        "headers": READ_HEADERS,
    },
}

# Of lists that have pages.
LINKED: dict[int | str, dict[str, Any]] = {
    status: SUCCEEDS[status]
    | {"headers": READ_HEADERS | {"Link": header('The next page, `rel="next"`, if there is one.')}}
    for status in (200, 304)
}


class Listed(BaseModel):
    """What every list carries."""

    total: int = Field(description="How many items the list has.")
