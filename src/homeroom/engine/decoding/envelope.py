"""Reads the CloudEvents attributes and the data of a record, in binary and in structured mode.

The rules are in docs/contract.md, "Events". A message about an invalid record names the attribute
or header that is wrong, what it holds and what is needed.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

import orjson

from homeroom.engine.decoding import diagnosis
from homeroom.engine.log.records import Reason, Record
from homeroom_kit.rfc3339 import instant

JSON = "application/json"
STRUCTURED = "application/cloudevents+json"
SEQUENCE_MAX = 2**63 - 1
# Above it a float may stand for a number other than the one that was written.
EXACT_FLOAT_MAX = 2.0**53
ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "sequence")
SHOWN_CHARACTERS_MAX = 80
ID_CHARACTERS_MAX = 200

_CONTENT_TYPE = "content-type"
_HEADERS = {_CONTENT_TYPE: _CONTENT_TYPE, **{f"ce_{name}": name for name in ATTRIBUTES}}
_MEDIA_TYPE_JSON = re.compile(r"(application|text)/([a-z0-9!#$&^_.+-]+\+)?json")


class RefusedError(Exception):
    """The record must become a dead letter. ``missing``: the attribute that it lacks, if any."""

    def __init__(self, reason: Reason, detail: str, missing: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.missing = missing


# The attributes; the data (JSON bytes, a parsed value, or None); and the problem with the
# attributes, or an empty text. The problem is returned, not raised, because the dead letter takes
# its place from the other attributes.
Envelope = tuple[Mapping[str, Any], Any, str]


def shown(value: object) -> str:
    """A value as text for a message, cut to a sentence's length."""
    if isinstance(value, str | bytes):
        return repr(value[:SHOWN_CHARACTERS_MAX])
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value)[:SHOWN_CHARACTERS_MAX]


def read(record: Record) -> Envelope:
    """A record's envelope; raises RefusedError where not even attributes can be read."""
    attributes, problem = of_headers(record)
    content_type = attributes.pop(_CONTENT_TYPE, JSON)
    if content_type == JSON:
        return attributes, record.value, problem
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == STRUCTURED and not problem:
        return _structured(record)
    return attributes, record.value, problem or _media_type_problem(media_type)


def of_headers(record: Record) -> tuple[dict[str, str], str]:
    """The attributes in a record's headers, its content type among them, and what is wrong."""
    attributes: dict[str, str] = {}
    problem = ""
    for name, value in record.headers:
        attribute = _HEADERS.get(name)
        if attribute is None or value is None:
            continue
        if attribute in attributes:
            problem = f"The record has the header {name} twice: once is needed."
            # Neither of the two can be trusted.
            attributes[attribute] = ""
            continue
        try:
            attributes[attribute] = value.decode()
        except UnicodeDecodeError:
            problem = f"The header {name} is {shown(value)}, which is not UTF-8."
    return attributes, problem


def _media_type_problem(media_type: str) -> str:
    if media_type.startswith("application/cloudevents"):
        return (
            f"The content type is {shown(media_type)}: of the CloudEvents formats only "
            f"{STRUCTURED}, one event in a record, is understood."
        )
    if _MEDIA_TYPE_JSON.fullmatch(media_type):
        return ""
    return f"The data's content type is {shown(media_type)}: only JSON is understood."


def _structured(record: Record) -> Envelope:
    """An event in structured mode (CloudEvents JSON format, section 3)."""
    if record.value is None:
        raise _no_event("The record is empty (a tombstone): an event in structured mode is needed.")
    try:
        fields = parsed(record.value)
    except ValueError as error:
        looks = diagnosis.of_value("It", record.value)
        raise _no_event(f"The envelope is not JSON: {error}. {looks}".rstrip()) from None
    if not isinstance(fields, dict):
        raise _no_event(f"The envelope is not a JSON object, but {shown(fields)}.")
    attributes: dict[str, Any] = {}
    problem = ""
    for name in ATTRIBUTES:
        value = fields.get(name)
        if value is None:
            continue
        if name == "sequence" or _is_text(value):
            attributes[name] = value
        else:
            problem = f"The attribute `{name}` is {shown(value)}: text is needed."
    media_type = fields.get("datacontenttype") or JSON
    if not isinstance(media_type, str):
        problem = f"The attribute `datacontenttype` is {shown(media_type)}: text is needed."
    elif not problem:
        problem = _media_type_problem(media_type.partition(";")[0].strip().lower())
    if fields.get("data_base64") is None:
        return attributes, fields.get("data"), problem
    data = _decoded(fields["data_base64"])
    if "data" in fields:
        problem = problem or "The event has both `data` and `data_base64`: one of them is needed."
    elif data is None:
        problem = problem or (
            f"The attribute `data_base64` is {shown(fields['data_base64'])}: base64 is needed."
        )
    return attributes, data, problem


def _decoded(text: object) -> bytes | None:
    """The bytes that base64 stands for (RFC 4648, section 4); None where it is none."""
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        return None


def _is_text(value: object) -> bool:
    """Whether the value is a string that UTF-8 can encode: JSON allows half a surrogate pair."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def parsed(text: bytes) -> Any:
    """Parses JSON; raises ValueError with the problem in one line.

    The fast parsers refuse half a surrogate pair (``"\\ud800"``), which JSON allows (RFC 8259,
    section 8.2). A field that homeroom does not read may hold one.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if b"\\u" not in text:
            raise ValueError(str(error)) from None
    try:
        return json.loads(text.decode(), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def needed(attributes: Mapping[str, Any], name: str) -> Any:
    """A required attribute; raises RefusedError where it is missing or empty."""
    value = attributes.get(name)
    if value is None or value == "":
        missing = "missing" if value is None else "empty"
        detail = f"The CloudEvents attribute `{name}` (header ce_{name}) is {missing}."
        raise RefusedError(Reason.NOT_AN_EVENT, detail, name)
    return value


def time_of(attributes: Mapping[str, Any]) -> datetime:
    """Checks ``specversion``, ``id``, ``source`` and ``time``; returns the time in UTC."""
    get = attributes.get
    if get("specversion") != "1.0":
        version = needed(attributes, "specversion")
        raise _no_event(f"specversion is {shown(version)}; only 1.0 is understood.")
    if not (get("id") and get("source")):
        needed(attributes, "id")
        needed(attributes, "source")
    time = needed(attributes, "time")
    try:
        return instant(time)
    except ValueError as error:
        raise _no_event(f"time is {shown(time)}: {error} is needed.") from None


def sequence_of(attributes: Mapping[str, Any]) -> int:
    """The sequence number within the subject; structured mode also allows a JSON integer."""
    value = attributes.get("sequence")
    if type(value) is float and value.is_integer() and value <= EXACT_FLOAT_MAX:
        value = int(value)
    if type(value) is str and value.isdigit() and value.isascii() and len(value) <= 100:
        value = int(value)
    if type(value) is int and 1 <= value <= SEQUENCE_MAX:
        return value
    needed(attributes, "sequence")
    raise _no_event(
        f"sequence is {shown(value)}: decimal digits of a number from 1 to 2^63 - 1 are needed."
    )


def is_storable(name: str) -> bool:
    """Whether an id or a source can be stored whole, which all but odd ones can."""
    return 0 < len(name) <= ID_CHARACTERS_MAX and name.isprintable()


def _no_event(detail: str) -> RefusedError:
    return RefusedError(Reason.NOT_AN_EVENT, detail)
