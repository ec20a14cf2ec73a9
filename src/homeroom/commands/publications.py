"""Waiting until the events of a command are in the log, and how far they reach there.

A command is answered with a token, ``Homeroom-Position``, that stands for its events: they are not
in the log yet, so there is no offset to name.
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
from homeroom.errors import HomeroomError, PositionNotReached, TooManyWaiters, UnknownCommand

# While anybody waits, one query at this interval looks for the events of all who wait.
LOOK_SECONDS = 0.02

Partition = tuple[str, int]
_TOKEN = re.compile(r"command-([0-9a-f]{32})")


def token_of(command_id: UUID) -> str:
    """The value of ``Homeroom-Position``."""
    return f"command-{command_id.hex}"


def command_of(token: str) -> UUID | None:
    """The command that a token stands for; None where it is none."""
    match = _TOKEN.fullmatch(token)
    return UUID(match[1]) if match else None


class _Waiter:
    def __init__(self, commands: frozenset[UUID]) -> None:
        self.commands = commands
        self.offsets: asyncio.Future[dict[Partition, int]] = (
            asyncio.get_running_loop().create_future()
        )


class Publications:
    """Waits for many callers with one query; no waiting caller holds a connection."""

    def __init__(self, database: CommandDatabase, waiters_max: int) -> None:
        self._database = database
        self._waiters_max = waiters_max
        self._waiters: set[_Waiter] = set()
        self._looking: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many callers wait at this moment."""
        return len(self._waiters)

    async def wait(self, commands: frozenset[UUID], seconds: float) -> dict[Partition, int]:
        """The offsets behind which all events of these commands are, once they are published.

        Raises UnknownCommand, TooManyWaiters, PositionNotReached after ``seconds``, and
        DatabaseUnavailable.
        """
        async with self._database.connection() as connection:
            wanted = await _with_earlier(connection, commands)
            found = await _offsets(connection, wanted)
        offsets = _together(found, wanted)
        return offsets if offsets is not None else await self._wait(wanted, seconds)

    async def _wait(self, commands: frozenset[UUID], seconds: float) -> dict[Partition, int]:
        if len(self._waiters) >= self._waiters_max:
            raise TooManyWaiters(self._waiters_max)
        waiter = _Waiter(commands)
        self._waiters.add(waiter)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="look for publications")
        try:
            async with asyncio.timeout(seconds):
                return await waiter.offsets
        except TimeoutError:
            raise PositionNotReached({}, seconds) from None
        finally:
            self._waiters.discard(waiter)

    async def _look(self) -> None:
        """Looks until nobody waits; an error is raised for everybody who waits."""
        while self._waiters:
            await asyncio.sleep(LOOK_SECONDS)
            waiters = list(self._waiters)
            try:
                wanted = frozenset[UUID]().union(*(waiter.commands for waiter in waiters))
                async with self._database.connection() as connection:
                    found = await _offsets(connection, wanted)
            except (HomeroomError, psycopg.Error) as error:
                for waiter in waiters:
                    if not waiter.offsets.done():
                        waiter.offsets.set_exception(error)
                # Callers who came in the meantime still wait, and only this task looks for them.
                self._waiters.difference_update(waiters)
                continue
            for waiter in waiters:
                offsets = _together(found, waiter.commands)
                if offsets is not None and not waiter.offsets.done():
                    waiter.offsets.set_result(offsets)


_Found = Mapping[UUID, Mapping[Partition | None, int]]


async def _with_earlier(
    connection: AsyncConnection[Any], commands: frozenset[UUID]
) -> frozenset[UUID]:
    """The commands, and the earlier ones whose events their callers are to see as well."""
    rows = await (await connection.execute(SQL["given"], {"commands": list(commands)})).fetchall()
    if len(rows) < len(commands):
        raise UnknownCommand
    return commands.union(*(also for _, also in rows))


async def _offsets(connection: AsyncConnection[Any], commands: Iterable[UUID]) -> _Found:
    """How far each command's events reach; under None those that are not published yet."""
    asked = {"commands": list(commands)}
    found: dict[UUID, dict[Partition | None, int]] = {}
    for command, topic, partition, offset in await (
        await connection.execute(SQL["published"], asked)
    ).fetchall():
        place = None if topic is None else (topic, partition)
        found.setdefault(command, {})[place] = offset
    return found


def _together(found: _Found, commands: Iterable[UUID]) -> dict[Partition, int] | None:
    """The greatest offset per partition; None where something is not published yet."""
    offsets: dict[Partition, int] = {}
    for command in commands:
        for place, offset in found.get(command, {}).items():
            if place is None:
                return None
            offsets[place] = max(offset, offsets.get(place, 0))
    return offsets
