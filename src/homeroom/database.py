"""Every connection to PostgreSQL: how it is made, what its session relies on, and its limits.

A database, a role or a restored dump may have any defaults, and a pooler may hand out a session
that was used before. So each session is emptied first and then told all that we rely on, by
statements: poolers refuse or forget what stands in the startup message.

Who holds locks in a transaction and sends nothing shows no sign of life: PostgreSQL ends the
session after IDLE_IN_TRANSACTION_SECONDS_MAX. Whoever works elsewhere meanwhile sends something now
and then (``signs_of_life``).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection, Connection, ConnectionInfo
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from homeroom.statements import load
from homeroom_kit.errors import ConfigurationError

SQL = load("database", __package__)

POSTGRESQL_VERSION_MIN = 180_000
IDLE_IN_TRANSACTION_SECONDS_MAX = 30
SIGN_OF_LIFE_SECONDS = 2.0
# A database that vanished without a word (a cut cable, a lost node) is noticed within these. A
# server that computes reads nothing meanwhile, so what is sent may lie unread for longer.
NETWORK = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def conninfo(
    url: str, application: str, *, setting: str = "HOMEROOM_DATABASE_URL", **defaults: Any
) -> str:
    """How to reach the database; what the URL says itself about the network stays as it is.

    ``application`` is what operators see in ``pg_stat_activity``. ``setting``: where the URL is
    from. ``defaults``: more of libpq's parameters. Raises ConfigurationError.
    """
    try:
        given = conninfo_to_dict(url)
        fallback = {**NETWORK, **defaults}
        return make_conninfo(
            url,
            application_name=application,
            **{name: value for name, value in fallback.items() if name not in given},
        )
    except psycopg.ProgrammingError:
        # What libpq says quotes the address, so a password.
        raise ConfigurationError(
            f"{setting} cannot be read: give a URL, postgresql://user:password@host:5432/name, in "
            "which % is %25, a space %20 and @ %40, or a key=value string, in which a value with a "
            "space is quoted ('…'). What is wrong is not shown, since it may be the password."
        ) from None


async def connect(url: str, application: str, **options: Any) -> AsyncConnection[Any]:
    """Opens a connection in autocommit mode; raises psycopg.OperationalError.

    ``options``: libpq's parameters, where the URL does not have them.
    """
    connection: AsyncConnection[Any] = await AsyncConnection.connect(
        conninfo(url, application, **options), autocommit=True
    )
    try:
        await prepare_session(connection)
    except BaseException:
        await connection.close()
        raise
    return connection


async def prepare_session(connection: AsyncConnection[Any]) -> None:
    """Makes a session what ours rely on; the connection must be in autocommit mode."""
    settings = _settings(connection.info)
    await connection.execute(SQL["empty_session"], prepare=False)
    await connection.execute(SQL["begin_session"], settings, prepare=False)


def connect_sync(
    url: str, application: str, *, autocommit: bool = False, **options: Any
) -> Connection[Any]:
    """The same without asyncio, in a transaction from the first statement on unless autocommit."""
    connection = psycopg.connect(conninfo(url, application, **options), autocommit=True)
    try:
        settings = _settings(connection.info)
        connection.execute(SQL["empty_session"], prepare=False)
        connection.execute(SQL["begin_session"], settings, prepare=False)
        connection.autocommit = autocommit
    except BaseException:
        connection.close()
        raise
    return connection


def _settings(info: ConnectionInfo) -> dict[str, str]:
    """What a session is told; raises ConfigurationError where the server is too old."""
    if info.server_version < POSTGRESQL_VERSION_MIN:
        raise ConfigurationError(
            "PostgreSQL 18 or newer is needed (for RETURNING old, new); this server is "
            f"{info.server_version // 10_000}."
        )
    # A pooler gives each session the name of whoever was first to have it.
    application = info.get_parameters().get("application_name", "homeroom")
    return {"application": application, "idle": f"{IDLE_IN_TRANSACTION_SECONDS_MAX}s"}


@contextmanager
def snapshot(url: str, application: str, **options: Any) -> Iterator[Connection[Any]]:
    """Opens a connection for one transaction that only reads, and sees one moment.

    ``options``: those of libpq. Raises psycopg.OperationalError.
    """
    with connect_sync(url, application, **options) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


@asynccontextmanager
async def signs_of_life(
    connection: AsyncConnection[Any] | Connection[Any],
) -> AsyncIterator[None]:
    """Keeps a transaction alive that waits for work elsewhere; raises what ended it meanwhile.

    A process that is frozen or cut off sends none: then PostgreSQL lets go what it holds.
    """

    ended = asyncio.Event()

    async def send() -> None:
        while not ended.is_set():
            sent = connection.execute("SELECT", prepare=False)
            if isinstance(sent, Awaitable):
                await sent
            # Never cancelled within a statement: that would end the transaction.
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), SIGN_OF_LIFE_SECONDS)

    sending = asyncio.create_task(send(), name="signs of life")
    try:
        yield
    finally:
        ended.set()
        await asyncio.wait({sending})
        error = sending.exception()
    # Without one, what was held was held all the while.
    if error is not None:
        raise error
