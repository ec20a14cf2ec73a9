"""Every connection says itself what it relies on, whatever the database's own defaults are."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, sql

from homeroom import database as connections
from homeroom.commands.database import CommandDatabase
from homeroom.database import connect, connect_sync, signs_of_life, snapshot
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.generations.generation import ReadModel
from homeroom.queries.database import Database
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.hostile import HOSTILE, make_hostile
from tests.support.templates import prepare

SOURCE = Path(connections.__file__).parent
# They administer servers of this machine, before there is a database of ours.
MAY_CONNECT = {"database.py", "local/postgres.py"}


def shown(name: str) -> sql.Composed:
    return sql.SQL("SHOW {}").format(sql.Identifier(name))


async def everyones(settings: Settings) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """What sessions of each kind have, by what they are for."""
    names = sorted({*HOSTILE, "DateStyle"} - {"search_path"})
    with connect_sync(settings.database_url, "a command") as connection:
        yield "a command", {n: connection.execute(shown(n)).fetchone() for n in names}
    with snapshot(settings.database_url, "a report") as connection:
        yield "a report", {n: connection.execute(shown(n)).fetchone() for n in names}
    reads, commands = Database(settings), CommandDatabase(settings)
    await reads.open()
    await commands.open()
    try:
        async with reads.pool.connection() as connection, commands.connection() as writing:
            of_worker = await connect(settings.database_url, "a worker")
            async with of_worker:
                for kind, one in (
                    ("a read", connection), ("a write", writing), ("a worker", of_worker),
                ):  # fmt: skip
                    found = {n: await (await one.execute(shown(n))).fetchone() for n in names}
                    yield kind, found
    finally:
        await reads.close()
        await commands.close()


async def test_no_default_of_a_database_reaches_a_session(settings: Settings) -> None:
    make_hostile(settings.database_url)
    # Where a read or a command sets a limit of its own, it is not the database's either.
    kinds = {kind: found async for kind, found in everyones(settings)}
    assert len(kinds) == 5
    for kind, found in kinds.items():
        for name, value in HOSTILE.items():
            if name in found:
                assert found[name] != (value,), (kind, name)
        isolation = found["default_transaction_isolation"]
        assert isolation == ("read committed",), kind


async def test_two_writers_at_once_leave_nothing_out_under_repeatable_read(
    database_url: str, settings: Settings
) -> None:
    """A class and an enrollment in it, by two writers whose transactions overlap."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        name = sql.Identifier(owner.info.dbname)
        owner.execute(
            sql.SQL("ALTER DATABASE {} SET default_transaction_isolation='repeatable read'").format(
                name
            )
        )
    model: ReadModel = read_model(settings.model_copy(update={"topic_prefix": ""}))
    schema = prepare(settings, model)
    one, other = [await connect(database_url, "homeroom tests") for _ in range(2)]
    async with one, other:
        writers = [BatchWriter(connection, model, schema) for connection in (one, other)]
        for writer in writers:
            await writer.prepare(30)
        async with one.transaction():
            await one.execute("SELECT")
            await one.execute("SELECT count(*) FROM teachers")
            async with other.transaction():
                await other.execute(
                    "INSERT INTO homeroom.revoked_token (jti) VALUES ('seen at once')"
                )
            cursor = await one.execute("SELECT FROM homeroom.revoked_token")
            assert cursor.rowcount == 1


async def test_a_session_that_was_used_before_is_as_a_new_one(database_url: str) -> None:
    """As poolers hand them out that do not reset them."""
    used = await AsyncConnection.connect(database_url, autocommit=True)
    async with used:
        await used.execute("CREATE TEMPORARY TABLE d_exam (wrong integer)")
        await used.execute("INSERT INTO d_exam VALUES (1)")
        await used.execute("SELECT pg_advisory_lock(7)")
        await used.execute("SET statement_timeout = '100ms'")
        await connections.prepare_session(used)
        await used.execute("SELECT pg_sleep(0.2)")
        with pytest.raises(psycopg.errors.UndefinedTable):
            await used.execute("SELECT FROM d_exam")
        held = await used.execute(
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert held.rowcount == 0


async def test_who_holds_locks_and_is_silent_is_ended_and_who_shows_life_is_not(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_IN_TRANSACTION_SECONDS_MAX", 1)
    monkeypatch.setattr(connections, "SIGN_OF_LIFE_SECONDS", 0.2)
    silent, living = [await connect(database_url, "homeroom tests") for _ in range(2)]
    with psycopg.connect(database_url, autocommit=True) as watching:

        def ended() -> bool:
            looked = watching.execute(
                "SELECT FROM pg_stat_activity WHERE pid = %s", (silent.info.backend_pid,)
            )
            return looked.rowcount == 0

        async with living, living.transaction(), signs_of_life(living):
            await silent.execute("BEGIN")
            await asyncio.to_thread(wait_for, ended)
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            await silent.execute("COMMIT")
        await silent.close()


async def test_a_transaction_that_was_ended_meanwhile_is_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SIGN_OF_LIFE_SECONDS", 0.05)
    connection = await connect(database_url, "homeroom tests")

    async def hold() -> None:
        async with connection.transaction(), signs_of_life(connection):
            await asyncio.to_thread(wait_for, lambda: connection.closed)

    with psycopg.connect(database_url, autocommit=True) as watching:
        watching.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        await hold()


def test_there_is_one_place_where_connections_are_made() -> None:
    making = re.compile(r"(psycopg|AsyncConnection|Connection)\.connect\(")
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if making.search(path.read_text())
    }
    assert found == MAY_CONNECT
