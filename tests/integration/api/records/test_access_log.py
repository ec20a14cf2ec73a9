"""Who was denied what is written down, and shown to admins of the same realm."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from homeroom.commands import access_log
from homeroom.commands.database import CommandDatabase
from homeroom.errors import DatabaseUnavailable
from tests.support.assigning import Asking

PATH = "/api/access-log"


async def test_a_denied_request_is_an_entry_with_all_that_is_said_of_it(admin, teacher):
    answer = await teacher("2").ask(
        "GET", "/api/students?class_level_id=6", headers={"X-Request-Id": "r-77"}
    )
    assert answer.status_code == 403
    (entry,) = await admin.data(PATH)
    assert entry.pop("at").endswith("Z")
    assert entry == {
        "user_id": 2, "action": "GET", "resource": "/api/students?class_level_id=6",
        "request_id": "r-77", "address": "127.0.0.1",
    }  # fmt: skip


async def test_every_403_of_these_surfaces_is_an_entry_the_newest_first(admin, asking, records):
    assert records
    asked = [
        (("2", "teacher"), "GET", "/api/teachers"), (("2", "teacher"), "GET", PATH),
        (("S-1", "student"), "GET", "/api/students/S-1"),
        (("2", "teacher"), "DELETE", "/api/teacher-assignments/class/1"),
        (("2", "teacher"), "POST", "/api/teacher-assignments/bulk"),
        (("x|y", "service"), "GET", "/api/teacher-assignments/my-assignments"),
        (("2", "teacher"), "GET", "/api/reports/student/S-0?limit=x"),
    ]  # fmt: skip
    for who, method, path in asked:
        assert (await asking(*who).ask(method, path)).status_code == 403, path
    # What is granted, wrong, unknown or of another surface is none.
    for who, path, status in (
        (("2", "teacher"), "/api/students", 200), (("2", "teacher"), "/api/students?cursor=x", 400),
        (("A-0", "admin"), "/api/students/S-0", 404),
        (("2", "student"), "/api/v1/student/habits", 404),
        (("3", "teacher"), "/api/teachers/2/dashboard", 403),
    ):  # fmt: skip
        assert (await asking(*who).ask("GET", path)).status_code == status, path
    entries = await admin.data(PATH)
    found = [(e["user_id"], e["action"], e["resource"]) for e in reversed(entries)]
    assert found == [
        (2 if who[0] == "2" else who[0], method, path) for who, method, path in asked
    ]  # fmt: skip
    page = await admin.ask("GET", f"{PATH}?limit=2")
    assert page.json()["data"] == entries[:2]
    following = page.headers["link"].partition(">")[0].removeprefix("<")
    assert (await admin.ask("GET", following)).json()["data"] == entries[2:4]


async def test_an_admin_of_a_school_sees_what_its_own_people_were_denied(
    admin, of_school, asking, records
):
    assert records
    own = [("3", "teacher"), ("T-org", "teacher"), ("S-9", "student"), ("S-3", "student")]
    others = [("2", "teacher"), ("T-none", "teacher"), ("S-1", "student"), ("O-1", "service"),
              ("3", "student"), ("S-9", "teacher")]  # fmt: skip
    for who in own + others:
        assert (await asking(*who).ask("GET", "/api/reports/class/7")).status_code == 403
    assert [e["user_id"] for e in await of_school.data(PATH)] == ["S-3", "S-9", "T-org", 3]
    assert len(await admin.data(PATH)) == len(own + others)
    assert await asking("A-2", "admin", "O-2").data(PATH) == []


async def test_an_entry_stays_when_the_request_fails_later(
    admin: Asking, teacher: Callable[[str], Asking], records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a transaction of its own; without it nothing is said but that it cannot be answered."""
    records.students.connection.execute("BEGIN; LOCK homeroom.outbox IN ACCESS EXCLUSIVE MODE")
    body = {"student_id": "S-3", "class_level_id": 5, "subject_id": 1, "score": 1}
    answer = await asyncio.wait_for(teacher("2").ask("POST", "/api/assessments", body), 5)
    records.students.connection.execute("ROLLBACK")
    assert answer.status_code == 403
    assert [e["resource"] for e in await admin.data(PATH)] == ["/api/assessments"]

    def away(_: CommandDatabase) -> Any:
        raise DatabaseUnavailable

    monkeypatch.setattr(CommandDatabase, "connection", away)
    assert (await teacher("2").ask("GET", "/api/students/S-9")).status_code == 503


async def test_entries_are_deleted_at_their_age(records: Any, students_url: str) -> None:
    run = records.students.connection.execute
    for days in (1, 364, 366, 4000):
        run(
            "INSERT INTO homeroom.access_log "
            "(user_id, role, action, resource, at, request_id, address) "
            "VALUES (%s, 'teacher', 'GET', '/', now() - make_interval(days => %s), 'r', 'a')",
            (str(days), days),
        )
    async with await psycopg.AsyncConnection.connect(students_url, autocommit=True) as connection:
        assert await access_log.prune(connection, 365, 1) == 1
        assert await access_log.prune(connection, 365, 9) == 1
        assert await access_log.prune(connection, 365, 9) == 0
    left = run("SELECT user_id FROM homeroom.access_log ORDER BY id").fetchall()
    assert left == [("1",), ("364",)]


async def test_the_page_on_personal_data_erases_what_names_a_person(records: Any) -> None:
    page = (Path(__file__).parents[4] / "docs" / "privacy.md").read_text()
    (statement,) = re.findall(r"`(DELETE FROM homeroom.access_log [^`]+)`", page)
    run = records.students.connection.execute
    named = ["/api/students/S1", "/api/reports/student/S1", "/api/reports/student/S1?limit=x",
             "/api/teacher-assignments?limit=2&user_id=S1"]  # fmt: skip
    others = ["/api/students/S10", "/api/students", "/api/reports/class/1?limit=S"]
    for user, resource in [("T1", one) for one in (*named, *others)] + [("S1", "/api/teachers")]:
        run(
            "INSERT INTO homeroom.access_log (user_id, role, action, resource, at, request_id, "
            "address) VALUES (%s, 'teacher', 'GET', %s, now(), 'r', 'a')",
            (user, resource),
        )
    run(statement.encode())
    left = run("SELECT resource FROM homeroom.access_log ORDER BY id").fetchall()
    assert [one for (one,) in left] == others


async def test_nobody_but_an_admin_reads_the_table(records: Any) -> None:
    connection = records.students.connection
    connection.execute(
        "INSERT INTO homeroom.access_log (user_id, role, action, resource, at, request_id, address)"
        " VALUES ('2', 'teacher', 'GET', '/', now(), 'r', 'a')"
    )
    for name, count in (("teacher_id", 0), ("organization_id", 0), ("service_id", 0),
                        ("student_id", 0), ("admin_id", 1)):  # fmt: skip
        with connection.transaction():
            connection.execute("SET LOCAL ROLE homeroom_reader")
            connection.execute(f"SELECT set_config('homeroom.{name}', '2', true)".encode())
            found = connection.execute("SELECT count(*) FROM homeroom.access_log").fetchone()
        assert found == (count,), name
