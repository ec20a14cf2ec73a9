"""The shapes of a student's answers: their fields in the order of the wire."""

from datetime import datetime

from typing_extensions import TypedDict

from homeroom.domain.tiers import Subscription
from homeroom.queries.students.actions import Action


class TodaySummary(TypedDict):
    readiness_score: float
    readiness_trend_7d: float | None
    habit_streak: int
    daily_goal_progress: str


class FutureYou(TypedDict):
    persona: str
    alignment: str
    track: str
    estimated_readiness_window: str


class MissionCounts(TypedDict):
    in_progress: int
    pending: int
    in_review: int
    changes_requested: int
    approved: int


class TrackCompletion(TypedDict):
    track: str
    completion: float


class Portfolio(TypedDict):
    health: float
    items_total: int
    items_approved: int


class Coaching(TypedDict):
    goals_active: int
    goals_completed_pct: float
    reflections_last_7d: int


class Dashboard(TypedDict):
    user_id: str
    today_summary: TodaySummary
    future_you: FutureYou
    quick_actions: list[Action]
    subscription: Subscription
    missions: MissionCounts
    curriculum: TrackCompletion
    portfolio: Portfolio
    coaching: Coaching
    skill_gaps: list[str]
    cache_updated_at: datetime | None


class Basic(TypedDict):
    name: str
    track: str
    track_key: str | None
    cohort: str
    mentor: str


class FutureSelf(TypedDict):
    persona: str
    archetype: str
    skills_needed: list[str]
    alignment: str
    track: str


class Profile(TypedDict):
    basic: Basic
    future_you: FutureSelf
    consents: dict[str, bool]


class RecommendedMission(TypedDict):
    mission_id: str
    title: str
    difficulty: str
    deep_link: str


class Module(TypedDict):
    module_id: str
    title: str
    progress: float
    status: str
    recommended_missions: list[RecommendedMission]


class Progress(TypedDict):
    track: str
    completion: float
    modules: list[Module]
    recommended_missions: list[RecommendedMission]


class Mission(TypedDict):
    mission_id: str
    title: str
    difficulty: str
    status: str
    ai_score: float | None
    ai_feedback: str | None
    mentor_score: float | None
    mentor_feedback: str | None
    deadline: datetime | None
    competencies: list[str]
    next_action: str | None
    submitted_at: datetime | None
    updated_at: datetime
    deep_link: str
