"""A query of ours that forgets its WHERE, and a connection that somebody else has used."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import errors

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.api.student import router
from homeroom.api.student.dashboard import BEHIND, SOON, WEEK
from homeroom.queries.database import Database, ReadScope
from homeroom.queries.statement import OF_EVERY_READ, SQL, ReadStatement, compose
from homeroom.settings import Settings
from tests.support import reads
from tests.support.a_student import ME
from tests.support.intruder import THEM
from tests.support.strength import thinned
from tests.support.students import NOON, Students

READS = reads.STUDENTS
# Whose rows they are, as a statement of ours says it.
WHOSE = re.compile(rb"\b\w+\.student_id = (me|o)\.student_id\b")
ASKED: dict[str, Any] = {
    "generation": None, "jti": None, "subject": None, "issued_at": None,
    "teacher_id": "", "organization_id": "", "admin_id": "", "service_id": "",
    "now": NOON, "week_ago": NOON - WEEK,
    "soon": NOON + SOON, "earliest": (NOON - BEHIND).date().isoformat(), "latest": "2099-01-01",
    "actions": 50, "statuses": None, "changed_at": None, "mission_id": None, "limit": 50,
}  # fmt: skip
# Ways in which PostgreSQL may go about it.
PLANS = ("", "nestloop", "hashjoin", "mergejoin", "indexscan", "seqscan", "material", "memoize",
         "bitmapscan")  # fmt: skip


def forgetful(read: ReadStatement) -> ReadStatement:
    """The read without any of its conditions on whose rows it reads."""
    assert WHOSE.search(read.sql)
    return replace(read, sql=WHOSE.sub(b"true", read.sql))


def asked(
    connection: psycopg.Connection[Any], read: ReadStatement, who: str
) -> list[tuple[Any, ...]]:
    """All rows that it finds, without what every read tells."""
    parameters = ASKED | {"student_id": who}
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(read.sql, [parameters[name] for name in read.parameters])
        return [row[OF_EVERY_READ:] for row in cursor.fetchall()]


def without_wall(held: Students, read: ReadStatement) -> list[tuple[Any, ...]]:
    try:
        return asked(held.connection, read, ME)
    except errors.CardinalityViolation:
        return []


@pytest.mark.parametrize("name", READS)
def test_a_read_that_forgets_whose_rows_it_reads_finds_the_students_own(held, other, name):
    """However PostgreSQL goes about it, and whoever the session was for before."""
    read = READS[name]
    own = asked(held.connection, read, ME)
    (nobody,) = asked(held.connection, read, "")
    assert any(own[0])
    assert not any(nobody)
    assert without_wall(held, forgetful(read)) != own
    for plan in PLANS:
        other.connection.execute("RESET ALL")
        other.enter(held.generation)
        other.connection.execute("SET homeroom.student_id = 'S-theirs'")
        other.connection.execute("SET timezone = 'UTC'")
        if plan:
            other.connection.execute(f"SET enable_{plan} = off".encode())
        for tried in (read, forgetful(read)):
            assert asked(other.connection, tried, ME) == own, plan
            assert asked(other.connection, tried, "") == [nobody], plan


def test_all_reads_of_the_module_are_among_them():
    every = {route.path.rpartition("/")[2] for route in router.routes}
    assert {*READS} == {"dashboard", "profile", "progress", "missions", "habits"}
    # Those are beside the generations: the next test tries their wall.
    assert every == {*READS, "notification-preferences"}


def test_a_student_finds_the_own_preferences_alone(held, other):
    for student in (ME, THEM):
        held.connection.execute(
            "INSERT INTO homeroom.student_notification_preference "
            "VALUES (%s, 'streak', 'email', true)",
            (student,),
        )
        held.connection.execute(
            "INSERT INTO homeroom.quiet_hours VALUES (%s, '22:00', '07:00')", (student,)
        )
    other.connection.execute(f"SET homeroom.student_id = '{ME}'")
    for table in ("student_notification_preference", "quiet_hours"):
        assert other.sees(f"TABLE homeroom.{table}").count("S-") == 1, table
        assert ME in other.sees(f"TABLE homeroom.{table}"), table


NEVER = SQL["since_never"]
GOALS = compose(about=b"SELECT count(*) AS goals FROM student_goals", since=NEVER)
FAILS = compose(about=b"SELECT 1 / 0 AS fails FROM student_goals", since=NEVER)
PATHS = {"/dashboard": "quick_actions", "/profile": "basic", "/missions": "next_action"}


@pytest.fixture
async def narrow(held, students_url: str) -> AsyncIterator[Any]:
    """An application whose requests all take the same connection, one after the other.

    The two students are not deactivated.
    """
    taken = held.connection.execute("DELETE FROM deactivated_students RETURNING *").fetchall()
    async for made in _narrow(students_url):
        yield made
    held.connection.cursor().executemany("INSERT INTO deactivated_students VALUES (%s)", taken)


async def _narrow(students_url: str) -> AsyncIterator[Any]:
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
    assert await _goals(database) == 0


async def test_nothing_of_a_student_reaches_a_teacher_or_mentor(narrow):
    """One of the two is in a class of the teacher's, and neither shares anything with mentors."""
    ask, _ = narrow
    for path in ("stats", "navigation-counts", "exams/recent", "question-banks/recent",
                 "classes/recent", "assignments/recent"):  # fmt: skip
        answer = await ask(f"/api/teachers/T-1/dashboard/{path}", "T-1", "teacher")
        assert answer.status_code == 200
        assert "theirs" not in answer.text
        assert "Grace" not in answer.text
    stats = await ask("/api/teachers/T-1/dashboard/stats", "T-1", "teacher")
    assert stats.json()["data"]["totalStudents"] == 1


