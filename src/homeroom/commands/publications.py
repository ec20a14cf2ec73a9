"""Waits until the events of a command are in the log, and finds their offsets.

The response to a command has a token, ``Homeroom-Position``, that identifies its events. They are
not in the log yet, so they have no offsets.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from homeroom.commands.database import CommandDatabase
from homeroom.commands.outbox import SQL
from homeroom.errors import PositionNotReached, UnknownCommand
from homeroom.queries.database import TokenIdentity
from homeroom.queries.places import WaitingPlaces
from homeroom_kit.errors import HomeroomError

# While callers wait, one query per interval looks for the events of all of them.
POLL_SECONDS = 0.02

Partition = tuple[str, int]
_TOKEN = re.compile(r"command-([0-9a-f]{32})")


def token_of(command_id: UUID) -> str:
    """The value of ``Homeroom-Position``."""
    return f"command-{command_id.hex}"


def command_of(token: str) -> UUID | None:
    """The command that a token identifies; None where the text is not such a token."""
    match = _TOKEN.fullmatch(token)
    return UUID(match[1]) if match else None


class _PublicationWaiter:
    def __init__(self, commands: frozenset[UUID]) -> None:
        self.commands = commands
        self.offsets: asyncio.Future[dict[Partition, int]] = (
            asyncio.get_running_loop().create_future()
        )


class Publications:
    """Waits for many callers with one query; no waiting caller holds a connection."""

    def __init__(self, database: CommandDatabase, places: WaitingPlaces) -> None:
        self._database = database
        self._places = places
        self._waiters: set[_PublicationWaiter] = set()
        self._polling: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """The number of callers that wait now."""
        return self._places.taken

    async def wait(
        self, commands: frozenset[UUID], seconds: float, token: TokenIdentity
    ) -> dict[Partition, int]:
        """Waits until all events of these commands are published; returns their greatest offsets.

        Raises UnknownCommand, TooManyWaiters, TooManyOwnWaiters, PositionNotReached after
        ``seconds``, and DatabaseUnavailable.
        """
        async with self._database.connection() as connection:
            wanted = await _with_earlier(connection, commands)
            published = await _offsets(connection, wanted)
        offsets = _greatest(published, wanted)
        if offsets is not None:
            return offsets
        with self._places.place(token):
            return await self._wait(wanted, seconds)

    async def _wait(self, commands: frozenset[UUID], seconds: float) -> dict[Partition, int]:
        waiter = _PublicationWaiter(commands)
        self._waiters.add(waiter)
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll(), name="poll publications")
        try:
            async with asyncio.timeout(seconds):
                return await waiter.offsets
        except TimeoutError:
            raise PositionNotReached({}, seconds) from None
        finally:
            self._waiters.discard(waiter)

    async def _poll(self) -> None:
        """Queries until nobody waits. An error ends the wait of all current callers."""
        while self._waiters:
            await asyncio.sleep(POLL_SECONDS)
            waiters = list(self._waiters)
            try:
                wanted = frozenset[UUID]().union(*(waiter.commands for waiter in waiters))
                async with self._database.connection() as connection:
                    published = await _offsets(connection, wanted)
            except (HomeroomError, psycopg.Error) as error:
                for waiter in waiters:
                    if not waiter.offsets.done():
                        waiter.offsets.set_exception(error)
                # Callers that came in the meantime still wait, and only this task serves them.
                self._waiters.difference_update(waiters)
                continue
            for waiter in waiters:
                offsets = _greatest(published, waiter.commands)
                if offsets is not None and not waiter.offsets.done():
                    waiter.offsets.set_result(offsets)


_PublishedOffsets = Mapping[UUID, Mapping[Partition | None, int]]


async def _with_earlier(
    connection: AsyncConnection[Any], commands: frozenset[UUID]
) -> frozenset[UUID]:
    """The commands, and the earlier ones whose events their callers must see too."""
    rows = await (
        await connection.execute(SQL["commands"], {"commands": list(commands)})
    ).fetchall()
    if len(rows) < len(commands):
        raise UnknownCommand
    return commands.union(*(also for _, also in rows))


async def _offsets(connection: AsyncConnection[Any], commands: Iterable[UUID]) -> _PublishedOffsets:
    """The greatest offsets of each command's events; the key None marks unpublished events."""
    offsets: dict[UUID, dict[Partition | None, int]] = {}
    for command, topic, partition, offset in await (
        await connection.execute(SQL["published"], {"commands": list(commands)})
    ).fetchall():
        partition_or_none = None if topic is None else (topic, partition)
        offsets.setdefault(command, {})[partition_or_none] = offset
    return offsets


def _greatest(
    published: _PublishedOffsets, commands: Iterable[UUID]
) -> dict[Partition, int] | None:
    """The greatest offset per partition; None where an event is not published yet."""
    offsets: dict[Partition, int] = {}
    for command in commands:
        for place, offset in published.get(command, {}).items():
            if place is None:
                return None
            offsets[place] = max(offset, offsets.get(place, 0))
    return offsets
