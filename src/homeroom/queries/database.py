"""The shared read: one snapshot of one generation, in one statement and one round trip."""

import asyncio
from asyncio import timeout
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
from psycopg import AsyncConnection, AsyncRawCursor, errors
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_loads
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from homeroom.database import connect, conninfo, prepare_session
from homeroom.errors import DatabaseUnavailable, NotMigrated, RightsEnded, TokenRevoked
from homeroom.queries.connection import ReadConnection
from homeroom.queries.pool import ReadPool
from homeroom.queries.silence import SilenceWatch
from homeroom.queries.slow import SlowQueries
from homeroom.queries.statement import SQL, ReadResult, ReadStatement, compose, read_rows
from homeroom.settings import Settings

Connection = AsyncConnection[TupleRow]

NOTHING = compose()
NO_PARAMETERS: Mapping[str, object] = {}
# Once where the generation was swapped since the session's last read, and once more where it was
# again; a third time there is none.
ATTEMPTS_MAX = 3
POOL_TIMEOUT_SECONDS = 3.0
# So long a read waits no longer than `AWAY_TIMEOUT_SECONDS` after one got no connection and nobody
# had one: a page of five parts would wait for each. It still asks the pool, which so heals at once.
AWAY_SECONDS = 1.0
AWAY_TIMEOUT_SECONDS = 0.05
# Short, since the next request tries anew: so the pool heals soon after the database is back.
RECONNECT_TIMEOUT_SECONDS = 2.0
# A read takes no longer, so a database that vanished without a word is noticed sooner.
NETWORK: dict[str, Any] = {"connect_timeout": 3, "tcp_user_timeout": 8_000}
# A statement is ended sooner by the server, unless that is frozen: its network answers for it, so
# nothing else would notice. A second later psycopg waits no more for what it has cancelled.
SILENT_SECONDS = 12.0
LET_GO_SECONDS = 1.0
POOL_GIVES_NONE = (PoolTimeout, PoolClosed, TooManyRequests)
NOT_MIGRATED = (errors.UndefinedTable, errors.InvalidSchemaName)


@dataclass(frozen=True, slots=True)
class ReadScope:
    """Who reads: row-level security shows a statement the rows of whom it names, no others.

    A student or a teacher, an admin (of the realm ``organization_id``, of the platform without
    one), or a service.
    """

    student_id: str = ""
    teacher_id: str = ""
    organization_id: str = ""
    admin_id: str = ""
    service_id: str = ""


NOBODY = ReadScope()


@dataclass(frozen=True, slots=True)
class TokenIdentity:
    """By what a token may have been revoked: its own id (`jti`), or whose it is (`sub`) and when it
    was issued (`iat`, in seconds since 1970).

    ``holder``: whom it names, whose rights may have ended.
    """

    jti: str | None = None
    subject: str | None = None
    issued_at: int | None = None
    holder: ReadScope = NOBODY


NO_TOKEN = TokenIdentity()


class NumberLoader(Loader):
    """PostgreSQL's numeric as a number of JSON, without a fraction where it has none."""

    def load(self, data: Buffer) -> int | float:
        number = float(bytes(data))
        return int(number) if number.is_integer() else number


