"""The gaps before a subject's waiting events: numbers that are missing."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from homeroom.engine.log.records import Event, published_at
from homeroom.engine.ordering.discards import SequenceRange
from homeroom.engine.ordering.rule import Outcome


@dataclass(frozen=True, slots=True)
class Gap:
    """A range of missing numbers, how many events wait behind it, and since when."""

    first: int
    last: int
    waiting: int
    since: datetime


def gaps(
    outcome: Outcome,
    dead_letter_sequences: Iterable[int],
    discarded: Sequence[SequenceRange] = (),
) -> list[Gap]:
    """The missing numbers before the waiting events, in ascending order.

    The number of an open dead letter is not missing, and neither is a discarded one.
    """
    missing: list[Gap] = []
    taken = deque(
        sorted([*(SequenceRange(number, number) for number in dead_letter_sequences), *discarded])
    )
    start = outcome.sequence + 1
    waiting = len(outcome.waits)
    for event, since in zip(outcome.waits, _oldest_from(outcome.waits), strict=True):
        while taken and taken[0].first < event.sequence:
            first, last = taken.popleft()
            if start < first:
                missing.append(Gap(start, first - 1, waiting, since))
            start = max(start, last + 1)
        if start < event.sequence:
            missing.append(Gap(start, event.sequence - 1, waiting, since))
        start = max(start, event.sequence + 1)
        waiting -= 1
    return missing


def _oldest_from(waits: Sequence[Event]) -> list[datetime]:
    """For each waiting event, when the oldest of it and those behind it was published.

    Not after now, whatever time a publisher gave it.
    """
    now = datetime.now(UTC)
    times = [min(published_at(event.record), now) for event in waits]
    return list(accumulate(reversed(times), min))[::-1]
