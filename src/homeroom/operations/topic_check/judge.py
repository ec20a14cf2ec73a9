"""Judges the records of a topic one after the other, as a worker would: by its decoder and order.

A subject takes some hundred bytes of memory, and each of its events eight more.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.decoding.envelope import RefusedError, parsed, read
from homeroom.engine.log.records import DeadLetter, Event, PassedOver, Record
from homeroom.engine.ordering.rule import SubjectState, resolve
from homeroom.operations.topic_check.findings import (
    EXAMPLES_MAX,
    OF_REASON,
    FaultKind,
    FoundExample,
    TopicFinding,
    TopicReport,
)
from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.kafka import partition_of
from homeroom_kit.spelling import did_you_mean

DIGEST_BYTES = 8
RANGES_SHOWN_MAX = 5
OnFinding = Callable[[FaultKind, FoundExample], None]


class _JudgedSubject:
    """How far a subject is, what waits of it by its number, and what each number said.

    ``first``: the number from which on digests are kept, one after the other; in sparse topics
    that of the newest event alone.
    """

    __slots__ = ("digests", "first", "state", "waiting")

    def __init__(self, state: SubjectState) -> None:
        self.state = state
        self.first = state.sequence + 1
        self.waiting: dict[int, Event] = {}
        self.digests = bytearray()

    def keep(self, run: Iterable[Event]) -> None:
        for event in run:
            if self.state.entity.sparse:
                self.digests.clear()
                self.first = event.sequence
            self.digests += _digest(event)

    def said(self, sequence: int) -> bytes | None:
        """The digest of the event that has a number; None where it is not known."""
        if sequence in self.waiting:
            return _digest(self.waiting[sequence])
        start = (sequence - self.first) * DIGEST_BYTES
        if not 0 <= start < len(self.digests):
            return None
        return bytes(self.digests[start : start + DIGEST_BYTES])

    def following(self, sequence: int) -> list[Event]:
        """What waits right behind a number, up to the next that is missing."""
        run: list[Event] = []
        while (event := self.waiting.get(sequence + len(run) + 1)) is not None:
            run.append(event)
        return run


class TopicJudge:
    """``partitions``: how many the topic has. ``whole``: whether its records come from the first.

    Where they do not, a subject begins with whatever event of it comes first. ``on_finding`` is
    told each example that is kept.
    """

    def __init__(
        self,
        catalog: Catalog,
        topic: str,
        partitions: int,
        *,
        whole: bool,
        examples_max: int = EXAMPLES_MAX,
        on_finding: OnFinding | None = None,
    ) -> None:
        self._decoder = Decoder(catalog)
        self._topic, self._partitions, self._whole = topic, partitions, whole
        self._examples_max = examples_max
        self._on_finding = on_finding
        self._subjects: dict[tuple[str, str], _JudgedSubject] = {}
        # Numbers whose event is there, and is a dead letter: no publisher forgot these.
        self._refused: dict[tuple[str, str], set[int]] = {}
        self._findings: dict[FaultKind, TopicFinding] = {}
        self._records = self._events = 0

    def see(self, record: Record) -> None:
        """Judges the next record of a partition."""
        self._records += 1
        self._check_partition(record)
        decoded = self._decoder.decode(record)
        if isinstance(decoded, DeadLetter):
            self._see_dead_letter(decoded)
            return
        event = decoded.event if isinstance(decoded, PassedOver) else decoded
        if isinstance(decoded, PassedOver):
            hint = _near_type(decoded.type_name)
            detail = f"The contract has no event type {decoded.type_name}.{hint}"
            self._find(FaultKind.UNKNOWN_TYPE, record, event.subject if event else "", detail)
        else:
            self._events += 1
            self._check_fields(decoded)
        if event is not None:
            self._order(event)

    def report(self) -> TopicReport:
        """What was found so far, the holes of this moment among it."""
        findings = {**self._findings}
        holes = self._holes()
        if holes.count:
            findings[FaultKind.HOLE] = holes
        return TopicReport(
            self._topic,
            self._partitions,
            self._records,
            self._events,
            len(self._subjects),
            sum(len(subject.waiting) for subject in self._subjects.values()),
            self._whole,
            tuple(findings[kind] for kind in FaultKind if kind in findings),
        )

    def _check_partition(self, record: Record) -> None:
        if record.key is None:
            return
        meant = partition_of(record.key, self._partitions)
        if meant != record.partition:
            subject = record.key.decode("utf-8", "backslashreplace")
            detail = f"murmur2 of the key gives partition {meant} of {self._partitions}."
            self._find(FaultKind.PARTITIONER, record, subject, detail)

    def _see_dead_letter(self, letter: DeadLetter) -> None:
        place = letter.place
        self._find(
            OF_REASON[letter.reason], letter.record, place.subject if place else "", letter.detail
        )
        if place is not None:
            subject = place.entity.name, place.subject
            self._refused.setdefault(subject, set()).add(place.sequence)

    def _check_fields(self, event: Event) -> None:
        """Fields that the contract ignores."""
        assert event.type is not None
        fields = EVENT_TYPES[event.type.name].model_fields
        known = {field.alias or name for name, field in fields.items()}
        if unknown := sorted(set(_data(event.record)) - known):
            hints = [f"{name}.{did_you_mean(name, known)}" for name in unknown]
            detail = f"{event.type.name} has no field {' '.join(hints)}"
            self._find(FaultKind.UNKNOWN_FIELD, event.record, event.subject, detail, len(unknown))

    def _order(self, event: Event) -> None:
        key = event.entity.name, event.subject
        subject = self._subjects.get(key)
        if subject is None:
            begins = 0 if self._whole else event.sequence - 1
            state = SubjectState(event.entity, event.subject, begins, not self._whole)
            subject = self._subjects[key] = _JudgedSubject(state)
        before = subject.said(event.sequence)
        next_one = subject.state.sequence + 1
        if not event.entity.sparse and event.sequence > next_one:
            # As `resolve` has it. It would look at all that waits, for each event that comes.
            if before is None:
                subject.waiting[event.sequence] = event
            else:
                self._see_old(event, before)
            return
        waited = subject.following(event.sequence) if event.sequence == next_one else []
        outcome = resolve(subject.state, waited, [event], ())
        subject.keep(outcome.run)
        for one in outcome.run:
            subject.waiting.pop(one.sequence, None)
        subject.state = SubjectState(
            event.entity, event.subject, outcome.sequence, outcome.has_row,
            event_id=outcome.event_id,
        )  # fmt: skip
        for letter in outcome.dead_letters:
            self._see_dead_letter(letter)
        if event not in outcome.run and not outcome.dead_letters:
            self._see_old(event, before)

    def _see_old(self, event: Event, before: bytes | None) -> None:
        """An event that changes nothing; ``before``: what had its number, where it is known."""
        name = event.type.name if event.type else event.unknown_type
        number = f"{name} with number {event.sequence}"
        if before is None and not event.entity.sparse:
            self._find(
                FaultKind.DUPLICATE, event.record, event.subject, f"{number}, below the first."
            )
        elif before == _digest(event):
            self._find(
                FaultKind.DUPLICATE, event.record, event.subject, f"{number} was there before."
            )
        else:
            detail = f"{number} and id {event.id!r}: another event had this number before."
            self._find(FaultKind.CONFLICT, event.record, event.subject, detail)

    def _holes(self) -> TopicFinding:
        finding = TopicFinding(FaultKind.HOLE)
        for key, subject in self._subjects.items():
            if not subject.waiting:
                continue
            refused = sorted(self._refused.get(key, ()))
            reached, missing, shown = subject.state.sequence, 0, []
            for sequence in sorted(subject.waiting):
                absent = range(reached + 1, sequence)
                there = bisect_left(refused, sequence) - bisect_right(refused, reached)
                if len(absent) > there:
                    missing += len(absent) - there
                    shown.append(_range(absent))
                reached = sequence
            if missing:
                finding.count += missing
                self._add(finding, self._hole(key[0], subject, shown))
        return finding

    def _hole(self, entity: str, subject: _JudgedSubject, shown: list[str]) -> FoundExample:
        record = subject.waiting[min(subject.waiting)].record
        more = ", …" if len(shown) > RANGES_SHOWN_MAX else ""
        detail = (
            f"{', '.join(shown[:RANGES_SHOWN_MAX])}{more} of {entity} {subject.state.key} is "
            f"missing; events that wait: {len(subject.waiting)}."
        )
        return FoundExample(record.partition, record.offset, subject.state.key, detail)

    def _find(
        self, kind: FaultKind, record: Record, subject: str, detail: str, count: int = 1
    ) -> None:
        finding = self._findings.setdefault(kind, TopicFinding(kind))
        finding.count += count
        example = FoundExample(record.partition, record.offset, subject, detail)
        if self._add(finding, example) and self._on_finding is not None:
            self._on_finding(kind, example)

    def _add(self, finding: TopicFinding, example: FoundExample) -> bool:
        if len(finding.examples) >= self._examples_max:
            return False
        finding.examples.append(example)
        return True


@lru_cache(maxsize=1_000)
def _near_type(name: str) -> str:
    return did_you_mean(name, EVENT_TYPES)


def _digest(event: Event) -> bytes:
    """Equal for two events only if what they say is equal."""
    name = event.type.name if event.type else event.unknown_type
    content = repr((event.id, event.source, name, event.time, sorted(event.values.items())))
    return blake2b(content.encode("utf-8", "backslashreplace"), digest_size=DIGEST_BYTES).digest()


def _data(record: Record) -> dict[str, Any]:
    """The data of an event, as they were sent."""
    try:
        _, data, _ = read(record)
        content = parsed(data) if isinstance(data, bytes) else data
    except (RefusedError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _range(numbers: range) -> str:
    return f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
