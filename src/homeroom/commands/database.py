"""The connection pool of commands: small, with the rights of the login of `homeroom serve`.

That may read what the reader's role may, and write what commands write. Where it is the owner's own
login, nothing holds it back.
"""

from asyncio import timeout
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from homeroom.database import connect, prepare_session
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import DatabaseUnavailable, NotMigrated, NumberingBehind
from homeroom.queries.database import (
    LET_GO_SECONDS,
    NOBODY,
    NOT_MIGRATED,
    POOL_GIVES_NONE,
    POOL_TIMEOUT_SECONDS,
    RECONNECT_TIMEOUT_SECONDS,
    ReadScope,
    reader_conninfo,
)
from homeroom.queries.places import OwnTurns
from homeroom.queries.slow import SlowQueries, timed_cursor
from homeroom.settings import Settings
from homeroom.statements import load

CONNECTIONS_MAX = 4
# Commands of a person mostly wait for each other: with all connections they would keep others out.
OWN_CONNECTIONS_MAX = 2
# For a connection and all that is done on it. The server ends a transaction sooner, unless it is
# frozen.
SECONDS_MAX = 20.0
OUTBOX = load("outbox", __package__)
SQL = load("database", __package__)
Prepare = Callable[[AsyncConnection[Any]], Awaitable[None]]


class CommandDatabase:
    """A small separate pool, so that reads and commands do not take each other's connections."""

    def __init__(
        self,
        settings: Settings,
        slow_query: Callable[[], None] = lambda: None,
        *,
        name: str = "commands",
        connections_max: int = CONNECTIONS_MAX,
        prepare: Prepare | None = None,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        """``name``: by which operators tell its connections apart; ``prepare``: their session,
        instead of that of commands which take a moment; ``seconds_max``: longer than it lets a
        command take.
        """
        self._seconds_max = seconds_max
        self._turns = OwnTurns(OWN_CONNECTIONS_MAX, POOL_TIMEOUT_SECONDS)
        self._conninfo = reader_conninfo(settings, f"homeroom {name}")
        self.slow = SlowQueries(settings.slow_query_seconds, self._connect, slow_query)
        self.pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            self._conninfo,
            kwargs={"autocommit": True, "cursor_factory": timed_cursor(self.slow)},
            # A service that gets no commands opens no connection.
            min_size=0,
            max_size=connections_max,
            configure=prepare or _prepare,
            # A read can be repeated after a broken connection; a command should not begin on one.
            check=AsyncConnectionPool.check_connection,
            timeout=POOL_TIMEOUT_SECONDS,
            reconnect_timeout=RECONNECT_TIMEOUT_SECONDS,
            name=f"homeroom-{name}",
            open=False,
        )

    async def open(self) -> None:
        """Opens the pool; nothing is connected yet."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        """Closes all connections."""
        await self.slow.close()
        await self.pool.close()

    async def _connect(self) -> AsyncConnection[Any]:
        """A connection that sees what commands see, for their plans."""
        connection = await connect(self._conninfo, "homeroom commands")
        await connection.set_autocommit(False)
        await enter_live_async(connection)
        return connection

    @asynccontextmanager
    async def connection(self, whom: ReadScope = NOBODY) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection for a block, for whom a command is.

        Raises DatabaseUnavailable, NotMigrated, and TooManyOwnWaiters where as many as may be are
        for the same person and last.

        A command that fails is not repeated here. Whether it was recorded shows only when the
        client sends it again, which changes nothing if it was: a mark needs a key for that.
        """
        given_up, silent = timeout(self._seconds_max + LET_GO_SECONDS), timeout(self._seconds_max)
        try:
            async with (
                given_up, silent, self._turns.turn(whom), self.pool.connection() as connection,
            ):  # fmt: skip
                await connection.execute(SQL["name_whom"], asdict(whom))
                try:
                    yield connection
                except NumberingBehind as error:
                    raise await explained(connection) from error
        except TimeoutError as error:
            # Others are the block's own.
            if not (given_up.expired() or silent.expired()):
                raise
            await self.pool.drain()
            raise DatabaseUnavailable from error
        except POOL_GIVES_NONE as error:
            raise DatabaseUnavailable from error
        except NOT_MIGRATED as error:
            raise NotMigrated from error
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable from error


async def explained(connection: AsyncConnection[Any]) -> NumberingBehind:
    """The refusal with what the relay waits for, where it knows."""
    row = await (await connection.execute(OUTBOX["waits_for"])).fetchone()
    return NumberingBehind(row[0] or "" if row else "")


async def _prepare(connection: AsyncConnection[Any]) -> None:
    await prepare_session(connection)
    await connection.execute(SQL["prepare_session"])
