"""The pool of connections that read, in which to wait for a connection costs little.

Of psycopg's pool each caller who waits has a task, a lock and a condition of its own: with more
callers than connections that takes a tenth of what a read takes the service.
"""

import asyncio
from collections import deque
from typing import Any

from psycopg_pool import AsyncConnectionPool, PoolTimeout

from homeroom.queries.connection import ReadConnection

# Whoever has waited for long still asks for the connection that is there.
LEFT_SECONDS_MIN = 0.05


class ReadPool(AsyncConnectionPool[ReadConnection]):
    """As many callers at a time as there may be connections; the others wait for their turn.

    They are served in the order in which they came. What is waited for beyond that, a connection
    that has yet to be made, is psycopg's.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turns = self.max_size
        self._queue: deque[asyncio.Future[None]] = deque()
        self._queued_count = self._refused_count = 0

    async def getconn(self, timeout: float | None = None) -> ReadConnection:  # noqa: ASYNC109 - psycopg's own
        """A connection, to be put back; raises PoolTimeout, PoolClosed, TooManyRequests."""
        seconds = self.timeout if timeout is None else timeout
        if self._turns > 0:
            self._turns -= 1
        else:
            seconds = await self._turn(seconds)
        try:
            return await super().getconn(seconds)
        except BaseException:
            self._pass_on()
            raise

    async def putconn(self, conn: ReadConnection) -> None:
        """Put a connection back."""
        try:
            await super().putconn(conn)
        finally:
            self._pass_on()

    def get_stats(self) -> dict[str, int]:
        """psycopg's figures, in which those who wait for their turn count as well."""
        stats = super().get_stats()
        for name, count in (
            ("requests_waiting", len(self._queue)), ("requests_queued", self._queued_count),
            ("requests_num", self._refused_count), ("requests_errors", self._refused_count),
        ):  # fmt: skip
            stats[name] = stats.get(name, 0) + count
        return stats

    async def _turn(self, seconds: float) -> float:
        """Wait for one's turn; how many of the seconds are left for the rest. PoolTimeout."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        turn = loop.create_future()
        timer = loop.call_later(seconds, self._refuse, turn)
        self._queue.append(turn)
        self._queued_count += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._queue.remove(turn)
            elif turn.exception() is None:
                self._pass_on()
            raise
        finally:
            timer.cancel()
        return max(until - loop.time(), LEFT_SECONDS_MIN)

    def _pass_on(self) -> None:
        """The next one's turn; one that is cancelled takes itself out of the queue."""
        for turn in self._queue:
            if not turn.done():
                self._queue.remove(turn)
                turn.set_result(None)
                return
        self._turns += 1

    def _refuse(self, turn: "asyncio.Future[None]") -> None:
        if not turn.done():
            self._queue.remove(turn)
            self._refused_count += 1
            turn.set_exception(PoolTimeout("others have all connections"))