class Database:
    """The pool of connections to the read model, all of them as the role ``homeroom_reader``.

    They go to the standbys of the settings, if there are any, or to ``conninfo``. ``generation``:
    the one to read; the live one of each moment, unless named. ``slow_query``: told of each query
    that took too long.
    """

    def __init__(
        self,
        settings: Settings,
        generation: str | None = None,
        slow_query: Callable[[], None] = lambda: None,
        conninfo: str = "",
    ) -> None:
        self.slow = SlowQueries(settings.slow_query_seconds, self.connect, slow_query)
        standbys = "" if conninfo else standby_conninfo(settings)
        self.on_standbys = bool(standbys)
        self._conninfo = conninfo or standbys or reader_conninfo(settings)
        self._generation = generation
        self._marked = False
        self._taken_count = 0
        self._away_until_seconds = 0.0
        self._names: dict[bytes, list[str]] = {}
        self._silence = SilenceWatch()
        self.pool = ReadPool(
            self._conninfo,
            connection_class=ReadConnection,
            kwargs={"autocommit": True},
            min_size=min(2, settings.pool_connections_max),
            max_size=settings.pool_connections_max,
            # No reset: each read looks whether its session is as it must be (`me`).
            configure=self._begin_session,
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
        await self.slow.close()
        await self.pool.close()

    async def connect(self) -> Connection:
        """A connection of its own, outside the pool, for whoever listens."""
        connection: Connection = await connect(self._conninfo, "homeroom serve")
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
        scope: ReadScope | None = None,
        token: TokenIdentity = NO_TOKEN,
        rights: bool = True,
        before: Callable[[Connection], Awaitable[None]] | None = None,
    ) -> ReadResult:
        """One read of one snapshot.

        ``scope``: whose rows, those of the token's holder unless given; ``token``: the caller's, if
        there is one. ``rights``: whether those of the scope must not have ended. ``before``: what
        must be so on the connection that reads.

        Raises DatabaseUnavailable, NotMigrated, TokenRevoked, or RightsEnded. A read changes
        nothing, so one that met a broken connection (the server restarted) or an outdated plan is
        simply repeated.
        """
        values = {**self._values(scope or token.holder, token), **parameters}
        # All connections may be broken at once; none is met twice.
        for _ in range(self.pool.max_size + 1):
            connection = await self._taken()
            try:
                seen = connection.watch_anew
                with self._silence.watched(SILENT_SECONDS, LET_GO_SECONDS, seen):
                    if before is not None:
                        await before(connection)
                    return await self._read_on(connection, statement, values, rights=rights)
            except TimeoutError as error:
                # The others are as old, and the next ones may be of another standby.
                await self.pool.drain()
                raise DatabaseUnavailable from error
            except errors.SerializationFailure:
                # A standby had to remove what this read looked at; the next one sees what is new.
                continue
            except psycopg.OperationalError as error:
                if not connection.closed:
                    raise DatabaseUnavailable from error
            except errors.FeatureNotSupported:
                # Swapped for a generation of another shape: what is prepared here is of no use any
                # more.
                await connection.close()
            finally:
                self._taken_count -= 1
                await self.pool.putconn(connection)
        raise DatabaseUnavailable

    async def _taken(self) -> ReadConnection:
        """A connection of the pool, to be put back. The pool's own block would end a transaction
        besides, of which a read has none.
        """
        loop = asyncio.get_running_loop()
        is_away = loop.time() < self._away_until_seconds
        try:
            connection = await self.pool.getconn(AWAY_TIMEOUT_SECONDS if is_away else None)
        except POOL_GIVES_NONE as error:
            # Where others have connections, the database is there, and only much is asked of it.
            if not is_away and self._taken_count == 0:
                self._away_until_seconds = loop.time() + AWAY_SECONDS
            raise DatabaseUnavailable from error
        self._away_until_seconds = 0.0
        self._taken_count += 1
        return connection

    async def read_on(self, connection: Connection, statement: ReadStatement) -> ReadResult:
        """The same on a connection of one's own; raises psycopg's errors as they are."""
        return await self._read_on(connection, statement, self._values(NOBODY, NO_TOKEN))

    def _values(self, scope: ReadScope, token: TokenIdentity) -> dict[str, object]:
        """The parameters of every read."""
        return {
            "generation": self._generation,
            "student_id": scope.student_id,
            "teacher_id": scope.teacher_id,
            "organization_id": scope.organization_id,
            "admin_id": scope.admin_id,
            "service_id": scope.service_id,
            "jti": token.jti,
            "subject": token.subject,
            "issued_at": token.issued_at,
        }

    async def _read_on(
        self,
        connection: Connection,
        statement: ReadStatement,
        values: Mapping[str, object],
        *,
        rights: bool = True,
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
            if result.there and result.ended and rights:
                raise RightsEnded(result.generation, result.as_of)
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
        text = statement.text(values, marked=marked)
        reads = connection if isinstance(connection, ReadConnection) else None
        cursor = reads.cursor_of(text) if reads else AsyncRawCursor(connection)
        loop = asyncio.get_running_loop()
        began_at_seconds = loop.time()
        try:
            await cursor.execute(text, [values[name] for name in statement.parameters])
        finally:
            self.slow.saw(text, loop.time() - began_at_seconds)
        names = self._names.get(text)
        if names is None:
            columns = [c.name for c in cursor.description or ()]
            names = self._names[text] = statement.names(columns)
        rows = await cursor.fetchall()
        if reads and len(rows) > 1:
            reads.forget(text)
        return read_rows(names, rows)

    async def _begin_session(self, connection: Connection) -> None:
        await prepare_session(connection)
        await self._prepare_session(connection)

    async def _prepare_session(self, connection: Connection) -> None:
        """Makes the session what it must be, in the generation that is live now, if one is."""
        connection.adapters.register_loader("numeric", NumberLoader)
        set_json_loads(orjson.loads, connection)
        await connection.execute(SQL["prepare_session"], prepare=False)
        with suppress(*NOT_MIGRATED):
            await connection.execute(SQL["enter"], {"generation": self._generation}, prepare=False)


@asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """A block in which a server must answer; TimeoutError where it is silent, frozen for instance.

    The connection that the block waits for is of no use any more then.
    """
    async with timeout(SILENT_SECONDS + LET_GO_SECONDS), timeout(SILENT_SECONDS):
        yield


def reader_conninfo(settings: Settings, application: str = "homeroom serve") -> str:
    """How to reach the database; what its URL says itself stays as it is."""
    return conninfo(settings.require_database("serve"), application, **NETWORK)


def standby_conninfo(settings: Settings) -> str:
    """How to reach its standbys; empty where reads go to the database itself."""
    url = settings.read_database_url
    setting = "HOMEROOM_READ_DATABASE_URL"
    return conninfo(url, "homeroom serve", setting=setting, **NETWORK) if url else ""
