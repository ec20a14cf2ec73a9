"""What a generation keeps of incomplete subjects, and of conflicts between their events.

All work in the generation that the session is in (``registry.enter``), and raise psycopg's errors.
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Connection
from psycopg import sql as pg

from homeroom.engine.log.columns import beginning_columns, headers_of, record_columns
from homeroom.engine.log.records import (
    DeadLetter,
    Event,
    Place,
    SequenceConflict,
    StoredRecord,
    UnloadedRecord,
    published_at,
)
from homeroom.engine.log.trace_context import trace_headers
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.ordering.gaps import Gap, gaps
from homeroom.engine.ordering.rule import Outcome
from homeroom.statements import composable, load

SQL = load("store", __package__)
# Generations of layout 2 and before name two of the tables otherwise. They are only counted: until
# a rebuild replaces the live one, status, metrics and the report of the rebuild ask for it.
OLDER_NAMES = {"dead_letters": "letters", "gaps": "holes"}

# How many records that wait are in memory at once.
ROWS_AT_ONCE = 8


async def put_dead_letters(
    connection: AsyncConnection[Any],
    dead_letters: Iterable[DeadLetter],
    discards: Discards,
    bytes_max: int,
    outcome: Outcome | None = None,
) -> list[DeadLetter]:
    """Keeps dead letters; one that was discarded, or whose number is taken, is closed at once.

    ``bytes_max``: how much of each record; ``outcome``: of the subject that they belong to. Those
    of events that wait still must be in the table. Returns them all, as they are logged.
    """
    kept: list[DeadLetter] = []
    for dead_letter in dead_letters:
        place, record = dead_letter.place, dead_letter.record
        if isinstance(record, UnloadedRecord):
            record = await _loaded(connection, place)
            logged = UnloadedRecord.of(record)._replace(headers=trace_headers(record))
            dead_letter = replace(dead_letter, record=logged)
        kept.append(dead_letter)
        closed_as = None
        if discards.cover(dead_letter):
            closed_as = "discarded"
        elif place is not None and outcome is not None and outcome.supersedes(place):
            closed_as = "superseded"
        of_place = (
            (place.entity.name, place.subject, place.sequence) if place else (None, None, None)
        )
        await connection.execute(
            SQL["put_dead_letter"],
            (*beginning_columns(record, bytes_max), dead_letter.reason.value,
             dead_letter.detail, *of_place, closed_as, closed_as is not None),
        )  # fmt: skip
    return kept


async def _loaded(connection: AsyncConnection[Any], place: Place | None) -> StoredRecord:
    """The record of an event that waits."""
    assert place is not None
    cursor = await connection.execute(
        SQL["waiting_at"], ([place.subject], [place.sequence], place.entity.name), binary=True
    )
    row = await cursor.fetchone()
    assert row is not None
    return _waiting(row)[2]


def waiting_of(
    connection: AsyncConnection[Any], entity: str, keys: Sequence[str]
) -> AsyncGenerator[tuple[str, int, StoredRecord]]:
    """Key, sequence and record of what waits of some subjects, in the order of both.

    The connection takes no other statement before the last one was read, or ``aclose``.
    """
    return _streamed(connection, "waiting_of", (entity, list(keys)))


def waiting_at(
    connection: AsyncConnection[Any], entity: str, places: Iterable[tuple[str, int]]
) -> AsyncGenerator[tuple[str, int, StoredRecord]]:
    """The same of some keys and sequences, in any order."""
    keys, sequences = zip(*places, strict=True)
    return _streamed(connection, "waiting_at", (list(keys), list(sequences), entity))


async def _streamed(
    connection: AsyncConnection[Any], statement: str, parameters: Sequence[Any]
) -> AsyncGenerator[tuple[str, int, StoredRecord]]:
    async for row in connection.cursor().stream(
        SQL[statement], parameters, binary=True, size=ROWS_AT_ONCE
    ):
        yield _waiting(row)
    # Of a pipeline that came next, libpq would hand out the first rows in pieces, too.
    await connection.execute(b"SELECT")


def _waiting(row: Sequence[Any]) -> tuple[str, int, StoredRecord]:
    key, sequence, *record, headers = row
    return key, sequence, StoredRecord._make((*record, headers_of(headers)))


async def bounds_of_waiting(
    connection: AsyncConnection[Any], entity: str, keys: Sequence[str]
) -> list[tuple[str, int, int]]:
    """Key, first and last number of what waits, of some subjects; by index, however much it is."""
    cursor = await connection.execute(
        SQL["bounds_of_waiting"], {"entity": entity, "keys": list(keys)}
    )
    return await cursor.fetchall()


async def numbers_waiting(connection: AsyncConnection[Any], entity: str, key: str) -> list[int]:
    """The numbers of a subject's waiting events, in order."""
    cursor = await connection.execute(SQL["numbers_waiting"], (entity, key))
    return [number for (number,) in await cursor.fetchall()]


async def put_behind(
    connection: AsyncConnection[Any],
    entity: str,
    key: str,
    events: Sequence[Event],
    new_gaps: Sequence[Gap],
) -> None:
    """Keeps events of a subject that come behind all that waits, with the gaps before them."""
    since = min(min(published_at(event.record) for event in events), datetime.now(UTC))
    about = {"entity": entity, "key": key, "since": since, "events": len(events)}
    async with connection.pipeline():
        for event in events:
            await connection.execute(
                SQL["put_waiting"], (*record_columns(event.record), entity, key, event.sequence)
            )
        await connection.execute(SQL["count_behind"], about)
        await connection.execute(SQL["note_older"], about)
        await _put_gaps(connection, entity, key, new_gaps)


