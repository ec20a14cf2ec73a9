"""Decodes a record into an event, a dead letter, or an event that is passed over.

CloudEvents 1.0 with the Kafka protocol binding; the rules are in docs/contract.md, "Events".
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from homeroom.engine.catalog import Catalog, Entity, EventType
from homeroom.engine.decoding import diagnosis
from homeroom.engine.decoding.envelope import (
    STRUCTURED,
    RefusedError,
    is_storable,
    needed,
    of_headers,
    parsed,
    read,
    sequence_of,
    shown,
    time_of,
)
from homeroom.engine.decoding.usual import UsualEvents
from homeroom.engine.log.records import (
    DeadLetter,
    Decoded,
    Event,
    PassedOver,
    Place,
    Reason,
    Record,
    published_at,
)
from homeroom_kit.record_bounds import Beginning

TYPE_CHARACTERS_MAX = 200
DETAIL_CHARACTERS_MAX = 1_000

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TYPE = re.compile(r"([a-z][a-z0-9_]*)\.[A-Za-z0-9_.-]+")
_NO_ATTRIBUTES: Mapping[str, Any] = {}


class Decoder:
    """Decodes records by a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._types = catalog.type_by_name
        self._entities = catalog.entity_by_name
        self._topic_of = {e.name: catalog.broker_topic(e) for e in catalog.entities}
        self._usual = UsualEvents(catalog)

    def decode(self, record: Record) -> Decoded:
        """The event in a record, or the reason that there is none. Never raises."""
        return self._usual.event(record) or self.by_every_rule(record)

    def by_every_rule(self, record: Record) -> Decoded:
        """The same, of records that are unusual too."""
        attributes = _NO_ATTRIBUTES
        try:
            if isinstance(record.value, Beginning):
                attributes, _ = of_headers(record)
                raise RefusedError(Reason.TOO_LARGE, record.value.detail)
            attributes, data, problem = read(record)
            return self._event(attributes, data, problem, record)
        except RefusedError as refused:
            detail = refused.detail
            if refused.missing:
                detail = f"{detail} {_looks_like(refused.missing, record)}".rstrip()
            return self._dead_letter(refused.reason, detail, attributes, record)
        except Exception as error:  # noqa: BLE001 - no record may stop the worker
            detail = f"This record cannot be read: {type(error).__name__}: {error}"
            return self._dead_letter(Reason.NOT_AN_EVENT, detail, attributes, record)

    def _event(
        self, attributes: Mapping[str, Any], data: Any, problem: str, record: Record
    ) -> Event | PassedOver:
        if problem and not attributes.get("type"):
            raise RefusedError(Reason.NOT_AN_EVENT, problem)
        type_name = needed(attributes, "type")
        event_type = self._types.get(type_name)
        entity = event_type.entity if event_type else self._entity_of(type_name)
        if event_type is None:
            _check_unknown_type(type_name)
        elsewhere = entity is not None and record.topic != self._topic_of[entity.name]
        if entity is None or (elsewhere and event_type is None):
            return PassedOver(type_name, None)
        if elsewhere:
            # Before all else: whoever may write to one topic says nothing of another's entities.
            raise RefusedError(
                Reason.WRONG_TOPIC,
                f"{type_name} belongs to the topic {self._topic_of[entity.name]}, "
                f"not to {record.topic}.",
            )
        if problem:
            raise RefusedError(Reason.NOT_AN_EVENT, problem)
        time = time_of(attributes)
        subject = needed(attributes, "subject")
        sequence = sequence_of(attributes)
        event_id, source = _storable_id(attributes["id"]), _storable_id(attributes["source"])
        if record.key != subject.encode():
            raise RefusedError(
                Reason.KEY_MISMATCH,
                f"The record's key is {shown(record.key)}, but the event's subject is "
                f"{shown(subject)}: they must be equal.",
            )
        if event_type is None:
            _check_subject(subject, entity)
            event = Event(
                entity, None, subject, sequence, time, {}, record, type_name, event_id, source
            )
            return PassedOver(type_name, event)
        # The schema has checked the key in the data, and the subject must equal it.
        values = _values(event_type, data, subject)
        if event_type.dated:
            _check_day(event_type, values, record)
        if event_type.timed:
            values = {**values, event_type.timed: time}
        return Event(
            entity, event_type, subject, sequence, time, values, record, id=event_id, source=source
        )

    def _entity_of(self, type_name: str) -> Entity | None:
        match = _TYPE.fullmatch(type_name)
        return self._entities.get(match[1]) if match else None

    def _dead_letter(
        self, reason: Reason, detail: str, attributes: Mapping[str, Any], record: Record
    ) -> DeadLetter:
        return DeadLetter(reason, _storable(detail), self._place(attributes, record.topic), record)

    def _place(self, attributes: Mapping[str, Any], topic: str) -> Place | None:
        """The place that a refused record would have in its subject.

        None if it is unreadable, or the topic is not the entity's.
        """
        try:
            entity = self._entity_of(needed(attributes, "type"))
            if entity is None or topic != self._topic_of[entity.name]:
                return None
            subject = needed(attributes, "subject")
            _check_subject(subject, entity)
            return Place(entity, subject, sequence_of(attributes))
        except RefusedError:
            return None


