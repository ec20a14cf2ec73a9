"""Bytes into an event or a letter. Nothing else ever comes out: decoding does not raise.

CloudEvents 1.0 with the Kafka protocol binding, in binary and in structured mode; the rules are
those of the contract, section 1.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from homeroom.engine.catalog import Catalog, Entity, EventType
from homeroom.engine.records import Event, Letter, PassedOver, Place, Reason, Record

JSON = "application/json"
STRUCTURED = "application/cloudevents+json"
SEQUENCE_MAX = 2**63 - 1
ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "sequence")
TYPE_CHARACTERS_MAX = 200
DETAIL_CHARACTERS_MAX = 1_000

_CONTENT_TYPE = "content-type"
_HEADERS = {_CONTENT_TYPE: _CONTENT_TYPE, **{f"ce_{name}": name for name in ATTRIBUTES}}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TYPE = re.compile(r"([a-z][a-z0-9_]*)\.[A-Za-z0-9_.-]+")
_MEDIA_TYPE_JSON = re.compile(r"(application|text)/([a-z0-9!#$&^_.+-]+\+)?json", re.IGNORECASE)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)


class _RefusedError(Exception):
    """Ends the decoding of one record with a letter."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Decoder:
    """Decodes records by a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._types = catalog.type_by_name
        self._entities = catalog.entity_by_name
        self._topic_of = {e.name: catalog.broker_topic(e) for e in catalog.entities}

    def decode(self, record: Record) -> Event | Letter | PassedOver:
        """The event in a record, or why there is none. Never raises."""
        attributes: Mapping[str, Any] = {}
        try:
            attributes, data, problem = _attributes(record)
            return self._event(attributes, data, problem, record)
        except _RefusedError as refused:
            return self._letter(refused.reason, refused.detail, attributes, record)
        except Exception as error:  # noqa: BLE001 - whatever a record holds must end as a letter
            detail = f"This record cannot be read: {type(error).__name__}: {error}"
            return self._letter(Reason.NOT_AN_EVENT, detail, attributes, record)

    def _event(
        self, attributes: Mapping[str, Any], data: bytes | None, problem: str, record: Record
    ) -> Event | PassedOver:
        if problem and "type" not in attributes:
            raise _RefusedError(Reason.NOT_AN_EVENT, problem)
        type_name = _needed(attributes, "type")
        event_type = self._types.get(type_name)
        entity = event_type.entity if event_type else self._entity_of(type_name)
        if event_type is None:
            _check_unknown_type(type_name)
        if entity is None:
            return PassedOver(type_name, None)
        if problem:
            raise _RefusedError(Reason.NOT_AN_EVENT, problem)
        time = _envelope(attributes)
        subject = _needed(attributes, "subject")
        sequence = _sequence(attributes)
        if record.key != subject.encode():
            raise _RefusedError(
                Reason.KEY_MISMATCH,
                f"The record's key is {str(record.key)[:200]}, but the event's subject is "
                f"{subject[:200]!r}: they must be equal.",
            )
        if event_type is None:
            _check_subject(subject, entity)
            return PassedOver(type_name, Event(entity, None, subject, sequence, time, {}, record))
        if record.topic != self._topic_of[entity.name]:
            raise _RefusedError(
                Reason.WRONG_TOPIC,
                f"{type_name} belongs to the topic {self._topic_of[entity.name]}, "
                f"not to {record.topic}.",
            )
        # A subject that equals the data's key, which the schema has checked, has the right form.
        values = _values(event_type, data, subject)
        return Event(entity, event_type, subject, sequence, time, values, record)

    def _entity_of(self, type_name: str) -> Entity | None:
        match = _TYPE.fullmatch(type_name)
        return self._entities.get(match[1]) if match else None

    def _letter(
        self, reason: Reason, detail: str, attributes: Mapping[str, Any], record: Record
    ) -> Letter:
        return Letter(reason, _storable(detail), self._place(attributes), record)

    def _place(self, attributes: Mapping[str, Any]) -> Place | None:
        """Where a refused record would have stood, as far as that can be read."""
        try:
            entity = self._entity_of(_needed(attributes, "type"))
            if entity is None:
                return None
            subject = _needed(attributes, "subject")
            _check_subject(subject, entity)
            return Place(entity, subject, _sequence(attributes))
        except _RefusedError:
            return None


def _storable(detail: str) -> str:
    """A detail that PostgreSQL can hold: no NUL, no lone surrogate, not endless."""
    printable = detail.replace("\x00", "\\u0000")[:DETAIL_CHARACTERS_MAX]
    return printable.encode("utf-8", "backslashreplace").decode()


def _attributes(record: Record) -> tuple[Mapping[str, Any], bytes | None, str]:
    """The CloudEvents attributes of a record, its data as JSON bytes, and what is wrong with them.

    A problem is told, not raised: with the rest of the attributes its letter still has a place.
    """
    found: dict[str, str] = {}
    problem = ""
    for name, value in record.headers:
        attribute = _HEADERS.get(name)
        if attribute is None or value is None:
            continue
        if attribute in found:
            problem = f"The header {name} stands there twice."
            # Which of the two is meant, nobody can say.
            found[attribute] = ""
            continue
        try:
            found[attribute] = value.decode()
        except UnicodeDecodeError:
            problem = f"The header {name} is not UTF-8."
    content_type = found.pop(_CONTENT_TYPE, JSON)
    if content_type == JSON:
        return found, record.value, problem
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == STRUCTURED:
        return _structured(record)
    return found, record.value, problem or _media_type_problem(media_type)


def _media_type_problem(media_type: str) -> str:
    if _MEDIA_TYPE_JSON.fullmatch(media_type):
        return ""
    return f"The data's content type is {media_type[:200]!r}: only JSON is understood."


def _structured(record: Record) -> tuple[Mapping[str, Any], bytes | None, str]:
    """The same of an event in structured mode (CloudEvents JSON format, section 3)."""
    if record.value is None:
        raise _RefusedError(Reason.NOT_AN_EVENT, "The record is empty (a tombstone).")
    try:
        envelope = orjson.loads(record.value)
    except orjson.JSONDecodeError as error:
        raise _RefusedError(Reason.NOT_AN_EVENT, f"The envelope is not JSON: {error}.") from None
    if not isinstance(envelope, dict):
        raise _RefusedError(Reason.NOT_AN_EVENT, "The envelope is not a JSON object.")
    attributes = {name: envelope[name] for name in ATTRIBUTES if envelope.get(name) is not None}
    problem = ""
    for name in ATTRIBUTES:
        if name != "sequence" and not isinstance(attributes.get(name, ""), str):
            del attributes[name]
            problem = f"The attribute `{name}` is not text."
    media_type = str(envelope.get("datacontenttype") or JSON).partition(";")[0].strip().lower()
    data = None
    try:
        data = orjson.dumps(envelope["data"]) if "data" in envelope else None
    except orjson.JSONEncodeError:
        problem = problem or "The data is nested too deeply."
    return attributes, data, problem or _media_type_problem(media_type)


def _needed(attributes: Mapping[str, Any], name: str) -> str:
    value = attributes.get(name)
    if not value:
        missing = "missing" if value is None else "empty"
        raise _RefusedError(
            Reason.NOT_AN_EVENT,
            f"The CloudEvents attribute `{name}` (header ce_{name}) is {missing}.",
        )
    return value  # type: ignore[no-any-return]


def _envelope(attributes: Mapping[str, Any]) -> datetime:
    """Checks the attributes that every event has, and returns its time in UTC."""
    version = _needed(attributes, "specversion")
    if version != "1.0":
        raise _RefusedError(
            Reason.NOT_AN_EVENT, f"specversion is {version[:80]!r}; only 1.0 is understood."
        )
    _needed(attributes, "id")
    _needed(attributes, "source")
    time = _needed(attributes, "time")
    if not _RFC3339.fullmatch(time):
        raise _RefusedError(
            Reason.NOT_AN_EVENT,
            f"time is {time[:80]!r}: an RFC 3339 time with an offset is needed.",
        )
    try:
        return datetime.fromisoformat(time.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _RefusedError(
            Reason.NOT_AN_EVENT, f"time is {time[:80]!r}, which does not exist: {error}."
        ) from None


def _check_unknown_type(type_name: str) -> None:
    """What is counted by its name must have one that can be kept."""
    if len(type_name) > TYPE_CHARACTERS_MAX or "\x00" in type_name:
        raise _RefusedError(
            Reason.NOT_AN_EVENT,
            f"type is {type_name[:80]!r}: at most {TYPE_CHARACTERS_MAX} characters, none of them "
            "NUL, are needed.",
        )


def _check_subject(subject: str, entity: Entity) -> None:
    parts = subject.split("/")
    if len(parts) != len(entity.key) or not all(_ID.fullmatch(part) for part in parts):
        raise _RefusedError(
            Reason.NOT_AN_EVENT,
            f"subject is {subject[:200]!r}: {'/'.join(entity.key_names)} is needed, each of 1 "
            "to 64 characters of A-Z a-z 0-9 _ -.",
        )


def _sequence(attributes: Mapping[str, Any]) -> int:
    value = attributes.get("sequence")
    if type(value) is str and value.isdigit() and value.isascii() and len(value) <= 100:
        value = int(value)
    if type(value) is int and 1 <= value <= SEQUENCE_MAX:
        return value
    raise _RefusedError(
        Reason.NOT_AN_EVENT,
        f"sequence is {str(value)[:80]!r}: decimal digits of a number from 1 to 2^63 - 1 "
        "are needed.",
    )


def _values(event_type: EventType, data: bytes | None, subject: str) -> Mapping[str, Any]:
    if data is None:
        raise _RefusedError(
            Reason.INVALID_DATA,
            "The event has no data (an empty record is a tombstone, not an event).",
        )
    if b"NaN" in data or b"Infinity" in data:
        _check_numbers(data)
    try:
        values = event_type.validate(data)
    except ValueError as error:
        raise _RefusedError(Reason.INVALID_DATA, str(error)) from None
    key = event_type.entity.key_names
    told = values[key[0]] if len(key) == 1 else "/".join([values[name] for name in key])
    if told != subject:
        raise _RefusedError(
            Reason.KEY_MISMATCH,
            f"The data's key is {told!r}, but the event's subject is {subject!r}.",
        )
    return values


def _check_numbers(data: bytes) -> None:
    """NaN and Infinity are no JSON, though some parsers take them (RFC 8259, section 6)."""
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _RefusedError(Reason.INVALID_DATA, f"The data is not JSON: {error}.") from None
