"""What happens in the year: facts, and the calendar that they are dated by."""

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
    """Days and minutes as the files write them: relative to the end of the year.

    The end is the first moment of a day in UTC, the day with the number 0.
    """

    def day(self, day: int) -> str:
        """A date."""
        return f"<day {day}>"

    def instant(self, minute: int) -> str:
        """A time."""
        return f"<minute {minute}>"

    def quarter(self, day: int) -> str:
        """The quarter of the year that a day is in."""
        return f"<quarter {day}>"
