"""A student's own calendar: the days and midnights of a time zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# As many as there are names of zones, and some more that are none.
ZONES_MAX = 1_024


@lru_cache(maxsize=ZONES_MAX)
def zone_of(name: str | None) -> ZoneInfo:
    """The zone of an IANA name; UTC for none, and for what is none."""
    try:
        return ZoneInfo(name or "UTC")
    # What a name may hold that no file is called: a path, a NUL, a folder's name.
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")


def today_in(name: str | None, now: datetime) -> date:
    """Which day it is there."""
    return now.astimezone(zone_of(name)).date()


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    """When the next day begins there, as an instant; clocks may be changed at that very hour."""
    local = datetime.combine(day + timedelta(days=1), time(), zone)
    return local.astimezone(UTC)
