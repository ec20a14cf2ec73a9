"""My day, and the one thing that students change here: whether a habit was done."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.errors import ApiError
from homeroom.api.habits import record_for, student_who_logs
from homeroom.api.pages.live import live_page
from homeroom.api.pages.locales import _
from homeroom.api.pages.parts import PagePart
from homeroom.api.pages.sentences import UNUSABLE, sentence_of
from homeroom.api.pages.shown import to_page, until_shown
from homeroom.api.pages.site import HTMX, page_router, site_of_app
from homeroom.api.pages.student.day import day_of, further_missions, parts_of_day
from homeroom.api.services import services_of_app
from homeroom.commands.habit_log_rules import Result
from homeroom.commands.habit_logs import Recorded
from homeroom.commands.publications import command_of, token_of
from homeroom.errors import (
    CommandConflict,
    DatabaseUnavailable,
    NumberingBehind,
    UnknownCommand,
    UnknownStudent,
)

NOT_NOW = (CommandConflict, DatabaseUnavailable, NumberingBehind)
# By the rule that rejects a log; what is malformed is of no rule.
REJECTED = {
    "": UNUSABLE,
    "no_habit": _("You have no such habit any more."),
    "too_early": _("That day is before the habit began."),
    "too_late": _("That day is still to come."),
    "clock_ahead": _("That moment is still to come."),
    "quota": _("You have logged as often as is possible in a day; try again tomorrow."),
}
FLAGS = {"true": True, "false": False}
router = page_router()


@router.get("/student")
async def my_day(request: Request, recorded: str = "") -> Response:
    """The day at a glance; with HX-Request that alone, without the page around it.

    ``recorded``: the position of logs that were just recorded, which must show.
    """
    await site_of_app(request).session(request, "student")
    return await _day(request, await _outcome_of(request, recorded), request.query_params)


@router.get("/student/stream")
async def my_day_stream(request: Request) -> Response:
    """Says when the day has changed."""
    await site_of_app(request).session(request, "student")

    async def read() -> Sequence[PagePart]:
        return [*(await parts_of_day(request, {})).values()]

    return live_page(request, read)


@router.get("/student/missions/{column}")
async def more_missions(request: Request, column: str) -> Response:
    """Further missions of a column: only these where they are loaded into it."""
    site = site_of_app(request)
    await site.session(request, "student")
    shown = await further_missions(request, column)
    only_rows = HTMX in request.headers and not shown["missions"].failed
    template = "student/missions_further.html" if only_rows else "student/missions_page.html"
    return site.page(request, template, **shown)


@router.post("/student/habits/{habit_id}/log")
async def log_habit(request: Request, habit_id: str) -> Response:
    """Log a habit as done, or as not done, on a day; then the day as it is with that."""
    _, fields = await site_of_app(request).form(request, "student")
    log = {
        "id": uuid4().hex,
        "habit_id": habit_id,
        "logged_on": fields.get("day"),
        "done": FLAGS.get(fields.get("done", "true")),
        "recorded_at": services_of_app(request).clock().isoformat(),
    }
    try:
        recorded = await record_for(request, await student_who_logs(request), [log])
    except UnknownStudent:
        return await _day(request, {}, fields)
    except NOT_NOW as error:
        rejected = {"status": "rejected", "why": sentence_of(error, 503)}
        return await _day(request, rejected, fields)
    (result,) = recorded.results
    if result.status == "recorded" and HTMX not in request.headers:
        assert recorded.command_id is not None
        return to_page(request, "/student", recorded=token_of(recorded.command_id))
    return await _day(request, await _outcome(request, result, recorded), fields)


async def _outcome(request: Request, result: Result, recorded: Recorded) -> dict[str, str]:
    if result.status == "rejected":
        return {"status": "rejected", "why": REJECTED[result.rule]}
    shown = await until_shown(request, recorded.command_id)
    return {"status": result.status if shown else "late"}


async def _outcome_of(request: Request, position: str) -> dict[str, str]:
    """The same of logs that an earlier request recorded; nothing where none did."""
    command_id = command_of(position)
    if command_id is None:
        return {}
    try:
        shown = await until_shown(request, command_id)
    except UnknownCommand:
        return {}
    return {"status": "recorded" if shown else "late"}


async def _day(
    request: Request, outcome: dict[str, str], given: Mapping[str, str]
) -> Response:  # fmt: skip
    """The day. ``outcome``: what became of a log, if one was sent; ``given``: as the parts take."""
    site = site_of_app(request)
    parts = await parts_of_day(request, given)
    if parts["board"].status == 404:
        if HTMX in request.headers:
            raise ApiError(404, parts["board"].failure)
        return site.page(request, "student/unregistered.html", 404)
    template = "student/day_update.html" if HTMX in request.headers else "student/my_day.html"
    return site.page(request, template, outcome=outcome, **day_of(parts))
