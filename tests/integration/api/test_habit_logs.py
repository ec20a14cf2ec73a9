"""What students send of their habits, each log judged by itself; and waiting for it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import orjson
import psycopg
import pytest

from homeroom.api import habits, tokens
from homeroom.api.app import create_app
from tests.support import wait_for_async
from tests.support.habits import NOW, log_of, register

PATH = "/api/v1/student/habits/logs"
COMMANDS = "homeroom.outbox, homeroom.command, homeroom.habit_log_number, homeroom.habit_log_sent"


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


class Student:
    """Asks with a student's token."""

    def __init__(self, client: httpx.AsyncClient, settings: Any, student_id: str = "S-1") -> None:
        self.client = client
        token = tokens.issue(settings, student_id, "student")
        self.headers = {"Authorization": f"Bearer {token}"}

    async def send(self, *logs: object) -> httpx.Response:
        return await self.client.post(PATH, json={"logs": logs}, headers=self.headers)

    async def statuses(self, *logs: object) -> list[str]:
        answer = await self.send(*logs)
        assert answer.status_code == 200, answer.text
        return [result["status"] for result in answer.json()["results"]]

    async def get(self, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get("/api/v1/student/missions", headers=self.headers | named)


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


async def test_results_come_in_the_order_asked(student):
    answer = await student.send(
        log_of("a"),
        log_of("b", recorded_at="2026-03-09T19:00:00Z"),
        log_of("a"),
        log_of("c", habit_id="H-2"),
        log_of("d", habit_id="H-stopped"),
    )
    assert answer.status_code == 200
    assert answer.json() == {
        "results": [
            {"id": "a", "status": "recorded"},
            {"id": "b", "status": "superseded"},
            {"id": "a", "status": "duplicate"},
            {"id": "c", "status": "rejected", "error": "habit_id: you have no such habit"},
            {"id": "d", "status": "recorded"},
        ]
    }


async def test_sent_again_nothing_doubles_and_the_position_is_the_same(student, owner):
    first = await student.send(log_of("a"), log_of("b", logged_on="2026-03-08"))
    again = await student.send(log_of("a"), log_of("b", logged_on="2026-03-08"))
    assert [r["status"] for r in again.json()["results"]] == ["duplicate", "duplicate"]
    assert again.headers["homeroom-position"] == first.headers["homeroom-position"]
    assert owner.execute("SELECT count(*) FROM homeroom.outbox").fetchone() == (2,)


async def test_one_id_is_one_log(student):
    await student.send(log_of("a"))
    answer = await student.send(log_of("a", done=False))
    (result,) = answer.json()["results"]
    assert result["status"] == "rejected"
    assert result["error"] == "id: it was used before, for another log"
    assert "homeroom-position" not in answer.headers


async def test_a_command_waits_for_nothing(student):
    body = orjson.dumps({"logs": [log_of("a")]})
    headers = student.headers | {"Homeroom-Wait-For": "coaching:0:1000"}
    answer = await student.client.post(PATH, content=body, headers=headers)
    assert answer.status_code == 200


async def test_an_id_is_the_students_own(client, settings, student):
    await student.send(log_of("a"))
    other = Student(client, settings, "S-2")
    assert await other.statuses(log_of("a", habit_id="H-2")) == ["recorded"]


async def test_anothers_habit_is_as_unknown_as_nobodys(student):
    answer = await student.send(log_of("a", habit_id="H-2"), log_of("b", habit_id="H-nobody"))
    others, nobodys = answer.json()["results"]
    assert others | {"id": ""} == nobodys | {"id": ""}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"id": "a b"}, "id"),
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"habit_id": "../x"}, "habit_id"),
        ({"logged_on": "2026-02-30"}, "logged_on"),
        ({"logged_on": "09.03.2026"}, "logged_on"),
        ({"done": 1}, "done"),
        ({"done": None}, "done"),
        ({"recorded_at": "2026-03-09"}, "recorded_at"),
        ({"recorded_at": "2026-03-09T10:00:00"}, "recorded_at"),
        ({"recorded_at": 1}, "recorded_at"),
        ({"recorded_at": (NOW + timedelta(minutes=6)).isoformat()}, "recorded_at"),
        ({"logged_on": "2026-03-12"}, "logged_on"),
    ],
)
async def test_what_is_wrong_with_one_is_no_matter_of_the_others(student, wrong, named):
    answer = await student.send(log_of("good"), log_of("bad") | wrong)
    good, bad = answer.json()["results"]
    assert good == {"id": "good", "status": "recorded"}
    assert bad["status"] == "rejected"
    assert bad["error"].startswith(f"{named}: ")
    assert bad["id"] == ({"id": "bad"} | wrong)["id"] or named == "id"


