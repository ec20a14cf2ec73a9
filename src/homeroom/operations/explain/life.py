"""A subject's life: its events from the log in order, and what each has made of its row."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from homeroom.engine.catalog import Entity
from homeroom.engine.decoding import envelope
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import Event, PassedOver, Record
from homeroom.engine.ordering.fold import Patch
from homeroom.engine.ordering.rule import applied_up_to
from homeroom.errors import NotExplainable
from homeroom.operations.explain.answer import ClosedLetter, LogRead, Unapplied, plain
from homeroom.operations.explain.events import RecordPlace, TracedRow, spans
from homeroom.operations.explain.followers import TableFollowers
from homeroom.operations.explain.log import LogScan
from homeroom.operations.explain.snapshot import ExplainRequest, SnapshotFindings, read_snapshot
from homeroom.operations.keys import values_of
from homeroom.settings import Settings

EVENTS_MAX = 5_000
# Where several things have one number, in this order.
AT_ONE_NUMBER = ("closed", "applied", "discarded", "old", "dead_letter", "gap", "waiting")


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column of the row that an event has changed."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class LifeStep:
    """An event of a subject, or what stands in an event's place.

    ``what``: applied; old (its number, or a greater one, was applied before); discarded (its number
    sets nothing); dead_letter; closed (a dead letter that is none any more); gap; waiting.
    ``place``: in the log, topic:partition:offset, or a gap's id. ``row``: by column, as it was
    afterwards; None where there was none, or it is not known. ``tables``: those that a change of
    these columns may reach. ``closed``: how, when and by whom.
    """

    what: str
    sequence: int
    last_sequence: int
    place: str
    id: str = ""
    type: str = ""
    time: datetime | None = None
    detail: str = ""
    changes: Sequence[ColumnChange] = ()
    tables: Sequence[str] = ()
    row: Mapping[str, Any] | None = None
    closed: ClosedLetter | None = None


@dataclass(frozen=True, slots=True)
class SubjectLife:
    """A subject's steps by number. ``row``: as it is now; ``sequence``: how far it is.

    ``cut``: whether there were more events than are read. ``agrees``: whether the events make the
    row that there is; None where not all of them were read.
    """

    entity: str
    key: str
    generation: str
    as_of: datetime | None
    sequence: int
    row: Mapping[str, Any] | None
    steps: Sequence[LifeStep]
    log: LogRead
    cut: bool = False
    agrees: bool | None = None


class _Collector:
    """Keeps the events of one subject, in the order in which they are read."""

    def __init__(self, row: TracedRow, model: ReadModel) -> None:
        self._row = row
        self._decoder = Decoder(model.catalog)
        self.events: list[Event] = []
        self.cut = False

    def take(self, record: Record) -> None:
        if record.key != self._row.key.encode():
            return
        decoded = self._decoder.decode(record)
        event = decoded.event if isinstance(decoded, PassedOver) else decoded
        if not isinstance(event, Event) or event.entity != self._row.entity:
            return
        if len(self.events) >= EVENTS_MAX:
            self.cut = True
        elif RecordPlace(record.topic, record.partition, record.offset) not in self._row.refused:
            self.events.append(event)


async def subject_life(
    settings: Settings, model: ReadModel, entity_name: str, key: str, seconds: float
) -> SubjectLife:
    """Reads the life of one subject of the live generation, in at most so many seconds.

    With the login that explains, where there is one, or that of operators.

    Raises NotMigrated, NotExplainable where nothing is known of the subject, and ExplainingTooSlow.
    What the time limit or retention keeps from being read is missing, and ``log`` says so.
    """
    entity = model.catalog.entity_by_name.get(entity_name)
    if entity is None:
        raise NotExplainable(
            f"There is no entity {entity_name}. There are: "
            f"{', '.join(sorted(model.catalog.entity_by_name))}."
        )
    began = time.monotonic()
    request = ExplainRequest(entity_name, key, timeout_seconds=seconds, with_closed=True)
    url = settings.own_database("explain") or settings.require_database("operator")
    found = await asyncio.to_thread(read_snapshot, url, model, request)
    if not found.rows:
        return _without_row(found, key)
    (row,) = found.rows
    collector = _Collector(row, model)
    of_row = spans([row])
    certain, possible = ({}, of_row) if row.in_several_partitions else (of_row, {})
    left = max(0.0, seconds - (time.monotonic() - began))
    log = await LogScan(certain, possible).read(settings, collector.take, left)
    return await asyncio.to_thread(_told, model, found, row, collector, log)


def _without_row(found: SnapshotFindings, key: str) -> SubjectLife:
    explanation = found.explanation
    own = [one for one in explanation.unapplied if one.entity == explanation.table]
    steps = [*map(_closed, found.closed), *map(_kept_back, own)]
    return SubjectLife(
        explanation.table, key, explanation.generation, explanation.as_of, 0, None,
        sorted(steps, key=_place_of), LogRead(True, None),
    )  # fmt: skip


def _told(
    model: ReadModel, found: SnapshotFindings, row: TracedRow, collector: _Collector, log: LogRead
) -> SubjectLife:
    explanation = found.explanation
    followers = TableFollowers(found.definitions, model.catalog.entities)
    steps = list(_steps(row, collector.events, found, followers))
    last = next((step.row for step in reversed(steps) if step.row is not None), None)
    steps += [
        _kept_back(one)
        for one in explanation.unapplied
        if (one.entity, one.key) == (row.entity.name, row.key)
    ]
    steps += map(_closed, found.closed)
    steps.sort(key=_place_of)
    complete = log.complete and not collector.cut
    return SubjectLife(
        row.entity.name, row.key, explanation.generation, explanation.as_of, row.sequence,
        row.values, steps, log, collector.cut,
        dict(row.values) == dict(last or {}) if complete else None,
    )  # fmt: skip


def _steps(
    row: TracedRow, events: Sequence[Event], found: SnapshotFindings, followers: TableFollowers
) -> Iterator[LifeStep]:
    """The steps of the events that the log holds; those that were applied with their changes."""
    emptied = found.discards.emptied(list(events))
    applied = {id(e.record): e for e in applied_up_to(row.entity, row.sequence, emptied)}
    whole = _RowOfSubject(row.entity, row.key)
    in_turn = sorted(zip(events, emptied, strict=True), key=lambda pair: pair[0].sequence)
    for event, empty in in_turn if not row.entity.sparse else zip(events, emptied, strict=True):
        step = _of_event(event)
        if id(event.record) not in applied:
            yield replace(step, what="old")
            continue
        before = whole.row
        after = whole.after(empty)
        changes = _changes(before, after)
        changed = [change.column for change in changes]
        yield replace(
            step, what="discarded" if empty is not event else "applied", changes=changes,
            row=after, tables=followers.of(row.entity.name, changed) if changed else (),
        )  # fmt: skip


class _RowOfSubject:
    """The row of a subject, as event after event makes it."""

    def __init__(self, entity: Entity, key: str) -> None:
        self._entity = entity
        values = (key,) if len(entity.key) == 1 else values_of(key)
        self._key = dict(zip(entity.key_names, values, strict=True))
        self._patch: Patch | None = None
        self.row: Mapping[str, Any] | None = None

    def after(self, event: Event) -> Mapping[str, Any] | None:
        if self._patch is None:
            # What takes a number before the first event that creates leaves no row.
            if not event.creates:
                return None
            self._patch = Patch([event])
        else:
            self._patch.add(event)
        values = zip(self._entity.columns, self._patch.values, strict=True)
        self.row = self._key | {column.name: plain(value) for column, value in values}
        return self.row


def _changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[ColumnChange]:
    if after is None:
        return []
    old = before or {}
    return [
        ColumnChange(column, old.get(column), value)
        for column, value in after.items()
        if before is None or old.get(column) != value
    ]


def _of_event(event: Event) -> LifeStep:
    record = event.record
    attributes, _, _ = envelope.read(record)
    name = event.type.name if event.type else event.unknown_type
    return LifeStep(
        "applied", event.sequence, event.sequence,
        f"{record.topic}:{record.partition}:{record.offset}", str(attributes.get("id", "")), name,
        event.time,
    )  # fmt: skip


def _place_of(step: LifeStep) -> tuple[int, int]:
    return step.sequence, AT_ONE_NUMBER.index(step.what)


def _closed(one: ClosedLetter) -> LifeStep:
    return LifeStep(
        "closed", one.sequence, one.sequence, one.place, detail=one.detail, closed=one
    )  # fmt: skip


def _kept_back(one: Unapplied) -> LifeStep:
    return LifeStep(one.what, one.sequence, one.last_sequence, one.id, detail=one.detail)
