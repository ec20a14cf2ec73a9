"""Topic ``subscriptions``: what students pay for."""

from typing import Literal

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant

Tier = Literal["free", "starter3", "professional7"]


class Subscription(EventData, topic="subscriptions", entity="subscription"):
    student_id: Id


class SubscriptionStarted(Subscription, type="subscription.started.v1", creates=True):
    """A student subscribed, for the first time or again."""

    tier: Tier
    started_at: Instant
    current_period_end: Instant | None


class SubscriptionChanged(Subscription, type="subscription.changed.v1"):
    """A subscription went over to another tier or period."""

    tier: Tier
    started_at: Instant
    current_period_end: Instant | None


class SubscriptionEnded(Subscription, type="subscription.ended.v1"):
    """A subscription ended."""

    ended_at: Instant
