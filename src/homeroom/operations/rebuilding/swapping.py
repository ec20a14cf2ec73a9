"""Holds the live generation still for a moment: to compare another one with it, or to swap them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.generations import positions
from homeroom.engine.log.records import Partition
from homeroom.errors import RebuildRefused
from homeroom.statements import load

SQL = load("swapping", __package__)

# Brings a generation to some positions.
Reach = Callable[[Mapping[Partition, int]], Awaitable[None]]


@asynccontextmanager
async def held(connection: AsyncConnection[Any], live: str) -> AsyncIterator[dict[Partition, int]]:
    """The live generation's positions, which nobody moves within the block.

    Its writers wait, and have waited for their locks before: no batch of theirs is half done.
    Readers are not concerned.
    """
    async with connection.transaction():
        yield await positions.hold_all_async(connection, live)


async def swap(
    connection: AsyncConnection[Any],
    live: str,
    successor: str,
    reach: Reach,
    keep_previous_seconds: int,
) -> None:
    """Makes the successor live, at or beyond the live one's positions; ``reach`` brings it there.

    One short transaction; the one that was live becomes the previous one, and the one before ends.
    Raises as ``reach``; then nothing has changed.
    """
    names = {"live": live, "next": successor, "keep": keep_previous_seconds}
    async with held(connection, live) as stored:
        await reach(stored)
        if (await connection.execute(SQL["end_successor"], names)).rowcount != 1:
            raise RebuildRefused(f"{successor} has been removed meanwhile: nothing was swapped.")
        if (await connection.execute(SQL["swap"], names)).rowcount != 1:
            raise RebuildRefused(f"{live} is not the live generation any more: begin again.")
        await connection.execute(SQL["keep_previous"], names)
        await connection.execute(SQL["make_live"], names)
        await connection.execute(SQL["end_rebuild"], names)
        # Whoever waits for a position asks again, and finds the new generation.
        await positions.notify(connection, successor)
