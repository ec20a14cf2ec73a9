"""The bodies of a student's answers: names, order and texts as the students' clients know them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from homeroom.domain.days import Run, streak, today
from homeroom.domain.tiers import Access, access
from homeroom.queries.students.actions import deep_link, mission_url, quick_actions
from homeroom.queries.students.shapes import (
    Basic,
    Coaching,
    Dashboard,
    FutureSelf,
    FutureYou,
    MissionCounts,
    Module,
    Portfolio,
    Profile,
    Progress,
    RecommendedMission,
    TodaySummary,
    TrackCompletion,
)

NOT_ASSESSED = "Not assessed"
NOT_RECOMMENDED = "Not recommended"
NOT_ASSIGNED = "Not assigned"
NOT_ESTIMATED = "Not estimated"
CONSENTS = ("share_with_mentor", "employer_share", "public_portfolio")
# A portfolio of so many items is complete.
PORTFOLIO_ITEMS_FULL = 10
RECOMMENDED_MAX = 10


def dashboard(
    student_id: str, row: Mapping[str, Any], now: datetime, as_of: datetime | None
) -> Dashboard:
    """The whole dashboard, of the row that the statement `dashboard` found."""
    day = today(now, row["time_zone"])
    runs = [_run(found) for found in row["runs"] or ()]
    allowed = access(row, now)
    return Dashboard(
        user_id=student_id,
        today_summary=_today(row, runs, day),
        future_you=FutureYou(
            persona=row["persona"] or NOT_ASSESSED,
            alignment=_percent(row["alignment"]),
            track=row["recommended_track"] or NOT_RECOMMENDED,
            estimated_readiness_window=row["readiness_window"] or NOT_ESTIMATED,
        ),
        quick_actions=quick_actions(row, runs, day, allowed),
        subscription=allowed.subscription(),
        missions=MissionCounts(
            in_progress=row["in_progress"],
            pending=row["pending"],
            in_review=row["in_review"],
            changes_requested=row["changes_requested"],
            approved=row["approved"],
        ),
        curriculum=TrackCompletion(
            track=row["track"] or NOT_ASSIGNED, completion=row["completion"] or 0.0
        ),
        portfolio=Portfolio(
            health=_health(row["items"], row["items_approved"]),
            items_total=row["items"],
            items_approved=row["items_approved"],
        ),
        coaching=_coaching(row),
        skill_gaps=row["gaps"] or [],
        cache_updated_at=as_of,
    )


def _run(found: Sequence[Any]) -> Run:
    habit_id, first, last, done, name = found
    return Run(habit_id, date.fromisoformat(first), date.fromisoformat(last), done, name)


def _today(row: Mapping[str, Any], runs: Sequence[Run], day: date) -> TodaySummary:
    due = [completed for on, completed in row["goals"] or () if on == day.isoformat()]
    return TodaySummary(
        readiness_score=row["readiness"] or 0.0,
        readiness_trend_7d=row["readiness_trend"],
        habit_streak=streak(runs, day),
        daily_goal_progress=f"{sum(due)}/{len(due)}",
    )


def _percent(alignment: int | None) -> str:
    return f"{alignment or 0}%"


def _tenths(numerator: int, denominator: int) -> float:
    """A quotient with one decimal, rounded half up; both are whole and not negative."""
    return (20 * numerator + denominator) // (2 * denominator) / 10


def _health(items: int, approved: int) -> float:
    """100 × (0.7 × the share that was accepted + 0.3 × how full the portfolio is)."""
    if not items:
        return 0.0
    filled = min(items, PORTFOLIO_ITEMS_FULL)
    return _tenths(70 * approved * PORTFOLIO_ITEMS_FULL + 30 * filled * items,
                   items * PORTFOLIO_ITEMS_FULL)  # fmt: skip


def _coaching(row: Mapping[str, Any]) -> Coaching:
    completed, active = row["goals_completed"], row["goals_active"]
    every = completed + active
    return Coaching(
        goals_active=active,
        goals_completed_pct=_tenths(100 * completed, every) if every else 0.0,
        reflections_last_7d=row["reflections"],
    )


def profile(row: Mapping[str, Any]) -> Profile:
    """Who the student is; of the consents, those that nobody has given are false."""
    return Profile(
        basic=Basic(
            name=row["name"],
            track=row["track"] or NOT_ASSIGNED,
            track_key=row["track_key"],
            cohort=row["cohort"] or NOT_ASSIGNED,
            mentor=row["mentor"] or NOT_ASSIGNED,
        ),
        future_you=FutureSelf(
            persona=row["persona"] or NOT_ASSESSED,
            archetype=row["archetype"] or NOT_ASSESSED,
            skills_needed=row["skills_needed"] or [],
            alignment=_percent(row["alignment"]),
            track=row["recommended_track"] or NOT_RECOMMENDED,
        ),
        consents=dict.fromkeys(CONSENTS, False) | (row["consents"] or {}),
    )


def progress(track: Mapping[str, Any], modules: Iterable[Mapping[str, Any]]) -> Progress:
    """How far a student is, of what the statements `track` and `modules` found."""
    of_module: defaultdict[str, list[RecommendedMission]] = defaultdict(list)
    every: dict[str, RecommendedMission] = {}
    for module_id, mission_id, title, difficulty in track["recommended"] or ():
        mission = RecommendedMission(
            mission_id=mission_id,
            title=title,
            difficulty=difficulty,
            deep_link=_mission_link(mission_id),
        )
        of_module[module_id].append(mission)
        every.setdefault(mission_id, mission)
    return Progress(
        track=track["track"] or NOT_ASSIGNED,
        completion=track["completion"] or 0.0,
        modules=[
            Module(
                module_id=row["module_id"],
                title=row["title"],
                progress=row["progress"],
                status=_status(row["progress"]),
                recommended_missions=of_module[row["module_id"]][:RECOMMENDED_MAX],
            )
            for row in modules
        ],
        recommended_missions=list(every.values())[:RECOMMENDED_MAX],
    )


def _status(percent: float) -> str:
    if percent >= 100:
        return "completed"
    return "in_progress" if percent > 0 else "not_started"


def _mission_link(mission_id: str) -> str:
    link = deep_link(mission_url(mission_id))
    assert link is not None
    return link


def missions(rows: Iterable[Mapping[str, Any]], allowed: Access) -> list[dict[str, Any]]:
    """Missions as the tier shows them."""
    return [
        {**row, "deep_link": _mission_link(row["mission_id"])} for row in allowed.missions(rows)
    ]
