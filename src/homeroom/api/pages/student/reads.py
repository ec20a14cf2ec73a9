"""What the day shows beside the answers of the API: days of habits, goals and readiness.

Read as those are, through the same access.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.student import habits
from homeroom.api.student.dashboard import judged_at
from homeroom.api.student.surface import REGISTERED, SQL, answer, student_of
from homeroom.domain.days import ONE_DAY, HabitRun, today
from homeroom.domain.habit_calendar import WEEKS, habit_calendar
from homeroom.queries.statement import compose

GOALS = compose(about=SQL["habits_of"], rows=SQL["goals_due"])
SCORES = compose(about=REGISTERED, rows=SQL["readiness_scores"])


async def habit_days(request: Request) -> Response:
    """The habits as the API has them, what is missed today, and the calendar of the weeks."""
    student = await student_of(request)
    now = student.services.clock()
    result = await student.read(habits.READ)
    return answer(result, result.about and _habit_days(result.about, result.rows, now))


def _habit_days(
    about: Mapping[str, Any], rows: list[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    day = today(now, about["time_zone"])
    of_habits = [habits.runs_of(row) for row in rows]
    listed = habits.habits_of(about, rows, now)["habits"]
    return {
        "time_zone": about["time_zone"],
        "day": day,
        "habits": [
            habit | {"missed_today": _is_missed(runs, day)}
            for habit, runs in zip(listed, of_habits, strict=True)
        ],
        "weeks": habit_calendar((run for runs in of_habits for run in runs), len(rows), day),
    }


def _is_missed(runs: list[HabitRun], day: date) -> bool:
    return any(not run.done and run.first <= day <= run.last for run in runs)


async def goals_of_today(request: Request) -> Response:
    """The goals that are due on the student's day."""
    student = await student_of(request)
    now = student.services.clock()
    of_days = {name: judged_at(now)[name] for name in ("earliest", "latest")}
    result = await student.read(GOALS, of_days)
    if result.about is None:
        return answer(result, None)
    day = today(now, result.about["time_zone"]).isoformat()
    return answer(result, {"goals": [goal for goal in result.rows if goal["due_on"] == day]})


async def readiness_scores(request: Request) -> Response:
    """How ready the student was in these weeks: pairs of a day and a score, the oldest first."""
    student = await student_of(request)
    first = student.services.clock().date() - WEEKS * 7 * ONE_DAY
    result = await student.read(SCORES, {"first": first.isoformat()})
    scores = [(date.fromisoformat(row["scored_on"]), row["score"]) for row in result.rows]
    return answer(result, result.about and {"scores": scores})