def _looks_like(missing: str, record: Record) -> str:
    """What a record looks like that lacks an attribute."""
    if any(value == STRUCTURED.encode() for _, value in record.headers):
        return ""
    looks = diagnosis.of_headers(missing, (name for name, _ in record.headers))
    if record.value is None:
        return f"{looks} It has no value either (a tombstone), which is not an event.".lstrip()
    return f"{looks} {diagnosis.of_value('The value', record.value)}".strip()


def _storable(detail: str) -> str:
    """A detail that PostgreSQL can store: without NUL and lone surrogates, of limited length."""
    encodable = detail.encode("utf-8", "backslashreplace").decode()
    return encodable.replace("\x00", "\\u0000")[:DETAIL_CHARACTERS_MAX]


def _storable_id(event_id: str) -> str:
    """An id or source, whole in all but odd cases; else its beginning and a hash of all of it."""
    if is_storable(event_id):
        return event_id
    beginning = event_id[:100].encode("unicode_escape").decode()[:100]
    return f"{beginning}…{sha256(event_id.encode()).hexdigest()}"


def _check_unknown_type(type_name: str) -> None:
    """Unknown types are counted by name, so PostgreSQL must be able to store the name."""
    if len(type_name) > TYPE_CHARACTERS_MAX or "\x00" in type_name:
        raise RefusedError(
            Reason.NOT_AN_EVENT,
            f"type is {shown(type_name)}: at most {TYPE_CHARACTERS_MAX} characters, none of them "
            "NUL, are needed.",
        )


def _check_subject(subject: str, entity: Entity) -> None:
    parts = subject.split("/")
    if len(parts) != len(entity.key) or not all(_ID.fullmatch(part) for part in parts):
        raise RefusedError(
            Reason.NOT_AN_EVENT,
            f"subject is {shown(subject)}: {'/'.join(entity.key_names)} is needed, each of 1 "
            "to 64 characters of A-Z a-z 0-9 _ -.",
        )


def _values(event_type: EventType, data: Any, subject: str) -> Mapping[str, Any]:
    if data is None:
        raise RefusedError(
            Reason.INVALID_DATA,
            "The event has no data (an empty record is a tombstone, not an event): a JSON object "
            "is needed.",
        )
    values = _validated(event_type, data)
    key = event_type.entity.key_names
    in_data = values[key[0]] if len(key) == 1 else "/".join([values[name] for name in key])
    if in_data != subject:
        raise RefusedError(
            Reason.KEY_MISMATCH,
            f"The data's key ({'/'.join(key)}) is {shown(in_data)}, but the event's subject is "
            f"{shown(subject)}: they must be equal.",
        )
    return values


def _check_day(event_type: EventType, values: Mapping[str, Any], record: Record) -> None:
    """The day that an event is about may have begun, somewhere on earth, at its publication."""
    if record.timestamp <= 0:
        # Kafka's -1, which the tables keep as 0: nobody knows when it was published.
        return
    day, published = values[event_type.dated], published_at(record)
    if date.fromisoformat(day) - published.date() > timedelta(days=1):
        raise RefusedError(
            Reason.INVALID_DATA,
            f"data.{event_type.dated}: Input should be at most a day after the record was "
            f"published, which its Kafka timestamp says was {published:%Y-%m-%d %H:%M} UTC, found "
            f'"{day}"',
        )


def _validated(event_type: EventType, data: Any) -> Mapping[str, Any]:
    if isinstance(data, bytes) and (b"NaN" in data or b"Infinity" in data):
        # These are not JSON (RFC 8259, section 6), but the validator's parser accepts them.
        data = _parsed(data)
    try:
        return event_type.validate(data)
    except ValueError as error:
        if not isinstance(data, bytes) or b"\\u" not in data:
            looks = diagnosis.of_value("It", data) if isinstance(data, bytes) else ""
            detail = f"The data is not JSON. {looks}" if looks else str(error)
            raise RefusedError(Reason.INVALID_DATA, detail) from None
    # The cause may be half a surrogate pair in a field that is not read: `parsed` accepts it.
    return _validated(event_type, _parsed(data))


def _parsed(data: bytes) -> Any:
    try:
        return parsed(data)
    except ValueError as error:
        raise RefusedError(Reason.INVALID_DATA, f"The data is not JSON: {error}.") from None