@pytest.mark.parametrize("given", [None, 7, "log", [], {}])
async def test_what_is_no_log_is_rejected_alone(student, given):
    assert await student.statuses(given, log_of("a")) == ["rejected", "recorded"]


async def test_a_clock_that_is_a_little_ahead_will_do(student):
    log = log_of("a", recorded_at=NOW + timedelta(minutes=5))
    assert await student.statuses(log) == ["recorded"]


@pytest.mark.parametrize(
    ("time_zone", "day", "status"),
    [
        ("UTC", "2026-03-11", "recorded"),
        ("UTC", "2026-03-12", "rejected"),
        # At noon UTC it is the 11th there.
        ("Pacific/Kiritimati", "2026-03-12", "recorded"),
        ("Pacific/Kiritimati", "2026-03-13", "rejected"),
        ("Nowhere/At_All", "2026-03-11", "recorded"),
        ("Nowhere/At_All", "2026-03-12", "rejected"),
    ],
)
async def test_no_day_after_tomorrow_by_the_students_calendar(
    student, owner, time_zone, day, status
):
    owner.execute("UPDATE g0001.students SET time_zone = %s", (time_zone,))
    assert await student.statuses(log_of("a", logged_on=day)) == [status]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "list"),
        (b"{}", "list"),
        (b'{"logs": {}}', "list"),
        (orjson.dumps({"logs": [None] * 501}), "501 logs; at most 500"),
        (b" " * (habits.BODY_BYTES_MAX + 1), "bytes"),
    ],
)
async def test_what_is_no_list_of_logs_is_refused_whole(student, body, said):
    answer = await student.client.post(PATH, content=body, headers=student.headers)
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert said in answer.json()["error"]


async def test_five_hundred_at_once_and_none_at_all_are_taken(student):
    first = NOW - timedelta(days=600)
    logs = [
        log_of(f"log-{n}", logged_on=(first + timedelta(days=n)).date().isoformat())
        for n in range(500)
    ]
    assert set(await student.statuses(*logs)) == {"recorded"}
    assert await student.statuses() == []


@pytest.mark.parametrize(
    ("role", "student_id", "status", "error"),
    [
        ("teacher", "S-1", 403, "Access denied. Student role required."),
        ("student", "S-nobody", 404, "Student not found"),
        ("student", "S 1/", 404, "Student not found"),
    ],
)
async def test_whoever_is_no_student_is_told_so(client, settings, role, student_id, status, error):
    token = tokens.issue(settings, student_id, role)
    headers = {"Authorization": f"Bearer {token}"}
    answer = await client.post(PATH, json={"logs": [log_of("a")]}, headers=headers)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


async def test_without_a_token_or_with_a_revoked_one_it_is_401(client, student, owner, settings):
    answer = await client.post(PATH, json={"logs": []})
    assert (answer.status_code, answer.json()) == (401, {"error": "Authentication required"})
    token = student.headers["Authorization"].split()[1]
    claims = jwt.decode(token, options={"verify_signature": False})
    tokens.revoke(settings, claims["jti"])
    assert (await student.send(log_of("a"))).status_code == 401
    assert owner.execute("SELECT count(*) FROM homeroom.outbox").fetchone() == (0,)


