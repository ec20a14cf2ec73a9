"""The database goes, and comes back: 503 meanwhile, and nobody has to restart anything."""

import asyncio
import time

import psycopg
import pytest

from homeroom.api import tokens
from homeroom.api.server import require_migrated
from homeroom.commands.database import CommandDatabase
from homeroom.errors import DatabaseUnavailable, NotMigrated
from homeroom.local.components import create_database, drop_database
from homeroom.local.postgres import LocalPostgres
from homeroom.queries import database
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from tests.support import wait_for_async
from tests.support.readmodel import TEACHER, Tables
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

SECRET = "the tests' own key, longer than 32 bytes"
NOBODY_LISTENS = "postgresql://nobody@127.0.0.1:9/none"
# Far more than it takes, of what would have no end.
FROZEN_SECONDS_MAX = 9.0


def unavailable(answer):
    assert answer.status_code == 503
    assert answer.json() == {
        "success": False,
        "message": "The database does not answer; try again in a moment.",
        "requestId": answer.headers["x-request-id"],
    }
    return True


@pytest.fixture
def patient(monkeypatch):
    """Requests that wait for a connection however busy this machine is."""
    monkeypatch.setattr(database, "POOL_TIMEOUT_SECONDS", 60.0)


async def test_cut_connections_are_replaced_without_an_error(patient, api, tables):  # noqa: ARG001
    tables.insert("teachers")
    for _ in range(3):
        answers = await asyncio.gather(*(api.dashboard("stats") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert tables.cut_readers() > 0
    assert (await api.dashboard("stats")).status_code == 200


async def test_a_database_that_is_down_is_503_within_seconds(serve, settings):
    down = settings.model_copy(update={"database_url": NOBODY_LISTENS})
    async with serve(down) as api:
        begun = time.monotonic()
        answers = await asyncio.gather(
            api.dashboard("stats"),
            api.dashboard("stats", Homeroom_Wait_For="exams:0:1"),
            api.get("/readyz"),
            api.get("/api/teachers/a.b/dashboard/stats"),
        )
        assert all(unavailable(answer) for answer in answers)
        assert time.monotonic() - begun < 6
        assert (await api.get("/healthz")).status_code == 200
        assert (await api.dashboard("stats", Authorization="Bearer x")).status_code == 401


@pytest.mark.usefixtures("patient")
async def test_whoever_meets_a_frozen_server_is_told_so_and_the_next_ones_are_answered(
    own_api, tables, monkeypatch
):
    tables.insert("teachers")
    assert (await own_api.dashboard("stats")).status_code == 200
    monkeypatch.setattr(database, "SILENT_SECONDS", 1.0)
    with tables.frozen("homeroom serve"):
        async with asyncio.timeout(FROZEN_SECONDS_MAX):
            assert unavailable(await own_api.dashboard("stats"))
        # No other connection is met that was there before.
        assert (await own_api.dashboard("stats")).status_code == 200


@at_full_strength
async def test_a_command_is_refused_while_its_server_is_frozen(settings, tables):
    tables.insert("teachers")
    commands = CommandDatabase(settings, seconds_max=1.0)
    await commands.open()
    try:
        async with commands.connection() as connection:
            await connection.execute("SELECT")
        with tables.frozen("homeroom commands"):
            async with asyncio.timeout(FROZEN_SECONDS_MAX):
                with pytest.raises(DatabaseUnavailable):
                    async with commands.connection():
                        pytest.fail("nobody is asked whether it does")
            async with commands.connection() as connection:
                await connection.execute("SELECT")
        with pytest.raises(TimeoutError):
            async with commands.connection():
                raise TimeoutError
    finally:
        await commands.close()


@at_full_strength
async def test_a_command_that_has_begun_is_given_up_where_its_server_freezes(settings, tables):
    commands = CommandDatabase(settings, seconds_max=3.0)
    await commands.open()

    async def freeze():
        async with commands.connection() as connection, connection.transaction():
            with tables.frozen("homeroom commands"):
                await connection.execute("SELECT")

    try:
        async with asyncio.timeout(FROZEN_SECONDS_MAX):
            with pytest.raises(DatabaseUnavailable):
                await freeze()
    finally:
        await commands.close()


@at_full_strength
async def test_reads_one_after_another_wait_once_for_a_database_that_is_down(
    serve, settings, monkeypatch
):
    # However busy the machine is.
    monkeypatch.setattr(database, "AWAY_SECONDS", 60.0)
    down = settings.model_copy(update={"database_url": NOBODY_LISTENS})
    async with serve(down) as api:
        assert unavailable(await api.dashboard("stats"))
        begun = time.monotonic()
        for _ in range(5):
            assert unavailable(await api.dashboard("stats"))
        assert time.monotonic() - begun < database.POOL_TIMEOUT_SECONDS


@pytest.mark.usefixtures("patient")
async def test_a_read_waits_for_a_connection_where_others_have_them_all(serve, settings, tables):
    tables.insert("teachers")
    async with serve(settings.model_copy(update={"pool_connections_max": 1})) as api:
        reads = api.client._transport.app.state.services.database
        entered, leave = asyncio.Event(), asyncio.Event()

        async def hold(_: object) -> None:
            entered.set()
            await leave.wait()

        holding = asyncio.create_task(reads.read(before=hold))
        await entered.wait()
        patience, reads.pool.timeout = reads.pool.timeout, 0.1
        assert unavailable(await api.dashboard("stats"))
        reads.pool.timeout = patience
        # Longer than a read waits for a database that is away.
        asked = asyncio.create_task(api.dashboard("stats"))
        await wait_for_async(lambda: reads.pool.get_stats()["requests_waiting"] == 1)
        done, _ = await asyncio.wait([asked], timeout=2 * database.AWAY_TIMEOUT_SECONDS)
        assert not done
        leave.set()
        assert (await asked).status_code == 200
        await holding


@at_full_strength
async def test_a_restart_of_the_database_heals_by_itself(serve, tmp_path):
    server = LocalPostgres(tmp_path / "postgres", durable=False, say=lambda _: None)
    server.start()
    try:
        settings = Settings(database_url=server.address, jwt_secret=SECRET)
        prepare(settings)
        tables = Tables(settings.database_url)
        tables.insert("teachers")
        tables.close()
        async with serve(settings) as api:
            assert (await api.dashboard("stats")).status_code == 200
            await asyncio.to_thread(server.stop)
            refusals = await asyncio.gather(api.dashboard("stats"), api.get("/readyz"))
            assert all(unavailable(answer) for answer in refusals)
            await asyncio.to_thread(server.start)

            async def answers():
                return (await api.dashboard("stats")).status_code == 200

            await wait_for_async(answers)
            tables = Tables(settings.database_url)
            waiting = api.dashboard(
                "stats", Homeroom_Wait_For="exams:0:1", Homeroom_Wait_Seconds="10"
            )
            tables.reach("exams", 0, 1)
            asked = asyncio.create_task(waiting)
            watcher = api.client._transport.app.state.services.positions
            await wait_for_async(lambda: watcher.waiting == 1)
            tables.reach("exams", 0, 2)
            assert (await asked).status_code == 200
            tables.close()
    finally:
        server.stop()


@pytest.fixture
def empty_database(components):
    url = create_database(components.database_url, "never_migrated")
    yield Settings(database_url=url, jwt_secret=SECRET)
    drop_database(components.database_url, "never_migrated")


async def test_a_database_that_was_never_prepared_is_503_and_says_what_to_do(serve, empty_database):
    async with serve(empty_database) as api:
        for answer in (await api.dashboard("stats"), await api.get("/readyz")):
            assert answer.status_code == 503
            assert "Run `homeroom migrate`" in answer.json()["message"]
    with pytest.raises(NotMigrated, match="homeroom migrate"):
        require_migrated(empty_database)
    with pytest.raises(NotMigrated, match="homeroom migrate"):
        tokens.revoke(empty_database, "some")


async def test_a_database_without_a_live_generation_is_not_ready(api, settings):
    with psycopg.connect(settings.database_url, autocommit=True) as owner:
        try:
            owner.execute("DELETE FROM homeroom.live")
            assert (await api.get("/readyz")).status_code == 503
            assert (await api.dashboard("stats")).status_code == 503
            with pytest.raises(NotMigrated):
                require_migrated(settings)
        finally:
            owner.execute("INSERT INTO homeroom.live (schema) VALUES ('g0001')")
    assert (await api.get("/readyz")).json() == {"status": "ready", "generation": "g0001"}


def test_a_service_may_start_before_its_database(settings):
    require_migrated(settings.model_copy(update={"database_url": NOBODY_LISTENS}))


def test_a_token_cannot_be_revoked_where_the_database_does_not_answer(settings):
    down = settings.model_copy(update={"database_url": NOBODY_LISTENS})
    with pytest.raises(HomeroomError, match="The database does not answer"):
        tokens.revoke(down, "some")


@pytest.mark.parametrize(
    "forbidden",
    [
        "SELECT FROM g0001.exam",
        "SELECT FROM g0001.dead_letters",
        "SELECT FROM g0001.teacher_exams_def",
        "INSERT INTO homeroom.revoked_token (jti) VALUES ('x')",
        "CREATE TEMPORARY TABLE teachers (teacher_id text)",
    ],
)
async def test_the_pools_role_reads_projections_and_nothing_else(api, forbidden):
    database = api.client._transport.app.state.services.database
    async with database.pool.connection() as connection:
        # Not because it may not write anyway.
        await connection.execute(b"SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute(forbidden.encode())


LEFT_BEHIND = (
    b"RESET ROLE",
    b"SET search_path = nowhere",
    b"SET timezone = 'Asia/Tokyo'",
    b"SET default_transaction_read_only = off",
    b"DISCARD ALL",
)


@pytest.mark.parametrize("left", LEFT_BEHIND)
async def test_a_read_looks_whether_its_session_is_as_it_must_be(serve, settings, tables, left):
    tables.insert("teachers", {"teacher_id": TEACHER})
    async with serve(settings.model_copy(update={"pool_connections_max": 1})) as api:
        database = api.client._transport.app.state.services.database
        assert (await api.dashboard("stats")).status_code == 200
        async with database.pool.connection() as connection:
            await connection.execute(left)
        assert (await api.dashboard("stats")).status_code == 200
        async with database.pool.connection() as connection:
            cursor = await connection.execute(
                b"SELECT current_user::text, current_setting('timezone'), "
                b"current_setting('search_path'), current_setting('transaction_read_only')"
            )
            assert await cursor.fetchone() == ("homeroom_reader", "UTC", "g0001, pg_temp", "on")
