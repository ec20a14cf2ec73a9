"""Records as they come from the broker, and what decoding makes of them."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from homeroom.engine.catalog import Entity, EventType

# The last second of the year 9999, in milliseconds.
TIMESTAMP_MAX = 253_402_300_799_000


class Partition(NamedTuple):
    """A partition of a topic, as the broker names it. Sorts as positions are locked."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Move:
    """A position before and after a batch. ``expected``: what was last written or read."""

    expected: int
    next: int


class Record(Protocol):
    """The part of a consumed record that matters; aiokafka's ConsumerRecord has this shape.

    ``timestamp`` is the broker's, in milliseconds since 1970.
    """

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class StoredRecord(NamedTuple):
    """A record that was stored as a dead letter or as a waiting event."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class UnloadedRecord(NamedTuple):
    """A stored record whose content stays where it is stored."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: None = None
    value: None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()

    @classmethod
    def of(cls, record: Record) -> "UnloadedRecord":
        # Many records of one topic share its name.
        return cls(sys.intern(record.topic), record.partition, record.offset, record.timestamp)


def published_at(record: Record) -> datetime:
    """The broker's time of a record, as an instant; a publisher may have set any number."""
    return datetime.fromtimestamp(milliseconds_of(record) / 1000, UTC)


def milliseconds_of(record: Record) -> int:
    """The same in milliseconds since 1970. One beyond the year 9999 is in micro- or nanoseconds."""
    milliseconds = max(record.timestamp, 0)
    while milliseconds > TIMESTAMP_MAX:
        milliseconds //= 1000
    return milliseconds


class Reason(StrEnum):
    """Why a record is a dead letter (docs/contract.md, "Dead letters")."""

    NOT_AN_EVENT = "not_an_event"
    WRONG_TOPIC = "wrong_topic"
    KEY_MISMATCH = "key_mismatch"
    INVALID_DATA = "invalid_data"
    NO_ROW = "no_row"
    UNKNOWN_TYPE = "unknown_type"
    NOT_APPLICABLE = "not_applicable"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Place:
    """A number in a subject's sequence."""

    entity: Entity
    subject: str
    sequence: int


class Event:
    """A decoded event. ``type`` is None for one that sets nothing but takes its place.

    That is one that was discarded, or of an unknown type, which ``unknown_type`` names. ``id``: as
    it can be stored; None where the number was discarded. ``source``: likewise; empty there.
    """

    __slots__ = (
        "entity", "id", "record", "sequence", "source", "subject", "time", "type", "unknown_type",
        "values",
    )  # fmt: skip

    def __init__(
        self,
        entity: Entity,
        type: EventType | None,  # noqa: A002 - the attribute's name in CloudEvents
        subject: str,
        sequence: int,
        time: datetime,
        values: Mapping[str, Any],
        record: Record,
        unknown_type: str = "",
        id: str | None = None,  # noqa: A002 - likewise
        source: str = "",
    ) -> None:
        self.entity = entity
        self.type = type
        self.unknown_type = unknown_type
        self.subject = subject
        self.sequence = sequence
        self.time = time
        self.values = values
        self.record = record
        self.id = id
        self.source = source

    @property
    def creates(self) -> bool:
        return self.type is not None and self.type.creates

    @property
    def place(self) -> Place:
        return Place(self.entity, self.subject, self.sequence)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that cannot be applied; ``place`` where its subject and sequence can be read."""

    reason: Reason
    detail: str
    place: Place | None
    record: Record


@dataclass(frozen=True, slots=True)
class SequenceConflict:
    """An old event whose number an event with another id had before it: ``first_id``."""

    event: Event
    first_id: str

    @property
    def type_name(self) -> str:
        return self.event.type.name if self.event.type else self.event.unknown_type


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A type or version that is not known; ``event`` takes its place where the entity is known.

    As long as the subject has no row, the event is a dead letter instead (``ordering.rule``).
    """

    type_name: str
    event: Event | None


# What a record is found to be.
Decoded = Event | DeadLetter | PassedOver
