"""CloudEvents in structured form, checked by the contract: of files, and of what comes by HTTP."""

import base64
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from homeroom_kit.contract.event import reasons
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, check_data

JSON_PATTERN = r"(?i)^\s*(application|text)/([a-z0-9.+-]+\+)?json\s*(;.*)?$"
# CloudEvents' JSON format, section 3.1.1: the data in base64.
ENCODED = "data_base64"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Structured(OutgoingEvent):
    """An event, and the attributes of the structured form."""

    specversion: Literal["1.0"]
    datacontenttype: Annotated[str, Field(pattern=JSON_PATTERN)] | None = None


_STRUCTURED: TypeAdapter[_Structured] = TypeAdapter(_Structured)
_ATTRIBUTES = frozenset(field.name for field in fields(_Structured))


def event_of(attributes: object) -> OutgoingEvent:
    """The event of parsed JSON, checked whole; raises InvalidEvents with the reason.

    Unknown attributes are ignored (docs/contract.md, "Events").
    """
    if not isinstance(attributes, dict):
        raise InvalidEvents("not a JSON object")
    known = {name: value for name, value in attributes.items() if name in _ATTRIBUTES}
    if attributes.get(ENCODED) is not None:
        if "data" in known:
            raise InvalidEvents("data: it stands there twice, as data and as data_base64")
        known["data"] = _decoded(attributes[ENCODED])
    try:
        event = _STRUCTURED.validate_python(known)
    except ValidationError as error:
        raise InvalidEvents(reasons(error)) from None
    check_data(event)
    return event


def _decoded(text: object) -> Any:
    """The JSON that base64 stands for (RFC 4648, section 4)."""
    try:
        content = base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        content = None
    if content is None:
        raise InvalidEvents("data_base64: Input should be base64")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidEvents(f"data_base64: what it stands for is not JSON: {error}") from None
