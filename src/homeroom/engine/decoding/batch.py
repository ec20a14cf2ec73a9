"""A batch: the decoded records of one poll, and the positions that they move."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import (
    TIMESTAMP_MAX,
    DeadLetter,
    Decoded,
    Event,
    Move,
    Partition,
    PassedOver,
    Record,
    milliseconds_of,
)

# Beyond so many of a topic no more are told apart.
SOURCES_MAX = 100
TYPES_MAX = 100
OTHER_TYPES = "…"


@dataclass(slots=True)
class UnknownType:
    """How many events of an unknown type a batch has, and the newest of them.

    ``subject``: None where the entity is not known either.
    """

    events: int = 0
    subject: str | None = None
    partition: int = 0
    offset: int = 0


class FirstRecord(NamedTuple):
    """Where a source was first heard on a topic: by the broker's time, then by the place.

    The order of these is no matter of how partitions were read.
    """

    milliseconds: int
    partition: int
    offset: int


@dataclass(slots=True)
class Batch:
    """Everything one transaction applies. ``records`` are in log order within a partition."""

    records: Sequence[Record]
    moves: Mapping[Partition, Move]
    events: list[Event] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    unknown_types: dict[tuple[str, str], UnknownType] = field(default_factory=dict)
    # By topic and source; no more sources of a topic than it may have.
    sources: dict[tuple[str, str], FirstRecord] = field(default_factory=dict)
    # Subjects, by entity name, to resolve although the batch has no record of them.
    looked_at: Mapping[str, Collection[str]] = field(default_factory=dict)
    # Waiting events that PostgreSQL refuses, by entity, subject and number, with what it says.
    refused_waiting: Mapping[tuple[str, str, int], str] = field(default_factory=dict)


def make_batch(
    decoder: Decoder, records: Sequence[Record], moves: Mapping[Partition, Move]
) -> Batch:
    """Decodes the records of a poll."""
    return batch_of(records, map(decoder.decode, records), moves)


def batch_of(
    records: Sequence[Record], decoded_records: Iterable[Decoded], moves: Mapping[Partition, Move]
) -> Batch:
    """The batch of records that are decoded already; ``decoded_records`` are in their order."""
    batch = Batch(records, moves)
    events, sources = batch.events, batch.sources
    for record, decoded in zip(records, decoded_records, strict=True):
        if isinstance(decoded, Event):
            event = decoded
        elif isinstance(decoded, DeadLetter):
            batch.dead_letters.append(decoded)
            continue
        else:
            move = moves.get(Partition(record.topic, record.partition))
            # A record that is applied again was counted at the first time.
            if move is not None and record.offset >= move.expected:
                _count(batch.unknown_types, record, decoded)
            if decoded.event is None:
                continue
            event = decoded.event
        events.append(event)
        first = sources.get((record.topic, event.source))
        at = (record.timestamp, record.partition, record.offset)
        # Of nearly every event, its source was heard before.
        if first is None or first > at or record.timestamp > TIMESTAMP_MAX:
            _note_source(sources, event)
    return batch


def _note_source(sources: dict[tuple[str, str], FirstRecord], event: Event) -> None:
    record = event.record
    source = (record.topic, event.source)
    at = FirstRecord(milliseconds_of(record), record.partition, record.offset)
    if source in sources:
        if at < sources[source]:
            sources[source] = at
    elif sum(topic == record.topic for topic, _ in sources) < SOURCES_MAX:
        sources[source] = at


def _count(
    unknown_types: dict[tuple[str, str], UnknownType], record: Record, decoded: PassedOver
) -> None:
    seen = unknown_types.setdefault((record.topic, decoded.type_name), UnknownType())
    seen.events += 1
    seen.subject = decoded.event.subject if decoded.event else None
    seen.partition, seen.offset = record.partition, record.offset


def halves(batch: Batch, decoder: Decoder) -> Iterable[Batch]:
    """Splits a batch in two, each with the positions that its records reach."""
    middle = len(batch.records) // 2
    first, second = batch.records[:middle], batch.records[middle:]
    reached = {p: move.expected for p, move in batch.moves.items()}
    for record in first:
        partition = Partition(record.topic, record.partition)
        # A record that is applied again lies behind the position, which must not go back.
        reached[partition] = max(reached[partition], record.offset + 1)
    yield make_batch(
        decoder, first, {p: Move(m.expected, reached[p]) for p, m in batch.moves.items()}
    )
    yield make_batch(decoder, second, {p: Move(reached[p], m.next) for p, m in batch.moves.items()})
