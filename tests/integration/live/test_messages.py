"""What a live connection is told: what its commits have changed, as the lists have it."""

import json
from typing import Any

from tests.support.live import Live, Publishing


async def test_ready_comes_first_and_says_which_school(live: Live) -> None:
    async with live.socket("school_id=O1") as socket:
        first = await socket.message()
    assert first["type"] == "ready"
    assert first["data"] == {"school": {"id": "O1", "name": "School O1"}, "resumed": False}
    assert first["position"]


async def test_a_notification_is_told_as_listed(live: Live, publishing: Publishing) -> None:
    async with live.ready() as socket:
        await publishing.apply(publishing.notification("N1"))
        told = await socket.message()
    listed = await live.http.get(
        "/api/teachers/notifications", params={"school_id": "O1"}, headers=live.headers()
    )
    assert told["type"] == "notification"
    assert [told["data"]] == listed.json()["results"]
    assert listed.json()["unread"] == 1


async def test_a_schools_announcement_is_told_to_all_who_teach_there(
    live: Live, publishing: Publishing
) -> None:
    await publishing.apply(publishing.membership("O1", "T2"))
    async with (
        live.ready() as one, live.ready(token=live.token("T2")) as other,
    ):  # fmt: skip
        await publishing.apply(publishing.notification("N1", teacher_id=None))
        for socket in (one, other):
            told = await socket.message()
            assert (told["type"], told["data"]["id"]) == ("announcement", "N1")


async def test_a_session_is_told_with_its_figures(live: Live, publishing: Publishing) -> None:
    async with live.ready() as socket:
        await publishing.apply(publishing.session("7"))
        update, stats = await socket.messages(2)
        assert (update["type"], update["data"]["id"], update["data"]["status"]) == (
            "session_update", 7, "scheduled",
        )  # fmt: skip
        assert list(update["data"]) == [
            "id", "class_id", "class_name", "title", "starts_at", "ends_at", "status",
            "student_count", "attended_count", "notes",
        ]  # fmt: skip
        assert stats["type"] == "stats"
        assert set(stats["data"]) == {
            "total_students", "sessions_today", "sessions_this_week", "completion_rate",
        }  # fmt: skip
        await publishing.apply(publishing.completed("7"))
        again = await socket.message()
        assert (again["type"], again["data"]["status"]) == ("session_update", "completed")


async def test_nothing_of_another_school_or_teacher_is_told(
    live: Live, publishing: Publishing
) -> None:
    await publishing.school("O2", "T1")
    async with live.ready("school_id=O1") as socket:
        await publishing.apply(
            publishing.notification("N1", school_id="O2"),
            publishing.notification("N2", teacher_id="T2"),
            publishing.notification("N3", teacher_id=None, school_id="O2"),
            publishing.notification("N4", teacher_id=None, school_id=None),
            publishing.session("X1", organization_id="O2"),
            publishing.session("X2", teacher_id="T2"),
            publishing.receipt("read", "N1"),
            publishing.notification("N5"),
        )
        told = await socket.message()
        assert (told["type"], told["data"]["id"]) == ("notification", "N5")


async def test_what_belongs_to_no_school_is_told_at_every_school(
    live: Live, publishing: Publishing
) -> None:
    await publishing.school("O2", "T1")
    async with live.ready("school_id=O1") as one, live.ready("school_id=O2") as other:
        await publishing.apply(publishing.notification("N1", school_id=None))
        assert [(await s.message())["data"]["id"] for s in (one, other)] == ["N1", "N1"]


async def test_reading_and_dismissing_elsewhere_is_told(live: Live, publishing: Publishing) -> None:
    await publishing.apply(publishing.notification("N1"))
    async with live.ready() as socket:
        await publishing.apply(publishing.receipt("read", "N1"))
        assert (await socket.message())["data"]["is_read"] is True
        await publishing.apply(publishing.receipt("dismissed", "N1"))
        assert (await socket.message())["data"] == {"id": "N1", "removed": True}


async def test_what_becomes_anothers_is_told_as_removed(live: Live, publishing: Publishing) -> None:
    await publishing.school("O2", "T1", "T2")
    await publishing.apply(
        publishing.notification("N1"), publishing.notification("N2", school_id="O2"),
        publishing.session("X1"),
    )  # fmt: skip
    async with live.ready() as socket:
        await publishing.apply(publishing.notification("N1", teacher_id="T2", school_id="O2"))
        assert (await socket.message())["data"] == {"id": "N1", "removed": True}
        # What is read at another school is no matter of this one.
        await publishing.apply(publishing.receipt("read", "N2"))
        await publishing.apply(publishing.session("X1", organization_id="O2"))
        told = await socket.message()
        assert (told["type"], told["data"]) == ("session_update", {"id": "X1", "removed": True})


async def test_a_kind_that_is_switched_off_is_not_told(live: Live, publishing: Publishing) -> None:
    chosen = {"new_student": {"websocket": False}}
    await live.http.put(
        "/api/teachers/notification-preferences", json=chosen, headers=live.headers()
    )
    async with live.ready() as socket:
        await publishing.apply(
            publishing.notification("N1"), publishing.notification("N2", kind="session_reminder")
        )
        assert (await socket.message())["data"]["id"] == "N2"


async def test_without_a_school_it_is_the_first_by_name(live: Live, publishing: Publishing) -> None:
    await publishing.school("O0", "T1")
    async with live.socket("") as socket:
        assert (await socket.message())["data"]["school"]["id"] == "O0"


async def test_a_batch_is_told_once_committed_and_positions_rise(
    live: Live, publishing: Publishing
) -> None:
    async with live.ready() as socket:
        await publishing.apply(*(publishing.notification(f"N{n}") for n in range(5)))
        told = await socket.messages(5)
        # Whoever breaks off within the batch gets all of it again.
        assert len({message["position"] for message in told[:-1]}) == 1
        assert told[-1]["position"] != told[0]["position"]


async def events(lines: Any, count: int) -> list[dict[str, str]]:
    """The next events of a stream, by the names of their fields."""
    found: list[dict[str, str]] = []
    event: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            found.append(event)
            event = {}
        if len(found) == count:
            return found
    return found


async def test_the_stream_tells_the_same(live: Live, publishing: Publishing) -> None:
    path = "/api/teachers/dashboard/stream?school_id=O1"
    async with live.http.stream("GET", path, headers=live.headers()) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        (ready,) = await events(lines, 1)
        assert (ready["event"], json.loads(ready["data"])["type"]) == ("ready", "ready")
        await publishing.apply(publishing.notification("N1"))
        (told,) = await events(lines, 1)
    message = json.loads(told["data"])
    assert (told["event"], told["id"]) == ("notification", message["position"])
    await publishing.apply(publishing.notification("N2"))
    resumed = live.headers() | {"Last-Event-ID": told["id"]}
    async with live.http.stream("GET", path, headers=resumed) as answer:
        ready, told = await events(answer.aiter_lines(), 2)
    assert json.loads(ready["data"])["data"]["resumed"] is True
    assert json.loads(told["data"])["data"]["id"] == "N2"
