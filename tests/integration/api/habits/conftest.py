"""An application with two students who have habits, and a client of theirs."""

import httpx
import pytest

from homeroom.api.app import create_app
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


@pytest.fixture
async def client(settings, owner):
    """A client of an application that has the tests' clock."""
    assert owner
    app = create_app(settings, clock=lambda: NOW)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://homeroom") as client,
    ):
        yield client


@pytest.fixture
def student(client, settings) -> Student:
    return Student(client, settings)