async def test_while_numbers_are_behind_nothing_is_recorded(student, owner):
    owner.execute("UPDATE homeroom.numbering SET identity = 'of another database'")
    answer = await student.send(log_of("a"))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "level with the log" in answer.json()["error"]
    assert owner.execute("SELECT count(*) FROM homeroom.habit_log_sent").fetchone() == (0,)


def publish(owner: psycopg.Connection[Any], offset: int) -> None:
    """As the relay marks it."""
    owner.execute(
        "UPDATE homeroom.outbox SET published_at = now(), topic = 'coaching', partition = 0, "
        '"offset" = %s WHERE published_at IS NULL',
        (offset,),
    )


async def test_a_read_waits_until_what_was_recorded_is_published_and_held(student, owner, tables):
    sent = await student.send(log_of("a"))
    position = sent.headers["homeroom-position"]
    few = await student.get(Homeroom_Wait_For=position, Homeroom_Wait_Seconds="0.05")
    assert few.status_code == 504
    assert "not all of it is published yet" in few.json()["error"]
    asked = asyncio.create_task(
        student.get(Homeroom_Wait_For=f"coaching:0:3, {position}", Homeroom_Wait_Seconds="10")
    )
    services = student.client._transport.app.state.services
    await wait_for_async(lambda: services.publications.waiting == 1)
    publish(owner, 7)
    await wait_for_async(lambda: services.watcher.waiting == 1)
    tables.reach("coaching", 0, 7)
    await asyncio.wait([asked], timeout=0.1)
    assert not asked.done()
    tables.reach("coaching", 0, 8)
    assert (await asked).status_code == 200
    # As time goes by the rows are deleted.
    owner.execute("TRUNCATE homeroom.outbox")
    held = await student.get(Homeroom_Wait_For=position, Homeroom_Wait_Seconds="0")
    assert held.status_code == 200


async def test_the_position_of_duplicates_stands_for_all_who_recorded_them(student, owner, tables):
    await student.send(log_of("a"))
    publish(owner, 1)
    await student.send(log_of("b", logged_on="2026-03-08"))
    both = await student.send(log_of("a"), log_of("b", logged_on="2026-03-08"))
    position = both.headers["homeroom-position"]
    assert "," not in position
    soon = {"Homeroom_Wait_For": position, "Homeroom_Wait_Seconds": "0.05"}
    tables.reach("coaching", 0, 9)
    assert (await student.get(**soon)).status_code == 504
    publish(owner, 8)
    assert (await student.get(**soon)).status_code == 200
    tables.connection.execute("UPDATE g0001.positions SET next_offset = 1")
    assert (await student.get(**soon)).status_code == 504


@pytest.mark.parametrize(
    "token", [f"command-{uuid4().hex}", "command-", "command-x", f"command-{uuid4()}", "command"]
)
async def test_a_position_that_was_never_given_is_400(student, token):
    answer = await student.get(Homeroom_Wait_For=token)
    assert answer.status_code == 400


async def test_more_than_may_wait_are_503(settings, owner):
    app = create_app(settings.model_copy(update={"waiters_max": 1}), clock=lambda: NOW)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client,
    ):
        student = Student(client, settings)
        position = (await student.send(log_of("a"))).headers["homeroom-position"]
        wait = {"Homeroom_Wait_For": position, "Homeroom_Wait_Seconds": "10"}
        first = asyncio.create_task(student.get(**wait))
        await wait_for_async(lambda: app.state.services.publications.waiting == 1)
        assert (await student.get(**wait)).status_code == 503
        publish(owner, 0)
        owner.execute("UPDATE g0001.positions SET next_offset = 1")
        assert (await first).status_code == 200


async def test_browsers_may_post(settings, owner):
    assert owner
    app = create_app(settings.model_copy(update={"cors_origins": "https://app.school.test"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        answer = await client.options(
            PATH,
            headers={
                "Origin": "https://app.school.test",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization, content-type",
            },
        )
    assert answer.status_code == 200
    assert "POST" in answer.headers["access-control-allow-methods"]
