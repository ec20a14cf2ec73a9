"""CloudEvents over HTTP, in binary, structured and batched mode.

The rules are those of the HTTP protocol binding 1.0.2, sections 3.1 to 3.3, with JSON as the only
format. What is read here is the envelope alone; `publishing.structured` checks what stands in it.
"""

import re
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

import orjson
from starlette.datastructures import Headers

from homeroom.api.errors import ApiError

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
JSON = "application/json"
PREFIX = "ce-"
# What is needed to tell binary mode from a request that is no CloudEvent at all.
VERSION = "ce-specversion"
ACCEPT = {"Accept": f"{STRUCTURED}, {BATCH}, {JSON}"}
_CHARSETS = ("utf-8", "us-ascii")
_MEDIA_TYPE_JSON = re.compile(r"(application|text)/([a-z0-9!#$&^_.+-]+\+)?json")
# RFC 9110, section 5.6.4; older versions of the binding wrote values so.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class GivenEvent(NamedTuple):
    """An event as it was sent: parsed JSON in structured form, or why its data is none."""

    attributes: object
    problem: str = ""

    @property
    def id(self) -> str | None:
        """Its id, where one can be read."""
        attributes = self.attributes
        found = attributes.get("id") if isinstance(attributes, dict) else None
        return found if isinstance(found, str) else None


def mode_of(headers: Headers) -> str:
    """STRUCTURED, BATCH, or JSON for binary mode; ApiError 415 for other types of content, 400
    where JSON comes without an envelope.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise ApiError(415, "The body must not be compressed", {"Accept-Encoding": "identity"})
    message = Message()
    message["Content-Type"] = headers.get("content-type", JSON)
    media_type = message.get_content_type()
    if message.get_content_charset("utf-8") not in _CHARSETS:
        raise ApiError(415, "The body must be in UTF-8", ACCEPT)
    if media_type in (STRUCTURED, BATCH):
        return media_type
    if media_type.startswith("application/cloudevents") or not _MEDIA_TYPE_JSON.fullmatch(
        media_type
    ):
        raise ApiError(
            415,
            f"The body must be {STRUCTURED} or {BATCH}, or in binary mode the data of one event "
            f"as {JSON}",
            ACCEPT,
        )
    if VERSION not in headers:
        raise ApiError(
            400,
            f"This is no CloudEvent: the header {VERSION} is missing, and the content type is "
            f"neither {STRUCTURED} nor {BATCH}",
        )
    return JSON


def events_of(mode: str, headers: Headers, body: bytes) -> list[GivenEvent]:
    """The events of a request; ApiError 400 where the envelope cannot be read."""
    if mode == JSON:
        return [_binary(headers, body)]
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ApiError(400, f"The body is not JSON: {error}") from None
    if mode == STRUCTURED:
        if not isinstance(content, dict):
            raise ApiError(400, "The body must be a JSON object: one event in structured mode")
        return [GivenEvent(content)]
    if not isinstance(content, list):
        raise ApiError(400, "The body must be a JSON array of events in structured form")
    return [GivenEvent(one) for one in content]


def _binary(headers: Headers, body: bytes) -> GivenEvent:
    attributes: dict[str, Any] = {}
    for name, value in headers.items():
        if not name.startswith(PREFIX):
            continue
        attribute = name.removeprefix(PREFIX)
        if attribute in attributes:
            raise ApiError(400, f"The header {name} stands there more than once")
        attributes[attribute] = _decoded(name, value)
    # In this mode they are the header Content-Type and the body, whatever headers say.
    for name in ("datacontenttype", "data", "data_base64"):
        attributes.pop(name, None)
    if not body:
        return GivenEvent(attributes)
    try:
        attributes["data"] = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return GivenEvent(attributes, f"data: not JSON: {error}")
    return GivenEvent(attributes)


def _decoded(name: str, value: str) -> str:
    """A header's value: double quotes, then one round of percent-encoding (section 3.1.3.2)."""
    quoted = _QUOTED.fullmatch(value)
    text = _ESCAPED.sub(r"\1", quoted[1]) if quoted else value
    # As the bytes were sent; characters beyond ASCII should have been encoded, and need not be.
    sent = text.encode("latin-1")
    if _BROKEN_PERCENT.search(sent):
        raise ApiError(400, f"The header {name} has a % that begins no code: write it as %25")
    try:
        return unquote_to_bytes(sent).decode()
    except UnicodeDecodeError:
        raise ApiError(400, f"The header {name} is no UTF-8") from None
