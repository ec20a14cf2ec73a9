"""Quiet hours by the clock where somebody lives."""

from datetime import UTC, datetime

import pytest

from homeroom.domain.push_hosts import takes_pushes
from homeroom.notifying.quiet_hours import quiet_until
from homeroom.settings.notifying import PUSH_HOSTS


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "begins", "ends", "until"),
    [
        # Over midnight, before and after it.
        ("2026-11-30T22:00", None, "22:00", "07:00", "2026-12-01T07:00"),
        ("2026-11-30T06:59", None, "22:00", "07:00", "2026-11-30T07:00"),
        ("2026-11-30T07:00", None, "22:00", "07:00", None),
        ("2026-11-30T21:59", None, "22:00", "07:00", None),
        # Within a day.
        ("2026-11-30T13:30", None, "13:00", "14:00", "2026-11-30T14:00"),
        ("2026-11-30T14:00", None, "13:00", "14:00", None),
        # Elsewhere, and of a zone that is none.
        ("2026-11-30T13:00", "Asia/Tokyo", "22:00", "07:00", "2026-11-30T22:00"),
        ("2026-11-30T13:00", "Nowhere/At_all", "22:00", "07:00", None),
        # The night in which clocks are put back has the hour from 2 to 3 twice.
        ("2026-10-25T00:45", "Europe/Stockholm", "22:00", "02:50", "2026-10-25T00:50"),
        ("2026-10-25T01:10", "Europe/Stockholm", "22:00", "02:30", "2026-10-25T01:30"),
        # The night in which they are put forward has it not at all.
        ("2026-03-29T00:30", "Europe/Stockholm", "22:00", "02:30", "2026-03-29T01:30"),
        ("2026-11-30T23:00", None, None, None, None),
        ("2026-11-30T23:00", None, "", "", None),
        ("2026-11-30T23:00", None, "23:00", "23:00", None),
    ],
)
def test_messages_wait_until_quiet_hours_end(
    now: str, zone: str | None, begins: str | None, ends: str | None, until: str | None
) -> None:
    found = quiet_until(at(now), zone, begins, ends)
    assert found == (None if until is None else at(until))


def test_only_addresses_of_known_push_services_are_asked() -> None:
    good = (
        "https://fcm.googleapis.com/fcm/send/x", "https://a.push.services.mozilla.com/wpush/v2/x",
    )  # fmt: skip
    bad = (
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com:8443/x", "https://user@fcm.googleapis.com/x",
        "https://push.services.mozilla.com.evil.example/", "https://127.0.0.1/", "https://[::1]/",
        "https://evilpush.services.mozilla.com/", "https://fcm.googleapis.com:x/", "",
    )  # fmt: skip
    assert all(takes_pushes(address, PUSH_HOSTS) for address in good)
    assert [address for address in bad if takes_pushes(address, PUSH_HOSTS)] == []
