"""Somebody's own calendar: what time and day it is for them, and how long streaks are.

A run is a stretch of days in a row that a habit was logged as done, or as not done. What depends
on today is judged when asked: a streak breaks at the student's midnight, without an event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
# A run that was shorter was no habit yet, and is not worth telling that it broke.
BROKEN_DAYS_MIN = 3


@dataclass(frozen=True, slots=True)
class HabitRun:
    """Days from ``first`` to ``last``, both included, that were all logged with this ``done``."""

    habit_id: str
    first: date
    last: date
    done: bool
    name: str = ""

    @property
    def days(self) -> int:
        """How many days the run has."""
        return (self.last - self.first).days + 1


@lru_cache(maxsize=1_000)
def zone(name: str | None) -> tzinfo:
    """The IANA time zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, LookupError):
        return UTC


def time_of_day(at: datetime, time_zone: str | None) -> str:
    """What a clock shows there, as ``09:05 AM``: twelve hours, two digits each."""
    try:
        local = at.astimezone(zone(time_zone))
    except OverflowError:
        # An end of the calendar, which stands for never: its local time may lie beyond.
        local = at.astimezone(UTC)
    half = "AM" if local.hour < 12 else "PM"
    return f"{(local.hour + 11) % 12 + 1:02d}:{local.minute:02d} {half}"


def today(now: datetime, time_zone: str | None) -> date:
    """The day that it is where the student lives."""
    return now.astimezone(zone(time_zone)).date()


def midnight_after(day: date, zone: tzinfo) -> datetime:
    """When the next day begins there, as an instant; clocks may be changed at that very hour."""
    return datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)


def streak(runs: Iterable[HabitRun], day: date) -> int:
    """The longest of the habits' streaks, in days, on a day.

    A streak ends on that day or, while that day is not logged, the day before. Runs of days after
    it (a clock that was ahead) count as far as the day.
    """
    listed = list(runs)
    missed = {r.habit_id for r in listed if not r.done and r.first <= day <= r.last}
    lengths = [
        (min(r.last, day) - r.first).days + 1
        for r in listed
        if r.done
        and r.first <= day
        and (r.last >= day or (r.last == day - ONE_DAY and r.habit_id not in missed))
    ]
    return max(lengths, default=0)


def broken(runs: Iterable[HabitRun], day: date) -> list[HabitRun]:
    """The runs worth telling that ended the day before yesterday, in the order of their habits."""
    ended = day - 2 * ONE_DAY
    ended_runs = [r for r in runs if r.done and r.last == ended and r.days >= BROKEN_DAYS_MIN]
    return sorted(ended_runs, key=lambda r: r.habit_id)
