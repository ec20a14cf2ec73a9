"""A tier at a moment: begun days, the day of billing, and what fails closed."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from homeroom.domain.tiers import TierAccess, tier_access

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


def sold(tier: Any, **told: Any) -> dict[str, Any]:
    usual = {"tier_started_at": NOW, "tier_ended_at": None, "current_period_end": None}
    return {"tier": tier} | usual | told


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (timedelta(0), 180), (TICK, 180), (DAY - TICK, 180), (DAY, 179), (DAY + TICK, 179),
        (83 * DAY, 97), (179 * DAY - TICK, 2), (179 * DAY, 1), (180 * DAY - TICK, 1),
        (180 * DAY, 0), (180 * DAY + TICK, 0), (9_000 * DAY, 0),
    ],
)  # fmt: skip
def test_the_days_of_starter3_are_the_begun_ones_of_180(age, left):
    allowed = tier_access(sold("starter3", tier_started_at=NOW - age), NOW)
    assert allowed == TierAccess("starter3", left, None)
    assert allowed.entitlements()["enhanced_access"] is (left > 0)


@pytest.mark.parametrize("tier", ["starter3", "professional7"])
def test_what_has_not_begun_opens_nothing(tier):
    assert tier_access(sold(tier, tier_started_at=NOW + TICK), NOW) == TierAccess()
    assert tier_access(sold(tier, tier_started_at=NOW), NOW).tier == tier


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ("2026-03-31T23:59:59.999999+00:00", date(2026, 3, 31)),
        ("2026-04-01T00:00:00+00:00", date(2026, 4, 1)),
        ("2026-04-01T00:30:00+14:00", date(2026, 3, 31)),
        ("2026-03-31T23:30:00-12:00", date(2026, 4, 1)),
        ("2020-01-01T00:00:00+00:00", date(2020, 1, 1)),
    ],
)
def test_billing_is_on_the_utc_day_of_the_periods_end_and_ends_nothing(end, day):
    told = {"current_period_end": datetime.fromisoformat(end)}
    for tier in ("starter3", "professional7"):
        allowed = tier_access(sold(tier, **told), NOW)
        assert (allowed.tier, allowed.billing) == (tier, day)
    assert tier_access(sold("free", **told), NOW) == TierAccess()


def test_moments_are_compared_whatever_offset_they_come_with():
    east = timezone(timedelta(hours=14))
    started = (NOW - 10 * DAY).astimezone(east)
    assert tier_access(sold("starter3", tier_started_at=started), NOW).days == 170
    assert tier_access(sold("starter3", tier_ended_at=NOW.astimezone(east)), NOW) == TierAccess()


@pytest.mark.parametrize(
    "told",
    [
        {"tier": tier, "tier_started_at": NOW, "tier_ended_at": None, "current_period_end": NOW}
        for tier in (None, "", "free", "starter", "STARTER3", "professional7 ", "enterprise", 7)
    ]
    + [
        sold("professional7", tier_started_at=None),
        sold("professional7", tier_ended_at=NOW),
        sold("professional7", tier_ended_at=NOW - TICK),
        sold("starter3", tier_ended_at=NOW - TICK),
    ],
)
def test_what_is_not_known_to_be_paid_for_is_free(told):
    allowed = tier_access(told, NOW)
    assert allowed == TierAccess("free", None, None)
    assert allowed.entitlements() == {
        "ai_coach": "limited", "missions": "limited", "mentor_reviews": False,
        "enhanced_access": False,
    }  # fmt: skip
    assert allowed.coach_actions([1, 2, 3]) == [1]
    assert allowed.missions([{"a": 1, "mentor_score": 2, "mentor_feedback": "x"}]) == [
        {"a": 1, "mentor_score": None, "mentor_feedback": None}
    ]


def test_professional7_opens_everything_until_the_moment_that_it_ends():
    allowed = tier_access(sold("professional7", tier_ended_at=NOW + TICK), NOW)
    assert allowed == TierAccess("professional7", None, None)
    assert allowed.coach_actions([1, 2, 3]) == [1, 2, 3]
    rows = [{"mentor_score": 2, "mentor_feedback": "x"}]
    assert allowed.missions(rows) == rows
    assert tier_access(sold("starter3"), NOW).missions(rows) != rows
