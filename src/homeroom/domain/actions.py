"""Quick actions: what a student should do next, best first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from typing_extensions import TypedDict

from homeroom.domain.days import HabitRun, broken
from homeroom.domain.tiers import TierAccess
from homeroom_kit.contract.coach import Priority

ACTIONS_MAX = 5
LOW_READINESS = 60
SCHEME = "och:/"
_RANKS = {"high": 0, "medium": 1, "low": 2}


class Action(TypedDict):
    priority: Priority
    type: str
    title: str
    reason: str
    deadline: datetime | None
    url: str
    deep_link: str | None


def deep_link(url: str) -> str | None:
    """What opens a page of ours in the platform's app; None for pages elsewhere."""
    return SCHEME + url if url.startswith("/") and not url.startswith("//") else None


def mission_url(mission_id: str) -> str:
    """The page of a mission."""
    return f"/missions/{mission_id}"


def mission_link(mission_id: str) -> str:
    """What opens the page of a mission in the platform's app."""
    return SCHEME + mission_url(mission_id)


def habit_url(habit_id: str) -> str:
    """The page of a habit."""
    return f"/habits/{habit_id}"


def quick_actions(
    row: Mapping[str, Any], runs: Sequence[HabitRun], day: date, tier: TierAccess
) -> list[Action]:
    """At most five, of what the SELECT `dashboard` returns.

    By priority; of one priority in the order of the kinds below; of one kind by deadline, then id,
    which is how the SELECT lists them.
    """
    made = [
        *_urgent(row["urgent_missions"] or ()),
        *_broken(runs, day),
        *tier.coach_actions([*_recommended(row["recommendations"] or ())]),
        *_readiness(row),
        *_next_mission(row["next_mission"]),
    ]
    return sorted(made, key=lambda action: _RANKS[action["priority"]])[:ACTIONS_MAX]


def _action(
    priority: Priority, kind: str, title: str, reason: str, url: str, deadline: str | None = None
) -> Action:
    return Action(
        priority=priority,
        type=kind,
        title=title,
        reason=reason,
        deadline=datetime.fromisoformat(deadline) if deadline is not None else None,
        url=url,
        deep_link=deep_link(url),
    )


def _urgent(rows: Sequence[Sequence[Any]]) -> Iterator[Action]:
    for status, mission_id, title, next_action, deadline in rows:
        if status == "changes_requested":
            kind, reason = "revise", next_action or "Changes were requested"
        else:
            kind, reason = "deadline", "The deadline is near or has passed"
        yield _action("high", kind, title, reason, mission_url(mission_id), deadline)


def _broken(runs: Sequence[HabitRun], day: date) -> Iterator[Action]:
    for run in broken(runs, day):
        reason = f"A streak of {run.days} days has broken"
        yield _action("high", "habit_broken", run.name, reason, habit_url(run.habit_id))


def _recommended(rows: Sequence[Sequence[Any]]) -> Iterator[Action]:
    for _, title, reason, url, mission_id, priority, expires_at in rows:
        action = _action(priority, "ai_coach", title, reason, url, expires_at)
        if mission_id is not None:
            action["deep_link"] = deep_link(mission_url(mission_id))
        yield action


def _readiness(row: Mapping[str, Any]) -> Iterator[Action]:
    score, gaps = row["readiness"], row["gaps"]
    if score is not None and score < LOW_READINESS and gaps:
        reason = f"Readiness is {score:g}; this is the greatest gap"
        yield _action("medium", "readiness_low", gaps[0], reason, "/readiness")


def _next_mission(row: Sequence[Any] | None) -> Iterator[Action]:
    if row is not None:
        mission_id, title, difficulty = row
        reason = f"The next recommended mission ({difficulty})"
        yield _action("low", "mission", title, reason, mission_url(mission_id))
