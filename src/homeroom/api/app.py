"""The application: what is put together here, and in which order."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from functools import cache, partial
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.types import Lifespan

import homeroom
from homeroom.api import (
    assignments,
    batches,
    docs_page,
    errors,
    habits,
    health,
    internal,
    pages,
    push,
    records,
    resources,
    schools,
    student,
    teacher,
)
from homeroom.api.addresses import InternalAddressMiddleware
from homeroom.api.answers import AS_OF, GENERATION, INCOMPLETE_SINCE, POSITION
from homeroom.api.documented import complete
from homeroom.api.heads import HeadMiddleware
from homeroom.api.ingestion import endpoint as ingestion
from homeroom.api.live import stream, tickets, websocket
from homeroom.api.middleware import (
    CORRELATION_ID,
    REQUEST_ID,
    CorrelationMiddleware,
    CorsMiddleware,
    ErrorMiddleware,
    RequestMiddleware,
)
from homeroom.api.proxies import RootPathMiddleware
from homeroom.api.rate_limits import LIMIT, REMAINING, RESET
from homeroom.api.request_checks import RequestCheckMiddleware
from homeroom.api.response_headers import raw, security_headers
from homeroom.api.routing import add_routes
from homeroom.api.services import Services, services_of, utc_now
from homeroom.api.waiting import WAIT_FOR, WAIT_SECONDS
from homeroom.errors import StoreUnavailable
from homeroom.settings import Settings
from homeroom_kit.tasks import in_background

log = structlog.get_logger(__name__)

# For what runs in the background, when the service ends.
END_SECONDS_MAX = 5.0
EXPOSED_HEADERS = (
    AS_OF, GENERATION, INCOMPLETE_SINCE, POSITION, "ETag", "Link", "Retry-After",
    "WWW-Authenticate", REQUEST_ID, CORRELATION_ID, LIMIT, REMAINING, RESET,
)  # fmt: skip
ALLOWED_HEADERS = (
    "Authorization", "Content-Type", "If-None-Match", WAIT_FOR, WAIT_SECONDS, REQUEST_ID,
    CORRELATION_ID, "Last-Event-ID",
)  # fmt: skip

ROUTERS = (
    student.router, student.notification_preferences.commands, push.of_students, teacher.router,
    teacher.lists_router, habits.router, assignments.router, records.router,
    batches.dashboard_router, batches.bff_router, batches.services_router,
    schools.router, resources.router, stream.router, tickets.router, websocket.router,
    internal.router, ingestion.router, health.router, docs_page.router,
)  # fmt: skip
DESCRIPTION = (
    "What GET answers, HEAD answers without the body. Another path is 404, another method of a "
    "path 405 with `Allow`."
)


def create_app(
    settings: Settings,
    generation: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The query service; nothing is connected before it starts.

    ``generation``: the one to read; the live one of each moment, unless named. ``clock``: what
    time it is, by which answers are judged that depend on it.

    Raises ConfigurationError where the database or the key of the tokens is not set right.
    """
    services = services_of(settings, generation, clock)
    app = _application(_lifespan)
    app.state.services = services
    app.state.explainer = internal.Explainer(settings)
    app.state.pages = pages.site_of(settings, services.authenticator)
    app.state.console = pages.OperatorsConsole(settings) if app.state.pages else None
    errors.install(app)
    add_routes(app, *ROUTERS)
    if app.state.pages is not None:
        add_routes(app, *pages.ROUTERS)
    _surround(app, services, settings)
    app.openapi = cache(partial(_document, app))  # type: ignore[method-assign]
    return app


def openapi_document() -> dict[str, Any]:
    """What ``/openapi.json`` of every query service says: it depends on no setting."""
    app = _application()
    add_routes(app, *ROUTERS)
    return _document(app)


def _application(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    return FastAPI(
        title="homeroom",
        summary=homeroom.__doc__,
        description=DESCRIPTION,
        version=homeroom.__version__,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        # Else FastAPI looks at each request whether somebody has set up spans of its own.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )


def _document(app: FastAPI) -> dict[str, Any]:
    return complete(FastAPI.openapi(app))


def _surround(app: FastAPI, services: Services, settings: Settings) -> None:
    """What is added last is outermost: the id is there for whatever is answered inside."""
    app.add_middleware(ErrorMiddleware)
    app.add_middleware(RequestCheckMiddleware)
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        app.add_middleware(
            CorsMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=ALLOWED_HEADERS,
            expose_headers=EXPOSED_HEADERS,
        )
    if settings.internal_port:
        app.add_middleware(InternalAddressMiddleware, port=settings.internal_port)
    app.add_middleware(CorrelationMiddleware)
    if settings.root_path:
        app.add_middleware(RootPathMiddleware, root_path=settings.root_path)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(
        RequestMiddleware,
        metrics=services.metrics,
        headers=raw(security_headers(settings)),
        slow_seconds=settings.slow_request_seconds,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    try:
        await services.store.prepare()
    except StoreUnavailable as error:
        # Only resources need it.
        log.warning("store unavailable", error=str(error))
    databases = {services.database, services.primary}
    for database in databases:
        await database.open()
    await services.commands.open()
    await services.limits.open()
    await services.ingestion.open()
    console: pages.OperatorsConsole | None = app.state.console
    try:
        async with (
            console.running() if console else nullcontext(),
            in_background(services.positions.run(), "watching positions", END_SECONDS_MAX),
            in_background(services.standby.run(), "watching standbys", END_SECONDS_MAX),
            in_background(services.live.feed.run(), "following changes", END_SECONDS_MAX),
            in_background(services.authenticator.keys.run(), "renewing keys", END_SECONDS_MAX),
        ):
            yield
    finally:
        await services.ingestion.close()
        await services.limits.close()
        await services.commands.close()
        for database in databases:
            await database.close()
