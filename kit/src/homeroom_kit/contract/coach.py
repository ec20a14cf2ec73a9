"""Topic ``coach``: what an AI coach recommends to students."""

from typing import Literal

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Text

Priority = Literal["high", "medium", "low"]


class Recommendation(EventData, topic="coach", entity="recommendation", timed="told_at"):
    recommendation_id: Id


class RecommendationMade(Recommendation, type="recommendation.made.v1", creates=True):
    """Something was recommended to a student."""

    student_id: Id
    title: Text
    reason: Text
    url: Text
    mission_id: Id | None
    priority: Priority
    expires_at: Instant | None


class RecommendationDismissed(
    Recommendation, type="recommendation.dismissed.v1", sets={"dismissed": True}
):
    """A student does not want to see it any more."""
