"""Carries out in one generation what operators have discarded while another one was live.

A discard holds in every generation. In the live one it is carried out by the command itself, and
events that come later are emptied as they are applied. What is left is what another generation has
applied before the discard: there the number may be a dead letter, a gap, or an event that was
applied, where the code that feeds it can read what the live one's could not. Such a subject is
folded anew from the log.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from psycopg import sql as pg

from homeroom.engine.applying.log_copy import LogCopy
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding.batch import Batch, make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations import lock, positions
from homeroom.engine.generations.positions import AppliedSpan
from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Move, Partition, Place, Record
from homeroom.engine.ordering.discards import DiscardsChanged
from homeroom.errors import PositionLost
from homeroom.statements import composable, load
from homeroom_kit.record_bounds import Beginning

SQL = load("discarding", __package__)
EVENTS_PER_READ = 5_000

Subjects = Mapping[str, set[str]]
OpenReader = Callable[[], AbstractAsyncContextManager[LogReader]]


class _Log(NamedTuple):
    """Which subjects' records were copied, and how far the log was read for them."""

    copied: LogCopy
    subjects: Subjects
    ends: Mapping[Partition, int]

    def covers(self, catalog: Catalog, wanted: Subjects, held: Mapping[Partition, int]) -> bool:
        """Whether all that was applied of some subjects, up to these positions, was read."""
        topics = {catalog.broker_topic(catalog.entity_by_name[entity]) for entity in wanted}
        return all(keys <= self.subjects.get(e, set()) for e, keys in wanted.items()) and all(
            self.ends.get(p, 0) >= at for p, at in held.items() if p.topic in topics
        )


async def carry_out(writer: BatchWriter, catalog: Catalog, open_reader: OpenReader) -> None:
    """Carries out every discard that the writer's generation has not seen.

    ``open_reader``: opens the log, where a subject must be read again. Raises GenerationGone.
    """
    log = _Log(LogCopy(writer.connection), {}, {})
    while True:
        try:
            missing = await _carry_out(writer, catalog, log)
        except DiscardsChanged:
            continue
        if missing is None:
            await log.copied.end()
            return
        log = await _read(writer, catalog, open_reader, missing, log.copied)


async def _carry_out(writer: BatchWriter, catalog: Catalog, log: _Log) -> Subjects | None:
    """One transaction; returns the subjects of which the log must be read before, and does nothing.

    Nobody else writes meanwhile, so no event of theirs comes after the look. But whoever discards
    holds the live generation alone: a discard that comes meanwhile is left to the next time.
    """
    connection = writer.connection
    async with connection.transaction():
        standing = await lock.hold(connection, writer.schema, writer.generation_id)
        await writer.read_discards()
        unseen = {"seen": standing.discards_seen, "newest": writer.newest_discard}
        cursor = await connection.execute(SQL["unseen"], unseen)
        looked_at: dict[str, set[str]] = defaultdict(set)
        for entity, key in await cursor.fetchall():
            if entity in catalog.entity_by_name:
                looked_at[entity].add(key)
        held = await positions.hold_all_async(connection, writer.schema)
        anew = await _applied(writer, looked_at, unseen)
        if not log.covers(catalog, anew, held):
            return anew
        await connection.execute(SQL["close"], unseen)
        batch = Batch([], {p: Move(at, at) for p, at in held.items()}, looked_at=looked_at)
        if looked_at:
            await writer.apply_within(
                batch, anew=anew, parts=_parts(writer, catalog, log, anew, held)
            )
        await connection.execute(SQL["seen"], (writer.newest_discard, writer.generation_id))
    if looked_at:
        writer.deltas.keep()
    return None


async def refuse_as(
    writer: BatchWriter, catalog: Catalog, open_reader: OpenReader, other: str
) -> None:
    """Makes dead letters of what PostgreSQL could not compute in another generation.

    The writer's generation has no projections, so it has applied these records.
    """
    log = _Log(LogCopy(writer.connection), {}, {})
    while (missing := await _refuse_as(writer, catalog, log, other)) is not None:
        log = await _read(writer, catalog, open_reader, missing, log.copied)
    await log.copied.end()


