"""An outgoing event, its checks against the contract, and its Kafka record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import orjson
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.contract.event import EventData, reasons
from homeroom_kit.contract.fields import Instant
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.spelling import did_you_mean

SEQUENCE_MAX = 2**63 - 1
# A record has at most 2 MiB; 64 KiB of it are left for key, headers and the batch's own fields.
DATA_BYTES_MAX = 2 * 1024 * 1024 - 64 * 1024
# CloudEvents 1.0, "Type System": a String has no control characters.
NAME_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]+$"
# No full grammar of URI references: what no URI may hold is refused.
URI_PATTERN = r"^[^\x00-\x20\x7f-\x9f\"<>\\^`{|}]+$"
TRACEPARENT_PATTERN = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_INSTANT: TypeAdapter[Any] = TypeAdapter(Instant)


def _number(value: object) -> object:
    """A sequence in decimal digits as a number; anything else as it is."""
    # Longer than any number of 64 bits with some leading zeros: not worth converting.
    if isinstance(value, str) and len(value) <= 64 and _DIGITS.fullmatch(value):
        return int(value)
    return value


def _time_text(value: str) -> str:
    """The text as it came, if it is an RFC 3339 time with an offset."""
    _INSTANT.validate_python(value)
    return value


Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=1_000, strict=True)]
Source = Annotated[str, Field(pattern=URI_PATTERN, max_length=1_000, strict=True)]
TimeText = Annotated[str, AfterValidator(_time_text)]
Sequence = Annotated[int, BeforeValidator(_number), Field(ge=1, le=SEQUENCE_MAX, strict=True)]
Traceparent = Annotated[str, Field(pattern=TRACEPARENT_PATTERN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingEvent:
    """An event to publish: its CloudEvents attributes (docs/contract.md, "Events") and its data.

    ``time`` is RFC 3339 text, ``data`` what orjson can write. Nothing is checked when one is made:
    ``check`` does that.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(revalidate_instances="always")

    type: str
    source: Source
    id: Name
    subject: Name
    sequence: Sequence
    time: TimeText
    data: Mapping[str, Any]
    traceparent: Traceparent | None = None


class OutgoingRecord(NamedTuple):
    """An event as a Kafka record. ``topic`` is without the prefix of the settings."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


_ENVELOPE = TypeAdapter(OutgoingEvent).validator


def event_type(name: str) -> type[EventData]:
    """The contract's class of an event type; raises InvalidEvents for an unknown type."""
    try:
        return EVENT_TYPES[name]
    except KeyError:
        hint = did_you_mean(name, EVENT_TYPES)
        raise InvalidEvents(f"type: the contract has no event type {name!r}.{hint}") from None


def check(event: OutgoingEvent) -> None:
    """Raises InvalidEvents with the reason where an event breaks the contract."""
    try:
        _ENVELOPE.validate_python(event)
    except ValidationError as error:
        raise InvalidEvents(reasons(error)) from None
    check_data(event)


def check_data(event: OutgoingEvent) -> None:
    """The part of ``check`` that concerns type, data and subject."""
    model = event_type(event.type)
    try:
        value = orjson.dumps(event.data)
        data = model.__pydantic_validator__.validate_json(value)
    except ValidationError as error:
        raise InvalidEvents(reasons(error, "data")) from None
    except TypeError as error:
        raise InvalidEvents(f"data: {error}") from None
    if len(value) > DATA_BYTES_MAX:
        raise InvalidEvents(f"data: {len(value):,} bytes; at most {DATA_BYTES_MAX:,} are possible")
    subject = "/".join(getattr(data, name) for name in model.key_names)
    if event.subject != subject:
        key = "/".join(model.key_names)
        raise InvalidEvents(f"subject: {event.subject!r} is not the data's {key}, {subject!r}")


def record(event: OutgoingEvent) -> OutgoingRecord:
    """The event in CloudEvents' binary mode; raises InvalidEvents for an unknown type."""
    key = event.subject.encode()
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", event.id.encode()),
        ("ce_source", event.source.encode()),
        ("ce_type", event.type.encode()),
        ("ce_time", event.time.encode()),
        ("ce_subject", key),
        ("ce_sequence", b"%d" % event.sequence),
        ("content-type", b"application/json"),
    ]
    if event.traceparent is not None:
        headers.append(("ce_traceparent", event.traceparent.encode()))
    return OutgoingRecord(event_type(event.type).topic, key, orjson.dumps(event.data), headers)
