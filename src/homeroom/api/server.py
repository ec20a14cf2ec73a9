"""Serving the application: one process, one address, a clean end."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import structlog
import uvicorn
from fastapi import FastAPI

from homeroom.api.app import create_app
from homeroom.api.connection import (
    CHECK_SECONDS,
    BoundedConfig,
    BoundedConnection,
    BoundedWebSocket,
)
from homeroom.api.proxies import trusted_proxies
from homeroom.database import connect_sync
from homeroom.engine.process import rare_garbage_collection
from homeroom.errors import NotMigrated
from homeroom.queries.database import NOT_MIGRATED, reader_conninfo
from homeroom.settings import Settings
from homeroom.statements import load
from homeroom_kit.errors import ConfigurationError, HomeroomError

# uvicorn ticks ten times a second.
CHECK_TICKS = round(10 * CHECK_SECONDS)
# A caller may wait for ten seconds, and for a connection of the database for three more.
END_SECONDS_MAX = 20
# A request leaves hardly any object behind.
COLLECTOR_OBJECTS_MIN = 50_000

log = structlog.get_logger(__name__)


def run(settings: Settings, generation: str | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was begun and return.

    ``generation``: the one to read; the live one of each moment, unless named.

    Prints ``listening on http://host:port`` once it does, and of the internal address a second
    line. Raises ConfigurationError where a
    setting does not do or the address is taken, NotMigrated where the database is not prepared,
    HomeroomError where there is no such generation.
    A database that does not answer yet is no error: requests are 503 until it does.
    """
    app = create_app(settings, generation)
    require_migrated(settings, generation)
    _warn(settings)
    with ExitStack() as stack:
        sockets = [stack.enter_context(listening) for listening in _listen_all(settings)]
        stack.enter_context(_ended_by_signals())
        stack.enter_context(rare_garbage_collection(COLLECTOR_OBJECTS_MIN))
        server_of(app, settings).run(sockets=sockets)


def server_of(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """The server of an application; ConfigurationError where a setting does not do."""
    proxies = trusted_proxies(settings)
    config = BoundedConfig(
        app,
        settings,
        app.state.services.metrics,
        app.state.services.live.close,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=END_SECONDS_MAX,
    )
    return _Server(config)


def require_migrated(settings: Settings, generation: str | None = None) -> None:
    """Raise NotMigrated if the database answers and is not prepared, or lacks the generation."""
    try:
        with connect_sync(reader_conninfo(settings), "homeroom serve") as connection:
            live_generation = load("tokens", "homeroom.queries")["live_generation"]
            row = connection.execute(live_generation).fetchone()
            named = connection.execute("SELECT to_regclass(%s)", (f'"{generation}".plan',))
            missing = generation is not None and named.fetchone() == (None,)
    except NOT_MIGRATED as error:
        raise NotMigrated from error
    except psycopg.OperationalError as error:
        log.warning("database_does_not_answer", error=str(error))
        return
    if row is None:
        raise NotMigrated
    if missing:
        raise HomeroomError(
            f"There is no generation {generation}: `homeroom generations list` names them."
        )


class _Server(uvicorn.Server):
    """uvicorn's server, which also says where it listens, and looks after connections."""

    config: BoundedConfig

    async def on_tick(self, counter: int) -> bool:
        if counter % CHECK_TICKS == 0:
            now = asyncio.get_running_loop().time()
            connections = list(self.server_state.connections)
            self.config.metrics.see_connections(len(connections))
            for connection in connections:
                if isinstance(connection, BoundedConnection | BoundedWebSocket):
                    connection.check(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams would last as long as they are waited for.
        self.config.end_streams()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets if self.started and sockets else ():
            host, port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            print(f"listening on http://{shown}:{port}", flush=True)


def _warn(settings: Settings) -> None:
    """Of what is not set and should be, but for a trial."""
    named = {
        "HOMEROOM_JWT_ISSUER": settings.jwt_issuer,
        "HOMEROOM_JWT_AUDIENCE": settings.jwt_audience,
    }
    if missing := [name for name, value in named.items() if not value]:
        log.warning(
            "tokens_for_others_count",
            not_set=missing,
            what="Whatever the key has signed is taken, for whomever it was made. Set both.",
        )


def _listen_all(settings: Settings) -> Iterator[socket.socket]:
    """The sockets of the address for clients and, where there is one, the internal one."""
    yield _listen(settings.host, settings.port)
    if settings.internal_port:
        if settings.internal_port == settings.port:
            raise ConfigurationError(
                "HOMEROOM_INTERNAL_PORT must be another than HOMEROOM_PORT, by which they are told "
                "apart."
            )
        yield _listen(settings.internal_host or settings.host, settings.internal_port)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
        # Connections inherit it. asyncio sets it on sockets that it made itself, and without it an
        # answer's body waits 40 ms for the caller's belated word that the head has come.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port}: {error}. Set HOMEROOM_HOST and HOMEROOM_PORT (or "
            "HOMEROOM_INTERNAL_HOST and HOMEROOM_INTERNAL_PORT) to a free address."
        ) from None


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """uvicorn sends itself the signal again that ended it; here that shall change nothing."""
    before = {s: signal.signal(s, lambda *_: None) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
