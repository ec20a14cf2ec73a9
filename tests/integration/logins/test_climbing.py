"""Somebody who runs any SQL over the query service's connections wants to be more than it is."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import sql

from homeroom.api.errors import ApiError
from homeroom.api.internal import Explainer
from homeroom.commands.database import CommandDatabase
from homeroom.operations.explain import ExplainRequest
from homeroom.operations.migrating.logins import GROUPS
from homeroom.queries.database import Database, ReadScope
from homeroom.settings import Settings

BACK = ("RESET ROLE", "SET ROLE NONE", "RESET SESSION AUTHORIZATION", "DISCARD ALL")
TO_THE_SERVER = (
    "COPY (SELECT 1) TO '/tmp/x'", "CREATE ROLE mine", "ALTER ROLE homeroom_reader SUPERUSER",
    "SELECT pg_read_file('x')",
)  # fmt: skip
REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
async def connections(own: Settings) -> AsyncIterator[list[psycopg.AsyncConnection]]:
    """What `homeroom serve` reads and writes over, as it makes them."""
    reads, commands = Database(own), CommandDatabase(own)
    await reads.open()
    await commands.open()
    try:
        async with reads.pool.connection() as reading, commands.connection() as writing:
            yield [reading, writing]
    finally:
        await reads.close()
        await commands.close()


async def _tables(connection: psycopg.AsyncConnection) -> list[sql.Identifier]:
    found = await connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname IN ('homeroom', 'g0001') AND c.relkind = 'r'"
    )
    return [sql.Identifier(*row) for row in await found.fetchall()]


async def test_nothing_that_was_given_up_can_be_taken_back(connections) -> None:
    for connection in connections:
        for back in BACK:
            await connection.execute(back)
            found = await connection.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb, session_user "
                "FROM pg_roles WHERE rolname = current_user"
            )
            more, login = await found.fetchone()
            assert not more
            owner = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'homeroom'"
            owner_name = (await (await connection.execute(owner)).fetchone())[0]
            others = set(GROUPS) - {"homeroom_commands"} | {
                owner_name, "pg_read_all_data", login.replace("_serve", "_worker"),
                login.replace("_serve", "_operator"), login.replace("_serve", "_relay"),
                login.replace("_serve", "_explain"),
            }  # fmt: skip
            for other in sorted(others):
                for climb in ("SET ROLE {}", "SET SESSION AUTHORIZATION {}"):
                    with pytest.raises(REFUSED):
                        await connection.execute(sql.SQL(climb).format(sql.Identifier(other)))


async def test_nothing_of_a_generation_can_be_written(connections) -> None:
    for connection in connections:
        await connection.execute("RESET ROLE")
        await connection.execute("SET default_transaction_read_only = off")
        for table in await _tables(connection):
            if "g0001" not in table.as_string():
                continue
            for attack in ("DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}",
                           "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
                           "CREATE POLICY x ON {} USING (true)"):  # fmt: skip
                with pytest.raises(REFUSED):
                    await connection.execute(sql.SQL(attack).format(table))
        for attack in (
            "CREATE TABLE homeroom.mine ()", "CREATE TABLE g0001.mine ()", "CREATE SCHEMA mine",
            "CREATE TEMPORARY TABLE mine ()", "UPDATE homeroom.live SET schema = 'mine'",
            "UPDATE homeroom.revoked_token SET jti = 'x'",
            "DELETE FROM homeroom.revoked_token", "UPDATE homeroom.outbox SET published_at = now()",
            "DELETE FROM homeroom.outbox", "SELECT data FROM homeroom.outbox",
            "INSERT INTO homeroom.discard (by, why) VALUES ('x', 'x')",
            "DELETE FROM homeroom.access_log", *TO_THE_SERVER,
        ):  # fmt: skip
            with pytest.raises(REFUSED):
                await connection.execute(attack)


async def test_rows_of_persons_are_seen_by_whom_they_are_of_and_nobody_else(connections) -> None:
    for connection in connections:
        await connection.execute("RESET ROLE")
        shown = 0
        for table in await _tables(connection):
            everything = sql.SQL("SELECT t::text FROM {} t").format(table)
            for whom, theirs in (("", ("S-mine", "S-theirs")), ("S-mine", ("S-theirs",))):
                await connection.execute(
                    "SELECT set_config('homeroom.student_id', %s, false)", (whom,)
                )
                try:
                    seen = str(await (await connection.execute(everything)).fetchall())
                except REFUSED:
                    continue
                assert not [one for one in theirs if one in seen], (table.as_string(), whom)
                shown += "S-mine" in seen
        assert shown > 10


async def test_a_read_still_shows_the_own_rows(own: Settings) -> None:
    reads = Database(own)
    await reads.open()
    try:
        result = await reads.read(scope=ReadScope(student_id="S-mine"))
        assert result.there
        assert result.generation == "g0001"
    finally:
        await reads.close()


async def test_what_needs_a_login_of_its_own_says_so(own: Settings) -> None:
    alone = own.model_copy(update={"database_url": "", "explain_database_url": ""})
    with pytest.raises(ApiError) as refused:
        await Explainer(alone).explain(ExplainRequest("student", "S-mine"))
    assert refused.value.status == 503
    assert "HOMEROOM_EXPLAIN_DATABASE_URL" in refused.value.message
