"""The student's day: its parts, each read by itself."""

import asyncio
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request

from homeroom.api.pages.parts import PagePart, part
from homeroom.api.pages.student.reads import goals_of_today, habit_days, readiness_scores
from homeroom.api.pages.trend_lines import TrendLine, trend_line
from homeroom.api.student.dashboard import dashboard
from homeroom.api.student.missions import missions
from homeroom.api.student.progress import curriculum_progress
from homeroom.domain.actions import Action

# In a column; the rest is a number.
MISSIONS_SHOWN = "6"
# What is handed in and not looked at yet stands with what is being looked at.
COLUMNS = {
    "in_progress": "in_progress",
    "in_review": "in_review,pending",
    "changes_requested": "changes_requested",
    "approved": "approved",
}
# What is on the page itself.
ON_THE_PAGE = {"habit_broken": "#habits", "readiness_low": "#readiness"}


async def day_of(request: Request) -> dict[str, Any]:
    """What the templates of the day take."""
    board, habits, goals, scores, curriculum, *columns = await asyncio.gather(
        part(dashboard(request)),
        part(habit_days(request)),
        part(goals_of_today(request)),
        part(readiness_scores(request)),
        part(curriculum_progress(request)),
        *(part(missions(request, status, MISSIONS_SHOWN)) for status in COLUMNS.values()),
    )
    day: dict[str, Any] = {
        "board": board,
        "habits": habits,
        "goals": goals,
        "scores": scores,
        "trend_line": _trend(scores),
        "curriculum": curriculum,
        "columns": dict(zip(COLUMNS, columns, strict=True)),
        "freshness_of_all": _together((board, habits, goals, scores, curriculum, *columns)),
        "address_of": address_of,
    }
    if not habits.failed and habits.data["time_zone"]:
        day["time_zone"] = habits.data["time_zone"]
    return day


def is_unregistered(day: dict[str, Any]) -> bool:
    """Whether there is nobody whose day it would be."""
    return bool(day["board"].status == 404)


def address_of(action: Action) -> str | None:
    """Where a button for an action leads: on the page, into the app, or to a web page."""
    if action["type"] in ON_THE_PAGE:
        return ON_THE_PAGE[action["type"]]
    # Others wrote it, and it could be a script.
    elsewhere = action["url"] if action["url"].startswith(("https://", "http://")) else None
    return action["deep_link"] or elsewhere


def _trend(scores: PagePart) -> TrendLine | None:
    if scores.failed:
        return None
    return trend_line([(on.toordinal(), score) for on, score in scores.data["scores"]])


def _together(parts: Iterable[PagePart]) -> PagePart:
    """How fresh they are together: as the oldest of them, and as incomplete as any."""
    there = [one for one in parts if not one.failed]
    return PagePart(
        as_of=min((one.as_of for one in there if one.as_of), default=None),
        incomplete_since=min(
            (one.incomplete_since for one in there if one.incomplete_since), default=None
        ),
    )
