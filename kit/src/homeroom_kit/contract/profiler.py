"""Topic ``profiler``: what students could become."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Score, Text, Texts


class Profile(EventData, topic="profiler", entity="profile"):
    student_id: Id


class ProfileAssessed(Profile, type="profile.assessed.v1", creates=True):
    """A student's profile was assessed, for the first time or anew."""

    persona: Text
    archetype: Text | None
    skills_needed: Texts
    alignment: Score
    recommended_track_id: Id | None
    readiness_window: Text | None
    assessed_at: Instant
