"""Verify at a click: the projections against their definitions, while everything runs."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from psycopg import Connection
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.console.jobs import BackgroundJob
from homeroom.api.pages.console.refusing import BEGUN, acted, back_to_console, refused_page
from homeroom.api.pages.console.state import VerifiedTable, admitted, decided, name_of
from homeroom.api.pages.locales import _
from homeroom.api.pages.site import HTMX, page_router
from homeroom.engine.generations.registry import live_generation
from homeroom.operations.differences import Compared, Scope
from homeroom.operations.verifying.verify import verify
from homeroom_kit.errors import ConfigurationError

VERIFY = "verify"
SECONDS_MAX = 600.0
router = page_router()


@router.post("/console/verify")
async def verify_now(request: Request) -> Response:
    """Begin to verify one table, or all; the page shows the result when it is there."""
    console, session, fields = await decided(request)
    table, by = fields.get("table", ""), name_of(session)
    what = _("verify %(table)s", table=table) if table else _("verify all tables")
    try:
        url = console.settings.require_database("operator")
    except ConfigurationError as error:
        return refused_page(request, by, what, str(error))
    if console.jobs.running(VERIFY) is not None:
        return refused_page(request, by, what, _("A verify runs already; its result will show."))

    def note(job: BackgroundJob) -> None:
        for one in job.result or ():
            differing = max(one.unexpected, one.missing)
            console.verified[one.table] = VerifiedTable(differing, job.began_at, by, *generation)

    generation: list[str] = []
    work = _verified(url, Scope([table] if table else ()), generation.append)
    console.jobs.start(VERIFY, "", work, SECONDS_MAX + 5, note)
    return back_to_console(request, acted(console, by, what, BEGUN), "#verify")


@router.get("/console/verify")
async def verify_result(request: Request) -> Response:
    """The part with the result, or with what is under way; a page where nobody has the rest."""
    site, console, _ = await admitted(request)
    template = "console/verify.html" if HTMX in request.headers else "console/verify_page.html"
    return site.page(
        request, template, job=console.jobs.find(VERIFY),
        tables=sorted(console.model.definitions),
    )  # fmt: skip


async def _verified(url: str, scope: Scope, of: Callable[[str], None]) -> list[Compared]:
    """Verifies in a thread; PostgreSQL ends it in time, or where this is cancelled.

    ``of`` is told which generation's tables they are.
    """
    connection: list[Connection[Any]] = []

    def connected(made: Connection[Any]) -> None:
        connection.append(made)
        of(live_generation(made))

    try:
        return await asyncio.to_thread(
            verify, url, scope, seconds_max=SECONDS_MAX, connected=connected
        )
    except asyncio.CancelledError:
        for one in connection:
            with contextlib.suppress(Exception):
                await asyncio.to_thread(one.cancel_safe, timeout=2.0)
        raise
