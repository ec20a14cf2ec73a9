"""Whoever comes back with a position misses nothing, or is told that too much was missed."""

import psycopg

from homeroom.settings import Settings
from tests.support.live import Live, Publishing, serving_live


async def test_what_came_meanwhile_is_told_and_nothing_else(
    live: Live, publishing: Publishing
) -> None:
    async with live.ready() as socket:
        await publishing.apply(publishing.notification("N1"))
        position = (await socket.message())["position"]
    await publishing.apply(
        publishing.notification("N2"), publishing.notification("N3", school_id="O2")
    )
    await publishing.apply(publishing.session("X1"))
    await publishing.apply(publishing.notification("N4", teacher_id=None))
    async with live.socket(f"school_id=O1&position={position}") as socket:
        ready = await socket.message()
        assert (ready["data"]["resumed"], ready["position"]) == (True, position)
        told = await socket.messages(4)
        assert sorted(m["data"].get("id", "") for m in told) == ["", "N2", "N4", "X1"]
        await publishing.apply(publishing.notification("N5"))
        assert (await socket.message())["data"]["id"] == "N5"


async def test_the_position_of_ready_is_one_to_come_back_with(
    live: Live, publishing: Publishing
) -> None:
    async with live.socket() as socket:
        position = (await socket.message())["position"]
    await publishing.apply(publishing.notification("N1"))
    async with live.socket(f"school_id=O1&position={position}") as socket:
        ready = await socket.message()
        # Whoever breaks off here is told all of it again.
        assert ready["position"] == position
        assert (await socket.message())["data"]["id"] == "N1"


async def test_another_instance_of_the_service_goes_on(
    live: Live, settings: Settings, publishing: Publishing
) -> None:
    async with live.socket() as socket:
        position = (await socket.message())["position"]
    await publishing.apply(publishing.notification("N1"))
    async with (
        serving_live(settings) as other,
        other.ready(f"school_id=O1&position={position}") as socket,
    ):
        assert (await socket.message())["data"]["id"] == "N1"


async def test_a_position_that_is_none_begins_anew(live: Live) -> None:
    for position in ("", "nonsense", "5", "0-00000000", "9" * 30, "-1-x", "٣-x"):
        async with live.socket(f"school_id=O1&position={position}") as socket:
            assert (await socket.message())["data"]["resumed"] is False


async def test_what_is_not_kept_any_more_begins_anew(
    live: Live, publishing: Publishing, database_url: str
) -> None:
    async with live.socket() as socket:
        position = (await socket.message())["position"]
    for n in range(3):
        await publishing.apply(publishing.notification(f"N{n}"))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "DELETE FROM homeroom.change WHERE id < (SELECT max(id) FROM homeroom.change)"
        )
    async with live.socket(f"school_id=O1&position={position}") as socket:
        first = await socket.message()
        assert first["data"]["resumed"] is False
        await publishing.apply(publishing.notification("N5"))
        assert (await socket.message())["data"]["id"] == "N5"


async def test_many_changes_are_all_told(live: Live, publishing: Publishing) -> None:
    async with live.ready() as socket:
        for start in range(0, 60, 20):
            await publishing.apply(
                *(publishing.notification(f"N{n}") for n in range(start, start + 20))
            )
        told = await socket.messages(60)
    assert {message["data"]["id"] for message in told} == {f"N{n}" for n in range(60)}