async def _goals(database: Database, **scope: str) -> int:
    """How many goals a read sees that is for nobody, or for these."""
    found = await database.read(GOALS, scope=ReadScope(**scope))
    assert found.about is not None
    return int(found.about["goals"])


async def test_a_read_takes_with_it_whom_it_was_for(narrow):
    """Looked at on the very connection, which nobody cleans between two reads."""
    _, database = narrow
    assert await _goals(database, student_id=THEM) == 6
    async with database.pool.connection() as connection:
        cursor = await connection.execute("SELECT count(*) FROM g0001.student_goals")
        assert await cursor.fetchone() == (0,)
    with pytest.raises(errors.DivisionByZero):
        await database.read(FAILS, scope=ReadScope(student_id=THEM))
    async with database.pool.connection() as connection:
        cursor = await connection.execute("SELECT count(*) FROM g0001.student_goals")
        assert await cursor.fetchone() == (0,)
    assert await _goals(database) == 0


AS_OWNER = "RESET ROLE; SET default_transaction_read_only = off; "
AS_BEFORE = "; SET ROLE homeroom_reader; SET default_transaction_read_only = on"
FAKE = (
    "CREATE TEMPORARY TABLE student_overview AS SELECT *, 'theirs' AS mentor FROM g0001.students; "
    "CREATE TEMPORARY TABLE student_goals AS TABLE g0001.student_goals; "
    "GRANT SELECT ON pg_temp.student_overview, pg_temp.student_goals TO homeroom_reader"
)
# What a careless request might leave behind in its connection.
LEFT = (
    "SELECT set_config('homeroom.student_id', 'S-theirs', false)",
    "SET search_path = pg_temp",
    "SET search_path = g0002",
    "SET search_path = pg_temp, g0001",
    "PREPARE left_behind AS TABLE g0001.student_overview",
    "SET timezone = 'Asia/Kathmandu'",
    "RESET ROLE",
    "RESET ROLE; SELECT set_config('homeroom.student_id', 'S-theirs', false)",
    "RESET ALL",
    "BEGIN; SELECT set_config('homeroom.student_id', 'S-theirs', true)",
    "BEGIN; SELECT 1 / 0",
    AS_OWNER + FAKE,
    AS_OWNER + FAKE + AS_BEFORE,
    AS_OWNER + FAKE + "; SET search_path = pg_temp, g0001" + AS_BEFORE,
)


@pytest.mark.parametrize(
    "statement", thinned(LEFT, lambda statement: [*LEFT].index(statement) % 3 == 0)
)
async def test_whatever_is_left_in_a_connection_shows_nobody_anothers_rows(narrow, statement):
    ask, database = narrow
    with suppress(errors.DivisionByZero):
        async with database.pool.connection() as connection:
            for one in statement.split("; "):
                await connection.execute(one.encode())
    assert await _goals(database) == 0
    assert await _goals(database, student_id=ME) == 6
    await _check(ask)
