"""`--as-of`: a generation of a log in which every subject ends before its first later event.

Later events are left out, and so is what follows one of them in its subject. Where a subject ends
is kept in the generation's table ``_cuts``, for all loaders, and for a rebuild that goes on. An end
may come to light after what lies beyond it was applied: that is then taken back.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding import envelope
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import DeadLetter, Event, Place, Record, published_at
from homeroom.engine.ordering.rule_sql import subject_states
from homeroom.statements import composable, load

SQL = load("as_of", __package__)

# A subject: the entity's name and the key.
SubjectName = tuple[str, str]


class _Placed(NamedTuple):
    """A record with the time that it says, and its place where it has one."""

    record: Record
    time: datetime
    place: Place | None
    is_event: bool
    unknown_type: str = ""

    @property
    def order(self) -> int:
        """By what a subject's records are ordered: their numbers; in sparse topics, the log."""
        assert self.place is not None
        return self.record.offset if self.place.entity.sparse else self.place.sequence


class AsOfFilter:
    """Leaves out what is later than a moment; over the connection of a writer."""

    def __init__(self, writer: BatchWriter, model: ReadModel, as_of: datetime) -> None:
        self._connection = writer.connection
        self._states = {e.name: subject_states(e).encode() for e in model.catalog.entities}
        self._decoder = Decoder(model.catalog)
        self._as_of = as_of
        self._ends: dict[SubjectName, int] = {}

    async def read_ends(self) -> None:
        """Takes over where subjects end by what was read before."""
        cursor = await self._connection.execute(SQL["read"])
        self._ends = {(entity, key): end for entity, key, end in await cursor.fetchall()}

    async def keep(self, records: Sequence[Record]) -> list[Record]:
        """Those of some records, in log order within a partition, that are not left out.

        New ends, and events of unknown types, are committed at once: if the records are then not
        applied, they lead to the same when they are read again.
        """
        placed = [self._placed(record) for record in records]
        reached, taken = await self._stored(placed)
        kept: list[Record] = []
        passed_over: list[tuple[Any, ...]] = []
        new_ends: dict[SubjectName, int] = {}
        for one in placed:
            if one.place is None:
                if one.time <= self._as_of:
                    kept.append(one.record)
                continue
            subject, sequence = _subject(one.place), one.place.sequence
            end = self._ends.get(subject)
            if end is not None and one.order >= end:
                continue
            if one.time <= self._as_of:
                kept.append(one.record)
                if one.is_event:
                    taken[subject].add(sequence)
                    if one.place.entity.sparse:
                        # It is applied, and what is older ends nothing.
                        reached[subject] = max(reached[subject], sequence)
                if one.unknown_type:
                    passed_over.append(_passed_over(one))
            elif sequence > reached[subject] and sequence not in taken[subject]:
                # Of records with one number only the first counts.
                new_ends[subject] = self._ends[subject] = one.order
        ends = [(*subject, end) for subject, end in sorted(new_ends.items())]
        if ends or passed_over:
            async with self._connection.transaction(), self._connection.cursor() as cursor:
                await cursor.executemany(SQL["add"], ends)
                await cursor.executemany(SQL["note_passed_over"], passed_over)
        return kept

    def _placed(self, record: Record) -> _Placed:
        decoded = self._decoder.decode(record)
        if isinstance(decoded, DeadLetter):
            return _Placed(record, time_of(record), decoded.place, is_event=False)
        event = decoded if isinstance(decoded, Event) else decoded.event
        if event is None:
            return _Placed(record, time_of(record), None, is_event=True)
        return _Placed(record, event.time, event.place, True, event.unknown_type)

    async def _stored(
        self, placed: Sequence[_Placed]
    ) -> tuple[defaultdict[SubjectName, int], defaultdict[SubjectName, set[int]]]:
        """What was read before of subjects that may end here.

        Returns the number that each has reached, and the numbers beyond it to which an event has
        come.
        """
        reached: defaultdict[SubjectName, int] = defaultdict(int)
        taken: defaultdict[SubjectName, set[int]] = defaultdict(set)
        keys: defaultdict[str, set[str]] = defaultdict(set)
        for one in placed:
            if one.place is not None and one.time > self._as_of:
                subject = _subject(one.place)
                if subject not in self._ends or one.order < self._ends[subject]:
                    keys[subject[0]].add(subject[1])
        for entity, of_entity in keys.items():
            subjects = sorted(of_entity)
            columns = [list(c) for c in zip(*(s.split("/") for s in subjects), strict=True)]
            cursor = await self._connection.execute(self._states[entity], (*columns, subjects))
            for key, row, _, rowless, _ in await cursor.fetchall():
                reached[entity, key] = row or rowless or 0
            cursor = await self._connection.execute(
                SQL["held_back"], {"entity": entity, "keys": subjects}
            )
            for key, sequence in await cursor.fetchall():
                taken[entity, key].add(sequence)
        return reached, taken


async def remove_later(writer: BatchWriter, model: ReadModel) -> None:
    """Takes away what was kept back or counted beyond the ends of subjects, when all was read."""
    ordered = [entity.name for entity in model.catalog.entities if not entity.sparse]
    connection = writer.connection
    async with connection.transaction():
        await connection.execute(SQL["forget_passed_over"])
        await connection.execute(SQL["count_passed_over"], {"entities": ordered})
        cursor = await connection.execute(SQL["remove_later"], {"entities": ordered})
        looked_at: defaultdict[str, set[str]] = defaultdict(set)
        for entity, key in await cursor.fetchall():
            looked_at[entity].add(key)
        if looked_at:
            await writer.apply_within(Batch([], {}, looked_at=looked_at))


def drop_ends(connection: Connection[Any], generation: str) -> None:
    """Drops the tables ``_cuts`` and ``_passed_over`` of a generation that is whole."""
    cuts, passed_over = (pg.Identifier(generation, name) for name in ("_cuts", "_passed_over"))
    connection.execute(composable(SQL["drop"]).format(cuts=cuts, passed_over=passed_over))


def time_of(record: Record) -> datetime:
    """When what a record says happened; where that cannot be read, when it was published."""
    try:
        attributes, _, _ = envelope.read(record)
        return envelope.time_of(attributes)
    except envelope.RefusedError:
        return published_at(record)


def _passed_over(one: _Placed) -> tuple[Any, ...]:
    record, place = one.record, one.place
    assert place is not None
    return (
        record.topic, record.partition, record.offset, published_at(record), one.unknown_type,
        place.entity.name, place.subject, place.sequence,
    )  # fmt: skip


def _subject(place: Place) -> SubjectName:
    return place.entity.name, place.subject
