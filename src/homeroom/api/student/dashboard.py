"""Everything of a student at a glance."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from homeroom.api.student.surface import SQL, answer, router, student_of
from homeroom.api.student.words import (
    NOT_ASSESSED,
    NOT_ASSIGNED,
    NOT_ESTIMATED,
    NOT_RECOMMENDED,
)
from homeroom.domain.actions import ACTIONS_MAX, Action, quick_actions
from homeroom.domain.days import HabitRun, streak, today
from homeroom.domain.shares import goals_completed
from homeroom.domain.tiers import StudentSubscription, tier_access
from homeroom.queries.statement import compose

WEEK = timedelta(hours=168)
SOON = timedelta(hours=48)
# Clocks on Earth are up to 14 hours ahead of UTC and 12 behind it.
AHEAD, BEHIND = timedelta(hours=14), timedelta(hours=12)
# A run that ended the day before yesterday is the oldest that matters.
RUN_DAYS = timedelta(days=2)


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
    subscription: StudentSubscription
    missions: MissionCounts
    curriculum: TrackCompletion
    portfolio: Portfolio
    coaching: Coaching
    skill_gaps: list[str]
    cache_updated_at: datetime | None


READ = compose(about=SQL["dashboard"])


@router.get("/dashboard", response_model=Dashboard)
async def dashboard(request: Request) -> Response:
    """Everything at a glance: readiness, streak, goals, what to do next, subscription, progress."""
    student = await student_of(request)
    now = student.services.clock()
    result = await student.read(READ, judged_at(now))
    student_id = student.scope.student_id
    return answer(
        result, result.about and dashboard_of(student_id, result.about, now, result.as_of)
    )


def judged_at(now: datetime) -> dict[str, object]:
    """The parameters of the SELECT, for a dashboard at this moment."""
    return {
        "now": now,
        "week_ago": now - WEEK,
        "soon": now + SOON,
        "earliest": (now - BEHIND - RUN_DAYS).date().isoformat(),
        "latest": (now + AHEAD).date().isoformat(),
        "actions": ACTIONS_MAX,
    }


def dashboard_of(
    student_id: str, row: Mapping[str, Any], now: datetime, as_of: datetime | None
) -> Dashboard:
    """The body, of the row that the SELECT returns, judged at ``now``."""
    day = today(now, row["time_zone"])
    runs = [_run(listed) for listed in row["runs"] or ()]
    tier = tier_access(row, now)
    return Dashboard(
        user_id=student_id,
        today_summary=_today(row, runs, day),
        future_you=FutureYou(
            persona=row["persona"] or NOT_ASSESSED,
            alignment=f"{row['alignment']}%",
            track=row["recommended_track"] or NOT_RECOMMENDED,
            estimated_readiness_window=row["readiness_window"] or NOT_ESTIMATED,
        ),
        quick_actions=quick_actions(row, runs, day, tier),
        subscription=tier.subscription(),
        missions=MissionCounts(
            in_progress=row["in_progress"],
            pending=row["pending"],
            in_review=row["in_review"],
            changes_requested=row["changes_requested"],
            approved=row["approved"],
        ),
        curriculum=TrackCompletion(
            track=row["track"] or NOT_ASSIGNED,
            completion=row["completion"],
        ),
        portfolio=Portfolio(
            health=row["portfolio_health"],
            items_total=row["items"],
            items_approved=row["items_approved"],
        ),
        coaching=_coaching(row),
        skill_gaps=row["gaps"] or [],
        cache_updated_at=as_of,
    )


def _run(listed: Sequence[Any]) -> HabitRun:
    habit_id, first, last, done, name = listed
    return HabitRun(habit_id, date.fromisoformat(first), date.fromisoformat(last), done, name)


def _today(row: Mapping[str, Any], runs: Sequence[HabitRun], day: date) -> TodaySummary:
    due = [completed for on, completed in row["goals"] or () if on == day.isoformat()]
    return TodaySummary(
        readiness_score=row["readiness"] or 0.0,
        readiness_trend_7d=row["readiness_trend"],
        habit_streak=streak(runs, day),
        daily_goal_progress=f"{sum(due)}/{len(due)}",
    )


def _coaching(row: Mapping[str, Any]) -> Coaching:
    return Coaching(
        goals_active=row["goals_active"],
        goals_completed_pct=goals_completed(row["goals_completed"], row["goals_active"]),
        reflections_last_7d=row["reflections"],
    )
