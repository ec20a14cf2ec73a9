"""What the console keeps, one of each per application: readings, work that runs, what was done."""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import structlog
from starlette.requests import Request

from homeroom.api.access import refuse_if_revoked
from homeroom.api.pages.console.jobs import BackgroundJobs
from homeroom.api.pages.console.watching import FiguresWatch, StatusWatch
from homeroom.api.pages.sessions import PageSession
from homeroom.api.pages.site import Site, site_of_app
from homeroom.api.services import services_of_app
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.tasks import in_background

log = structlog.get_logger(__name__)

ROLE = "operator"
DEEDS_MAX = 50
END_SECONDS_MAX = 5.0
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class ConsoleDeed:
    """What an operator had done: ``what`` it was, and how it ended."""

    by: str
    what: str
    outcome: str
    refused: bool = False
    number: int = field(default_factory=lambda: next(_numbers))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class VerifiedTable:
    """What Verify found in one table. ``differing``: rows; ``by``: who asked; ``generation``: whose
    table it was."""

    differing: int
    at: datetime
    by: str
    generation: str


class OperatorsConsole:
    """What all of the console's pages share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.model = read_model(settings)
        self.thresholds = settings.thresholds()
        self.status = StatusWatch(settings)
        self.figures = FiguresWatch(settings)
        self.jobs = BackgroundJobs()
        self.deeds: deque[ConsoleDeed] = deque(maxlen=DEEDS_MAX)
        # By table, when it was verified last.
        self.verified: dict[str, VerifiedTable] = {}

    def note(self, deed: ConsoleDeed) -> ConsoleDeed:
        """Keep what was done, here and in the service's log."""
        self.deeds.appendleft(deed)
        told = log.warning if deed.refused else log.info
        told("operator acted", by=deed.by, action=deed.what, outcome=deed.outcome)
        return deed

    def deed(self, number: str) -> ConsoleDeed | None:
        """What was done, by its number."""
        return next((deed for deed in self.deeds if str(deed.number) == number), None)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watches while the service runs, and ends what it has begun."""
        try:
            async with in_background(self.status.run(), "watching the lag", END_SECONDS_MAX):
                yield
        finally:
            await self.status.close()
            await self.jobs.close()


async def admitted(request: Request) -> tuple[Site, OperatorsConsole, PageSession]:
    """The site, the console and the operator who looks at it; raises ApiError for anyone else."""
    site = site_of_app(request)
    session = await site.session(request, ROLE)
    await refuse_if_revoked(services_of_app(request), session.principal)
    return site, console_of_app(request), session


async def decided(
    request: Request,
) -> tuple[OperatorsConsole, PageSession, Mapping[str, str]]:
    """The same of a form: the console, the operator, and the fields."""
    session, fields = await site_of_app(request).form(request, ROLE)
    await refuse_if_revoked(services_of_app(request), session.principal)
    return console_of_app(request), session, fields


def console_of_app(request: Request) -> OperatorsConsole:
    """That of the application that a request came to."""
    console: OperatorsConsole = request.app.state.console
    return console


def name_of(session: PageSession) -> str:
    """By what a decision names an operator: the token's `sub`."""
    return session.principal.token.subject or session.name or ROLE
