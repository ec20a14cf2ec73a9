"""Finds the events that set the fields of some rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeroom.engine.catalog import Catalog, Entity
from homeroom.engine.decoding import envelope
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.reader import Span
from homeroom.engine.log.records import Event, Partition, PassedOver, Record
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.ordering.rule import applied_up_to
from homeroom.operations.explain.answer import SetBy


class RecordPlace(NamedTuple):
    """The place of a record in the log."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class TracedRow:
    """An entity row of the snapshot, and where its events are in the log.

    ``refused``: its records that are dead letters; ``partitions``: those that may hold its events.
    """

    entity: Entity
    key: str
    sequence: int
    partitions: Collection[Partition]
    span: Span
    values: Mapping[str, Any]
    refused: Collection[RecordPlace] = ()

    @property
    def in_several_partitions(self) -> bool:
        """Whether its publisher changed its partitioner, or its topic got more partitions."""
        return len(self.partitions) > 1


def spans(rows: Iterable[TracedRow]) -> dict[Partition, list[Span]]:
    """The spans of the log that hold the events of some rows."""
    by_partition: defaultdict[Partition, list[Span]] = defaultdict(list)
    for row in rows:
        for partition in row.partitions:
            by_partition[partition].append(row.span)
    return dict(by_partition)


class Setters:
    """Finds the event that set each field of the rows, from the records of the log."""

    def __init__(self, rows: Iterable[TracedRow], catalog: Catalog, discards: Discards) -> None:
        self._rows = {(row.entity.name, row.key): row for row in rows}
        self._keys = {row.key.encode() for row in self._rows.values()}
        self._decoder = Decoder(catalog)
        self._discards = discards
        self._events: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)

    def take(self, record: Record) -> None:
        """Keeps the record's event if it may have set a field of a row."""
        # The record's key is the subject. Comparing it first avoids decoding most records.
        if record.key not in self._keys:
            return
        decoded = self._decoder.decode(record)
        event = decoded.event if isinstance(decoded, PassedOver) else decoded
        if not isinstance(event, Event):
            return
        row = self._rows.get((event.entity.name, event.subject))
        if row is None or not row.span.start <= record.offset < row.span.end:
            return
        place = RecordPlace(record.topic, record.partition, record.offset)
        if place not in row.refused:
            self._events[event.entity.name, event.subject] += self._discards.emptied([event])

    def of(self, row: TracedRow) -> dict[str, SetBy]:
        """The last event that set each column; the event that created the row set the key.

        It set all other columns too, if only to what is empty.
        """
        setters: dict[str, Event] = {}
        has_row = False
        events = self._events[row.entity.name, row.key]
        for event in applied_up_to(row.entity, row.sequence, events):
            event_type = event.type
            if event_type is None:
                continue
            makes_row = event.creates and not has_row
            has_row = has_row or event.creates
            for i, column in enumerate(row.entity.columns):
                if makes_row or event_type.mask & (1 << i):
                    setters[column.name] = event
            for name in row.entity.key_names if event.creates else ():
                setters.setdefault(name, event)
        return {name: set_by(event) for name, event in setters.items()}


def set_by(event: Event) -> SetBy:
    """The event as a part of the explanation."""
    record, event_type = event.record, event.type
    assert event_type is not None
    attributes, _, _ = envelope.read(record)
    return SetBy(
        record.topic, record.partition, record.offset, str(attributes["id"]), event_type.name,
        event.time, event.sequence,
    )  # fmt: skip
