"""The connections of commands: few, under the login of the settings, not the reader's role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

from homeroom.errors import DatabaseUnavailable, NotMigrated
from homeroom.queries.reading import (
    NOT_MIGRATED,
    POOL_GIVES_NONE,
    POOL_TIMEOUT_SECONDS,
    RECONNECT_TIMEOUT_SECONDS,
    reader_conninfo,
)
from homeroom.settings import Settings
from homeroom.statements import load

CONNECTIONS_MAX = 4
SQL = load("database", __package__)


class CommandDatabase:
    """A small pool of its own, so that reads and commands do not take each other's."""

    def __init__(self, settings: Settings) -> None:
        self.pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            make_conninfo(reader_conninfo(settings), application_name="homeroom commands"),
            kwargs={"autocommit": True},
            # Nothing is connected for a service that is never told anything.
            min_size=0,
            max_size=CONNECTIONS_MAX,
            configure=_prepare,
            # A read is repeated over a broken connection; a command is better not begun over one.
            check=AsyncConnectionPool.check_connection,
            timeout=POOL_TIMEOUT_SECONDS,
            reconnect_timeout=RECONNECT_TIMEOUT_SECONDS,
            name="homeroom-commands",
            open=False,
        )

    async def open(self) -> None:
        """Begin; nothing is connected yet."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        """Give all connections back."""
        await self.pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        """One for the length of a block; raises DatabaseUnavailable, NotMigrated.

        What breaks within a command is told, not repeated: whether it was recorded is only known
        by sending it again, which changes nothing where it was.
        """
        try:
            async with self.pool.connection() as connection:
                yield connection
        except POOL_GIVES_NONE as error:
            raise DatabaseUnavailable from error
        except NOT_MIGRATED as error:
            raise NotMigrated from error
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable from error


async def _prepare(connection: AsyncConnection[Any]) -> None:
    await connection.execute(SQL["prepare_session"])
