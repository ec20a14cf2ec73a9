"""The rule of order: which of a subject's events are applied, which wait, and which are old.

This module alone holds the rule; it knows no database. ``rule_sql`` words the part of it that
PostgreSQL checks itself (docs/contract.md, "Ordering").

- Events are applied in the order of their sequence, each number once: of two events with one
  number the earlier in the log counts. If they have different ids, that is a conflict. It is seen
  where the number is the subject's newest, or that of an event that waits.
- What is not above the subject's sequence is old. What is ahead of a gap waits.
- A subject's first event creates its row. One that does not create is a dead letter as long as
  there is no row, and so is one of an unknown type: a first event that is not understood can never
  be right, and what comes in its place must not be old.
- A discarded number is an empty event, whatever comes there.
- In sparse topics the order is the log's: every number that rises is applied, and nothing waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from homeroom.engine.catalog import Entity
from homeroom.engine.log.records import DeadLetter, Event, Place, Reason, SequenceConflict
from homeroom.engine.ordering.discards import SequenceRange, empty_event


@dataclass(frozen=True, slots=True)
class SubjectState:
    """How far a subject is.

    ``written``: whether this transaction has written its row; ``event_id``: of the event that has
    the subject's sequence, if it is known.
    """

    entity: Entity
    key: str
    sequence: int
    has_row: bool
    written: bool = False
    event_id: str | None = None


@dataclass(slots=True)
class Outcome:
    """What is to be written for one subject.

    ``run``: the events to apply, in their order; ``sequence``: what the subject reaches;
    ``has_row``: whether it then has a row; ``waits``: all events that wait afterwards, of which
    ``newly_waiting`` were not stored yet; ``released``: the sequences that wait no longer;
    ``event_id``: of the event that has the sequence, if it is known.
    """

    subject: SubjectState
    sequence: int
    has_row: bool
    event_id: str | None = None
    run: list[Event] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    waits: list[Event] = field(default_factory=list)
    newly_waiting: list[Event] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    conflicts: list[SequenceConflict] = field(default_factory=list)

    @property
    def waiting_sequences(self) -> set[int]:
        return {event.sequence for event in self.waits}

    def supersedes(self, place: Place) -> bool:
        """Whether an event has taken the place of a dead letter."""
        return place.sequence <= self.sequence or place.sequence in self.waiting_sequences


def starts_row(event: Event) -> bool:
    """Whether an event may make its subject's row without a look at what is stored."""
    return (event.sequence == 1 or event.entity.sparse) and event.creates


def can_apply(event: Event, has_row: bool) -> bool:
    """Whether an event whose turn has come is applied; otherwise it is a dead letter.

    A discarded event takes its number, and sets nothing; so does one of an unknown type, where
    there is a row.
    """
    return has_row or event.creates or (event.type is None and not event.unknown_type)


def in_order(entity: Entity, events: Iterable[Event]) -> Iterable[Event]:
    """One subject's events, given in log order, in the order in which they are applied."""
    return events if entity.sparse else sorted(events, key=lambda event: event.sequence)


def first_run(events: Sequence[Event]) -> list[Event]:
    """One subject's events from the lowest sequence up to the first gap, each number once.

    ``events`` are in log order. In sparse topics the run begins with the first event.
    """
    entity = events[0].entity
    ordered = iter(in_order(entity, events))
    run = [next(ordered)]
    for event in ordered:
        reached = run[-1].sequence
        if event.sequence > reached:
            if event.sequence > reached + 1 and not entity.sparse:
                break
            run.append(event)
    return run


def is_run(events: Sequence[Event]) -> bool:
    """Whether one subject's events, given in log order, are a run as they are, as most are."""
    following = events[0].sequence
    for event in events:
        if event.sequence != following:
            return False
        following += 1
    return True


def decides_alone(run: Sequence[Event], events: Sequence[Event]) -> bool:
    """Whether a batch's first run says all of a subject that its row need not be known for.

    ``events``: all of the subject's events in the batch. Not where some of them are ahead of a gap.
    """
    if len(run) == len(events):
        return True
    reached = run[-1].sequence
    return all(event.sequence <= reached for event in events)


def any_conflict(events: Iterable[Event]) -> bool:
    """Whether two of a subject's events in one batch have one number and different ids."""
    first_ids: dict[int, str] = {}
    return any(
        event.id is not None and first_ids.setdefault(event.sequence, event.id) != event.id
        for event in events
    )