async def _refuse_as(
    writer: BatchWriter, catalog: Catalog, log: _Log, other: str
) -> Subjects | None:
    """One transaction, as ``_carry_out``."""
    connection = writer.connection
    letters = pg.Identifier(other, "dead_letters")
    async with connection.transaction():
        await lock.hold(connection, writer.schema, writer.generation_id)
        query = composable(SQL["refused_elsewhere"]).format(letters=letters)
        anew: dict[str, set[str]] = defaultdict(set)
        for entity, key in await (await connection.execute(query)).fetchall():
            anew[entity].add(key)
        held = await positions.hold_all_async(connection, writer.schema)
        if not log.covers(catalog, anew, held):
            return anew
        await connection.execute(composable(SQL["refuse"]).format(letters=letters))
        batch = Batch([], {p: Move(at, at) for p, at in held.items()}, looked_at=anew)
        if anew:
            await writer.apply_within(
                batch, anew=anew, parts=_parts(writer, catalog, log, anew, held)
            )
    if anew:
        writer.deltas.keep()
    return None


async def _applied(
    writer: BatchWriter, subjects: Subjects, unseen: Mapping[str, int]
) -> dict[str, set[str]]:
    """Those of some subjects that have applied an event whose number was discarded since."""
    cursor = await writer.connection.execute(SQL["places"], unseen)
    first: dict[tuple[str, str], int] = {(e, k): at for e, k, at in await cursor.fetchall()}
    applied: dict[str, set[str]] = {}
    for entity, keys in subjects.items():
        states = await writer.states(entity, sorted(keys))
        beyond = {k for k in keys if (entity, k) in first and states[k] >= first[entity, k]}
        if beyond:
            applied[entity] = beyond
    return applied


async def _read(
    writer: BatchWriter,
    catalog: Catalog,
    open_reader: OpenReader,
    subjects: Subjects,
    copied: LogCopy,
) -> _Log:
    """Copies all records of some subjects, from the beginning of the log to its end.

    Raises PositionLost where the log begins later than what the generation has applied of it. Of a
    record that is too large the log's reader has only the beginning, and its dead letter stands.
    """
    topics = {catalog.broker_topic(catalog.entity_by_name[entity]) for entity in subjects}
    applied = await positions.read_applied_async(writer.connection, writer.schema)
    partitions = [partition for partition in applied if partition.topic in topics]
    decoder = Decoder(catalog)
    await copied.begin()
    async with open_reader() as reader:
        bounds = await reader.bounds(partitions)
        _check_whole(bounds, applied)
        async for chunk in reader.read(bounds, EVENTS_PER_READ):
            await copied.add(
                record for record in chunk.records
                if not isinstance(record.value, Beginning) and _is_about(decoder, record, subjects)
            )  # fmt: skip
    return _Log(copied, subjects, {partition: span.end for partition, span in bounds.items()})


def _check_whole(
    bounds: Mapping[Partition, Span], applied: Mapping[Partition, AppliedSpan]
) -> None:
    lost = sorted(p for p, span in bounds.items() if span.start > applied[p].first)
    if lost:
        named = ", ".join(f"{p.topic}:{p.partition}" for p in lost)
        raise PositionLost(
            "What was discarded cannot be carried out in this generation: it has applied the event "
            f"that was discarded, and the log of {named} no longer has all that was applied, from "
            "which the rows would be made anew. It is left as it is, and nobody can roll back to "
            "it. Build another one: `homeroom rebuild --from live`."
        )


def _is_about(decoder: Decoder, record: Record, subjects: Subjects) -> bool:
    batch = make_batch(decoder, [record], {})
    places = [e.place for e in batch.events] + [d.place for d in batch.dead_letters]
    return any(place and _is_of(place, subjects) for place in places)


def _is_of(place: Place, subjects: Subjects) -> bool:
    return place.subject in subjects.get(place.entity.name, ())


async def _parts(
    writer: BatchWriter,
    catalog: Catalog,
    log: _Log,
    subjects: Subjects,
    held: Mapping[Partition, int],
) -> AsyncIterator[Batch]:
    """What the generation has applied of the subjects, without what PostgreSQL refused."""
    if not subjects:
        return
    cursor = await writer.connection.execute(SQL["not_applicable"])
    refused = set(await cursor.fetchall())
    decoder = Decoder(catalog)
    async for copied in log.copied.parts():
        records = [
            record
            for record in copied
            if record.offset < held[Partition(record.topic, record.partition)]
            and (record.topic, record.partition, record.offset) not in refused
        ]
        part = make_batch(decoder, records, {})
        part.looked_at = subjects
        part.events = [event for event in part.events if _is_of(event.place, subjects)]
        part.dead_letters = [
            letter
            for letter in part.dead_letters
            if letter.place and _is_of(letter.place, subjects)
        ]
        yield part
