"""Topic ``missions``: missions, and how students get on with them."""

from typing import Literal

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Count, Id, Instant, Score, Text, Texts

Difficulty = Literal["beginner", "intermediate", "advanced"]


class Mission(EventData, topic="missions", entity="mission"):
    mission_id: Id


class MissionPublished(Mission, type="mission.published.v1", creates=True):
    """A mission was offered."""

    track_id: Id | None
    title: Text
    difficulty: Difficulty
    competencies: Texts
    estimated_minutes: Count | None
    published_at: Instant


class MissionUpdated(Mission, type="mission.updated.v1"):
    """A mission's description was changed."""

    track_id: Id | None
    title: Text
    difficulty: Difficulty
    competencies: Texts
    estimated_minutes: Count | None


class MissionRetired(Mission, type="mission.retired.v1", sets={"retired": True}):
    """A mission is no longer offered."""


class MissionProgress(EventData, topic="missions", entity="mission_progress", timed="updated_at"):
    mission_id: Id
    student_id: Id


class MissionProgressStarted(
    MissionProgress,
    type="mission_progress.started.v1",
    creates=True,
    sets={"status": "in_progress"},
):
    """A student began a mission."""

    started_at: Instant
    deadline_at: Instant | None


class MissionProgressSubmitted(
    MissionProgress, type="mission_progress.submitted.v1", sets={"status": "pending"}
):
    """A student handed in a mission."""

    submitted_at: Instant


class MissionProgressReviewStarted(
    MissionProgress, type="mission_progress.review_started.v1", sets={"status": "in_review"}
):
    """Somebody began to review it."""

    reviewer_id: Id | None


class MissionProgressAiScored(MissionProgress, type="mission_progress.ai_scored.v1"):
    """The machine's score."""

    ai_score: Score
    ai_feedback: Text | None


class MissionProgressMentorScored(MissionProgress, type="mission_progress.mentor_scored.v1"):
    """A mentor's score."""

    mentor_id: Id
    mentor_score: Score
    mentor_feedback: Text | None


class MissionProgressApproved(
    MissionProgress, type="mission_progress.approved.v1", sets={"status": "approved"}
):
    """The work was accepted."""

    decided_at: Instant
    next_action: Text | None


class MissionProgressChangesRequested(
    MissionProgress,
    type="mission_progress.changes_requested.v1",
    sets={"status": "changes_requested"},
):
    """The work is to be done again."""

    decided_at: Instant
    next_action: Text | None
