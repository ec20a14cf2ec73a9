"""A database that was put back gives no number out again that the log has already."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaProducer
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from structlog.testing import capture_logs

from homeroom.commands import numbering
from homeroom.commands.database import CommandDatabase
from homeroom.commands.habit_logs import record
from homeroom.commands.relay import make_relay
from homeroom.errors import NumberingBehind, UnknownStudent
from homeroom.local.components import drop_database
from homeroom.local.postgres import LocalPostgres
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.integration.commands.conftest import Recording
from tests.support import wait_for, wait_for_async
from tests.support.habits import (
    NOW,
    assert_in_order,
    habit,
    log_of,
    publish,
    read_log,
    register,
    student,
)
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

SUBJECT = "H-1/2026-03-09"


def hour(number: int) -> str:
    return f"2026-03-09T{number:02}:00:00+00:00"


@pytest.fixture
def backup(components: Any, prepared: Settings) -> Any:
    """Copies the database as it is now; the settings of whoever puts the copy in its place."""
    made: list[str] = []

    async def copy() -> Settings:
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(components.database_url, autocommit=True) as server:
            known = str(conninfo_to_dict(prepared.database_url)["dbname"])
            connected = "SELECT FROM pg_stat_activity WHERE datname = %s AND backend_type = %s"

            def is_left_alone() -> bool:
                return not server.execute(connected, (known, "client backend")).rowcount

            # What was ended may be a little longer in ending; a template must be nobody's.
            await wait_for_async(is_left_alone)
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(known)
                )
            )
        made.append(name)
        url = make_conninfo(prepared.database_url, dbname=name)
        return prepared.model_copy(update={"database_url": url})

    yield copy
    for name in made:
        drop_database(components.database_url, name)


async def fall_behind(prepared: Settings, working: Any, backup: Any) -> Settings:
    """One log, a backup, and two logs more; the settings of the backup."""
    await publish(prepared, [student("S-1"), habit("H-1", "S-1")])
    async with working(prepared), Recording.to(prepared) as at:
        await at.as_soon_as_possible(log_of("a", recorded_at=hour(1)))
        await at.until_published()
    restored: Settings = await backup()
    async with working(prepared), Recording.to(prepared) as at:
        await at.record(log_of("b", recorded_at=hour(2)))
        await at.record(log_of("c", recorded_at=hour(3)), log_of("d", logged_on="2026-03-08"))
        await at.until_published()
    return restored


async def assert_exact(settings: Settings, at: Recording, last: int) -> None:
    """The log has each number once, in order, and the read model has the last one."""
    found = await read_log(settings, "coaching", "habit_log")
    assert assert_in_order(found)[SUBJECT] == last

    async def applied() -> bool:
        rows = await at.connection.execute(
            "SELECT l.sequence, w.waiting FROM g0001.habit_log l, "
            "(SELECT count(*) AS waiting FROM g0001.waiting) AS w WHERE l.logged_on = '2026-03-09'"
        )
        return await rows.fetchone() == (last, 0)

    await wait_for_async(applied)


async def test_a_restored_database_records_only_once_it_is_level(
    prepared: Settings, working: Any, backup: Any
) -> None:
    restored = await fall_behind(prepared, working, backup)
    async with Recording.to(restored) as at:
        with pytest.raises(NumberingBehind):
            await at.record(log_of("e", recorded_at=hour(4)))
        async with working(restored):
            await at.as_soon_as_possible(log_of("e", recorded_at=hour(4)))
            await at.until_published()
            await assert_exact(restored, at, 4)


async def test_who_is_refused_hears_of_the_open_transaction_that_keeps_the_log_back(
    prepared: Settings, working: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("homeroom.commands.numbering.HELD_LOOK_SECONDS", 0.1)
    monkeypatch.setattr("homeroom.operations.status.advice.HELD_SECONDS_MAX", 0.0)
    register(prepared.database_url, {"S-1": ["H-1"]})
    database, topic = CommandDatabase(prepared), f"{prepared.topic_prefix}coaching"
    await database.open()
    publisher = AIOKafkaProducer(**client_options(prepared), transactional_id=topic)
    await publisher.start()
    await publisher.begin_transaction()
    await publisher.send_and_wait(topic, b"no event", partition=1)
    numbering.request_levelling(prepared.database_url)

    async def refusal() -> str:
        try:
            async with database.connection() as connection:
                await record(connection, "S-1", [log_of("a")], NOW)
        except NumberingBehind as error:
            return str(error)
        except UnknownStudent:
            return ""
        return ""

    async def names_the_transaction() -> bool:
        said = await refusal()
        return f"{topic} partition 1 is held back at offset 0 by an open transaction" in said

    assert "try again in a moment" in await refusal()
    async with working(prepared):
        await wait_for_async(names_the_transaction, 30)
        await publisher.commit_transaction()

        async def is_level() -> bool:
            return not await refusal()

        await wait_for_async(is_level)
    async with database.connection() as connection:
        noted = await connection.execute("SELECT waits_for FROM homeroom.relay")
        assert await noted.fetchone() == (None,)
    await publisher.stop()
    await database.close()


@at_full_strength
async def test_what_nobody_can_see_is_levelled_when_an_operator_says_so(
    prepared: Settings, working: Any, backup: Any
) -> None:
    restored = await fall_behind(prepared, working, backup)
    async with Recording.to(restored) as at:
        # As after a snapshot of the disk: everything looks as it always did.
        await at.connection.execute("UPDATE homeroom.numbering SET identity = homeroom.identity()")
        numbering.request_levelling(restored.database_url)
        with pytest.raises(NumberingBehind):
            await at.record(log_of("e", recorded_at=hour(4)))
        async with working(restored):
            await at.as_soon_as_possible(log_of("e", recorded_at=hour(4)))
            await at.until_published()
            await assert_exact(restored, at, 4)


@at_full_strength
async def test_what_a_relay_knew_of_the_logs_end_ends_with_its_lease(
    prepared: Settings, working: Any, backup: Any
) -> None:
    """Another relay may have published more since, and the database may be an older one again."""
    restored = await fall_behind(prepared, working, backup)
    relay, has_lease, refused = make_relay(restored), True, asyncio.Event()

    async def held(_: object) -> bool:
        if not has_lease:
            refused.set()
        return has_lease

    relay._lease.held = held  # type: ignore[method-assign]
    async with Recording.to(restored) as at:
        before = await at.connection.execute("SELECT topic, partition FROM g0001.positions")
        places = await before.fetchall()
        with capture_logs() as said:
            looks = asyncio.create_task(relay.run())

            def began() -> int:
                return sum(line["event"].startswith("numbering behind") for line in said)

            await wait_for_async(lambda: began() == 1)
            ends = await numbering.log_ends(restored, numbering.TOPICS)
            has_lease = False
            await refused.wait()
            async with working(restored):
                await at.as_soon_as_possible(log_of("e", recorded_at=hour(4)))
                await at.until_published()
            # Restored once more, and it has read as far as the log went then.
            await at.connection.execute("UPDATE homeroom.numbering SET identity = NULL")
            for place in places:
                await at.connection.execute(
                    "UPDATE g0001.positions SET next_offset = %s "
                    "WHERE (topic, partition) = (%s, %s)",
                    (ends.get(place, 0), *place),
                )
            has_lease, heard = True, began()
            level = "SELECT identity IS NOT NULL FROM homeroom.numbering"

            async def is_level() -> bool:
                return await (await at.connection.execute(level)).fetchone() == (True,)

            async def looked_again_or_is_level() -> bool:
                return began() > heard or await is_level()

            await wait_for_async(looked_again_or_is_level)
            assert not await is_level()
            looks.cancel()
            # It may have a connection to the brokers open.
            await asyncio.wait([looks])


async def test_the_command_waits_for_those_that_give_out_numbers(prepared: Settings) -> None:
    url, asked = prepared.database_url, "SELECT asked FROM homeroom.numbering"
    waits = (
        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with (
        psycopg.connect(url) as command,
        psycopg.connect(url, autocommit=True) as looking,
    ):
        command.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", (numbering.LOCK,))
        requesting = asyncio.create_task(asyncio.to_thread(numbering.request_levelling, url))
        await wait_for_async(lambda: looking.execute(waits).rowcount == 1)
        assert looking.execute(asked).fetchone() == (0,)
        command.rollback()
        await requesting
        assert looking.execute(asked).fetchone() == (1,)


def identity(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT homeroom.identity()").fetchone()
    assert row is not None
    return str(row[0])


@at_full_strength
def test_a_promoted_server_is_another_one(component_folder: Path) -> None:
    server = LocalPostgres(component_folder / "postgres", durable=False)
    server.start()
    prepare(Settings(database_url=server.address))
    before = identity(server.address)
    server.stop()
    server.start()
    assert identity(server.address) == before
    server.stop()
    (server.data / "standby.signal").touch()
    server.start()
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute("SELECT pg_promote()")
    wait_for(lambda: not (server.data / "standby.signal").exists())
    assert identity(server.address) != before


def test_a_table_that_was_put_back_is_another_one(settings: Settings) -> None:
    prepare(settings)
    before = identity(settings.database_url)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("TRUNCATE homeroom.numbering")
        connection.execute("INSERT INTO homeroom.numbering (identity) VALUES (%s)", (before,))
    assert identity(settings.database_url) != before
