"""What students send of their habits, each log judged by itself."""

import asyncio
from datetime import timedelta

import httpx
import jwt
import orjson
import pytest
from psycopg import AsyncConnection

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.commands import request_counts
from homeroom.commands.numbering import LOCK
from tests.support import wait_for_async
from tests.support.habit_client import PATH, Student
from tests.support.habits import NOW, log_of
from tests.support.strength import at_full_strength


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


@at_full_strength
async def test_whoever_sends_much_at_once_keeps_nobody_else_out(student, client, settings, owner):
    other = Student(client, settings, "S-2")
    waiting = (
        "SELECT count(*) >= 2 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        "WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()"
    )

    async def some_wait():
        return owner.execute(waiting).fetchone() == (True,)

    async def others_are_answered():
        return sum(one.done() for one in sent) == 6

    with owner.transaction():
        # A command of the student lasts.
        owner.execute("SELECT pg_advisory_xact_lock(%s, hashtext('S-1'))", [LOCK + 1])
        sent = [asyncio.create_task(student.send(log_of(str(number)))) for number in range(8)]
        await wait_for_async(some_wait)
        assert await other.statuses(log_of("a", habit_id="H-2")) == ["recorded"]
        await wait_for_async(others_are_answered)
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [429] * 6
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["Retry-After"] == "1"
    assert await student.statuses(log_of("b", logged_on="2026-03-08")) == ["recorded"]


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


async def test_a_day_before_the_habit_began_is_rejected(student, owner):
    answer = await student.send(
        log_of("a", logged_on="0001-01-01"),
        log_of("b", logged_on="2019-12-31"),
        log_of("c", logged_on="2020-01-01"),
    )
    first, second, third = answer.json()["results"]
    assert first["error"] == "logged_on: 0001-01-01 is before the habit began, on 2020-01-01"
    assert [one["status"] for one in (first, second, third)] == ["rejected", "rejected", "recorded"]
    assert owner.execute("SELECT count(*) FROM homeroom.habit_log_sent").fetchone() == (1,)


async def test_a_student_leaves_so_many_logs_in_a_day_and_no_more(settings, owner):
    few = settings.model_copy(update={"habit_logs_per_day_max": 3})
    app = create_app(few, clock=lambda: NOW)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client,
    ):
        student, other = Student(client, few), Student(client, few, "S-2")
        mine = [log_of(f"log-{day}", logged_on=f"2026-03-0{day}") for day in range(1, 7)]
        assert await student.statuses(*mine[:2]) == ["recorded", "recorded"]
        answer = await student.send(*mine)
        statuses = [result["status"] for result in answer.json()["results"]]
        # What is sent again takes no place.
        assert statuses == ["duplicate"] * 2 + ["recorded"] + ["rejected"] * 3
        assert answer.json()["results"][-1]["error"] == (
            "more than 3 logs in a day; send it again tomorrow"
        )
        assert await student.statuses(mine[4]) == ["rejected"]
        assert await other.statuses(log_of("a", habit_id="H-2")) == ["recorded"]
        assert owner.execute("SELECT count(*) FROM homeroom.habit_log_sent").fetchone() == (4,)
        owner.execute("UPDATE homeroom.request_count SET began_at = now() - interval '25 hours'")
        assert await student.statuses(*mine[3:]) == ["recorded"] * 3


async def test_what_was_sent_in_a_day_is_not_forgotten_within_it(settings, owner):
    owner.execute(
        "INSERT INTO homeroom.request_count VALUES "
        "('student/S-1', 'habit_logs', now() - interval '23 hours', 7), "
        "('student/S-2', 'habit_logs', now() - interval '25 hours', 7), "
        "('student/S-1', 'reads', now() - interval '2 hours', 7)"
    )
    async with await AsyncConnection.connect(settings.database_url, autocommit=True) as connection:
        assert await request_counts.prune(connection, 100) == 2
    left = owner.execute("SELECT caller, limited FROM homeroom.request_count").fetchall()
    assert left == [("student/S-1", "habit_logs")]
