"""``/styleguide``: every component of the pages, in the demo alone."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.parts import PagePart
from homeroom.api.pages.site import page_router, site_of_app
from homeroom.api.pages.trend_lines import trend_line
from homeroom.domain.days import HabitRun
from homeroom.domain.habit_calendar import habit_calendar

router = page_router()


@router.get("/styleguide")
async def styleguide(request: Request) -> Response:
    """Each component with an example: one file of examples for one file of macros."""
    site = site_of_app(request)
    if not site.people:
        raise HTTPException(404)
    await site.session(request)
    return site.page(request, "styleguide.html", examples=example_files(), samples=samples())


def example_files() -> list[str]:
    """The names of the files of examples, which are those of the macros' files."""
    folder = files(__package__) / "templates" / "styleguide"
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".html"))


def samples() -> dict[str, Any]:
    """What the examples show."""
    now = datetime.now(UTC)
    today = now.date()
    runs = [HabitRun("H", day - timedelta(days=4), day, True) for day in _each_week(today)]
    return {
        "fresh": PagePart(as_of=now),
        "incomplete": PagePart(as_of=now - timedelta(hours=1), incomplete_since=now),
        "away": PagePart(failure="the database does not answer", status=503),
        "broken": PagePart(failure="Internal server error", status=500),
        "weeks": habit_calendar(runs, 2, today),
        "line": trend_line([(float(n), 40.0 + 5 * (n % 4) + 3 * n) for n in range(12)]),
        "rows": [{"id": 1, "name": "Algebra"}, {"id": 2, "name": "Geometry"}],
    }


def _each_week(today: date) -> list[date]:
    return [today - timedelta(weeks=week) for week in range(12)]
