"""The relay publishes what the outbox holds, one at a time, and says little about its troubles."""

import asyncio
import secrets
from typing import Any

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from structlog.testing import capture_logs

from homeroom.commands import publications
from homeroom.commands.database import CommandDatabase
from homeroom.commands.relay import make_relay, relaying
from homeroom.errors import DatabaseUnavailable
from homeroom.operations.status.status import take_sample
from homeroom.queries.database import NO_TOKEN
from homeroom.queries.places import WaitingPlaces
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from homeroom_kit.relaying.lease import Lease
from homeroom_kit.relaying.relay import Relay
from tests.integration.commands.conftest import Recording
from tests.support import wait_for_async
from tests.support.habits import (
    assert_in_order,
    log_of,
    many_logs,
    read_log,
    register,
)
from tests.support.strength import at_full_strength

NOWHERE = "127.0.0.1:9"


@at_full_strength
async def test_rows_are_marked_with_an_offset_not_below_the_events(prepared: Settings) -> None:
    register(prepared.database_url, {"S-1": ["H-1", "H-2"]})
    async with Recording.to(prepared) as at, relaying(prepared):
        await at.record(*many_logs(["H-1", "H-2"], 40))
        await at.until_published()
        rows = await at.connection.execute(
            'SELECT event_id, topic, partition, "offset" FROM homeroom.outbox'
        )
        marked = {event: place for event, *place in await rows.fetchall()}
    found = await read_log(prepared, "coaching", "habit_log")
    assert len(marked) == len(found) == 40
    assert len({one.partition for one in found}) == 2
    for one in found:
        topic, partition, offset = marked[one.id]
        assert (topic, partition) == (one.topic, one.partition)
        assert offset >= one.offset


@at_full_strength
async def test_what_committed_late_is_published_all_the_same(prepared: Settings) -> None:
    """Ids do not commit in their order: one below what was published is not forgotten."""
    register(prepared.database_url, {"S-1": ["H-1"]})
    append = (
        "INSERT INTO homeroom.outbox (type, subject, sequence, time, data) VALUES "
        "('goal.dropped.v1', %s, 1, now(), json_build_object('goal_id', %s::text))"
    )
    async with Recording.to(prepared) as at, relaying(prepared):
        with psycopg.connect(prepared.database_url) as slow:
            slow.execute(append, ("G-slow", "G-slow"))
            await at.connection.execute(append, ("G-fast", "G-fast"))
            await at.until_published()
            slow.commit()
        await at.until_published()
    found = await read_log(prepared, "coaching", "goal")
    assert {one.subject for one in found} == {"G-fast", "G-slow"}


async def test_two_at_once_make_duplicates_in_order(prepared: Settings, monkeypatch: Any) -> None:
    register(prepared.database_url, {"S-1": ["H-1"]})

    async def held(*_: object) -> bool:
        return True

    publish, met, been = Relay._publish, asyncio.Barrier(2), set()

    async def once_both_have_read(*told: Any) -> None:
        task = asyncio.current_task()
        if task not in been:
            been.add(task)
            await met.wait()
        await publish(*told)

    monkeypatch.setattr(Lease, "held", held)
    monkeypatch.setattr("homeroom_kit.relaying.relay.ROWS_MAX", 7)
    # Else the first may be done before the second has found the brokers.
    monkeypatch.setattr(Relay, "_publish", once_both_have_read)
    relays = [asyncio.create_task(make_relay(prepared).run()) for _ in range(2)]
    async with Recording.to(prepared) as at:
        for hour in range(60):
            minute = f"2026-03-09T{hour // 60:02}:{hour % 60:02}:00+00:00"
            await at.as_soon_as_possible(log_of(f"log-{hour}", recorded_at=minute))
        await at.until_published()
    for one in relays:
        one.cancel()
    await asyncio.wait(relays)
    found = await read_log(prepared, "coaching", "habit_log")
    assert assert_in_order(found) == {"H-1/2026-03-09": 60}
    assert len(found) > 60, "they never met"