async def incomplete_among(
    connection: AsyncConnection[Any], subjects: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """Those of some subjects, by entity name, that are incomplete."""
    pairs = [(entity, key) for entity, keys in subjects.items() for key in keys]
    cursor = await connection.execute(
        SQL["incomplete_among"], ([entity for entity, _ in pairs], [key for _, key in pairs])
    )
    incomplete: dict[str, set[str]] = defaultdict(set)
    for entity, key in await cursor.fetchall():
        incomplete[entity].add(key)
    return incomplete


async def forget_subjects_without_row(
    connection: AsyncConnection[Any], entity: str, keys: Sequence[str]
) -> None:
    """These subjects have a row from now on."""
    if keys:
        await connection.execute(SQL["forget_subjects_without_row"], (entity, keys))


async def forget(connection: AsyncConnection[Any], entity: str, keys: Sequence[str]) -> None:
    """These subjects of one entity are as if no event of theirs had come; dead letters stay."""
    for statement in (
        "forget_waiting", "forget_gaps", "forget_incomplete", "forget_subjects_without_row",
    ):  # fmt: skip
        await connection.execute(SQL[statement], (entity, keys))


async def put_outcomes(
    connection: AsyncConnection[Any],
    entity: str,
    outcomes: Sequence[Outcome],
    discards: Discards,
    letter_bytes_max: int,
) -> None:
    """Writes the outcomes of some subjects of one entity, apart from their rows."""
    async with connection.pipeline():
        for outcome in outcomes:
            await _put_outcome(connection, entity, outcome, discards, letter_bytes_max)
    keys = [outcome.subject.key for outcome in outcomes]
    cursor = await connection.execute(SQL["open_dead_letters"], (entity, keys))
    dead_letter_sequences: dict[str, set[int]] = defaultdict(set)
    for key, sequence in await cursor.fetchall():
        dead_letter_sequences[key].add(sequence)
    async with connection.pipeline():
        await connection.execute(SQL["forget_gaps"], (entity, keys))
        for outcome in outcomes:
            key = outcome.subject.key
            missing = gaps(outcome, dead_letter_sequences[key], discards.of(entity, key))
            await _put_gaps(connection, entity, key, missing)
        await connection.execute(SQL["forget_incomplete"], (entity, keys))
        await connection.execute(
            SQL["note_incomplete"],
            {"entity": entity, "keys": keys, "rows": [o.has_row for o in outcomes]},
        )


async def _put_outcome(
    connection: AsyncConnection[Any],
    entity: str,
    outcome: Outcome,
    discards: Discards,
    letter_bytes_max: int,
) -> None:
    key = outcome.subject.key
    outcome.dead_letters = await put_dead_letters(
        connection, outcome.dead_letters, discards, letter_bytes_max, outcome
    )
    if outcome.released:
        await connection.execute(SQL["release"], (entity, key, outcome.released))
    for event in outcome.newly_waiting:
        await connection.execute(
            SQL["put_waiting"], (*record_columns(event.record), entity, key, event.sequence)
        )
    await connection.execute(
        SQL["supersede"], (entity, key, outcome.sequence, sorted(outcome.waiting_sequences))
    )
    if not outcome.has_row and outcome.sequence > outcome.subject.sequence:
        await connection.execute(SQL["put_subject_without_row"], (entity, key, outcome.sequence))


async def _put_gaps(
    connection: AsyncConnection[Any], entity: str, key: str, missing: Iterable[Gap]
) -> None:
    for gap in missing:
        await connection.execute(
            SQL["put_gap"], (entity, key, gap.first, gap.last, gap.waiting, gap.since)
        )


async def put_conflicts(
    connection: AsyncConnection[Any], conflicts: Sequence[SequenceConflict]
) -> list[SequenceConflict]:
    """Keeps conflicts, and returns those that are new: an event is one however often it comes."""
    if not conflicts:
        return []
    async with connection.pipeline():
        cursors = [
            await connection.execute(SQL["put_conflict"], _conflict_columns(conflict))
            for conflict in conflicts
        ]
    return [c for c, cursor in zip(conflicts, cursors, strict=True) if cursor.rowcount]


def _conflict_columns(conflict: SequenceConflict) -> tuple[Any, ...]:
    event = conflict.event
    record = event.record
    return (
        event.entity.name, event.subject, event.sequence, event.id, conflict.first_id,
        conflict.type_name, record.topic, record.partition, record.offset, published_at(record),
    )  # fmt: skip


class KeptBack(NamedTuple):
    """How many open dead letters, gaps and waiting events a generation has."""

    dead_letters: int = 0
    gaps: int = 0
    waiting: int = 0

    def as_json(self) -> dict[str, int]:
        """The counts by the names that they have in reports of rebuilds."""
        return {"letters": self.dead_letters, "holes": self.gaps, "waiting": self.waiting}


def count_kept_back(connection: Connection[Any], generation: str) -> KeptBack:
    """Counts what a generation keeps back, at one moment."""
    tables = kept_back_tables(connection, generation)
    row = connection.execute(composable(SQL["count"]).format(**tables)).fetchone()
    assert row is not None
    return KeptBack(*row)


def kept_back_tables(connection: Connection[Any], generation: str) -> dict[str, pg.Identifier]:
    """The tables of what a generation keeps back, by the fields of KeptBack.

    A generation of an older version may have other names for them.
    """
    existing = {name for (name,) in connection.execute(SQL["tables"], (generation,))}
    return {
        name: pg.Identifier(generation, name if name in existing else OLDER_NAMES.get(name, name))
        for name in KeptBack._fields
    }
