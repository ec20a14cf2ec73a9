"""Whoever has to wait for a connection is served in turn, and no turn is lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from psycopg_pool import PoolTimeout

from homeroom.queries.connection import ReadConnection
from homeroom.queries.pool import ReadPool
from tests.support import wait_for_async

SOON_SECONDS = 0.05


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[ReadPool]:
    async with ReadPool(
        database_url,
        connection_class=ReadConnection,
        min_size=1,
        max_size=2,
        timeout=60.0,
        open=False,
    ) as pool:
        yield pool


def waiting(pool: ReadPool) -> int:
    return pool.get_stats()["requests_waiting"]


async def queue(pool: ReadPool, count: int) -> list["asyncio.Task[ReadConnection]"]:
    """Callers who wait, in this order."""
    tasks = []
    for number in range(1, count + 1):
        tasks.append(asyncio.create_task(pool.getconn()))
        await wait_for_async(lambda number=number: waiting(pool) == number)
    return tasks


async def test_each_is_served_in_the_order_of_coming(pool: ReadPool) -> None:
    first, second = await pool.getconn(), await pool.getconn()
    assert first is not second
    tasks = await queue(pool, 3)
    await pool.putconn(first)
    assert await tasks[0] is first
    assert not tasks[1].done()
    await pool.putconn(second)
    assert await tasks[1] is second
    await pool.putconn(first)
    assert await tasks[2] is first
    assert waiting(pool) == 0
    assert pool.get_stats()["requests_queued"] >= 3
    await pool.putconn(first)
    await pool.putconn(second)


async def test_who_waits_too_long_is_told_so_and_the_others_are_served(pool: ReadPool) -> None:
    taken = [await pool.getconn(), await pool.getconn()]
    with pytest.raises(PoolTimeout):
        await pool.getconn(SOON_SECONDS)
    assert waiting(pool) == 0
    assert pool.get_stats()["requests_errors"] == 1
    (task,) = await queue(pool, 1)
    await pool.putconn(taken[0])
    assert await task is taken[0]
    for connection in taken:
        await pool.putconn(connection)


@pytest.mark.parametrize("served", [False, True])
async def test_who_leaves_takes_no_turn_along(pool: ReadPool, *, served: bool) -> None:
    """Also where it was served a moment before it left, and had not woken up yet."""
    taken = [await pool.getconn(), await pool.getconn()]
    leaving, staying = await queue(pool, 2)
    if served:
        await pool.putconn(taken[0])
    leaving.cancel()
    if not served:
        await pool.putconn(taken[0])
    assert await staying is taken[0]
    with pytest.raises(asyncio.CancelledError):
        await leaving
    for connection in taken:
        await pool.putconn(connection)
    again = [await pool.getconn(SOON_SECONDS), await pool.getconn(SOON_SECONDS)]
    for connection in again:
        await pool.putconn(connection)


async def test_a_connection_that_broke_is_replaced_for_whoever_waits(pool: ReadPool) -> None:
    taken = [await pool.getconn(), await pool.getconn()]
    (task,) = await queue(pool, 1)
    await taken[0].close()
    await pool.putconn(taken[0])
    replaced = await task
    assert replaced not in taken
    assert not replaced.closed
    await pool.putconn(replaced)
    await pool.putconn(taken[1])
