"""What the endpoints share: one of each per application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from homeroom.api.auth import Authenticator
from homeroom.api.flags import Flags
from homeroom.api.ingestion.metrics import IngestionMetrics
from homeroom.api.ingestion.rights import IngestionRights
from homeroom.api.keys import keys_of
from homeroom.api.live.connections import LiveConnections
from homeroom.api.metrics import Metrics
from homeroom.api.rate_limits import RateLimits
from homeroom.api.service_keys import ServiceKeys
from homeroom.commands.database import CommandDatabase
from homeroom.commands.ingestion import Ingestion
from homeroom.commands.publications import Publications
from homeroom.files.store import Store
from homeroom.files.stores import store_of
from homeroom.queries.database import Database, reader_conninfo
from homeroom.queries.places import WaitingPlaces
from homeroom.queries.positions import PositionWatch
from homeroom.queries.standby import StandbyLag
from homeroom.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The database, who watches its positions, who verifies tokens, the keys of services, the
    figures, and what time it is.

    ``database`` reads from the standbys of the settings, ``primary`` never does: without standbys
    they are the same. ``standby``: how far behind they are. ``commands``: the connections of those
    who write; ``publications``: who waits for what they say; ``live``: who is told what changes;
    ``flags``: which features are on; ``store``: the files; ``limits``: who asks too often;
    ``ingestion``: what publishes for services; ``ingestion_rights``: for which, on which topics.
    """

    database: Database
    primary: Database
    standby: StandbyLag
    positions: PositionWatch
    authenticator: Authenticator
    keys: ServiceKeys
    metrics: Metrics
    clock: Callable[[], datetime]
    commands: CommandDatabase
    publications: Publications
    live: LiveConnections
    flags: Flags
    store: Store
    limits: RateLimits
    ingestion: Ingestion
    ingestion_rights: IngestionRights
    ingestion_metrics: IngestionMetrics
    settings: Settings


def utc_now() -> datetime:
    """The time of asking."""
    return datetime.now(UTC)


def services_of(
    settings: Settings,
    generation: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Services:
    """Everything made, nothing connected; ConfigurationError where a setting does not do."""
    metrics = Metrics(
        lambda: database.pool.get_stats(), lambda: positions.waiting + publications.waiting
    )
    database = primary = Database(settings, generation, metrics.see_slow_query)
    if database.on_standbys:
        conninfo = reader_conninfo(settings)
        primary = Database(settings, generation, metrics.see_slow_query, conninfo)
    positions = PositionWatch(database, primary, _places(settings))
    commands = CommandDatabase(settings, metrics.see_slow_query)
    publications = Publications(commands, _places(settings))
    limits = RateLimits(settings, metrics.limit_request, metrics.miss_count)
    ingestion = Ingestion(settings)
    keys = ServiceKeys(settings)
    return Services(
        database,
        primary,
        StandbyLag(database, primary, settings.read_lag_seconds_max, metrics.see_read_lag),
        positions,
        Authenticator(settings, keys_of(settings), limits.count),
        keys,
        metrics,
        clock,
        commands,
        publications,
        LiveConnections(primary, settings, metrics),
        Flags(settings),
        store_of(settings),
        limits,
        ingestion,
        IngestionRights(settings, keys),
        IngestionMetrics(metrics.registry, lambda: ingestion.in_flight_events),
        settings,
    )


def _places(settings: Settings) -> WaitingPlaces:
    return WaitingPlaces(settings.waiters_max, settings.waiters_per_person_max)


def services_of_app(request: Request) -> Services:
    """Those of the application that a request came to."""
    services: Services = request.app.state.services
    return services


async def _services(request: Request) -> Services:
    return services_of_app(request)


ServicesOfApp = Annotated[Services, Depends(_services)]
