"""What becomes of one subject's events when its row is known. No database here, only the rule.

The rule (docs/contract.md, "Ordering"): events are applied in the order of their sequence, without
gaps. An event that is not above the row's sequence is old, and one that is ahead of a gap waits. A
subject's first event creates. A discarded number is an empty event, whatever arrives there.
In sparse topics the order is the log's, every rising number is applied, and nothing waits.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from homeroom.engine.catalog import Entity
from homeroom.engine.log.records import DeadLetter, Event, Place, Reason, published_at
from homeroom.engine.ordering.discards import Places, empty_event
from homeroom.engine.ordering.fold import Patch


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as it is stored. ``written``: whether this transaction has written its row."""

    entity: Entity
    key: str
    sequence: int
    has_row: bool
    written: bool = False


@dataclass(slots=True)
class Outcome:
    """What is to be written for one subject.

    ``patch``: for its row; ``sequence``: what it reaches; ``waits``: all that waits afterwards,
    ``held_back`` what of it is new; ``let_go``: the sequences that wait no longer.
    """

    subject: Subject
    sequence: int
    has_row: bool
    patch: Patch | None = None
    letters: list[DeadLetter] = field(default_factory=list)
    waits: list[Event] = field(default_factory=list)
    held_back: list[Event] = field(default_factory=list)
    let_go: list[int] = field(default_factory=list)

    @property
    def places_filled(self) -> set[int]:
        return {event.sequence for event in self.waits}

    def superseded(self, place: Place) -> bool:
        """Whether a letter at this place has nothing left to say."""
        return place.sequence <= self.sequence or place.sequence in self.places_filled


def settle(
    subject: Subject,
    waiting: Sequence[Event],
    arrived: Sequence[Event],
    letters: Iterable[DeadLetter],
    discarded: Sequence[Places] = (),
) -> Outcome:
    """Decides over a subject's waiting events and those that arrived, in log order.

    Events at a ``discarded`` place are empty already.
    """
    if subject.entity.sparse:
        discarded = ()
    outcome = Outcome(subject, subject.sequence, subject.has_row, letters=list(letters))
    run: list[Event] = []
    # One after the other in the order of the log: however a log is cut up, the same comes of it.
    ahead = {event.sequence: event for event in waiting if event.sequence > outcome.sequence}
    _let_go(ahead, outcome, run, discarded)
    for event in arrived:
        if event.sequence <= outcome.sequence or event.sequence in ahead:
            continue
        if subject.entity.sparse:
            _apply(event, outcome, run)
        else:
            ahead[event.sequence] = event
            _let_go(ahead, outcome, run, discarded)
    outcome.waits = [ahead[sequence] for sequence in sorted(ahead)]
    outcome.patch = _patch(subject, outcome, run)
    outcome.let_go = [event.sequence for event in waiting if ahead.get(event.sequence) is not event]
    stored = {event.sequence for event in waiting} - set(outcome.let_go)
    outcome.held_back = [event for event in outcome.waits if event.sequence not in stored]
    return outcome


def _let_go(
    ahead: dict[int, Event], outcome: Outcome, run: list[Event], discarded: Sequence[Places]
) -> None:
    """Takes what follows on the subject's sequence, up to the first number that is missing."""
    while True:
        following = outcome.sequence + 1
        event = ahead.pop(following, None) or _discarded(following, ahead, outcome, discarded)
        if event is None:
            return
        _apply(event, outcome, run)


def _discarded(
    following: int, ahead: Iterable[int], outcome: Outcome, discarded: Sequence[Places]
) -> Event | None:
    """One empty event for the discarded numbers from this one to the next that did come."""
    for first, last in discarded:
        if first <= following <= last:
            reached = min(last, min(ahead, default=last + 1) - 1)
            return empty_event(outcome.subject.entity, outcome.subject.key, reached)
    return None


def _apply(event: Event, outcome: Outcome, run: list[Event]) -> None:
    if event.type is not None and not event.creates and not outcome.has_row:
        outcome.letters.append(
            DeadLetter(
                Reason.NO_ROW,
                f"{event.type.name} does not create, and {event.entity.name} {event.subject} has "
                "no row: its first event must be one that does.",
                event.place,
                event.record,
            )
        )
        return
    outcome.has_row = outcome.has_row or event.creates
    outcome.sequence = event.sequence
    run.append(event)


def _patch(subject: Subject, outcome: Outcome, run: list[Event]) -> Patch | None:
    """The run as one patch; none where it leaves no row (its sequence is then kept apart)."""
    if not run or not outcome.has_row:
        return None
    patch = Patch(run)
    patch.starts = not subject.has_row
    if not subject.entity.sparse:
        # The run may begin with more than one discarded number.
        patch.first = subject.sequence + 1
    return patch


@dataclass(frozen=True, slots=True)
class Gap:
    """A range of missing numbers, how many events wait behind it, and since when."""

    first: int
    last: int
    waiting: int
    since: datetime


def gaps(
    outcome: Outcome, letter_places: Iterable[int], discarded: Sequence[Places] = ()
) -> list[Gap]:
    """The missing numbers before what waits.

    A place with an open letter is the letter's, and a discarded one is not missing.
    """
    found: list[Gap] = []
    taken = deque(sorted([*(Places(place, place) for place in letter_places), *discarded]))
    start = outcome.sequence + 1
    waiting = len(outcome.waits)
    for event, since in zip(outcome.waits, _oldest_from(outcome.waits), strict=True):
        while taken and taken[0].first < event.sequence:
            first, last = taken.popleft()
            if start < first:
                found.append(Gap(start, first - 1, waiting, since))
            start = max(start, last + 1)
        if start < event.sequence:
            found.append(Gap(start, event.sequence - 1, waiting, since))
        start = max(start, event.sequence + 1)
        waiting -= 1
    return found


def _oldest_from(waits: Sequence[Event]) -> list[datetime]:
    """For each waiting event, when the oldest of it and those behind it was published."""
    times = [published_at(event.record) for event in waits]
    return list(accumulate(reversed(times), min))[::-1]
