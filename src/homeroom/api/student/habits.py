"""The habits of a student, with what a client needs to log them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from homeroom.api.student.surface import SQL, answer, router, student_of
from homeroom.domain.days import HabitRun, streak, today
from homeroom.queries.statement import compose


class StudentHabit(TypedDict):
    habit_id: str
    name: str
    started_on: date
    streak: int
    done_today: bool


class StudentHabits(TypedDict):
    habits: list[StudentHabit]


READ = compose(about=SQL["habits_of"], rows=SQL["habits"])


@router.get("/habits", response_model=StudentHabits)
async def habits(request: Request) -> Response:
    """The habits that the student has not given up, the oldest first."""
    student = await student_of(request)
    now = student.services.clock()
    result = await student.read(READ)
    return answer(result, result.about and habits_of(result.about, result.rows, now))


def habits_of(
    about: Mapping[str, Any], rows: list[dict[str, Any]], now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """The body, of the rows that the SELECT returns, judged on the student's day at ``now``."""
    day = today(now, about["time_zone"])
    return {"habits": [_habit(row, day) for row in rows]}


def _habit(row: dict[str, Any], day: date) -> dict[str, Any]:
    runs = runs_of(row)
    done_today = any(run.done and run.first <= day <= run.last for run in runs)
    told = {name: value for name, value in row.items() if name != "runs"}
    return told | {"streak": streak(runs, day), "done_today": done_today}


def runs_of(row: Mapping[str, Any]) -> list[HabitRun]:
    """The runs of a habit, of a row that the SELECT `habits` returns."""
    return [
        HabitRun(row["habit_id"], date.fromisoformat(first), date.fromisoformat(last), done)
        for first, last, done in row["runs"] or ()
    ]
