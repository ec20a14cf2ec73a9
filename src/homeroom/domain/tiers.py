"""What a student's tier opens and what it hides: the one place that decides it.

It fails closed: whatever is not known to be paid for is ``free``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from typing_extensions import TypedDict

from homeroom_kit.contract.subscriptions import Tier

ENHANCED_DAYS = 180
ONE_DAY = timedelta(days=1)
COACH_ACTIONS_FREE = 1


class Entitlements(TypedDict):
    ai_coach: Literal["limited", "full"]
    missions: Literal["limited", "unlimited"]
    mentor_reviews: bool
    enhanced_access: bool


class StudentSubscription(TypedDict):
    tier: Tier
    enhanced_access_days: int | None
    next_billing: date | None
    entitlements: Entitlements


@dataclass(frozen=True, slots=True)
class TierAccess:
    """A tier at a moment. ``days``: those left of enhanced access, for the tier that counts them;
    ``billing``: when the paid period ends.
    """

    tier: Tier = "free"
    days: int | None = None
    billing: date | None = None

    def subscription(self) -> StudentSubscription:
        """What a student is shown of it."""
        return StudentSubscription(
            tier=self.tier,
            enhanced_access_days=self.days,
            next_billing=self.billing,
            entitlements=self.entitlements(),
        )

    def entitlements(self) -> Entitlements:
        """What the tier opens."""
        if self.tier == "professional7":
            return _paid(mentor_reviews=True, enhanced_access=True)
        if self.tier == "starter3":
            return _paid(mentor_reviews=False, enhanced_access=bool(self.days))
        return Entitlements(
            ai_coach="limited", missions="limited", mentor_reviews=False, enhanced_access=False
        )

    def coach_actions(self, made: Sequence[Any]) -> Sequence[Any]:
        """The coach's recommendations that may be shown, of those in their order."""
        return made if self.entitlements()["ai_coach"] == "full" else made[:COACH_ACTIONS_FREE]

    def missions(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Missions, without the mentor's part where reviews are not included."""
        if self.entitlements()["mentor_reviews"]:
            return [dict(row) for row in rows]
        return [{**row, "mentor_score": None, "mentor_feedback": None} for row in rows]


def _paid(*, mentor_reviews: bool, enhanced_access: bool) -> Entitlements:
    return Entitlements(
        ai_coach="full",
        missions="unlimited",
        mentor_reviews=mentor_reviews,
        enhanced_access=enhanced_access,
    )


def tier_access(row: Mapping[str, Any], now: datetime) -> TierAccess:
    """The access of a student, of whose subscription ``row`` says tier, tier_started_at,
    tier_ended_at and current_period_end. The end of a period ends nothing by itself.
    """
    started, ended = row["tier_started_at"], row["tier_ended_at"]
    if started is None or started > now or (ended is not None and ended <= now):
        return TierAccess()
    period_end = row["current_period_end"]
    billing = period_end.astimezone(UTC).date() if period_end is not None else None
    if row["tier"] == "professional7":
        return TierAccess("professional7", None, billing)
    if row["tier"] == "starter3":
        return TierAccess("starter3", _days_left(started, now), billing)
    return TierAccess()


def _days_left(started: datetime, now: datetime) -> int:
    """Begun days: an hour of the last one is one."""
    left = -((now - started - ENHANCED_DAYS * ONE_DAY) // ONE_DAY)
    return min(max(left, 0), ENHANCED_DAYS)
