"""Waiting until the read model holds an event, with one LISTEN connection for all who wait."""

import asyncio
from collections.abc import Mapping

import psycopg
import structlog

from homeroom.errors import HomeroomError, PositionNotReached, TooManyWaiters, UnknownPartition
from homeroom.queries.database import Connection, Database, TokenIdentity
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import ReadResult, compose
from homeroom.statements import load

SQL = load("positions", __package__)
POSITIONS = compose(rows=SQL["positions"], since=STATEMENT["since_never"])
# Positions are read again after this long at the latest, whoever notifies or does not: when the
# generation is swapped, its positions change without any of them having moved.
SILENCE_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 2.0

Partition = tuple[str, int]
log = structlog.get_logger(__name__)


class _PositionWaiter:
    """Somebody who waits for the events at these offsets, and where the positions are by now."""

    def __init__(self, offsets: Mapping[Partition, int]) -> None:
        self.offsets = offsets
        self.reached: dict[Partition, int] = {}
        self.held = asyncio.Event()

    def see(self, positions: Mapping[Partition, int]) -> None:
        self.reached = {p: positions[p] for p in self.offsets if p in positions}
        if all(self.reached.get(p, 0) > offset for p, offset in self.offsets.items()):
            self.held.set()


class PositionWatch:
    """Watches the live generation's positions for those who wait.

    Nobody who waits holds a connection of the pool. While nobody waits, notifications cost
    nothing but their receipt.
    """

    def __init__(self, database: Database, waiters_max: int) -> None:
        self._database = database
        self._waiters_max = waiters_max
        self._waiters: set[_PositionWaiter] = set()
        self.waiting = 0

    async def wait(
        self, offsets: Mapping[Partition, int], seconds: float, token: TokenIdentity
    ) -> None:
        """Return as soon as the read model holds the events at these offsets.

        Raises UnknownPartition, TooManyWaiters, PositionNotReached after ``seconds``, and what
        Database.read raises.
        """
        waiter = _PositionWaiter(offsets)
        # From here on the listener tells the waiter of every move; so none is missed between
        # this look and the wait.
        self._waiters.add(waiter)
        try:
            waiter.see(_positions(await self._database.read(POSITIONS, token=token)))
            for partition in offsets:
                if partition not in waiter.reached:
                    raise UnknownPartition(partition)
            if not waiter.held.is_set():
                await self._wait(waiter, seconds)
        finally:
            self._waiters.discard(waiter)

    async def _wait(self, waiter: _PositionWaiter, seconds: float) -> None:
        if self.waiting >= self._waiters_max:
            raise TooManyWaiters(self._waiters_max)
        self.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await waiter.held.wait()
        except TimeoutError:
            raise PositionNotReached(waiter.reached, seconds) from None
        finally:
            self.waiting -= 1

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made again."""
        backoff_seconds = 0.1
        while True:
            try:
                async with await self._database.connect() as connection:
                    await connection.execute(SQL["listen"])
                    await self._refresh(connection)
                    backoff_seconds = 0.1
                    await self._follow(connection)
            except (psycopg.Error, HomeroomError, OSError) as error:
                log.warning("positions_not_watched", error=str(error), retry=backoff_seconds)
            await asyncio.sleep(backoff_seconds)
            backoff_seconds = min(2 * backoff_seconds, BACKOFF_SECONDS_MAX)

    async def _follow(self, connection: Connection) -> None:
        while True:
            # All notifications that came meanwhile are one reason to look.
            async for _ in connection.notifies(timeout=SILENCE_SECONDS, stop_after=1):
                pass
            await self._refresh(connection)

    async def _refresh(self, connection: Connection) -> None:
        if not self._waiters:
            return
        positions = _positions(await self._database.read_on(connection, POSITIONS))
        for waiter in self._waiters:
            waiter.see(positions)


def _positions(result: ReadResult) -> dict[Partition, int]:
    return {(row["topic"], row["partition"]): row["next_offset"] for row in result.rows}
