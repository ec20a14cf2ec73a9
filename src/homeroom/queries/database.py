"""The shared read: one snapshot of one generation, in one statement and one round trip."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor, errors
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from homeroom.errors import ConfigurationError, DatabaseUnavailable, NotMigrated, TokenRevoked
from homeroom.queries.statement import SQL, ReadResult, ReadStatement, compose, read_rows
from homeroom.settings import Settings

Connection = AsyncConnection[TupleRow]

NOTHING = compose()
NO_PARAMETERS: Mapping[str, object] = {}
# Once where the generation was swapped since the session's last read, and once more where it was
# again; a third time there is none.
ATTEMPTS_MAX = 3
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
class ReadScope:
    """Whose rows a statement may read: row-level security shows it these and nobody else's."""

    student_id: str = ""
    teacher_id: str = ""


@dataclass(frozen=True, slots=True)
class TokenIdentity:
    """By what a token may have been revoked: its own id (`jti`), or whose it is (`sub`) and when it
    was issued (`iat`, in seconds since 1970).
    """

    jti: str | None = None
    subject: str | None = None
    issued_at: int | None = None


NOBODY = ReadScope()
NO_TOKEN = TokenIdentity()


class NumberLoader(Loader):
    """PostgreSQL's numeric as a number of JSON, without a fraction where it has none."""

    def load(self, data: Buffer) -> int | float:
        number = float(bytes(data))
        return int(number) if number.is_integer() else number


class Database:
    """The pool of connections to the read model, all of them as the role ``homeroom_reader``.

    ``generation``: the one to read; the live one of each moment, unless named.
    """

    def __init__(self, settings: Settings, generation: str | None = None) -> None:
        self._conninfo = reader_conninfo(settings)
        self._generation = generation
        self._marked = False
        self._names: dict[bytes, list[str]] = {}
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            self._conninfo,
            connection_class=AsyncConnection[TupleRow],
            kwargs={"autocommit": True},
            min_size=min(2, settings.pool_connections_max),
            max_size=settings.pool_connections_max,
            # No reset: each read looks whether its session is as it must be (`me`).
            configure=self._prepare_session,
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
        connection: Connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
        try:
            await self._prepare_session(connection)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def read(
        self,
        statement: ReadStatement = NOTHING,
        parameters: Mapping[str, object] = NO_PARAMETERS,
        *,
        scope: ReadScope = NOBODY,
        token: TokenIdentity = NO_TOKEN,
    ) -> ReadResult:
        """One read of one snapshot.

        ``scope``: whose rows; ``token``: the caller's, if there is one.

        Raises DatabaseUnavailable, NotMigrated, or TokenRevoked. A read changes nothing, so one
        that met a broken connection (the server restarted) or an outdated plan is simply repeated.
        """
        values = {
            "generation": self._generation,
            "student_id": scope.student_id,
            "teacher_id": scope.teacher_id,
            "jti": token.jti,
            "subject": token.subject,
            "issued_at": token.issued_at,
            **parameters,
        }
        # All connections may be broken at once; none is met twice.
        for _ in range(self.pool.max_size + 1):
            try:
                async with self.pool.connection() as connection:
                    return await self._read_on(connection, statement, values)
            except POOL_GIVES_NONE as error:
                raise DatabaseUnavailable from error
            except psycopg.OperationalError as error:
                if not connection.closed:
                    raise DatabaseUnavailable from error
            except errors.FeatureNotSupported:
                # Swapped for a generation of another shape: what is prepared here is of no use any
                # more.
                await connection.close()
        raise DatabaseUnavailable

    async def read_on(self, connection: Connection, statement: ReadStatement) -> ReadResult:
        """The same on a connection of one's own; raises psycopg's errors as they are."""
        nobody = {
            "generation": self._generation, "student_id": "", "teacher_id": "", "jti": None,
            "subject": None, "issued_at": None,
        }  # fmt: skip
        return await self._read_on(connection, statement, nobody)

    async def _read_on(
        self, connection: Connection, statement: ReadStatement, values: Mapping[str, object]
    ) -> ReadResult:
        for _ in range(ATTEMPTS_MAX):
            try:
                result = await self._read_marked(connection, statement, values)
            except NOT_MIGRATED:
                # The generation was dropped, or the session has not been in one yet.
                await self._prepare_session(connection)
                continue
            if result is None:
                break
            if result.there and result.revoked:
                raise TokenRevoked
            if result.there:
                return result
            await self._prepare_session(connection)
        raise NotMigrated

    async def _read_marked(
        self, connection: Connection, statement: ReadStatement, values: Mapping[str, object]
    ) -> ReadResult | None:
        """Reads what is incomplete only where something is, as it was at the read before."""
        # Others read meanwhile: what this read began with is what counts for it.
        marked = self._marked
        result = await self._execute(connection, statement, values, marked=marked)
        if result is not None and result.is_incomplete and not marked and statement.marks:
            result = await self._execute(connection, statement, values, marked=True)
        if result is not None and statement.marks:
            self._marked = result.is_incomplete
        return result

    async def _execute(
        self,
        connection: Connection,
        statement: ReadStatement,
        values: Mapping[str, object],
        *,
        marked: bool,
    ) -> ReadResult | None:
        text = statement.sql if marked else statement.unmarked
        cursor = AsyncRawCursor(connection)
        await cursor.execute(text, [values[name] for name in statement.parameters])
        names = self._names.get(text)
        if names is None:
            columns = [c.name for c in cursor.description or ()]
            names = self._names[text] = statement.names(columns)
        return read_rows(names, await cursor.fetchall())

    async def _prepare_session(self, connection: Connection) -> None:
        """Makes the session what it must be, in the generation that is live now, if one is."""
        connection.adapters.register_loader("numeric", NumberLoader)
        await connection.execute(SQL["prepare_session"], prepare=False)
        with suppress(*NOT_MIGRATED):
            await connection.execute(SQL["enter"], {"generation": self._generation}, prepare=False)


def reader_conninfo(settings: Settings) -> str:
    """How to reach the database; what its URL says itself stays as it is."""
    url = settings.require_database()
    try:
        given = psycopg.conninfo.conninfo_to_dict(url)
        defaults: dict[str, Any] = {"application_name": "homeroom serve", **NETWORK}
        return make_conninfo(url, **{k: v for k, v in defaults.items() if k not in given})
    except psycopg.ProgrammingError as error:
        raise ConfigurationError(f"HOMEROOM_DATABASE_URL cannot be read: {error}") from None
