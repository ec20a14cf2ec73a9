"""Folds the events of a batch into one patch for each row.

A patch is a run of a subject's events without gaps (in sparse topics: with ascending numbers) laid
over each other: which columns were set (a bit mask), to what, and the first and last sequence.
Subjects of which the batch alone does not decide everything are *unresolved*: ``resolution``
decides about them behind the lock.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from homeroom.engine.catalog import Entity
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.log.records import TIMESTAMP_MAX, Event, published_at
from homeroom.engine.ordering import rule

# Whoever folds ahead lets others go on after so many subjects.
TURN = 100
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|.)")
_ESCAPES_OF_BOTH = ('"', "\\")


class Patch:
    """What a run of events does to one row.

    ``starts``: the run may make the row. ``values``: the entity's columns besides the key.
    ``newest``: the time of the newest event, at most that of its publication.
    ``partition``, ``first_offset``, ``last_offset``: where in the log the events stand that set
    something; -1 where they came from more than one partition, None where there is none.
    ``event_id``: of the last event.
    """

    __slots__ = (
        "entity", "event_id", "first", "first_offset", "last", "last_offset", "mask", "newest",
        "partition", "starts", "subject", "values",
    )  # fmt: skip

    def __init__(self, run: Sequence[Event]) -> None:
        first = run[0]
        self.entity = first.entity
        self.subject = first.subject
        self.first = first.sequence
        self.last = run[-1].sequence
        self.event_id = run[-1].id
        self.starts = rule.starts_row(first)
        self.mask = 0
        self.values: list[Any] = []
        self.newest: datetime | None = None
        self.partition: int | None = None
        self.first_offset: int | None = None
        self.last_offset: int | None = None
        for event in run:
            self.add(event)
        if not self.values:
            self.values = [None] * len(first.entity.columns)

    def add(self, event: Event) -> None:
        """Lays another event over those before it."""
        event_type = event.type
        if event_type is None:
            return
        if event_type.anew or not self.mask:
            values = self.values = event_type.blank.copy()
        else:
            values = self.values
            for i, constant in event_type.constants:
                values[i] = constant
        data = event.values
        for i, name in event_type.carried:
            values[i] = data[name]
        self.mask |= event_type.mask
        record, time = event.record, event.time
        # What a publisher's clock says never makes the tables fresher than the log. A whole
        # millisecond is more than what floats lose here.
        if not time.timestamp() * 1000 + 1 < record.timestamp <= TIMESTAMP_MAX:
            time = min(time, published_at(record))
        offset, newest = record.offset, self.newest
        first, last = self.first_offset, self.last_offset
        if newest is None or first is None or last is None:
            self.newest, self.partition = time, record.partition
            self.first_offset = self.last_offset = offset
            return
        if time > newest:
            self.newest = time
        # An event that waited stands before the one that it waited for: either end may move.
        if offset > last:
            self.last_offset = offset
        elif offset < first:
            self.first_offset = offset
        if record.partition != self.partition:
            self.partition = -1

    def row(self) -> tuple[Any, ...]:
        """The staged row: key, columns, the hidden columns, starts."""
        return (
            *self.subject.split("/"),
            *self.values,
            self.last,
            self.first,
            self.mask,
            self.partition,
            self.first_offset,
            self.last_offset,
            self.event_id,
            self.starts,
        )


@dataclass(slots=True)
class EntityBatch:
    """The part of a batch that is about one entity.

    ``events``: by subject, in log order; ``unresolved``: subjects that the batch alone does not
    decide.
    """

    entity: Entity
    events: dict[str, list[Event]] = field(default_factory=dict)
    patches: list[Patch] = field(default_factory=list)
    unresolved: set[str] = field(default_factory=set)
    _columns: tuple[str, ...] | None = None

    def columns(self) -> tuple[str, ...]:
        """All patches as PostgreSQL takes them (``as_columns``); made once."""
        if self._columns is None:
            self._columns = as_columns(self.patches)
        return self._columns


@dataclass(slots=True)
class FoldedBatch(Batch):
    """A batch that was folded before it is applied, as if none of its events were discarded."""

    folded: Mapping[str, EntityBatch] = field(default_factory=dict)


def fold(events: Iterable[Event]) -> dict[str, EntityBatch]:
    """The events of a batch by entity name, with a patch for each subject where that is possible.

    ``events`` are in log order.
    """
    batches = _by_entity(events)
    for batch in batches.values():
        for _ in _patching(batch):
            pass
    return batches


def folding(batch: Batch) -> Iterator[FoldedBatch | None]:
    """Folds a batch ahead in steps, of which the last one yields it; the others yield None."""
    batches = _by_entity(batch.events)
    for of_entity in batches.values():
        for _ in _patching(of_entity):
            yield None
        of_entity.columns()
        yield None
    yield FoldedBatch(
        batch.records, batch.moves, batch.events, batch.dead_letters, batch.unknown_types,
        batch.sources, batch.looked_at, batch.refused_waiting, batches,
    )  # fmt: skip


def _by_entity(events: Iterable[Event]) -> dict[str, EntityBatch]:
    batches: dict[str, EntityBatch] = {}
    for event in events:
        name = event.entity.name
        batch = batches.get(name)
        if batch is None:
            batch = batches[name] = EntityBatch(event.entity)
        by_subject, subject = batch.events, event.subject
        if subject in by_subject:
            by_subject[subject].append(event)
        else:
            by_subject[subject] = [event]
    return batches


def _patching(batch: EntityBatch) -> Iterator[None]:
    """Makes the patches of one entity, in steps."""
    for number, (subject, events) in enumerate(batch.events.items(), 1):
        if number % TURN == 0:
            yield
        run = events
        if len(events) > 1 and not rule.is_run(events):
            run = rule.first_run(events)
            if not rule.decides_alone(run, events):
                batch.unresolved.add(subject)
        # A conflict is seen where the events are looked at one by one, in the order of the log.
        if rule.needs_row(run[0]) or (len(run) < len(events) and rule.any_conflict(events)):
            batch.unresolved.add(subject)
        else:
            batch.patches.append(Patch(run))


def resolved_patch(outcome: rule.Outcome) -> Patch | None:
    """The run of an outcome as a patch; None where it leaves no row.

    The sequence of a subject without a row is stored apart.
    """
    if not outcome.run or not outcome.has_row:
        return None
    patch = Patch(outcome.run)
    subject = outcome.subject
    patch.starts = not subject.has_row
    if not subject.entity.sparse:
        # The run may begin with more than one discarded number.
        patch.first = subject.sequence + 1
    return patch


def as_columns(patches: Sequence[Patch]) -> tuple[str, ...]:
    """Patches of one entity as PostgreSQL takes them: an array of each column (``Patch.row``)."""
    return arrays(patches[0].entity, [patch.row() for patch in patches]) if patches else ()


def arrays(entity: Entity, rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """The same of staged rows.

    What is itself a list or an object is the text of its JSON. orjson writes a number as its
    shortest decimal, and an instant with its offset from UTC.
    """
    columns: list[Sequence[Any]] = [*zip(*rows, strict=True)]
    for i in entity.nested:
        columns[i] = [None if v is None else orjson.dumps(v).decode() for v in columns[i]]
    return tuple(map(_as_array, columns))


def _as_array(values: Sequence[Any]) -> str:
    """A column as PostgreSQL writes an array: as JSON does, but for its brackets and a few escapes.

    Of the escapes of JSON, PostgreSQL knows those of a quote and of a backslash.
    """
    text = orjson.dumps(values).decode()
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return f"{{{text[1:-1]}}}"


def _unescaped(escape: re.Match[str]) -> str:
    return escape[0] if escape[1] in _ESCAPES_OF_BOTH else json.loads(f'"{escape[0]}"')
