"""Generations, how a rebuild stands, and which generation is live: Swap and Roll Back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.errors import ApiError
from homeroom.api.pages.console import swapping
from homeroom.api.pages.console.jobs import BackgroundJob
from homeroom.api.pages.console.reading import console_part
from homeroom.api.pages.console.refusing import BEGUN, acted, back_to_console, refused_page
from homeroom.api.pages.console.state import OperatorsConsole, admitted, decided, name_of
from homeroom.api.pages.locales import _
from homeroom.api.pages.site import page_router
from homeroom.database import connect_sync
from homeroom.engine.generations.registry import Generation, registered
from homeroom.operations.rebuilding.record import RebuildStatus, read_status

SWAP = "swap"
ACTIONS = (SWAP, "roll-back")
SECONDS_MAX = 900.0
router = page_router()


@dataclass(frozen=True, slots=True)
class SeenGenerations:
    """Which there are, and the unfinished rebuild or the last one that ended.

    ``fingerprint``: of this code; ``report``: the difference that the rebuild found, as JSON.
    """

    generations: list[Generation]
    rebuild: RebuildStatus | None
    fingerprint: str

    @property
    def report(self) -> dict[str, Any] | None:
        """The tables that differ come first."""
        if self.rebuild is None or not self.rebuild.report:
            return None
        report: dict[str, Any] = self.rebuild.report
        tables = report["tables"]
        differing = [t for t in tables if _differs(t)]
        rows = sum(t["rows"] for t in tables)
        share = sum(t["added"] + t["removed"] + t["changed"] for t in tables) / rows if rows else 0
        return report | {"differing": differing, "equal": len(tables) - len(differing),
                         "percent_changed": 100 * share}  # fmt: skip

    @property
    def can_swap(self) -> bool:
        """Whether a rebuild was compared, and waits for a decision."""
        return self.rebuild is not None and swapping.waits(self.rebuild)

    @property
    def can_roll_back(self) -> bool:
        """Whether there is a generation to go back to."""
        return any(g.state == "previous" for g in self.generations)


def _differs(table: dict[str, Any]) -> bool:
    return bool(table["added"] or table["removed"] or table["changed"] or table["columns"])


async def generations_seen(console: OperatorsConsole) -> SeenGenerations:
    """Raises psycopg's errors, ConfigurationError and NotMigrated."""
    url = console.settings.require_database("operator")
    return await asyncio.to_thread(_read, url, console.model.fingerprint())


def _read(url: str, fingerprint: str) -> SeenGenerations:
    with connect_sync(url, "homeroom generations", autocommit=True) as connection:
        return SeenGenerations(registered(connection), read_status(connection), fingerprint)


@router.get("/console/generations/{action}")
async def ask_before_deciding(request: Request, action: str) -> Response:
    """What a swap, or going back, will do."""
    if action not in ACTIONS:
        raise HTTPException(404)
    site, console, _session = await admitted(request)
    seen = await console_part(generations_seen(console))
    return site.page(request, "console/decide.html", action=action, seen=seen)


@router.post("/console/generations/swap")
async def swap(request: Request) -> Response:
    """Finish the rebuild that waits, and make it live; the console says what came of it."""
    console, session, fields = await decided(request)
    by = name_of(session)
    part = await console_part(generations_seen(console))
    if part.failed:
        return refused_page(request, by, _("swap"), part.failure)
    rebuild: RebuildStatus | None = part.data.rebuild
    if rebuild is None or not swapping.waits(rebuild):
        return refused_page(request, by, _("swap"), swapping.NOTHING_WAITS)
    name, accepts = rebuild.generation, bool(fields.get("accept_differences"))
    if fields.get("generation") != name:
        raise ApiError(409, _("Another rebuild is there by now: look at its report first."))

    def work() -> str:
        return swapping.swap(console.settings, console.model, rebuild, accepts, stop)

    stop = swapping.Stop()
    return _begin(request, console, by, _("swap %(generation)s", generation=name), work, stop)


@router.post("/console/generations/roll-back")
async def roll_back(request: Request) -> Response:
    """Make the previous generation live again."""
    console, session, _fields = await decided(request)

    def work() -> str:
        return swapping.roll_back(console.settings, console.model)

    return _begin(request, console, name_of(session), _("roll back"), work, swapping.Stop())


def _begin(
    request: Request, console: OperatorsConsole, by: str, what: str, work: Callable[[], str],
    stop: swapping.Stop,
) -> Response:  # fmt: skip
    """Starts it in a thread: it may take as long as the log is ahead."""
    if console.jobs.running(SWAP) is not None:
        return refused_page(request, by, what, _("Another swap is under way."))

    def told(job: BackgroundJob) -> None:
        acted(console, by, what, job.failure or job.result, refused=bool(job.failure))

    console.jobs.start(SWAP, "", stop.of(work), SECONDS_MAX, told)
    return back_to_console(request, acted(console, by, what, BEGUN), "#generations")
