"""What the endpoints share: one of each per application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from homeroom.api.auth import Authenticator
from homeroom.api.keys import keys_of
from homeroom.api.metrics import Metrics
from homeroom.commands.database import CommandDatabase
from homeroom.commands.publications import Publications
from homeroom.queries.database import Database
from homeroom.queries.positions import PositionWatch
from homeroom.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The database, who watches its positions, who verifies tokens, the figures, and what time
    it is.

    ``commands``: the connections of those who write; ``publications``: who waits for what they say.
    """

    database: Database
    positions: PositionWatch
    authenticator: Authenticator
    metrics: Metrics
    clock: Callable[[], datetime]
    commands: CommandDatabase
    publications: Publications


def utc_now() -> datetime:
    """The time of asking."""
    return datetime.now(UTC)


def services_of(
    settings: Settings,
    generation: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Services:
    """Everything made, nothing connected; ConfigurationError where a setting does not do."""
    database = Database(settings, generation)
    positions = PositionWatch(database, settings.waiters_max)
    commands = CommandDatabase(settings)
    publications = Publications(commands, settings.waiters_max)
    return Services(
        database,
        positions,
        Authenticator(settings, keys_of(settings)),
        Metrics(database.pool.get_stats, lambda: positions.waiting + publications.waiting),
        clock,
        commands,
        publications,
    )


def services_of_app(request: Request) -> Services:
    """Those of the application that a request came to."""
    services: Services = request.app.state.services
    return services


async def _services(request: Request) -> Services:
    return services_of_app(request)


ServicesOfApp = Annotated[Services, Depends(_services)]
