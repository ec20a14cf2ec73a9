"""Letters, waiting events, holes and incomplete subjects: how they are kept in a generation."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.log.records import DeadLetter, Record, StoredRecord, published_at
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.ordering.rule import Gap, Outcome, gaps

Connection = AsyncConnection[Any]

INSERT_LETTER = """
INSERT INTO dead_letters (topic, partition, "offset", published_at, record_key, headers, value,
                     reason, detail, entity, key, sequence, closed_as, closed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, CASE WHEN %s THEN now() END)
ON CONFLICT (topic, partition, "offset") DO UPDATE SET
    reason = excluded.reason, detail = excluded.detail, entity = excluded.entity,
    key = excluded.key, sequence = excluded.sequence,
    closed_as = excluded.closed_as, closed_at = excluded.closed_at
"""
INSERT_WAITING = """
INSERT INTO waiting (topic, partition, "offset", published_at, record_key, headers, value,
                     entity, key, sequence)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
WAITING_OF = """
SELECT key, sequence, topic, partition, "offset",
       (extract(epoch FROM published_at) * 1000)::bigint, record_key, value, headers
FROM waiting
WHERE entity = %s AND key = ANY(%s::varchar[])
ORDER BY key, sequence
"""
LET_GO = "DELETE FROM waiting WHERE entity = %s AND key = %s AND sequence = ANY(%s::bigint[])"
SUPERSEDE = """
UPDATE dead_letters SET closed_as = 'superseded', closed_at = now()
WHERE closed_as IS NULL AND entity = %s AND key = %s
  AND (sequence <= %s OR sequence = ANY(%s::bigint[]))
"""
OPEN_PLACES = """
SELECT key, sequence FROM dead_letters
WHERE closed_as IS NULL AND entity = %s AND key = ANY(%s::varchar[])
"""
FORGET_HOLES = "DELETE FROM gaps WHERE entity = %s AND key = ANY(%s::varchar[])"
INSERT_HOLE = """
INSERT INTO gaps (entity, key, first_sequence, last_sequence, waiting, since)
VALUES (%s, %s, %s, %s, %s, %s)
"""
FORGET_INCOMPLETE = "DELETE FROM incomplete WHERE entity = %s AND key = ANY(%s::varchar[])"
NOTE_INCOMPLETE = """
INSERT INTO incomplete (entity, key, since, has_row)
SELECT o.entity, o.key, min(o.published_at), a.has_row
FROM (SELECT entity, key, published_at FROM dead_letters
      WHERE closed_as IS NULL AND entity = %(entity)s AND key = ANY(%(keys)s::varchar[])
      UNION ALL
      SELECT entity, key, published_at FROM waiting
      WHERE entity = %(entity)s AND key = ANY(%(keys)s::varchar[])) AS o
JOIN unnest(%(keys)s::varchar[], %(rows)s::boolean[]) AS a(key, has_row) ON a.key = o.key
GROUP BY o.entity, o.key, a.has_row
"""
INCOMPLETE_AMONG = """
SELECT i.entity, i.key
FROM unnest(%s::varchar[], %s::varchar[]) AS a(entity, key)
JOIN incomplete i ON i.entity = a.entity AND i.key = a.key
"""
SET_ROWLESS = """
INSERT INTO subjects_without_row AS r (entity, key, sequence) VALUES (%s, %s, %s)
ON CONFLICT (entity, key) DO UPDATE SET sequence = excluded.sequence
"""
FORGET_ROWLESS = "DELETE FROM subjects_without_row WHERE entity = %s AND key = ANY(%s::varchar[])"


def _record_columns(record: Record) -> tuple[Any, ...]:
    headers: list[bytes | None] = []
    for name, value in record.headers:
        headers += (name.encode("utf-8", "surrogateescape"), value)
    return (
        record.topic, record.partition, record.offset, published_at(record),
        record.key, headers, record.value,
    )  # fmt: skip


