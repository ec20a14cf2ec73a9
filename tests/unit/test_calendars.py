"""Days and midnights where clocks are changed, and zones that are none."""

from datetime import UTC, date, datetime

import pytest

from homeroom.domain.days import midnight_after, today, zone


@pytest.mark.parametrize(
    "name",
    [None, "", "Nowhere/At_All", "../etc/passwd", "/etc/passwd", "Europe", "a\x00b", "x" * 300],
)
def test_what_is_no_zone_is_utc(name: str | None) -> None:
    assert str(zone(name)) == "UTC"


def test_it_is_tomorrow_already_where_the_day_begins() -> None:
    now = datetime(2026, 3, 10, 10, tzinfo=UTC)
    assert today(now, "Pacific/Kiritimati") == date(2026, 3, 11)
    assert today(now, "Pacific/Pago_Pago") == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("name", "day", "midnight"),
    [
        ("Europe/Berlin", date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        # Where clocks go forward at midnight, the day begins at one o'clock.
        ("Africa/Cairo", date(2026, 4, 23), datetime(2026, 4, 23, 22, tzinfo=UTC)),
    ],
)
def test_midnight_is_an_instant(name: str, day: date, midnight: datetime) -> None:
    assert midnight_after(day, zone(name)) == midnight
