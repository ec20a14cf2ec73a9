"""A query of ours that forgets its WHERE, and a connection that somebody else has used."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import errors, sql
from psycopg.rows import dict_row

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.queries.reading import Database, Query, Whose, read_on
from homeroom.queries.student import ON_ALL, SQL, WEEK
from homeroom.settings import Settings
from tests.support.a_student import ME
from tests.support.intruder import LIVE, THEM, Intruder
from tests.support.students import NOON, Students

STUDENT_ID = r"[\w.]+ = (%\(student_id\)s|o\.student_id)"
ASKED: dict[str, Any] = {
    "parts": ON_ALL, "now": NOON, "week_ago": NOON - WEEK, "soon": NOON + timedelta(days=2),
    "earliest": date(2000, 1, 1).isoformat(), "latest": "2099-01-01", "actions": 50,
    "statuses": None, "changed_at": None, "mission_id": None, "limit": 50,
}  # fmt: skip


def careless(statement: bytes) -> tuple[str, int]:
    """The statement without any of its conditions on who the student is; how many they were."""
    return re.subn(STUDENT_ID, "(true OR %(student_id)s = '')", statement.decode())


def rows(connection: psycopg.Connection[Any], statement: str, who: str) -> list[str]:
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement.encode(), ASKED | {"student_id": who}).fetchall()
    return sorted(str(row) for row in found)


@pytest.mark.parametrize("name", sorted(SQL))
def test_a_statement_that_forgets_whose_rows_it_reads_finds_the_students_own(held, other, name):
    forgetful, conditions = careless(SQL[name])
    assert conditions > 0
    own = rows(held.connection, SQL[name].decode(), ME)
    if name != "incomplete":
        assert _without_wall(held, forgetful) != own
    with other.being(student=ME):
        # What is asked for somebody else is the transaction's student's all the same.
        assert rows(other.connection, forgetful, ME) == own
        assert rows(other.connection, forgetful, THEM) == own
        theirs = rows(other.connection, SQL[name].decode(), THEM)
        assert theirs == ([] if name != "incomplete" else own)
    if name != "incomplete":
        assert rows(other.connection, forgetful, ME) == []


def _without_wall(held: Students, forgetful: str) -> list[str]:
    try:
        return rows(held.connection, forgetful, ME)
    except errors.CardinalityViolation as error:
        return [str(error)]


PATHS = {"/dashboard": "quick_actions", "/profile": "basic", "/missions": "next_action"}


@pytest.fixture
async def narrow(held, students_url: str) -> AsyncIterator[Any]:  # noqa: ARG001
    """An application whose requests all take the same connection, one after the other."""
    secret = "the tests' own key, longer than 32 bytes"
    settings = Settings(database_url=students_url, jwt_secret=secret, pool_connections_max=1)
    app = create_app(settings, clock=lambda: NOON)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://homeroom") as client,
    ):

        async def ask(path: str, who: str, role: str = "student") -> httpx.Response:
            token = tokens.issue(settings, who, role)
            return await client.get(path, headers={"Authorization": f"Bearer {token}"})

        yield ask, app.state.services.database


async def _check(ask: Any) -> None:
    for path, of in PATHS.items():
        for who, others in ((ME, "theirs"), (THEM, ME)):
            answer = await ask(f"/api/v1/student{path}", who)
            assert answer.status_code == 200, answer.text
            assert of in answer.text
            assert others not in answer.text, path
        assert (await ask(f"/api/v1/student{path}", "S-3")).status_code == 404


async def test_requests_that_share_a_connection_see_nothing_of_each_other(narrow):
    ask, database = narrow
    await _check(ask)
    for role, who, path, status in (
        ("teacher", "T-1", "/api/teachers/T-1/dashboard/classes/recent", 200),
        ("student", THEM, "/api/v1/student/missions?status=nonsense", 400),
        ("student", THEM, "/api/v1/student/missions?cursor=nonsense", 400),
        ("teacher", THEM, "/api/v1/student/dashboard", 403),
        ("student", "S-3", "/api/v1/student/dashboard", 404),
    ):
        assert (await ask(path, who, role)).status_code == status
        await _check(ask)
    together = [ask("/api/v1/student/profile", who) for who in (ME, THEM) * 10]
    for who, answer in zip((ME, THEM) * 10, await asyncio.gather(*together), strict=True):
        assert ("theirs" in answer.text) == (who == THEM)
    assert await _mine(database) == 0


async def _mine(database: Database, **whose: str) -> int:
    """How many goals a read sees that is for nobody, or for these."""
    query = Query(b"SELECT count(*) AS goals FROM student_goals")
    snapshot = await database.read(query, whose=Whose(**whose))
    return int(snapshot.results[0][0]["goals"])


LEFT = (
    "SELECT set_config('homeroom.student_id', 'S-theirs', false)",
    "SET SESSION search_path = pg_temp",
    "SET row_security = off",
    "PREPARE left_behind AS TABLE g0001.student_overview",
    "RESET ROLE",
    "RESET ROLE; SET ROLE NONE; SET timezone = 'Asia/Kathmandu'",
    "RESET ROLE; CREATE TEMPORARY TABLE student_overview AS SELECT s.*, 'theirs' AS mentor "
    "FROM g0001.students s",
    "RESET ROLE; CREATE TEMPORARY TABLE student_goals AS TABLE g0001.student_goals; "
    "GRANT SELECT ON student_goals TO homeroom_reader",
    "RESET ROLE; BEGIN; SELECT set_config('homeroom.student_id', 'S-theirs', true)",
    "BEGIN; SELECT 1 / 0",
)


@pytest.mark.parametrize("statement", LEFT)
async def test_whatever_is_left_in_a_connection_shows_nobody_anothers_rows(narrow, statement):
    ask, database = narrow
    try:
        async with database.pool.connection() as connection:
            await connection.execute(statement.encode())
    except errors.DivisionByZero:
        pass
    assert await _mine(database) == 0
    assert await _mine(database, student_id=ME) == 6
    await _check(ask)


async def test_a_read_takes_with_it_what_it_was_for_and_is_not_misled_by_temporary_tables(narrow):
    """Each by itself, before the connection is given back and cleaned."""
    _, database = narrow
    count = "SELECT count(*) AS goals FROM student_goals"
    mine = Query(count.encode())
    async with database.pool.connection() as connection:
        snapshot = await read_on(connection, [mine], Whose(student_id=THEM))
        assert snapshot.results == [[{"goals": 6}]]
        cursor = await connection.execute(count.replace("student_goals", "g0001.student_goals"))
        assert await cursor.fetchone() == {"goals": 0}
        for statement in LEFT[7].split("; "):
            await connection.execute(statement.encode())
        await connection.execute("SET ROLE homeroom_reader")
        assert (await read_on(connection, [mine])).results == [[{"goals": 0}]]
    async with database.pool.connection() as connection:
        left = "SELECT FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
        assert (await connection.execute(left)).rowcount == 0


async def test_a_read_that_fails_leaves_nothing_to_the_next_one(narrow):
    ask, database = narrow
    with pytest.raises(errors.DivisionByZero):
        await database.read(Query(b"SELECT 1 / 0"), whose=Whose(student_id=THEM))
    assert await _mine(database) == 0
    await _check(ask)


@pytest.mark.usefixtures("held")
def test_a_swap_of_generations_changes_nothing(students_url):
    """The same connection, the same prepared statement, the other generation."""
    with psycopg.connect(students_url, autocommit=True) as connection:
        connection.execute("SET ROLE homeroom_reader")
        reader = Intruder(connection, LIVE)
        for generation in (LIVE, "g0002", LIVE) * 3:
            with reader.being(student=ME):
                connection.execute(
                    sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(generation))
                )
                found = connection.execute("SELECT student_id FROM student_goals", prepare=True)
                assert {*found.fetchall()} == {(ME,)}
            found = connection.execute("SELECT student_id FROM student_goals", prepare=True)
            assert found.fetchall() == []
