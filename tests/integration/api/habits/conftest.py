"""An application with two students who have habits, and a client of theirs."""

import pytest
import pytest_asyncio

from tests.integration.api.conftest import client_of
from tests.support.applications import LOOP
from tests.support.habit_client import Student
from tests.support.habits import NOW, register

COMMANDS = (
    "homeroom.outbox, homeroom.command, homeroom.habit_log_number, homeroom.habit_log_sent, "
    "homeroom.request_count"
)


@pytest.fixture
def owner(tables):
    """The owner's connection; two students with habits, one of them stopped."""
    run = tables.connection.execute
    run(f"TRUNCATE {COMMANDS}, g0001.students, g0001.student_habits, g0001.student_overview")
    register(
        tables.connection.info.dsn + f" password={tables.connection.info.password}",
        {"S-1": ["H-1", "H-stopped"], "S-2": ["H-2"]},
    )
    run("UPDATE g0001.student_habits SET stopped = true WHERE habit_id = 'H-stopped'")
    run("INSERT INTO g0001.student_overview (student_id, name) VALUES ('S-1', 'Ada')")
    tables.reach("coaching", 0, 0)
    yield tables.connection
    run("TRUNCATE g0001.students, g0001.student_habits, g0001.student_overview")


@pytest_asyncio.fixture(loop_scope=LOOP)
async def client(settings, owner, applications):
    """A client of an application that has the tests' clock."""
    assert owner
    async with client_of(await applications.of(settings, lambda: NOW)) as client:
        yield client


@pytest.fixture
def student(client, settings) -> Student:
    return Student(client, settings)
