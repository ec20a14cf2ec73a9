"""A teacher hears at once of what services publish, over a real broker, worker and service."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from homeroom.settings import Settings
from tests.support import wait_for_async
from tests.support.commands import Service, Tables, running, succeed
from tests.support.habits import event, publish
from tests.support.live import AT, Live
from tests.support.strength import at_full_strength

SCHOOL = "O1"


def notification(key: str) -> Any:
    return event("notification.created.v1", key, 1, {
        "notification_id": key, "teacher_id": "T1", "school_id": SCHOOL, "kind": "new_student",
        "title": key, "message": "A new student", "action_url": None, "created_at": AT,
        "expires_at": None,
    })  # fmt: skip


def membership(what: str, sequence: int, **more: str) -> Any:
    data = {"school_id": SCHOOL, "user_id": "T1", **more}
    return event(f"membership.{what}.v1", f"{SCHOOL}/T1", sequence, data)


async def reads(live: Live, position: str) -> Any:
    """The list of notifications, once it holds what was published."""
    headers = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": "10"} | live.headers()
    answer = await live.http.get(f"/api/teachers/notifications?school_id={SCHOOL}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def live(projected: Settings, service: Service) -> Live:
    made = Live(projected, service.address.removeprefix("http://"), None)
    school = {"school_id": SCHOOL, "name": "A school", "time_zone": None}
    granted = membership("granted", 1, role="teacher", granted_at=AT)
    opened = event("school.opened.v1", SCHOOL, 1, school)
    await reads(made, await publish(projected, [opened, granted]))
    return made


@at_full_strength
async def test_what_is_published_is_told_read_and_told_again_and_rights_end(
    live: Live, projected: Settings, tables: Tables
) -> None:
    async with live.ready() as socket:
        await publish(projected, [notification("N1")])
        told = await socket.message()
        assert (told["type"], told["data"]["id"], told["data"]["is_read"]) == (
            "notification", "N1", False,
        )  # fmt: skip

        # Commands wait for a worker to bring numbers level with the log.
        async def read() -> Any:
            path = "/api/teachers/notifications/N1/read"
            answer = await live.http.post(path, headers=live.headers())
            return answer if answer.status_code == 200 else None

        position = (await wait_for_async(read)).headers["Homeroom-Position"]
        again = await socket.message()
        assert (again["data"]["id"], again["data"]["is_read"]) == ("N1", True)
        listed = await reads(live, position)
        assert (listed["unread"], listed["results"]) == (0, [again["data"]])

    # The instance that a client is connected to is killed; another goes on where it was.
    with running(projected.model_copy(update={"port": 0}), "serve") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split("://")[-1].strip()
        other = Live(projected, address, None)
        async with other.ready(f"school_id={SCHOOL}&position={again['position']}") as socket:
            process.kill()
            with pytest.raises(ConnectionClosed):
                await socket.connection.recv()
        await other.http.aclose()
    await publish(projected, [notification("N2")])
    async with live.socket(f"school_id={SCHOOL}&position={again['position']}") as socket:
        ready, told = await socket.messages(2)
        assert (ready["data"]["resumed"], told["data"]["id"]) == (True, "N2")

        # Who listens while the tables are rebuilt begins anew, and is told what comes then.
        await asyncio.to_thread(succeed, projected, "rebuild")
        anew = await socket.message()
        assert (anew["type"], anew["data"]["resumed"]) == ("ready", False)
        await publish(projected, [notification("N3")])
        assert (await socket.message())["data"]["id"] == "N3"

        await publish(projected, [membership("revoked", 2, revoked_at=AT)])
        assert await socket.closed() == (4403, "Access denied to this school")

    def is_told() -> bool:
        found = tables.connection.execute(
            "SELECT FROM homeroom.outbox WHERE type = 'notification.created.v1' "
            "AND data->>'kind' = 'membership_ended' AND published_at IS NOT NULL"
        )
        return len(found.fetchall()) == 1

    await wait_for_async(is_told)
    await live.http.aclose()
