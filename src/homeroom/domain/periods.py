"""A school's calendar at a moment: its day, its week, its month, as instants.

Days are those of the school's time zone, UTC where it has none that is known. Weeks begin on
Monday.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from homeroom.domain.days import ONE_DAY, today, zone

DateRange = Literal["today", "week", "month"]
ONE_WEEK = timedelta(weeks=1)
TREND_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant up to another, which is not part of it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """What the words for times mean at a school. ``weeks``: the days on which the last eight weeks
    began, the oldest first.
    """

    today: Period
    week: Period
    month: Period
    last_month: Period
    weeks: tuple[date, ...]
    zone: tzinfo

    def range(self, name: DateRange) -> Period:
        """The day, the week from Monday, or the calendar month."""
        return {"today": self.today, "week": self.week, "month": self.month}[name]

    def begins(self, day: date) -> datetime:
        """When a day begins there."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def school_calendar(now: datetime, time_zone: str | None) -> SchoolCalendar:
    """The calendar of a school that has this time zone."""
    here, day = zone(time_zone), today(now, time_zone)
    monday = day - day.weekday() * ONE_DAY
    first = day.replace(day=1)
    next_first = (first + 31 * ONE_DAY).replace(day=1)
    last_first = (first - ONE_DAY).replace(day=1)

    def period(start: date, end: date) -> Period:
        begins = [datetime.combine(at, time(), here).astimezone(UTC) for at in (start, end)]
        return Period(*begins)

    return SchoolCalendar(
        period(day, day + ONE_DAY),
        period(monday, monday + ONE_WEEK),
        period(first, next_first),
        period(last_first, first),
        tuple(monday - back * ONE_WEEK for back in range(TREND_WEEKS - 1, -1, -1)),
        here,
    )
