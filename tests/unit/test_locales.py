"""A viewer's language, region and time zone, and how values are written in them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homeroom.api.pages.locales import FILTERS, known_time_zone, locale_of

AT = datetime(2026, 11, 30, 23, 5, 9, tzinfo=UTC)
# As CLDR has it, so that numbers are not broken over two lines.
SPACE, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("sv", "sv"), ("SV", "sv"), ("sv-FI", "sv"), ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("PT-br", "pt"), ("pt-PT", "pt"), ("EN-us", "en"), ("de, sv;q=0.2, en;q=0.1", "sv"),
        ("en;q=0.4, pt ; q=0.9, sv;q=0.95", "sv"), ("pt;q=0.5, sv;q=0.5", "pt"),
        ("zh-Hant-TW, pt;q=0.1", "pt"), ("sv-Latn-SE", "sv"), ("pt;Q=0.1, sv;Q=0.2", "sv"),
        # What is not acceptable, not known, or no language at all.
        ("sv;q=0", "en"), ("sv;q=0, pt;q=0.1", "pt"), ("sv;q=0.000", "en"), ("de", "en"),
        ("", "en"), ("*", "en"), ("sv;q=x", "en"), ("sv;q=nan, pt", "pt"), ("sv;q=-1, pt", "pt"),
        ("sv;q=9, pt;q=0.1", "pt"), (",;,;q=1,=,", "en"), ("../pt", "en"), ("sv" * 9_000, "en"),
        (",".join(["de"] * 5_000) + ",sv", "en"), ("svenska", "en"), ("p\x00t", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_most_wanted_of_ours(accepted: str, language: str) -> None:
    assert locale_of(accepted).name == language


@pytest.mark.parametrize(
    ("accepted", "number", "share", "short", "time"),
    [
        ("en", "1,234,567.5", "72.5%", f"12/1/26, 12:05{NARROW}AM", f"12:05:09{NARROW}AM"),
        ("en-GB", "1,234,567.5", "72.5%", "01/12/2026, 00:05", "00:05:09"),
        ("pt", "1.234.567,5", "72,5%", "01/12/2026 00:05", "00:05:09"),
        ("pt-PT", f"1{SPACE}234{SPACE}567,5", "72,5%", "01/12/26, 00:05", "00:05:09"),
        ("sv", f"1{SPACE}234{SPACE}567,5", f"72,5{SPACE}%", "2026-12-01 00:05", "00:05:09"),
        ("en-ZZ", "1,234,567.5", "72.5%", f"12/1/26, 12:05{NARROW}AM", f"12:05:09{NARROW}AM"),
    ],
)  # fmt: skip
def test_values_are_written_as_the_viewers_region_does(
    accepted: str, number: str, share: str, short: str, time: str
) -> None:
    assert written("number", 1234567.5, accepted) == number
    assert written("percent", 72.5, accepted, 1) == share
    assert written("moment", AT, accepted, "short") == short
    assert written("time", AT, accepted, "medium") == time


def test_days_have_the_names_of_the_language() -> None:
    monday = date(2026, 11, 30)
    assert written("day", monday, "pt", "full") == "segunda-feira, 30 de novembro de 2026"
    assert written("day", monday, "sv", "full") == "måndag 30 november 2026"
    assert written("date", AT, "sv", "full") == "tisdag 1 december 2026"


@pytest.mark.parametrize("name", FILTERS)
def test_nothing_is_a_dash(name: str) -> None:
    assert written(name, None, "sv") == "–"


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [
        # As browsers send it, and as people type it.
        ("Europe%2FStockholm", "Europe/Stockholm"), ("America/Sao_Paulo", "America/Sao_Paulo"),
        ("UTC", "UTC"), ("", None), ("Nowhere", None), ("Europe", None),
        ("..%2F..%2Fetc%2Fpasswd", None), ("%00", None), ("a" * 9_000, None),
    ],
)  # fmt: skip
def test_the_time_zone_is_what_the_browser_told(cookie: str, zone: str | None) -> None:
    assert known_time_zone(cookie) == (ZoneInfo(zone) if zone else None)


def test_times_are_in_utc_where_the_browser_told_none() -> None:
    assert written("time", AT, "sv", zone="") == "23:05"


@pytest.mark.parametrize(
    ("zone", "shown"), [("Europe%2FStockholm", "00:05"), ("", "2026-11-30 23:05")]
)
def test_a_time_of_another_day_than_the_viewers_has_its_date(zone: str, shown: str) -> None:
    assert written("recent", AT, "sv", "short", zone=zone) == shown


def written(
    name: str, value: Any, accepted: str, *options: Any, zone: str = "Europe%2FStockholm"
) -> str:
    """What a filter makes of a value, for a viewer who prefers these languages."""
    viewer = {
        "locale": locale_of(accepted), "time_zone": known_time_zone(zone),
        "now": AT + timedelta(hours=2),
    }  # fmt: skip
    text: str = FILTERS[name](viewer, value, *options)
    return text
