"""The shared read: one snapshot of one generation, in one transaction and one round trip."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from homeroom.errors import ConfigurationError, DatabaseUnavailable, NotMigrated, TokenRevoked
from homeroom.queries.statements import load
from homeroom.settings import Settings

Connection = AsyncConnection[DictRow]

SQL = load("reading")
POOL_TIMEOUT_SECONDS = 3.0
# Short, since the next request tries anew: so the pool heals soon after the database is back.
RECONNECT_TIMEOUT_SECONDS = 2.0
# A database that vanished without a word (a cut cable) is noticed within these.
NETWORK = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8_000,
}
POOL_GIVES_NONE = (PoolTimeout, PoolClosed, TooManyRequests)
NOT_MIGRATED = (errors.UndefinedTable, errors.InvalidSchemaName)


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and its parameters."""

    sql: bytes
    parameters: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Whose:
    """For whom a transaction reads: row-level security shows it their rows and nobody else's."""

    student_id: str = ""
    teacher_id: str = ""


NOBODY = Whose()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one read found: the generation, the time of its newest event, since when something is
    missing from what was read, a result per query.
    """

    generation: str
    as_of: datetime | None
    incomplete_since: datetime | None
    results: Sequence[list[DictRow]]


class Database:
    """The pool of connections to the read model, all of them as the role ``homeroom_reader``.

    ``generation``: the one to read; the live one of each moment, unless named.
    """

    def __init__(self, settings: Settings, generation: str | None = None) -> None:
        self._conninfo = reader_conninfo(settings)
        self._generation = generation
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            self._conninfo,
            connection_class=AsyncConnection[DictRow],
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=min(2, settings.pool_connections_max),
            max_size=settings.pool_connections_max,
            # No reset: what a session could have kept is set anew by each transaction (`enter`).
            configure=_prepare_session,
            timeout=POOL_TIMEOUT_SECONDS,
            reconnect_timeout=RECONNECT_TIMEOUT_SECONDS,
            name="homeroom-reads",
            open=False,
        )

    async def open(self) -> None:
        """Begin to connect; a database that is down is no error here."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        """Give all connections back."""
        await self.pool.close()

    async def connect(self) -> Connection:
        """A connection of its own, outside the pool, for whoever listens."""
        connection: Connection = await AsyncConnection.connect(
            self._conninfo, autocommit=True, row_factory=dict_row
        )
        try:
            await _prepare_session(connection)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def read(
        self,
        *queries: Query,
        stamp: Query = Query(SQL["stamp"]),
        whose: Whose = NOBODY,
        jti: str | None = None,
    ) -> Snapshot:
        """Ask all queries of one snapshot; ``jti`` is the id of the caller's token, if it has one.

        ``stamp``: the statement that says as_of and, of what the answer rests on, incomplete since.

        Raises DatabaseUnavailable, NotMigrated, or TokenRevoked. A read changes nothing, so one
        that met a broken connection (the server restarted) or an outdated plan (the generation
        was swapped for one of another shape) is simply repeated.
        """
        enter = _enter(self._generation, whose, jti)
        # All connections may be broken at once; none is met twice.
        for _ in range(self.pool.max_size + 1):
            try:
                async with self.pool.connection() as connection:
                    return await _read_on(connection, enter, stamp, queries)
            except POOL_GIVES_NONE as error:
                raise DatabaseUnavailable from error
            except errors.FeatureNotSupported:
                continue
            except psycopg.OperationalError as error:
                if not connection.closed:
                    raise DatabaseUnavailable from error
        raise DatabaseUnavailable

    async def read_on(self, connection: Connection, *queries: Query) -> Snapshot:
        """The same on a connection of one's own; raises psycopg's errors as they are."""
        enter = _enter(self._generation, NOBODY, None)
        return await _read_on(connection, enter, Query(SQL["stamp"]), queries)


async def _prepare_session(connection: Connection) -> None:
    await connection.execute(SQL["prepare_session"], prepare=False)


def _enter(generation: str | None, whose: Whose, jti: str | None) -> Query:
    return Query(
        SQL["enter"],
        {
            "generation": generation,
            "student_id": whose.student_id,
            "teacher_id": whose.teacher_id,
            "jti": jti,
        },
    )


async def _read_on(
    connection: Connection, enter: Query, stamp: Query, queries: Sequence[Query]
) -> Snapshot:
    try:
        # All of it leaves at once and is answered at once, and is one transaction without BEGIN and
        # COMMIT: up to its end, a pipeline is one (PostgreSQL, "Pipeline Mode").
        async with connection.pipeline():
            cursors = [
                await connection.execute(q.sql, q.parameters) for q in (enter, stamp, *queries)
            ]
        entered, stamped, *results = [await cursor.fetchall() for cursor in cursors]
    except NOT_MIGRATED as error:
        raise NotMigrated from error
    if not entered:
        raise NotMigrated
    if entered[0]["revoked"]:
        raise TokenRevoked
    return Snapshot(entered[0]["generation"], stamped[0]["as_of"], stamped[0]["since"], results)


def reader_conninfo(settings: Settings) -> str:
    """How to reach the database; what its URL says itself stays as it is."""
    url = settings.require_database()
    try:
        given = psycopg.conninfo.conninfo_to_dict(url)
        defaults: dict[str, Any] = {"application_name": "homeroom serve", **NETWORK}
        return make_conninfo(url, **{k: v for k, v in defaults.items() if k not in given})
    except psycopg.ProgrammingError as error:
        raise ConfigurationError(f"HOMEROOM_DATABASE_URL cannot be read: {error}") from None
