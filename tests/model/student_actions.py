"""What a student's tier opens, and what a student should do next."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

from tests.model import student_days

Row = Mapping[str, Any]
PRIORITIES = ("high", "medium", "low")
KINDS = ("revise", "deadline", "habit_broken", "ai_coach", "readiness_low", "mission")
FREE = {"ai_coach": "limited", "missions": "limited"}
PAID = {"ai_coach": "full", "missions": "unlimited"}


def _none_last(deadline: datetime | None) -> tuple[bool, datetime | None]:
    """What deadlines are ordered by; of two that are none neither is looked at."""
    return deadline is None, deadline


def subscription(row: Row | None, now: datetime) -> dict[str, Any]:
    """``row`` is the student's subscription, if there is one."""
    begun = row is not None and row["started_at"] <= now
    running = row is not None and begun and not (row["ended_at"] and row["ended_at"] <= now)
    tier = row["tier"] if row is not None and running else "free"
    days = billing = None
    if row is None or tier == "free":
        opened = FREE | {"mentor_reviews": False, "enhanced_access": False}
    else:
        if row["current_period_end"] is not None:
            billing = row["current_period_end"].astimezone(UTC).date()
        if tier == "starter3":
            left = row["started_at"] + timedelta(days=180) - now
            days = max(0, min(180, ceil(left / timedelta(days=1))))
        whole = tier == "professional7"
        opened = PAID | {"mentor_reviews": whole, "enhanced_access": whole or bool(days)}
    return {
        "tier": tier, "enhanced_access_days": days, "next_billing": billing, "entitlements": opened
    }  # fmt: skip


def mission_link(mission_id: str) -> str:
    return f"och://missions/{mission_id}"


class Actions:
    """Collects actions; ``best`` sorts them."""

    def __init__(self) -> None:
        self._made: list[tuple[int, int, datetime, str, dict[str, Any]]] = []

    def add(
        self, kind: str, id_: str, priority: str, title: str, reason: str, url: str,
        deep_link: str | None, deadline: datetime | None = None,
    ) -> None:  # fmt: skip
        action = {
            "priority": priority, "type": kind, "title": title, "reason": reason,
            "deadline": deadline, "url": url, "deep_link": deep_link,
        }  # fmt: skip
        order = PRIORITIES.index(priority), KINDS.index(kind), _none_last(deadline), id_
        self._made.append((*order, action))

    def add_mission(
        self, kind: str, mission: Row, priority: str, reason: str, deadline: datetime | None = None
    ) -> None:
        id_ = mission["mission_id"]
        link = mission_link(id_)
        self.add(kind, id_, priority, mission["title"], reason, f"/missions/{id_}", link, deadline)

    def best(self, coach_limited: bool) -> list[dict[str, Any]]:
        """At most five; of the coach's at most one where the coach is limited."""
        found = [action for *_, action in sorted(self._made, key=lambda made: made[:4])]
        if coach_limited:
            coach = [n for n, action in enumerate(found) if action["type"] == "ai_coach"]
            found = [action for n, action in enumerate(found) if n not in coach[1:]]
        return found[:5]


def of_missions(actions: Actions, known: Iterable[tuple[Row, Row]], now: datetime) -> None:
    """``known``: the student's progress, each with its mission."""
    for p, m in known:
        if p["status"] == "changes_requested":
            reason = p["next_action"] or "Changes were requested"
            actions.add_mission("revise", m, "high", reason, p["deadline_at"])
        near = p["deadline_at"] is not None and p["deadline_at"] <= now + timedelta(hours=48)
        if p["status"] == "in_progress" and near:
            reason = "The deadline is near or has passed"
            actions.add_mission("deadline", m, "high", reason, p["deadline_at"])


def of_habits(actions: Actions, habits: Iterable[tuple[Row, student_days.Logs]], day: date) -> None:
    """``habits``: those that were not stopped, each with its logs."""
    for habit, logs in habits:
        if days := student_days.broken_streak(logs, day):
            url = f"/habits/{habit['habit_id']}"
            reason = f"A streak of {days} days has broken"
            actions.add(
                "habit_broken", habit["habit_id"], "high", habit["name"], reason, url, f"och:/{url}"
            )


def of_coach(actions: Actions, recommendations: Iterable[Row], now: datetime) -> None:
    for r in recommendations:
        if r["dismissed"] or (r["expires_at"] is not None and r["expires_at"] <= now):
            continue
        inside = r["url"].startswith("/") and not r["url"].startswith("//")
        link = f"och:/{r['url']}" if inside else None
        if r["mission_id"] is not None:
            link = mission_link(r["mission_id"])
        actions.add(
            "ai_coach", r["recommendation_id"], r["priority"], r["title"], r["reason"], r["url"],
            link, r["expires_at"],
        )  # fmt: skip


def of_readiness(actions: Actions, newest: Row | None) -> None:
    if newest is not None and newest["score"] < 60 and newest["gaps"]:
        reason = f"Readiness is {float(newest['score']):g}; this is the greatest gap"
        actions.add("readiness_low", "", "medium", newest["gaps"][0], reason, "/readiness",
                    "och://readiness")  # fmt: skip


def of_recommended(actions: Actions, recommended: list[Row]) -> None:
    """``recommended``: missions, the best first."""
    for m in recommended[:1]:
        reason = f"The next recommended mission ({m['difficulty']})"
        actions.add_mission("mission", m, "low", reason)
