"""The connection of reads does what psycopg's own does, whatever becomes of a statement."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from homeroom.queries.connection import ReadConnection
from tests.support import wait_for_async

# Long enough that only an end from outside ends it.
SLOW = b"SELECT pg_sleep(600)"
# More than the socket takes at once, either way.
LARGE = "x" * 8_000_000


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[ReadConnection]:
    async with await ReadConnection.connect(database_url, autocommit=True) as connection:
        yield connection


async def found(connection: ReadConnection, statement: bytes, *values: object) -> object:
    cursor = connection.cursor_of(statement)
    await cursor.execute(statement, values or None)
    (row,) = await cursor.fetchall()
    return row[0]


async def until_running(database_url: str, pid: int) -> None:
    """Wait until the session runs a statement."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other:

        async def is_running() -> bool:
            asked = "SELECT state FROM pg_stat_activity WHERE pid = %s"
            return await (await other.execute(asked, [pid])).fetchone() == ("active",)

        await wait_for_async(is_running)


async def test_one_statement_after_the_other_is_answered(connection: ReadConnection) -> None:
    for number in range(20):
        assert await found(connection, b"SELECT $1::bigint", number) == number
    assert await found(connection, b"SELECT $1::text", "another") == "another"


async def test_what_is_larger_than_a_socket_takes_comes_whole(connection: ReadConnection) -> None:
    for _ in range(3):
        assert await found(connection, b"SELECT $1::text", LARGE) == LARGE
        assert await found(connection, b"SELECT 1") == 1


async def test_an_error_is_the_statements_alone(connection: ReadConnection) -> None:
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            await found(connection, b"SELECT 1 / $1::bigint", 0)
        assert await found(connection, b"SELECT 1 / $1::bigint", 1) == 1


async def test_a_statement_that_is_cancelled_ends_and_the_next_is_answered(
    connection: ReadConnection, database_url: str
) -> None:
    for _ in range(2):
        asked = asyncio.create_task(found(connection, SLOW))
        await until_running(database_url, connection.info.backend_pid)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert asked.cancelling() == 1
        assert await found(connection, b"SELECT 1") == 1


async def test_a_statement_that_takes_too_long_is_a_timeout(connection: ReadConnection) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await found(connection, SLOW)
    assert await found(connection, b"SELECT 1") == 1


async def test_a_session_that_the_server_ends_is_an_error_and_leaves_the_next_alone(
    connection: ReadConnection, database_url: str
) -> None:
    """The next connection is likely to have the number of the socket that is closed."""
    for idle in (False, True):
        async with await ReadConnection.connect(database_url, autocommit=True) as ended:
            pid = ended.info.backend_pid
            assert await found(ended, b"SELECT 1") == 1
            asked = None if idle else asyncio.create_task(found(ended, SLOW))
            if asked is not None:
                await until_running(database_url, pid)
            await found(connection, b"SELECT pg_terminate_backend($1)", pid)
            with pytest.raises(psycopg.OperationalError):
                await (asked or found(ended, b"SELECT 1"))
            async with await ReadConnection.connect(database_url, autocommit=True) as following:
                assert await found(following, b"SELECT 1") == 1


async def test_the_end_of_an_idle_session_does_not_keep_the_loop_busy(
    connection: ReadConnection, database_url: str
) -> None:
    async with await ReadConnection.connect(database_url, autocommit=True) as ended:
        pid = ended.info.backend_pid
        assert await found(ended, b"SELECT 1") == 1
        loop, socket = asyncio.get_running_loop(), ended.pgconn.socket
        await found(connection, b"SELECT pg_terminate_backend($1, 60000)", pid)
        # Nobody watches it any more: there is nothing to remove.
        await wait_for_async(lambda: ended._watched is None)
        assert not loop.remove_reader(socket)


async def test_an_answer_that_the_loop_does_not_tell_of_is_found_by_a_look(
    connection: ReadConnection, database_url: str
) -> None:
    asked = asyncio.create_task(found(connection, SLOW))
    await until_running(database_url, connection.info.backend_pid)
    asyncio.get_running_loop().remove_reader(connection.pgconn.socket)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other:
        await other.execute("SELECT pg_cancel_backend(%s)", [connection.info.backend_pid])
    connection.watch_anew()
    with pytest.raises(psycopg.errors.QueryCanceled):
        await asked


async def test_a_statement_whose_rows_are_many_leaves_none_behind(
    connection: ReadConnection,
) -> None:
    first = connection.cursor_of(b"SELECT 1")
    assert connection.cursor_of(b"SELECT 1") is first
    connection.forget(b"SELECT 1")
    assert connection.cursor_of(b"SELECT 1") is not first
