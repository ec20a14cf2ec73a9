"""What operators have discarded: durable, empty events (docs/contract.md, "Ordering").

They stand beside the generations, in ``homeroom.discard``, because they hold in every one: also in
the next, which reads the log from its beginning.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.errors import UndefinedTable

from homeroom.engine.catalog import Entity
from homeroom.engine.log.records import DeadLetter, Event, StoredRecord
from homeroom.errors import NotMigrated

READ = """
SELECT id, entity, key, first_sequence, last_sequence, topic, partition, "offset"
FROM homeroom.discard
"""
NO_RECORD = StoredRecord("", 0, 0, 0, None, None, ())
NO_TIME = datetime.min.replace(tzinfo=UTC)


class DiscardsChanged(Exception):
    """A transaction met a discard that its batch was folded without: it is done once more."""


class Places(NamedTuple):
    """Numbers of one subject's sequence, both ends included."""

    first: int
    last: int


class Discards:
    """All discards, as they were when they were read. ``newest`` is the greatest id."""

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        self.newest = 0
        self._places: dict[tuple[str, str], list[Places]] = defaultdict(list)
        self._records: set[tuple[str, int, int]] = set()
        for number, entity, key, first, last, *record in rows:
            self.newest = max(self.newest, number)
            if entity is not None:
                self._places[entity, key].append(Places(first, last))
            if record[0] is not None:
                self._records.add((record[0], record[1], record[2]))
        for places in self._places.values():
            places.sort()

    def of(self, entity: str, key: str) -> Sequence[Places]:
        """The discarded places of one subject, ascending."""
        return self._places.get((entity, key), ())

    def among(self, entity: str, keys: Iterable[str]) -> set[str]:
        """Those of some subjects that have a discarded place."""
        if not self._places:
            return set()
        return {key for key in keys if (entity, key) in self._places}

    def emptied(self, events: list[Event]) -> list[Event]:
        """The same events, those at a discarded place without what they say."""
        if not self._places:
            return events
        return [self._emptied(event) for event in events]

    def _emptied(self, event: Event) -> Event:
        for first, last in self.of(event.entity.name, event.subject):
            if first <= event.sequence <= last:
                return Event(
                    event.entity, None, event.subject, event.sequence, event.time, {}, event.record
                )
        return event

    def hold(self, letter: DeadLetter) -> bool:
        """Whether a letter, or the place where it would stand, was discarded."""
        record, place = letter.record, letter.place
        return (record.topic, record.partition, record.offset) in self._records or (
            place is not None
            and any(
                first <= place.sequence <= last
                for first, last in self.of(place.entity.name, place.subject)
            )
        )


def empty_event(entity: Entity, key: str, sequence: int) -> Event:
    """What stands at a discarded place to which nothing came."""
    return Event(entity, None, key, sequence, NO_TIME, {}, NO_RECORD)


async def read(connection: AsyncConnection[Any]) -> Discards:
    """All discards; NotMigrated where the database does not know of them yet."""
    try:
        cursor = await connection.execute(READ)
    except UndefinedTable:
        raise NotMigrated("the table homeroom.discard is missing") from None
    return Discards(await cursor.fetchall())
