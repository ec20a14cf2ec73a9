"""Queries that take long: counted, and logged with their plan.

The plan is that of any values (`EXPLAIN (GENERIC_PLAN)`), as the reads are run; no value of a
parameter stands in it, so none comes into the log.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection, AsyncCursor, AsyncRawCursor
from psycopg.abc import Params

from homeroom_kit.errors import HomeroomError

# While so many plans are being looked up, further lines go without.
EXPLAINED_MAX = 4
NO_PLAN = "not looked up: others are"

log = structlog.get_logger(__name__)
Connecting = Callable[[], Awaitable[AsyncConnection[Any]]]


@dataclass(slots=True)
class Slowest:
    """The slowest query of a request so far."""

    request_id: str
    seconds: float = 0.0
    statement: bytes = b""
    queries: "SlowQueries | None" = None


SLOWEST: ContextVar[Slowest | None] = ContextVar("SLOWEST", default=None)


class SlowQueries:
    """Sees every query of one pool. ``seconds``: from when one is slow; 0: none is.

    ``connect``: a connection of its own as the pool's are; ``count``: told of each slow one.
    """

    def __init__(self, seconds: float, connect: Connecting, count: Callable[[], None]) -> None:
        self._seconds = seconds
        self._connect = connect
        self._count = count
        self._tasks: set[asyncio.Task[None]] = set()

    def saw(self, statement: bytes, seconds: float) -> None:
        """A query ended after so long; ``statement`` has ``$1``, ``$2`` … for its parameters."""
        slowest = SLOWEST.get()
        if slowest is not None and seconds > slowest.seconds:
            slowest.seconds, slowest.statement, slowest.queries = seconds, statement, self
        if self._seconds and seconds > self._seconds:
            self._count()
            request_id = slowest.request_id if slowest else None
            self.log("slow query", statement, seconds=round(seconds, 3), request_id=request_id)

    def log(self, event: str, statement: bytes, **said: object) -> None:
        """Logs with the statement's plan, soon."""
        if len(self._tasks) >= EXPLAINED_MAX:
            log.warning(event, **said, plan=NO_PLAN)
            return
        task = asyncio.create_task(self._log(event, statement, said))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Waits for the lines that are still to be written."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _log(self, event: str, statement: bytes, said: dict[str, object]) -> None:
        try:
            plan = await self._plan(statement)
        except (psycopg.Error, HomeroomError, OSError) as error:
            plan = f"unknown: {type(error).__name__}"
        log.warning(event, **said, plan=plan)

    async def _plan(self, statement: bytes) -> str:
        connection = await self._connect()
        try:
            cursor = AsyncRawCursor(connection)
            # Without parameters it goes as it is, and `$1` stays a parameter.
            await cursor.execute(b"EXPLAIN (GENERIC_PLAN) " + statement)
            return "\n".join(row[0] for row in await cursor.fetchall())
        finally:
            await connection.close()


def timed_cursor(queries: SlowQueries) -> type[AsyncCursor[Any]]:
    """A class of cursors whose queries are seen."""

    class TimedCursor(AsyncCursor[Any]):
        async def execute(
            self, query: Any, params: Params | None = None, **options: Any
        ) -> "TimedCursor":
            loop = asyncio.get_running_loop()
            began_at_seconds = loop.time()
            try:
                return await super().execute(query, params, **options)
            finally:
                # psycopg's own text, in which names have become numbers.
                sent = self._query.query if self._query is not None else b""
                queries.saw(sent, loop.time() - began_at_seconds)

    return TimedCursor
