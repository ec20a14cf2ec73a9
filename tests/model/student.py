"""The rules of the student's dashboard, over entity rows as plain dicts.

``rows[entity][key]`` is a row with all its columns, key columns too; times are datetimes, scores
are decimals, days are texts. Each answer is None where nobody is registered.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.model import student_actions, student_days
from tests.model.student_curriculum import (
    completion,
    done,
    modules_of,
    of,
    own_track,
    progress_of_known,
    recommended,
    rounded,
    track_name,
)

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Row]]
STATUSES = ("in_progress", "pending", "in_review", "changes_requested", "approved")
HOURS_168 = timedelta(hours=168)


def registered(rows: Rows, who: str) -> Row | None:
    row = rows["student"].get(who)
    return None if row is None or row["deactivated"] else row


def _percent(score: Any) -> str:
    return f"{int(rounded(Fraction(score or 0), 0))}%"


# The answers


def dashboard(rows: Rows, who: str, now: datetime, as_of: datetime | None) -> Any:
    student = registered(rows, who)
    if student is None:
        return None
    day = student_days.today(now, student["time_zone"])
    newest = _newest_score(rows, who)
    sold = student_actions.subscription(rows["subscription"].get(who), now)
    known = progress_of_known(rows, who)
    return {
        "user_id": who,
        "today_summary": {
            "readiness_score": float(newest["score"]) if newest else 0.0,
            "readiness_trend_7d": _trend(rows, who),
            "habit_streak": max(
                (student_days.streak(logs, day) for _, logs in _habits(rows, who)), default=0
            ),
            "daily_goal_progress": _due_today(rows, who, day),
        },
        "future_you": _future(rows, who)
        | {"estimated_readiness_window": _profile(rows, who, "readiness_window", "Not estimated")},
        "quick_actions": _actions(rows, who, now, day, sold["entitlements"]["ai_coach"]),
        "subscription": sold,
        "missions": {s: sum(1 for p, _ in known if p["status"] == s) for s in STATUSES},
        "curriculum": {
            "track": track_name(own_track(rows, who)),
            "completion": completion(rows, who),
        },
        "portfolio": _portfolio(rows, who),
        "coaching": _coaching(rows, who, now),
        "skill_gaps": newest["gaps"] if newest else [],
        "cache_updated_at": as_of,
    }


def profile(rows: Rows, who: str) -> Any:
    student = registered(rows, who)
    if student is None:
        return None
    track, mentor = own_track(rows, who), rows["teacher"].get(student["mentor_id"])
    found = rows["profile"].get(who)
    named = mentor is not None and not mentor["deactivated"] and mentor["name"]
    return {
        "basic": {
            "name": student["name"],
            "track": track_name(track),
            "track_key": track["key"] if track else None,
            "cohort": student["cohort"] or "Not assigned",
            "mentor": named or "Not assigned",
        },
        "future_you": _future(rows, who)
        | {
            "archetype": _profile(rows, who, "archetype", "Not assessed"),
            "skills_needed": found["skills_needed"] if found else [],
        },
        "consents": {
            "share_with_mentor": False, "employer_share": False, "public_portfolio": False,
            **student["consents"],
        },
    }  # fmt: skip


def progress(rows: Rows, who: str) -> Any:
    if registered(rows, who) is None:
        return None
    modules = modules_of(rows, who)
    return {
        "track": track_name(own_track(rows, who)),
        "completion": completion(rows, who),
        "modules": [
            {
                "module_id": m["module_id"],
                "title": m["title"],
                "progress": float(done(rows, m, who)),
                "status": _status(done(rows, m, who)),
                "recommended_missions": _links(recommended(rows, who, [m])),
            }
            for m in modules
        ],
        "recommended_missions": _links(recommended(rows, who, modules)),
    }


def _status(percent: Fraction) -> str:
    return "not_started" if not percent else "completed" if percent == 100 else "in_progress"


def _links(missions_: list[Row]) -> list[dict[str, Any]]:
    return [
        {
            "mission_id": m["mission_id"], "title": m["title"], "difficulty": m["difficulty"],
            "deep_link": student_actions.mission_link(m["mission_id"]),
        }
        for m in missions_[:10]
    ]  # fmt: skip


def missions(rows: Rows, who: str, now: datetime) -> Any:
    """All of them, of any status."""
    if registered(rows, who) is None:
        return None
    sold = student_actions.subscription(rows["subscription"].get(who), now)
    reviews = sold["entitlements"]["mentor_reviews"]
    found = sorted(progress_of_known(rows, who), key=lambda pm: pm[0]["mission_id"])
    found.sort(key=lambda pm: pm[0]["updated_at"], reverse=True)
    return [
        {
            "mission_id": p["mission_id"],
            "title": m["title"],
            "difficulty": m["difficulty"],
            "status": p["status"],
            "ai_score": _number(p["ai_score"]),
            "ai_feedback": p["ai_feedback"],
            "mentor_score": _number(p["mentor_score"]) if reviews else None,
            "mentor_feedback": p["mentor_feedback"] if reviews else None,
            "deadline": p["deadline_at"],
            "competencies": m["competencies"],
            "next_action": p["next_action"],
            "submitted_at": p["submitted_at"],
            "updated_at": p["updated_at"],
            "deep_link": student_actions.mission_link(p["mission_id"]),
        }
        for p, m in found
    ]


def habits(rows: Rows, who: str, now: datetime) -> Any:
    """Those that were not given up, the oldest first."""
    student = registered(rows, who)
    if student is None:
        return None
    day = student_days.today(now, student["time_zone"])
    listed = sorted(_habits(rows, who), key=lambda of: (of[0]["started_on"], of[0]["habit_id"]))
    return {
        "habits": [
            {
                "habit_id": habit["habit_id"],
                "name": habit["name"],
                "started_on": habit["started_on"],
                "streak": student_days.streak(logs, day),
                "done_today": logs.get(day) is True,
            }
            for habit, logs in listed
        ]
    }


def _number(score: Any) -> float | None:
    return None if score is None else float(score)


# Their parts


def _profile(rows: Rows, who: str, field: str, otherwise: str) -> str:
    found = rows["profile"].get(who)
    return (found and found[field]) or otherwise


def _future(rows: Rows, who: str) -> dict[str, Any]:
    found = rows["profile"].get(who)
    track = rows["track"].get(found["recommended_track_id"]) if found else None
    offered = track is not None and not track["retired"]
    return {
        "persona": _profile(rows, who, "persona", "Not assessed"),
        "alignment": _percent(found["alignment"] if found else 0),
        "track": (offered and track["name"]) or "Not recommended",
    }


def _newest_score(rows: Rows, who: str) -> Row | None:
    return max(of(rows, "readiness", who), key=lambda r: r["scored_on"], default=None)


def _trend(rows: Rows, who: str) -> float | None:
    newest = _newest_score(rows, who)
    if newest is None:
        return None
    until = date.fromisoformat(newest["scored_on"]) - timedelta(days=7)
    older = [
        r for r in of(rows, "readiness", who) if date.fromisoformat(r["scored_on"]) <= until
    ]  # fmt: skip
    if not older:
        return None
    return float(newest["score"] - max(older, key=lambda r: r["scored_on"])["score"])


def _habits(rows: Rows, who: str) -> list[tuple[Row, dict[date, bool]]]:
    """The habits that were not stopped, each with what the student logged of it."""
    return [
        (
            habit,
            {
                date.fromisoformat(log["logged_on"]): log["done"]
                for log in of(rows, "habit_log", who) if log["habit_id"] == habit["habit_id"]
            },
        )
        for habit in of(rows, "habit", who)
        if not habit["stopped"]
    ]  # fmt: skip


def _due_today(rows: Rows, who: str, day: date) -> str:
    due = [
        g for g in of(rows, "goal", who) if not g["dropped"] and g["due_on"] == day.isoformat()
    ]  # fmt: skip
    return f"{sum(1 for g in due if g['completed_at'] is not None)}/{len(due)}"


def _coaching(rows: Rows, who: str, now: datetime) -> dict[str, Any]:
    goals = [g for g in of(rows, "goal", who) if not g["dropped"]]
    active = sum(1 for g in goals if g["completed_at"] is None)
    completed = sum(1 for g in goals if g["completed_at"] and _lately(g["completed_at"], now))
    share = Fraction(100 * completed, completed + active) if completed + active else Fraction()
    return {
        "goals_active": active,
        "goals_completed_pct": rounded(share, 1),
        "reflections_last_7d": sum(
            1 for r in of(rows, "reflection", who) if _lately(r["written_at"], now)
        ),
    }


def _lately(at: datetime, now: datetime) -> bool:
    return now - HOURS_168 < at <= now


def _portfolio(rows: Rows, who: str) -> dict[str, Any]:
    items = [i for i in of(rows, "portfolio_item", who) if not i["removed"]]
    approved, total = sum(1 for i in items if i["status"] == "approved"), len(items)
    health = Fraction()
    if total:
        share = Fraction(7, 10) * Fraction(approved, total)
        health = 100 * (share + Fraction(3, 10) * Fraction(min(total, 10), 10))
    return {"health": rounded(health, 1), "items_total": total, "items_approved": approved}


def _actions(rows: Rows, who: str, now: datetime, day: date, coach: str) -> list[dict[str, Any]]:
    actions = student_actions.Actions()
    student_actions.of_missions(actions, progress_of_known(rows, who), now)
    student_actions.of_habits(actions, _habits(rows, who), day)
    student_actions.of_coach(actions, of(rows, "recommendation", who), now)
    student_actions.of_readiness(actions, _newest_score(rows, who))
    student_actions.of_recommended(actions, recommended(rows, who, modules_of(rows, who)))
    return actions.best(coach_limited=coach == "limited")
