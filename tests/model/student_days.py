"""A student's own calendar, and streaks: days walked backwards, one by one, over the raw logs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

KNOWN_ZONES = available_timezones()
ONE_DAY = timedelta(days=1)

# Of one habit: whether it was done, by day; what is not in it was not logged.
Logs = Mapping[date, bool]


def today(now: datetime, time_zone: str | None) -> date:
    """Where nobody said which zone, or one that does not exist: UTC."""
    zone = ZoneInfo(time_zone) if time_zone in KNOWN_ZONES else UTC
    return now.astimezone(zone).date()


def run_until(logs: Logs, day: date) -> int:
    """How many days in a row were done, the last of them being ``day``."""
    length = 0
    while logs.get(day) is True:
        length += 1
        day -= ONE_DAY
    return length


def streak(logs: Logs, day: date) -> int:
    """A day that is not logged yet does not break it; one that was logged as not done does."""
    return run_until(logs, day if day in logs else day - ONE_DAY)


def broken_streak(logs: Logs, day: date) -> int:
    """The run of 3 or more that ended the day before yesterday; 0 without one."""
    if logs.get(day - ONE_DAY) is True:
        return 0
    length = run_until(logs, day - 2 * ONE_DAY)
    return length if length >= 3 else 0