async def insert_letters(
    connection: Connection,
    letters: Iterable[DeadLetter],
    discards: Discards,
    outcome: Outcome | None = None,
) -> None:
    """Keeps letters; one that was discarded, or whose place is filled, is closed at once.

    A letter that was retried and waited, and then proves to be none to apply, is open again.
    """
    for letter in letters:
        place = letter.place
        closed = None
        if discards.hold(letter):
            closed = "discarded"
        elif place is not None and outcome is not None and outcome.superseded(place):
            closed = "superseded"
        of_place = (
            (place.entity.name, place.subject, place.sequence) if place else (None, None, None)
        )
        await connection.execute(
            INSERT_LETTER,
            (*_record_columns(letter.record), letter.reason.value, letter.detail, *of_place,
             closed, closed is not None),
        )  # fmt: skip


async def waiting_of(
    connection: Connection, entity: str, keys: Sequence[str]
) -> list[tuple[str, StoredRecord, int]]:
    """The waiting records of some subjects: key, record and sequence, in that order."""
    cursor = await connection.execute(WAITING_OF, (entity, list(keys)))
    return [
        (key, StoredRecord._make((*record, headers_of(headers))), sequence)
        for key, sequence, *record, headers in await cursor.fetchall()
    ]


def headers_of(flat: Sequence[bytes | None]) -> tuple[tuple[str, bytes | None], ...]:
    names, values = flat[::2], flat[1::2]
    return tuple(
        ((name or b"").decode("utf-8", "surrogateescape"), value)
        for name, value in zip(names, values, strict=True)
    )


async def incomplete_among(
    connection: Connection, subjects: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """Those of some subjects, by entity name, that are incomplete."""
    pairs = [(entity, key) for entity, keys in subjects.items() for key in keys]
    cursor = await connection.execute(
        INCOMPLETE_AMONG, ([entity for entity, _ in pairs], [key for _, key in pairs])
    )
    found: dict[str, set[str]] = defaultdict(set)
    for entity, key in await cursor.fetchall():
        found[entity].add(key)
    return found


async def forget_rowless(connection: Connection, entity: str, keys: Sequence[str]) -> None:
    """These subjects have a row from now on."""
    if keys:
        await connection.execute(FORGET_ROWLESS, (entity, keys))


async def keep(
    connection: Connection, entity: str, outcomes: Sequence[Outcome], discards: Discards
) -> None:
    """Writes what became of some subjects of one entity, besides their rows."""
    async with connection.pipeline():
        for outcome in outcomes:
            await _keep_one(connection, entity, outcome, discards)
    keys = [outcome.subject.key for outcome in outcomes]
    cursor = await connection.execute(OPEN_PLACES, (entity, keys))
    places: dict[str, set[int]] = defaultdict(set)
    for key, sequence in await cursor.fetchall():
        places[key].add(sequence)
    async with connection.pipeline():
        await connection.execute(FORGET_HOLES, (entity, keys))
        for outcome in outcomes:
            key = outcome.subject.key
            missing = gaps(outcome, places[key], discards.of(entity, key))
            await _keep_holes(connection, entity, key, missing)
        await connection.execute(FORGET_INCOMPLETE, (entity, keys))
        await connection.execute(
            NOTE_INCOMPLETE,
            {"entity": entity, "keys": keys, "rows": [o.has_row for o in outcomes]},
        )


async def _keep_one(
    connection: Connection, entity: str, outcome: Outcome, discards: Discards
) -> None:
    key = outcome.subject.key
    if outcome.let_go:
        await connection.execute(LET_GO, (entity, key, outcome.let_go))
    for event in outcome.held_back:
        await connection.execute(
            INSERT_WAITING, (*_record_columns(event.record), entity, key, event.sequence)
        )
    await insert_letters(connection, outcome.letters, discards, outcome)
    await connection.execute(
        SUPERSEDE, (entity, key, outcome.sequence, sorted(outcome.places_filled))
    )
    if not outcome.has_row and outcome.sequence > outcome.subject.sequence:
        await connection.execute(SET_ROWLESS, (entity, key, outcome.sequence))


async def _keep_holes(
    connection: Connection, entity: str, key: str, missing: Iterable[Gap]
) -> None:
    for hole in missing:
        await connection.execute(
            INSERT_HOLE,
            (entity, key, hole.first, hole.last, hole.waiting, hole.since),
        )
