"""The student's day: its parts, each read by itself."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.errors import ApiError
from homeroom.api.pages.live import freshness_of, tag_of
from homeroom.api.pages.locales import known_time_zone
from homeroom.api.pages.parts import PagePart, main_part, next_cursor, part
from homeroom.api.pages.student.reads import goals_of_today, habit_days, readiness_scores
from homeroom.api.pages.trend_lines import TrendLine, trend_line
from homeroom.api.student.dashboard import dashboard
from homeroom.api.student.missions import missions
from homeroom.api.student.progress import curriculum_progress
from homeroom.domain.actions import Action

# As many connections as are always open: opening more takes longer than reading.
READS_AT_ONCE = 2
# In a column, and then with each "Load more"; and how many a column has then, as its form says.
MISSIONS_SHOWN, MISSIONS_FURTHER = 6, 24
SHOWN = "shown_"
# What is handed in and not looked at yet stands with what is being looked at.
COLUMNS = {
    "in_progress": "in_progress",
    "in_review": "in_review,pending",
    "changes_requested": "changes_requested",
    "approved": "approved",
}
# What is on the page itself.
ON_THE_PAGE = {"habit_broken": "#habits", "readiness_low": "#readiness"}


async def parts_of_day(request: Request, given: Mapping[str, str]) -> dict[str, PagePart]:
    """The parts of the day by name, those of missions by column.

    ``given``: how many missions a column has (SHOWN and its name) where some were loaded into it.
    """
    board = await part(dashboard(request))
    parts: dict[str, Awaitable[Response]] = {
        "habits": habit_days(request),
        "goals": goals_of_today(request),
        "scores": readiness_scores(request),
        "curriculum": curriculum_progress(request),
    }
    parts |= {
        name: missions(request, of, str(max(MISSIONS_SHOWN, shown_in(name, given))))
        for name, of in COLUMNS.items()
    }
    # While the database is away, all wait side by side.
    places = asyncio.Semaphore(len(parts) if board.status == 503 else READS_AT_ONCE)

    async def read(answering: Awaitable[Response]) -> PagePart:
        async with places:
            return await part(answering)

    found = await asyncio.gather(*(read(one) for one in parts.values()))
    return {"board": _timeless(board)} | dict(zip(parts, found, strict=True))


def day_of(parts: Mapping[str, PagePart]) -> dict[str, Any]:
    """What the templates of the day take."""
    habits = parts["habits"]
    day: dict[str, Any] = {
        **{name: one for name, one in parts.items() if name not in COLUMNS},
        "columns": {name: parts[name] for name in COLUMNS},
        "trend_line": _trend(parts["scores"]),
        "freshness_of_all": freshness_of([*parts.values()]),
        "tag": tag_of(*parts.values()),
        "address_of": address_of,
        "next_cursor": next_cursor,
        "shown_before": 0,
    }
    if not habits.failed and (zone := known_time_zone(habits.data["time_zone"] or "")):
        day["time_zone"] = zone
    return day


async def further_missions(request: Request, column: str) -> dict[str, Any]:
    """What the templates of a column's further missions take.

    Raises ApiError 400 for a cursor that no page has given, 404 for another column.
    """
    if column not in COLUMNS:
        raise ApiError(404, "Not found")
    cursor = request.query_params.get("cursor")
    listed = await main_part(missions(request, COLUMNS[column], str(MISSIONS_FURTHER), cursor))
    board = await part(dashboard(request))
    return {
        "column_name": column, "missions": listed, "board": board, "next_cursor": next_cursor,
        "shown_before": shown_in(column, request.query_params),
    }  # fmt: skip


def shown_in(column: str, given: Mapping[str, str]) -> int:
    """How many missions a column has, as its form says; 0 where it does not."""
    text = given.get(SHOWN + column, "")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


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


def _timeless(board: PagePart) -> PagePart:
    """Without the time that every event changes: the line above the day tells it."""
    if board.failed:
        return board
    told = {name: value for name, value in board.data.items() if name != "cache_updated_at"}
    return replace(board, data=told)
