"""What operators have discarded: durable, empty events (docs/contract.md, "Ordering").

Discards stand beside the generations, in ``homeroom.discard``, because they hold in every one: also
in the next, which reads the log from its beginning.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Connection
from psycopg.errors import UndefinedTable

from homeroom.engine.catalog import Entity
from homeroom.engine.log.records import DeadLetter, Event, StoredRecord
from homeroom.errors import NotMigrated
from homeroom.statements import load

SQL = load("discards", __package__)
NO_RECORD = StoredRecord("", 0, 0, 0, None, None, ())
NO_TIME = datetime.min.replace(tzinfo=UTC)


class DiscardsChanged(Exception):
    """There is a discard that a batch was folded without: the batch is applied once more."""


class SequenceRange(NamedTuple):
    """Numbers of one subject's sequence, both ends included."""

    first: int
    last: int


class Discards:
    """All discards, as they were when they were read. ``newest`` is the greatest id."""

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        self.newest = 0
        self._ranges: dict[tuple[str, str], list[SequenceRange]] = defaultdict(list)
        self._records: set[tuple[str, int, int]] = set()
        for number, entity, key, first, last, *record in rows:
            self.newest = max(self.newest, number)
            if entity is not None:
                self._ranges[entity, key].append(SequenceRange(first, last))
            if record[0] is not None:
                self._records.add((record[0], record[1], record[2]))
        for ranges in self._ranges.values():
            ranges.sort()

    def of(self, entity: str, key: str) -> Sequence[SequenceRange]:
        """The discarded numbers of one subject, ascending."""
        return self._ranges.get((entity, key), ())

    def among(self, entity: str, keys: Iterable[str]) -> set[str]:
        """Those of some subjects that have a discarded number."""
        if not self._ranges:
            return set()
        return {key for key in keys if (entity, key) in self._ranges}

    def emptied(self, events: list[Event]) -> list[Event]:
        """The same events; those with a discarded number set nothing."""
        if not self._ranges:
            return events
        return [self._emptied(event) for event in events]

    def _emptied(self, event: Event) -> Event:
        for first, last in self.of(event.entity.name, event.subject):
            if first <= event.sequence <= last:
                return Event(
                    event.entity, None, event.subject, event.sequence, event.time, {}, event.record
                )
        return event

    def cover(self, dead_letter: DeadLetter) -> bool:
        """Whether a dead letter, or the number that it has in its subject, was discarded."""
        record, place = dead_letter.record, dead_letter.place
        return (record.topic, record.partition, record.offset) in self._records or (
            place is not None
            and any(
                first <= place.sequence <= last
                for first, last in self.of(place.entity.name, place.subject)
            )
        )


def empty_event(entity: Entity, key: str, sequence: int) -> Event:
    """What stands at a discarded number that has no event."""
    return Event(entity, None, key, sequence, NO_TIME, {}, NO_RECORD)


def read(connection: Connection[Any]) -> Discards:
    """All discards; raises NotMigrated where the database has no table for them."""
    try:
        return Discards(connection.execute(SQL["read"]).fetchall())
    except UndefinedTable:
        raise NotMigrated("the table homeroom.discard is missing") from None


async def read_async(connection: AsyncConnection[Any]) -> Discards:
    """All discards; raises NotMigrated where the database has no table for them."""
    try:
        return Discards(await (await connection.execute(SQL["read"])).fetchall())
    except UndefinedTable:
        raise NotMigrated("the table homeroom.discard is missing") from None
