"""A student's habits day by day, in the weeks up to today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from homeroom.domain.days import ONE_DAY, HabitRun

WEEKS = 12
LEVELS = 4


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day. ``done``, ``missed``: how many habits were logged as done, and as not done.

    ``level``: how much of all habits was done, from 0 (nothing) to `LEVELS` (all).
    """

    on: date
    done: int
    missed: int
    level: int


def habit_calendar(
    runs: Iterable[HabitRun], habits: int, day: date, weeks: int = WEEKS
) -> list[list[CalendarDay]]:
    """The weeks up to ``day``, the oldest first. Each begins on Monday; the last ends on the day.

    ``habits``: how many the student has.
    """
    first = first_day(day, weeks)
    done, missed = (dict.fromkeys(_days(first, day), 0) for _ in range(2))
    for run in runs:
        counted = done if run.done else missed
        for on in _days(max(run.first, first), min(run.last, day)):
            counted[on] += 1
    days = [
        CalendarDay(on, done[on], missed[on], ceil(LEVELS * done[on] / max(habits, done[on], 1)))
        for on in done
    ]
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def first_day(day: date, weeks: int = WEEKS) -> date:
    """The Monday on which so many weeks up to a day began."""
    return day - timedelta(days=day.weekday(), weeks=weeks - 1)


def _days(first: date, last: date) -> list[date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]
