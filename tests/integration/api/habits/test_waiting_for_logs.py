"""Waiting until a read shows what was recorded."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from homeroom.api.app import create_app
from tests.support import wait_for_async
from tests.support.habit_client import PATH, Student
from tests.support.habits import NOW, log_of

NEVER = "48e8b9fd63c941dd92f37ffa42b29dab"


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
    await wait_for_async(lambda: services.positions.waiting == 1)
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
    "token", [f"command-{NEVER}", f"command-{UUID(NEVER)}", "command-", "command-x", "command"]
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
