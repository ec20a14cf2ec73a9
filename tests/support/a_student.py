"""A student who has something of everything, as entity rows."""

from datetime import date, timedelta
from typing import Any

from tests.support.students import NOON

ME = "S-1"
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
Told = tuple[str, dict[str, Any]]


def school() -> list[Told]:
    """What is nobody's alone: a mentor, tracks, their modules, missions."""
    told: list[Told] = [
        ("teacher", {"teacher_id": "T-1", "name": "Ada"}),
        ("track", {"track_id": "K-1", "key": "defender", "name": "Defender"}),
        ("track", {"track_id": "K-2", "key": "attacker", "name": "Attacker"}),
        ("module", {"module_id": "U-1", "track_id": "K-1", "title": "Logs", "position": 1,
                    "recommended_missions": ["M-1"]}),
        ("module", {"module_id": "U-2", "track_id": "K-1", "title": "Networks", "position": 2,
                    "recommended_missions": ["M-7", "M-5", "M-6"]}),
    ]  # fmt: skip
    difficulties = ("beginner", "intermediate", "advanced")
    for number in range(1, 8):
        mission = {"mission_id": f"M-{number}", "title": f"Mission {number}",
                   "difficulty": difficulties[number % 3], "competencies": ["SIEM"]}  # fmt: skip
        told.append(("mission", mission))
    return told


def student(who: str = ME, x: str = "") -> list[Told]:
    """Everything of one student; ``x`` ends what it is all called and titled."""
    own: dict[str, Any] = {"student_id": who}
    return [
        ("student", own | {"name": f"Grace{x}", "track_id": "K-1", "cohort": f"2026-A{x}",
                           "mentor_id": "T-1", "time_zone": "Europe/Berlin",
                           "consents": {"employer_share": True}}),
        ("profile", own | {"persona": f"Threat Hunter{x}", "archetype": f"Sentinel{x}",
                           "skills_needed": [f"SIEM{x}"], "alignment": 84.5,
                           "recommended_track_id": "K-2", "readiness_window": f"Q2 2026{x}"}),
        ("subscription", own | {"tier": "professional7", "started_at": NOON - WEEK,
                                "current_period_end": NOON + 3 * WEEK}),
        ("readiness", own | {"scored_on": "2026-02-28", "score": 71.5, "gaps": [f"DFIR{x}"]}),
        ("readiness", own | {"scored_on": "2026-02-20", "score": 67.5, "gaps": []}),
        ("module_progress", own | {"module_id": "U-1", "percent": 100}),
        ("module_progress", own | {"module_id": "U-2", "percent": 28.4}),
        *_missions(own, x),
        *_coaching(own, x),
        *_portfolio(own, x),
        *_recommendations(own, x),
    ]  # fmt: skip


def _missions(own: dict[str, Any], x: str) -> list[Told]:
    scored = {
        "ai_score": 80, "ai_feedback": f"Neat{x}", "mentor_score": 92.5,
        "mentor_feedback": f"Very neat{x}", "submitted_at": NOON - DAY,
    }  # fmt: skip
    status: dict[str, dict[str, Any]] = {
        "M-1": {"status": "in_progress", "deadline_at": NOON + WEEK},
        "M-2": {"status": "pending", "submitted_at": NOON - DAY},
        "M-3": {"status": "in_review"},
        "M-4": {"status": "changes_requested", "next_action": f"Name the source{x}"} | scored,
        "M-5": {"status": "approved"} | scored,
    }
    return [
        ("mission_progress", own | {"mission_id": m, "updated_at": NOON - int(m[2:]) * DAY} | of)
        for m, of in status.items()
    ]


def _coaching(own: dict[str, Any], x: str) -> list[Told]:
    done = {f"2026-02-{day}": True for day in range(18, 29)} | {"2026-03-01": True}
    return [
        ("habit", own | {"habit_id": f"H-1{x}", "name": f"Read{x}"}),
        *(
            ("habit_log", own | {"habit_id": f"H-1{x}", "logged_on": on, "done": of})
            for on, of in done.items()
        ),
        ("goal", own | {"goal_id": f"G-1{x}", "due_on": "2026-03-01", "title": f"Run{x}"}),
        ("goal", own | {"goal_id": f"G-2{x}", "due_on": "2026-03-01", "title": f"Sleep{x}",
                        "completed_at": NOON - DAY}),
        ("goal", own | {"goal_id": f"G-3{x}", "completed_at": NOON - 2 * DAY}),
        ("goal", own | {"goal_id": f"G-4{x}", "completed_at": NOON - WEEK}),
        ("goal", own | {"goal_id": f"G-5{x}", "due_on": "2026-03-02"}),
        ("goal", own | {"goal_id": f"G-6{x}"}),
        ("reflection", own | {"reflection_id": f"R-1{x}", "written_at": NOON - DAY}),
        ("reflection", own | {"reflection_id": f"R-2{x}", "written_at": NOON - WEEK}),
    ]  # fmt: skip


def _portfolio(own: dict[str, Any], x: str) -> list[Told]:
    status = ["approved"] * 4 + ["pending"] * 3 + ["rejected"]
    return [
        ("portfolio_item", own | {"item_id": f"P-{n}{x}", "status": s, "title": f"Item {n}{x}"})
        for n, s in enumerate(status)
    ]


def _recommendations(own: dict[str, Any], x: str) -> list[Told]:
    return [
        ("recommendation", own | {"recommendation_id": f"N-{n}{x}", "title": f"Coach {n}{x}",
                                  "reason": f"Because{x}", "url": f"/coach/{n}{x}",
                                  "priority": priority})
        for n, priority in enumerate(("high", "medium", "low"), 1)
    ]  # fmt: skip


def days_of_habit(habit_id: str, days: str, who: str = ME) -> list[Told]:
    """A habit and its logs: one sign a day, the last one today: done, not done, not logged.

    ``days`` is like ``+++-.``.
    """
    told: list[Told] = [("habit", {"habit_id": habit_id, "student_id": who, "name": habit_id})]
    for back, sign in enumerate(reversed(days)):
        on = (date(2026, 3, 1) - back * DAY).isoformat()
        log = {"habit_id": habit_id, "logged_on": on, "student_id": who, "done": sign == "+"}
        told += [("habit_log", log)] if sign != "." else []
    return told
