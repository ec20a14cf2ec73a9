"""Decodes chunks of the log and copies every event as it is into the staging tables."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import psycopg
from psycopg import Connection

from homeroom.engine.applying.failures import is_data_error
from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding import envelope
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.reader import Chunk
from homeroom.engine.log.records import (
    DeadLetter,
    Event,
    Move,
    Partition,
    Place,
    Record,
    published_at,
)
from homeroom.engine.ordering.fold import Patch
from homeroom.engine.planning import staging_sql
from homeroom.errors import RebuildFailed
from homeroom.statements import composable as query

MOVE = """
UPDATE load_positions SET next_offset = %s
WHERE (topic, partition) = (%s, %s) AND next_offset = %s
"""
PASSED_OVER = """
INSERT INTO passed_over AS p (topic, type, events) VALUES (%s, %s, %s)
ON CONFLICT (topic, type) DO UPDATE SET events = p.events + excluded.events
"""
APART = """
INSERT INTO load_apart (entity, key, sequence, topic, partition, "offset", "time")
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


class Staging:
    """Decodes chunks of the log and copies them into the staging tables."""

    def __init__(self, connection: Connection[Any], catalog: Catalog) -> None:
        self._connection = connection
        self._catalog = catalog
        self._decoder = Decoder(catalog)
        self._copy = {
            e.name: query(
                f"COPY {staging_sql.table(e)} ({', '.join(staging_sql.columns(e))}) FROM STDIN"
            )
            for e in catalog.entities
        }
        self._json = {
            e.name: [
                len(e.key) + 1 + i
                for i, column in enumerate(e.columns)
                if column.sql_type == "jsonb"
            ]
            for e in catalog.entities
        }

    def take(self, chunk: Chunk) -> None:
        """Stages a chunk and moves its positions in one transaction.

        Raises RebuildFailed where another loader has moved them.
        """
        events: list[Event] = []
        apart: list[tuple[Any, ...]] = []
        passed_over: defaultdict[tuple[str, str], int] = defaultdict(int)
        decode = self._decoder.decode
        for record in chunk.records:
            decoded = decode(record)
            if isinstance(decoded, Event):
                events.append(decoded)
            elif isinstance(decoded, DeadLetter):
                apart.append(_as_apart(decoded.place, record, told_time(record)))
            else:
                passed_over[record.topic, decoded.type_name] += 1
                if decoded.event is not None:
                    self._note_passed_over(decoded.event, events, apart)
        with self._connection.transaction(), self._connection.cursor() as cursor:
            apart += self._copy_events(events)
            cursor.executemany(APART, apart)
            cursor.executemany(PASSED_OVER, [(*k, n) for k, n in sorted(passed_over.items())])
            for partition, move in sorted(chunk.moves.items()):
                _move(cursor, partition, move)

    def _note_passed_over(
        self, event: Event, events: list[Event], apart: list[tuple[Any, ...]]
    ) -> None:
        """An unknown type may stand in any topic; the staging table knows its entity's only."""
        if event.record.topic == self._catalog.broker_topic(event.entity):
            events.append(event)
        else:
            apart.append(_as_apart(event.place, event.record, event.time))

    def _copy_events(self, events: Sequence[Event]) -> list[tuple[Any, ...]]:
        """Copies events; returns, as apart, those that PostgreSQL will not take."""
        by_entity: defaultdict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_entity[event.entity.name].append(event)
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                for name, of_entity in by_entity.items():
                    with cursor.copy(self._copy[name]) as copy:
                        for event in of_entity:
                            copy.write_row(_row(event, self._json[name]))
            return []
        except psycopg.DatabaseError as error:
            if not is_data_error(error):
                raise
            if len(events) == 1:
                event = events[0]
                return [_as_apart(event.place, event.record, event.time)]
            middle = len(events) // 2
            return [*self._copy_events(events[:middle]), *self._copy_events(events[middle:])]


def _move(cursor: psycopg.Cursor[Any], partition: Partition, move: Move) -> None:
    if cursor.execute(MOVE, (move.next, *partition, move.expected)).rowcount != 1:
        raise RebuildFailed(f"another process loads {partition.topic}:{partition.partition} too")


def _as_apart(place: Place | None, record: Record, time: datetime) -> tuple[Any, ...]:
    told = (place.entity.name, place.subject, place.sequence) if place else (None, None, None)
    return (*told, record.topic, record.partition, record.offset, time)


def told_time(record: Record) -> datetime:
    """When what a record tells of happened; where that cannot be read, when it was published."""
    try:
        attributes, _, _ = envelope.read(record)
        return envelope.time_of(attributes)
    except envelope.RefusedError:
        return published_at(record)


def _row(event: Event, json_columns: Sequence[int]) -> Sequence[Any]:
    """An event as it is staged: a patch of its own."""
    patch = Patch((event,))
    record = event.record
    creates = event.type.creates if event.type else None
    row = (
        *event.subject.split("/"), event.sequence, *patch.values,
        patch.mask, creates, event.time, record.partition, record.offset,
    )  # fmt: skip
    if json_columns:
        changed = list(row)
        for i in json_columns:
            if changed[i] is not None:
                changed[i] = orjson.dumps(changed[i]).decode()
        return changed
    return row