@at_full_strength
async def test_the_lease_is_one_relays_until_it_expires_or_is_gone(
    prepared: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr("homeroom_kit.relaying.lease.RENEW_SECONDS", 0.0)

    def lasts(seconds: float) -> None:
        """A lease that is taken or renewed from now on."""
        monkeypatch.setattr("homeroom_kit.relaying.lease.LEASE_SECONDS", seconds)

    lasts(3_600.0)
    first, second = (Lease("homeroom", "") for _ in range(2))
    async with Recording.to(prepared) as other:
        async with Recording.to(prepared) as one:
            assert await first.held(one.connection)
            assert not await second.held(other.connection)
            lasts(0.3)
            assert await first.held(one.connection)
            lasts(3_600.0)

            async def taken() -> bool:
                return await second.held(other.connection)

            # Frozen: it does not renew.
            await wait_for_async(taken)
            assert not await first.held(one.connection)
            await second.release(other.connection)
            assert await first.held(one.connection)
            assert not await second.held(other.connection)
        # Killed: its connection is gone.
        await wait_for_async(taken)


@at_full_strength
async def test_a_trouble_is_said_once(prepared: Settings, monkeypatch: Any) -> None:
    register(prepared.database_url, {"S-1": ["H-1"]})
    monkeypatch.setattr("homeroom_kit.relaying.relay.backoff_seconds", lambda _: 0.01)
    away = prepared.model_copy(update={"kafka_bootstrap_servers": NOWHERE})
    made = make_relay(away)
    with capture_logs() as said:
        async with Recording.to(prepared) as at:
            await at.record(log_of("a"))
            running = asyncio.create_task(made.run())
            await wait_for_async(lambda: made._failures >= 5)
            assert [line["event"] for line in said] == ["outbox not relayed, trying again"]
            assert NOWHERE in said[0]["error"]
            made._settings = made._hooks._settings = prepared
            await at.until_published()
            await wait_for_async(lambda: said[-1]["event"] == "outbox relayed again")
            running.cancel()
            await asyncio.wait([running])


async def test_published_rows_are_deleted_after_a_while(prepared: Settings) -> None:
    """And entries of the access log, at an age of their own."""
    register(prepared.database_url, {"S-1": ["H-1"]})
    async with Recording.to(prepared) as at:
        await at.record(*(log_of(f"log-{day}", logged_on=f"2026-03-0{day}") for day in (1, 2, 3)))
        async with relaying(prepared):
            await at.until_published()
        await at.connection.execute(
            "UPDATE homeroom.outbox SET published_at = now() - interval '8 days' WHERE id = "
            "(SELECT min(id) FROM homeroom.outbox)"
        )
        await at.record(log_of("log-4", logged_on="2026-03-04"))
        await at.connection.execute("UPDATE homeroom.outbox SET created_at = '2020-01-01'")
        await at.connection.execute(
            "INSERT INTO homeroom.access_log (user_id, role, action, resource, at, request_id, "
            "address) SELECT days, 'teacher', 'GET', '/', now() - make_interval(days => days), "
            "'r', 'a' FROM unnest(ARRAY[364, 366]) AS days"
        )
        async with relaying(prepared):
            await at.until_published()

            async def kept() -> list[Any]:
                rows = await at.connection.execute(
                    "SELECT subject FROM homeroom.outbox ORDER BY id"
                )
                return [subject for (subject,) in await rows.fetchall()]

            async def pruned() -> bool:
                return await kept() == [f"H-1/2026-03-0{day}" for day in (2, 3, 4)]

            await wait_for_async(pruned)

            async def denied() -> bool:
                rows = await at.connection.execute("SELECT user_id FROM homeroom.access_log")
                return await rows.fetchall() == [("364",)]

            await wait_for_async(denied)


async def test_where_there_are_no_tables_of_students_all_else_is_relayed(
    prepared: Settings,
) -> None:
    register(prepared.database_url, {"S-1": ["H-1"]})
    nudging = prepared.model_copy(update={"nudge_interval_seconds": 0.01})
    async with Recording.to(prepared) as at:
        await at.record(log_of("a"))
        await at.connection.execute("DROP TABLE g0001.time_zones CASCADE")
        with capture_logs() as said:
            async with relaying(nudging):
                await at.until_published()
                await at.record(log_of("b", logged_on="2026-03-08"))
                await at.until_published()
        assert [line["event"][:9] for line in said if line["log_level"] == "warning"] == [
            "no nudges"
        ]


async def test_the_relay_looks_for_nudges_and_publishes_them(prepared: Settings) -> None:
    nudging = prepared.model_copy(update={"nudge_interval_seconds": 0.05})
    register(prepared.database_url, {"S-1": ["H-1"]})
    async with Recording.to(prepared) as at, relaying(nudging):
        await at.connection.execute(
            "INSERT INTO g0001.student_missions (mission_id, student_id, title, status, "
            "deadline_at) VALUES ('M-1', 'S-1', 'Essay', 'in_progress', now() + interval '1 hour')"
        )

        async def found() -> Any:
            return await read_log(prepared, "nudges", "nudge")

        (nudge,) = await wait_for_async(found)
    assert (nudge.data["kind"], nudge.data["url"]) == ("deadline", "/missions/M-1")


async def delete_topic(settings: Settings, topic: str) -> None:
    """Returns when it is gone: for a moment after the answer it still takes events."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics([topic])

        async def gone() -> bool:
            return topic not in await admin.list_topics()

        await wait_for_async(gone)
    finally:
        await admin.close()


@at_full_strength
async def test_a_topic_that_is_gone_holds_up_no_other(prepared: Settings, monkeypatch: Any) -> None:
    monkeypatch.setattr("homeroom_kit.relaying.relay.backoff_seconds", lambda _: 0.01)
    # Those of the topic that is gone are older, and more than are looked at in one turn.
    monkeypatch.setattr("homeroom_kit.relaying.relay.ROWS_MAX", 2)
    register(prepared.database_url, {"S-1": ["H-1"]})
    await delete_topic(prepared, f"{prepared.topic_prefix}nudges")
    async with Recording.to(prepared) as at:
        await at.connection.execute(
            "INSERT INTO homeroom.outbox (type, subject, sequence, time, data) "
            "SELECT 'nudge.due.v1', 'S-1/D-' || n, 1, now(), '{}' FROM generate_series(1, 3) AS n"
        )
        async with relaying(prepared):
            for day in (1, 2, 3):
                await at.record(log_of(f"log-{day}", logged_on=f"2026-03-0{day}"))

                async def only_nudges_are_left() -> bool:
                    return await at.unpublished() == 3

                await wait_for_async(only_nudges_are_left)
        rows = await at.connection.execute(
            "SELECT DISTINCT type FROM homeroom.outbox WHERE published_at IS NULL"
        )
        assert await rows.fetchall() == [("nudge.due.v1",)]
    found = await read_log(prepared, "coaching", "habit_log")
    # Of two partitions, of which either may be read first.
    assert sorted(one.subject for one in found) == [f"H-1/2026-03-0{day}" for day in (1, 2, 3)]


UNKNOWN = (
    "INSERT INTO homeroom.outbox (type, subject, sequence, time, data) "
    "VALUES (%s, %s, %s, now(), json_build_object('goal_id', %s::text))"
)


async def test_what_only_a_newer_version_knows_holds_up_its_own_subject_alone(
    prepared: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr("homeroom_kit.relaying.relay.ROWS_MAX", 2)
    monkeypatch.setattr("homeroom_kit.relaying.relay.PRUNE_EVERY_SECONDS", 0.0)
    register(prepared.database_url, {"S-1": ["H-1"]})
    async with Recording.to(prepared) as at:
        for type_name, subject, sequence in (
            ("goal.dropped.v1", "G-1", 1),
            ("goal.praised.v9", "G-1", 2),
            ("goal.praised.v9", "G-2", 1),
            ("goal.praised.v9", "G-3", 1),
            ("goal.dropped.v1", "G-1", 3),
            ("goal.dropped.v1", "G-4", 1),
        ):
            await at.connection.execute(UNKNOWN, (type_name, subject, sequence, subject))
        await at.connection.execute(
            "INSERT INTO homeroom.outbox (type, subject, sequence, time, data, published_at) "
            "VALUES ('goal.dropped.v1', 'G-old', 1, now(), '{}', now() - interval '1 year')"
        )
        left = (
            "SELECT count(*) FROM homeroom.outbox WHERE published_at IS NULL OR subject = 'G-old'"
        )

        async def pruned_and_published() -> bool:
            return await (await at.connection.execute(left)).fetchone() == (4,)

        with capture_logs() as said:
            async with relaying(prepared):
                await at.record(log_of("a"))
                await wait_for_async(pruned_and_published)
    told = [line["types"] for line in said if line["event"].startswith("outbox holds events")]
    assert told == [{"goal.praised.v9": 3}]
    found = await read_log(prepared, "coaching", "goal")
    assert sorted((one.subject, one.sequence) for one in found) == [("G-1", 1), ("G-4", 1)]
    sample = take_sample(prepared)
    assert sample.outbox is not None
    assert (sample.outbox.unpublished, sample.outbox.unknown) == (4, 3)
    assert sample.outbox.unknown_types == ("goal.praised.v9",)


async def take_records_of(settings: Settings, topic: str, bytes_max: int) -> None:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        name = f"{settings.topic_prefix}{topic}"
        limit = {"max.message.bytes": str(bytes_max)}
        topic_limit = ConfigResource(ConfigResourceType.TOPIC, name, limit)
        await admin.alter_configs([topic_limit])

        async def is_in_force() -> bool:
            # The broker hears of it a moment after it is taken.
            (answer,) = await admin.describe_configs([topic_limit])
            told = {entry[0]: entry[1] for resource in answer.resources for entry in resource[4]}
            return told["max.message.bytes"] == str(bytes_max)

        await wait_for_async(is_in_force)
    finally:
        await admin.close()


async def test_what_is_too_large_for_its_topic_holds_up_its_own_subject_alone(
    prepared: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr("homeroom_kit.relaying.relay.REFUSED_SECONDS", 3_600.0)
    await take_records_of(prepared, "coaching", 2_000)
    # The same size when it is compressed.
    large = secrets.token_hex(4_000)
    async with Recording.to(prepared) as at:
        for subject, sequence, padding in (
            ("G-1", 1, ""), ("G-2", 1, large), ("G-2", 2, ""), ("G-3", 1, ""), ("G-1", 2, ""),
            ("G-4", 1, large), ("G-3", 2, ""),
        ):  # fmt: skip
            await at.connection.execute(
                "INSERT INTO homeroom.outbox (type, subject, sequence, time, data) VALUES "
                "('goal.dropped.v1', %s, %s, now(), "
                "json_build_object('goal_id', %s::text, 'padding', %s::text))",
                (subject, sequence, subject, padding),
            )
        with capture_logs() as said:
            async with relaying(prepared):

                async def the_others_are_published() -> bool:
                    return await at.unpublished() == 3

                await wait_for_async(the_others_are_published)
                await at.connection.execute(UNKNOWN, ("goal.dropped.v1", "G-5", 1, "G-5"))
                await at.connection.execute(UNKNOWN, ("goal.dropped.v1", "G-4", 2, "G-4"))

                async def and_what_comes_later() -> bool:
                    return await at.unpublished() == 4

                await wait_for_async(and_what_comes_later)
        told = [line["subject"] for line in said if line["event"] == "event refused for its size"]
        assert sorted(told) == ["G-2", "G-4"]
        backlog = take_sample(prepared).outbox
        assert backlog is not None
        assert (backlog.unpublished, backlog.refused) == (4, 2)
        await take_records_of(prepared, "coaching", 1_000_000)
        monkeypatch.setattr("homeroom_kit.relaying.relay.REFUSED_SECONDS", 0.0)
        async with relaying(prepared):
            await at.until_published()
    found = await read_log(prepared, "coaching", "goal")
    for subject in ("G-1", "G-2", "G-3", "G-4", "G-5"):
        numbers = [one.sequence for one in found if one.subject == subject]
        assert list(dict.fromkeys(numbers)) == ([1] if subject == "G-5" else [1, 2])


@at_full_strength
async def test_nudges_wait_until_the_tables_hold_what_was_in_the_log(prepared: Settings) -> None:
    nudging = prepared.model_copy(update={"nudge_interval_seconds": 0.05})
    register(prepared.database_url, {"S-1": ["H-1"]})
    async with Recording.to(prepared) as at:
        async with relaying(prepared):
            await at.record(log_of("a"))
            await at.until_published()
        await at.connection.execute(
            "INSERT INTO g0001.student_missions (mission_id, student_id, title, status, "
            "deadline_at) VALUES ('M-1', 'S-1', 'Essay', 'in_progress', now() + interval '1 hour')"
        )

        async def said() -> int:
            rows = await at.connection.execute("SELECT FROM homeroom.nudge")
            return rows.rowcount

        async with relaying(nudging):
            await asyncio.sleep(1)
            assert await said() == 0
            await at.connection.execute("UPDATE g0001.positions SET next_offset = 1000")
            assert await wait_for_async(said) == 1


@at_full_strength
async def test_who_begins_to_wait_while_looking_fails_is_not_forgotten(
    prepared: Settings, monkeypatch: Any
) -> None:
    register(prepared.database_url, {"S-1": ["H-1"]})
    database = CommandDatabase(prepared)
    await database.open()
    offsets, late, fails = publications._offsets, asyncio.Event(), asyncio.Event()

    async def broken_once(connection: Any, commands: Any) -> Any:
        if asyncio.current_task() is watched._polling and not fails.is_set():
            fails.set()
            await late.wait()
            raise psycopg.OperationalError("gone")
        return await offsets(connection, commands)

    monkeypatch.setattr(publications, "_offsets", broken_once)
    watched = publications.Publications(database, WaitingPlaces(10, 10))
    async with Recording.to(prepared) as at:
        command = (await at.record(log_of("a"))).command_id
        assert command is not None
        waiting = {frozenset([command])}
        first = asyncio.create_task(watched.wait(*waiting, 60, NO_TOKEN))
        await fails.wait()
        second = asyncio.create_task(watched.wait(*waiting, 60, NO_TOKEN))
        await wait_for_async(lambda: watched.waiting == 2)
        late.set()
        with pytest.raises(DatabaseUnavailable):
            await first
        async with relaying(prepared):
            assert await second
    await database.close()