def needs_row(event: Event) -> bool:
    """Whether only the stored row says what becomes of a subject's first event.

    A first event that does not create is a dead letter, unless it was discarded.
    """
    return event.sequence == 1 and not event.creates


def applied_up_to(entity: Entity, sequence: int, events: Iterable[Event]) -> list[Event]:
    """Which of a subject's events made its row, which has reached ``sequence``.

    ``events`` are in log order; some may be missing, and discarded ones are empty already.
    """
    applied: list[Event] = []
    reached, has_row = 0, False
    for event in in_order(entity, events):
        if reached < event.sequence <= sequence and can_apply(event, has_row):
            applied.append(event)
            reached, has_row = event.sequence, has_row or event.creates
    return applied


def resolve(
    subject: SubjectState,
    waiting: Sequence[Event],
    arrived: Sequence[Event],
    dead_letters: Iterable[DeadLetter],
    discarded: Sequence[SequenceRange] = (),
) -> Outcome:
    """Decides over a subject's waiting events and those that arrived, in log order.

    ``dead_letters``: those of the batch. Events at a ``discarded`` place are empty already.
    """
    if subject.entity.sparse:
        discarded = ()
    outcome = Outcome(
        subject, subject.sequence, subject.has_row, subject.event_id,
        dead_letters=list(dead_letters),
    )  # fmt: skip
    # One event after the other in log order: however a log is cut into batches, the same results.
    ahead = {event.sequence: event for event in waiting if event.sequence > outcome.sequence}
    _apply_following(ahead, outcome, discarded)
    for event in arrived:
        if event.sequence <= outcome.sequence or event.sequence in ahead:
            _note_conflict(event, ahead, outcome)
            continue
        if subject.entity.sparse:
            _apply(event, outcome)
        else:
            ahead[event.sequence] = event
            _apply_following(ahead, outcome, discarded)
    outcome.waits = [ahead[sequence] for sequence in sorted(ahead)]
    outcome.released = [
        event.sequence for event in waiting if ahead.get(event.sequence) is not event
    ]
    stored = {event.sequence for event in waiting} - set(outcome.released)
    outcome.newly_waiting = [event for event in outcome.waits if event.sequence not in stored]
    return outcome


def _apply_following(
    ahead: dict[int, Event], outcome: Outcome, discarded: Sequence[SequenceRange]
) -> None:
    """Applies what follows on the subject's sequence, up to the first missing number."""
    while True:
        following = outcome.sequence + 1
        event = ahead.pop(following, None) or _discarded(following, ahead, outcome, discarded)
        if event is None:
            return
        _apply(event, outcome)


def _discarded(
    following: int, ahead: Iterable[int], outcome: Outcome, discarded: Sequence[SequenceRange]
) -> Event | None:
    """One empty event for the discarded numbers from this one to the next that has an event."""
    for first, last in discarded:
        if first <= following <= last:
            reached = min(last, min(ahead, default=last + 1) - 1)
            return empty_event(outcome.subject.entity, outcome.subject.key, reached)
    return None


def _note_conflict(event: Event, ahead: Mapping[int, Event], outcome: Outcome) -> None:
    """Notes an old event that is another one than the newest or the waiting one of its number."""
    if event.sequence in ahead:
        first_id = ahead[event.sequence].id
    elif event.sequence == outcome.sequence:
        first_id = outcome.event_id
    else:
        return
    # A discarded number has no id.
    if first_id is not None and event.id is not None and first_id != event.id:
        outcome.conflicts.append(SequenceConflict(event, first_id))


def _apply(event: Event, outcome: Outcome) -> None:
    if not can_apply(event, outcome.has_row):
        outcome.dead_letters.append(_without_row(event))
        return
    outcome.has_row = outcome.has_row or event.creates
    outcome.sequence = event.sequence
    outcome.event_id = event.id
    outcome.run.append(event)


def _without_row(event: Event) -> DeadLetter:
    where = f"{event.entity.name} {event.subject} has no row"
    if event.type is None:
        return DeadLetter(
            Reason.UNKNOWN_TYPE,
            f"The type {event.unknown_type} is not known, and {where}: its first event must be of "
            "a known type that creates.",
            event.place,
            event.record,
        )
    return DeadLetter(
        Reason.NO_ROW,
        f"{event.type.name} does not create, and {where}: its first event must be one that does.",
        event.place,
        event.record,
    )
