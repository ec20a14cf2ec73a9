"""What happens in the year: facts, and the calendar that they are dated by."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

DAY_MINUTES = 24 * 60
YEAR_DAYS = 365


class Fact(NamedTuple):
    """An event to be: its type without version, its minute, its subject, its data besides the key.

    Minutes are counted from the end of the year: what has happened has a negative one.
    """

    type: str
    minute: int
    key: tuple[str, ...]
    data: dict[str, Any]


class Calendar:
    """Days and minutes of a year, counted from its end: the first moment of a day in UTC."""

    def __init__(self, end: date) -> None:
        self.end = end
        self._end = datetime.combine(end, time(), UTC)

    def date(self, day: int) -> date:
        """The date of a day; 0 is the day that begins when the year ends."""
        return self.end + timedelta(days=day)

    def day(self, day: int) -> str:
        """The same as events say it."""
        return self.date(day).isoformat()

    def instant(self, minute: int) -> str:
        """A minute as events say it."""
        return f"{self._end + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"

    def quarter(self, day: int) -> str:
        """The quarter that a day is in, such as ``Q2 2026``."""
        of = self.date(day)
        return f"Q{(of.month + 2) // 3} {of.year}"
