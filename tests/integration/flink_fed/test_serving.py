"""The query service over a generation that Flink feeds: the same answers, and what it cannot do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.commands import numbering
from homeroom.database import connect
from homeroom.settings import Settings
from tests.support.commands import succeed
from tests.support.flink_fed import NAME
from tests.support.strength import at_full_strength

PARTS = ("stats", "navigation-counts", "exams/recent", "classes/recent", "assignments/recent")
STAMPS = ("homeroom-as-of", "homeroom-incomplete-since")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    key = SecretStr("the tests' own key, longer than 32 bytes")
    return settings.model_copy(update={"jwt_secret": key})


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://homeroom") as client,
    ):
        yield client


def teachers(settings: Settings) -> list[str]:
    with psycopg.connect(settings.require_database()) as connection:
        return [row[0] for row in connection.execute("SELECT teacher_id FROM g0001.teachers")]


async def answers(
    client: httpx.AsyncClient, settings: Settings, **headers: str
) -> dict[str, httpx.Response]:
    found = {}
    for teacher in teachers(settings):
        token = tokens.issue(settings, teacher, "teacher")
        for part in PARTS:
            path = f"/api/teachers/{teacher}/dashboard/{part}"
            sent = {"Authorization": f"Bearer {token}"} | headers
            found[path] = await client.get(path, headers=sent)
    return found


async def test_answers_are_those_of_the_generation_before_with_their_time(fed: Settings) -> None:
    async with serving(fed) as client:
        before = await answers(client, fed)
        succeed(fed, "generations", "swap", NAME)
        after = await answers(client, fed)
    assert {a.headers["homeroom-generation"] for a in before.values()} == {"g0001"}
    assert {a.headers["homeroom-generation"] for a in after.values()} == {NAME}
    own = [before[f"/api/teachers/T-OWN/dashboard/{part}"] for part in PARTS]
    assert {answer.status_code for answer in own} == {200}
    assert own[3].json()["data"]["total"] == 1
    for path, answer in before.items():
        assert (after[path].status_code, without_id(after[path])) == (
            answer.status_code, without_id(answer),
        ), path  # fmt: skip
        assert [after[path].headers.get(s) for s in STAMPS] == [
            answer.headers.get(s) for s in STAMPS
        ], path
    assert all("homeroom-as-of" in answer.headers for answer in after.values())


def without_id(answer: httpx.Response) -> object:
    body = answer.json()
    body.pop("requestId", None)
    return body


@at_full_strength
async def test_whoever_waits_for_a_position_is_told_that_there_is_none(fed: Settings) -> None:
    waits = {"Homeroom-Wait-For": "classes:0:0", "Homeroom-Wait-Seconds": "0"}
    async with serving(fed) as client:
        before = await answers(client, fed, **waits)
        succeed(fed, "generations", "swap", NAME)
        after = await answers(client, fed, **waits)
    assert 501 not in {answer.status_code for answer in before.values()}
    for answer in after.values():
        assert answer.status_code == 501
        assert answer.json()["message"].startswith("Homeroom-Wait-For is not possible now: Flink")


@at_full_strength
async def test_rows_with_a_gap_are_marked_since_when(fed: Settings) -> None:
    succeed(fed, "generations", "swap", NAME)
    since = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=1)
    teacher = "T-OWN"
    with psycopg.connect(fed.require_database()) as connection:
        # As the job writes it; has_row is left out.
        connection.execute(
            b"INSERT INTO flink.incomplete (entity, key, since) VALUES ('teacher', %s, %s)",
            (teacher, since),
        )
    async with serving(fed) as client:
        found = await answers(client, fed)
    marked = {
        path: answer.headers["homeroom-incomplete-since"]
        for path, answer in found.items()
        if f"/{teacher}/" in path and answer.status_code == 200
    }
    assert marked
    assert {*marked.values()} == {"2026-03-01T01:00:00Z"}


async def test_commands_are_refused_for_a_reason_until_workers_feed_what_is_live(
    fed: Settings,
) -> None:
    with psycopg.connect(fed.require_database()) as connection:
        connection.execute("UPDATE homeroom.numbering SET identity = homeroom.identity()")
    leveller = numbering.Leveller(fed)
    async with await connect(fed.require_database(), "homeroom tests") as connection:
        assert await leveller.look(connection)
        succeed(fed, "generations", "swap", NAME)
        # Nothing is asked of the brokers, and the relay need not look again soon.
        assert await leveller.look(connection)
        (level, *_) = await (await connection.execute(numbering.SQL["standing"])).fetchone() or ()
        (waits_for,) = await (
            await connection.execute("SELECT waits_for FROM homeroom.relay")
        ).fetchone() or ("",)
    assert not level
    assert waits_for == numbering.FED_BY_FLINK
