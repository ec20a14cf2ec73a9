"""Waiting until the read model holds an event, with one connection for all who wait.

The database notifies it of each commit that moves a position. A standby knows no LISTEN: there it
looks every few milliseconds while somebody waits.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterator, Mapping

import psycopg
import structlog

from homeroom.errors import NoWaitingForFlink, PositionNotReached, UnknownPartition
from homeroom.queries.database import Connection, Database, TokenIdentity, answering
from homeroom.queries.places import WaitingPlaces
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import ReadResult, compose
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

SQL = load("positions", __package__)
POSITIONS = compose(about=SQL["about"], rows=SQL["positions"], since=STATEMENT["since_never"])
# Positions are read again after this long at the latest, whoever notifies or does not: when the
# generation is swapped, its positions change without any of them having moved.
SILENCE_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 2.0
STANDBY_LOOK_SECONDS = 0.005
# The same where nobody waits, but somebody follows.
FOLLOWED_STANDBY_LOOK_SECONDS = 0.5
# For another standby to hold what one held already.
OTHER_STANDBY_SECONDS_MAX = 2.0

Partition = tuple[str, int]
log = structlog.get_logger(__name__)


class _PositionWaiter:
    """Somebody who waits for the events at these offsets, and where the positions are by now."""

    def __init__(self, offsets: Mapping[Partition, int]) -> None:
        self.offsets = offsets
        self.reached: dict[Partition, int] = {}
        self.topics: set[str] = set()
        self.held = asyncio.Event()

    def see(self, positions: Mapping[Partition, int]) -> None:
        self.reached = {p: positions[p] for p in self.offsets if p in positions}
        self.topics = {topic for topic, _ in positions}
        if all(self.reached.get(p, 0) > offset for p, offset in self.offsets.items()):
            self.held.set()

    def unknown(self) -> list[Partition]:
        """Partitions that the read model does not know, so far."""
        return [partition for partition in self.offsets if partition not in self.reached]


class PositionWatch:
    """Watches the live generation's positions for those who wait.

    Nobody who waits holds a connection of the pool. While nobody waits, notifications cost
    nothing but their receipt.
    """

    def __init__(self, database: Database, primary: Database, places: WaitingPlaces) -> None:
        """``primary``: ``database`` itself, unless that reads from standbys."""
        self._database = database
        self._primary = primary
        self._places = places
        self._waiters: set[_PositionWaiter] = set()
        self._followers: set[asyncio.Event] = set()
        # The generation, its positions and what operators decided, as followers were told last.
        self._told: tuple[str, Mapping[Partition, int], object] | None = None
        self._wanted = asyncio.Event()

    @property
    def waiting(self) -> int:
        """The number of callers that wait now."""
        return self._places.taken

    async def wait(
        self,
        offsets: Mapping[Partition, int],
        seconds: float,
        token: TokenIdentity,
        certain: Collection[Partition] = (),
    ) -> None:
        """Return as soon as the read model holds the events at these offsets.

        A partition of a topic that is read may have been added just now: it is waited for.
        ``certain``: partitions that there are, although the read model may not know them yet.
        Raises UnknownPartition, TooManyWaiters, TooManyOwnWaiters, PositionNotReached after
        ``seconds``, NoWaitingForFlink where tables are not of a position, and what Database.read
        raises.
        """
        waiter = _PositionWaiter(offsets)
        # From here on the listener tells the waiter of every move; so none is missed between
        # this look and the wait.
        self._waiters.add(waiter)
        self._wanted.set()
        try:
            found = await self._database.read(POSITIONS, token=token)
            if found.about and found.about["fed_by_flink"]:
                raise NoWaitingForFlink
            waiter.see(_positions(found))
            if waiter.unknown() and self._database is not self._primary:
                # What a standby does not know yet, the primary may.
                known = _positions(await self._primary.read(POSITIONS, token=token))
                certain = {*certain, *known}
            for partition in waiter.unknown():
                if partition[0] not in waiter.topics and partition not in certain:
                    raise UnknownPartition(partition)
            if not waiter.held.is_set():
                with self._places.place(token):
                    await self._wait(waiter, seconds, certain)
        finally:
            self._waiters.discard(waiter)

    @contextlib.contextmanager
    def following(self, moved: asyncio.Event) -> Iterator[None]:
        """Sets the event whenever the read model may have changed, for as long as the block lasts.

        That is: a position advanced, another generation is live, an operator repaired, retried or
        discarded something, or the database is back.
        """
        self._followers.add(moved)
        self._wanted.set()
        try:
            yield
        finally:
            self._followers.discard(moved)

    async def held_on(
        self, offsets: Mapping[Partition, int], connection: Connection, *, waits: bool = True
    ) -> None:
        """Returns once the standby of this connection holds the events, too: there may be several.

        Raises PositionNotReached, at once unless it ``waits``, and psycopg's errors as they are.
        """
        waiter = _PositionWaiter(offsets)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(OTHER_STANDBY_SECONDS_MAX):
                while True:
                    waiter.see(_positions(await self._database.read_on(connection, POSITIONS)))
                    if waiter.held.is_set():
                        return
                    if not waits:
                        break
                    await asyncio.sleep(STANDBY_LOOK_SECONDS)
        raise PositionNotReached(waiter.reached, OTHER_STANDBY_SECONDS_MAX if waits else 0)

    async def _wait(
        self, waiter: _PositionWaiter, seconds: float, certain: Collection[Partition]
    ) -> None:
        try:
            async with asyncio.timeout(seconds):
                await waiter.held.wait()
        except TimeoutError:
            for partition in waiter.unknown():
                if partition not in certain:
                    raise UnknownPartition(partition) from None
            raise PositionNotReached(waiter.reached, seconds) from None

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made again."""
        backoff_seconds = 0.1
        while True:
            try:
                async with await self._database.connect() as connection:
                    follow = self._look if await is_standby(connection) else self._listen
                    backoff_seconds = 0.1
                    # What moved while nobody watched.
                    self._told = None
                    await follow(connection)
            except (psycopg.Error, HomeroomError, OSError) as error:
                log.warning("positions_not_watched", error=str(error), retry=backoff_seconds)
            await asyncio.sleep(backoff_seconds)
            backoff_seconds = min(2 * backoff_seconds, BACKOFF_SECONDS_MAX)

    async def _look(self, connection: Connection) -> None:
        while True:
            await self._until_wanted()
            await self._refresh(connection)

    async def _until_wanted(self) -> None:
        if self._waiters:
            await asyncio.sleep(STANDBY_LOOK_SECONDS)
            return
        self._wanted.clear()
        seconds = FOLLOWED_STANDBY_LOOK_SECONDS if self._followers else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wanted.wait()

    async def _listen(self, connection: Connection) -> None:
        async with answering():
            await connection.execute(SQL["listen"])
        await self._refresh(connection)
        while True:
            # All notifications that came meanwhile are one reason to look.
            async for _ in connection.notifies(timeout=SILENCE_SECONDS, stop_after=1):
                pass
            await self._refresh(connection)

    async def _refresh(self, connection: Connection) -> None:
        if not self._waiters and not self._followers:
            return
        async with answering():
            result = await self._database.read_on(connection, POSITIONS)
        positions = _positions(result)
        for waiter in self._waiters:
            waiter.see(positions)
        told = result.generation, positions, result.about and result.about["decided"]
        if self._told != told:
            self._told = told
            for moved in self._followers:
                moved.set()


async def is_standby(connection: Connection) -> bool:
    """Whether the server of a connection is a standby."""
    row = await (await connection.execute(SQL["is_standby"])).fetchone()
    return row is not None and bool(row[0])


def _positions(result: ReadResult) -> dict[Partition, int]:
    return {(row["topic"], row["partition"]): row["next_offset"] for row in result.rows}
