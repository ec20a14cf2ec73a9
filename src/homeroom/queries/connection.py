"""A connection that reads, at less cost for each statement than psycopg's own.

psycopg has the loop watch the socket anew for each statement, with a timer beside, and makes a
cursor that finds out once more how values are written and read: a third of what a read takes the
service. Here the loop watches until the connection is closed, and cursors are kept.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeVar

from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from psycopg.waiting import Ready, Wait

T = TypeVar("T")

# As psycopg waits: so often it looks whether anything has happened that no socket tells.
INTERVAL_SECONDS = 0.1
READ, READABLE = Wait.R, Ready.R


@dataclass(frozen=True, slots=True)
class StillNeeded:
    """What a statement needs to go on, where that is more than to read."""

    what: Wait


def _resumed(gen: PQGen[T], needed: Wait) -> PQGen[T]:
    """A generator of psycopg's that has begun, from what it needs next."""
    while True:
        ready = yield needed
        try:
            needed = gen.send(Ready.NONE if ready is None else ready)
        except StopIteration as done:
            value: T = done.value
            return value


class ReadConnection(AsyncConnection[TupleRow]):
    """A connection of a pool, asked one statement at a time.

    The watch ends before the socket is closed, whoever closes it: its number may be another
    socket's next.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._cursors: dict[bytes, AsyncRawCursor[TupleRow]] = {}
        self._loop = asyncio.get_running_loop()
        self._watched: int | None = None
        self._asked: PQGen[Any] | None = None
        self._answered: asyncio.Future[Any] | None = None

    def cursor_of(self, statement: bytes) -> AsyncRawCursor[TupleRow]:
        """The cursor that has executed the statement before, or a new one."""
        cursor = self._cursors.get(statement)
        if cursor is None:
            cursor = self._cursors[statement] = AsyncRawCursor(self)
        return cursor

    def forget(self, statement: bytes) -> None:
        """Keep no cursor of a statement: it would keep its rows."""
        self._cursors.pop(statement, None)

    async def wait(
        self,
        gen: PQGen[T],
        interval: float = INTERVAL_SECONDS,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's own
    ) -> T:
        """What psycopg's own does. Whatever is more than to send and to wait is left to it."""
        try:
            needed = next(gen)
        except StopIteration as done:
            answer: T = done.value
            return answer
        except BaseException:
            self._unwatch()
            raise
        if needed != READ or timeout is not None:
            self._unwatch()
            return await super().wait(_resumed(gen, needed), interval, timeout)
        self._asked = gen
        self._answered = answered = self._loop.create_future()
        self._watch()
        try:
            returned = await answered
        except asyncio.CancelledError:
            if self._asked is not None:
                await self._give_up(gen, interval)
            raise
        finally:
            self._asked = self._answered = None
        if not isinstance(returned, StillNeeded):
            return returned  # type: ignore[no-any-return]
        self._unwatch()
        return await super().wait(_resumed(gen, returned.what), interval)

    def watch_anew(self) -> None:
        """Have the loop watch once more, where an answer is awaited.

        uvloop tells once of a socket that has failed, and watches it no more.
        """
        if self._asked is not None:
            self._unwatch()
            self._watch()

    async def close(self) -> None:
        """Close the connection."""
        self._unwatch()
        await super().close()

    async def _give_up(self, gen: PQGen[T], interval: float) -> None:
        """Have psycopg cancel the statement, which it does where it is cancelled itself."""
        self._unwatch()
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        try:
            await super().wait(_resumed(gen, READ), interval)
        finally:
            task.uncancel()

    def _watch(self) -> None:
        if self._watched is None:
            self._watched = self.pgconn.socket
            self._loop.add_reader(self._watched, self._comes)

    def _unwatch(self) -> None:
        if self._watched is not None:
            self._loop.remove_reader(self._watched)
            self._watched = None

    def _comes(self) -> None:
        """Read what has come, at once: else the loop would tell of it again and again."""
        asked, answered = self._asked, self._answered
        if asked is None or answered is None or answered.done():
            # The end of the connection, most likely. Whoever asks next finds out.
            self._unwatch()
            return
        try:
            needed = asked.send(READABLE)
        except StopIteration as done:
            self._asked = None
            answered.set_result(done.value)
        except BaseException as error:  # noqa: BLE001 - whoever has asked is told
            # libpq may have closed the socket.
            self._unwatch()
            self._asked = None
            answered.set_exception(error)
        else:
            self.watch_anew()
            if needed != READ:
                answered.set_result(StillNeeded(needed))
