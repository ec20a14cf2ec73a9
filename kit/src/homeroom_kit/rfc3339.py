"""Times as RFC 3339 writes them: the one reading of them, in attributes and in data of events."""

import re
from datetime import UTC, datetime, timedelta

# Regular for JSON Schema as well: its dialect knows no flags.
PATTERN = (
    r"^(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}"
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
)
LEAP_SECOND = "60"
_TIME = re.compile(PATTERN)
# What nearly all texts are: a part of PATTERN but for times that do not exist, and the year 0.
_USUAL = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z"
)


def instant(text: str) -> datetime:
    """The instant in UTC, cut to microseconds; a leap second is the second after it.

    Raises ValueError that says what is needed instead: a time of another form, or one that exists.
    An instant exists if it lies in the years 1 to 9999 of UTC, where its offset may lead out of.
    """
    if _USUAL.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            # A leap second, or what is refused below.
            pass
    # `$` also matches before a last line break.
    if not _TIME.fullmatch(text):
        raise ValueError("an RFC 3339 time with an offset, of the years 0001 to 9999")
    try:
        if text[17:19] == LEAP_SECOND:
            return _after_leap_second(text)
        moment = datetime.fromisoformat(text.upper())
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("a time that exists, of the years 0001 to 9999 in UTC") from None


def _after_leap_second(text: str) -> datetime:
    """RFC 3339, section 5.7: leap seconds are the last of a day in UTC."""
    before = datetime.fromisoformat(f"{text[:17]}59{text[19:]}".upper()).astimezone(UTC)
    if (before.hour, before.minute) != (23, 59):
        raise ValueError("no leap second")
    return before + timedelta(seconds=1)
