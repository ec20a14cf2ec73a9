"""The change feed tells, at commit, whom what a batch has changed concerns."""

import asyncio
from typing import Any

import psycopg
import pytest

from homeroom.commands import changes
from homeroom.engine.generations.registry import enter
from tests.support import wait_for_async
from tests.support.feed import Feed, record

AT = "2026-03-01T09:00:00Z"
OLD = "2026-03-01T08:00:00Z"


@pytest.fixture(autouse=True)
def before(feed: Feed, database_url: str) -> int:
    """The newest change before the test."""
    assert feed
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT coalesce(max(id), 0) FROM homeroom.change").fetchone()
    assert found is not None
    return int(found[0])


def notification(key: str, sequence: int = 1, **changed: Any) -> Any:
    data = {
        "notification_id": key, "teacher_id": "T1", "school_id": "O1", "kind": "new_student",
        "title": "A", "message": "B", "action_url": None, "created_at": AT, "expires_at": None,
    } | changed  # fmt: skip
    return record("notifications", "notification.created.v1", key, sequence, data)


def told(database_url: str, before: int) -> list[tuple[Any, ...]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "SELECT relation, key, owner FROM homeroom.change WHERE id > %s ORDER BY id", (before,)
        ).fetchall()


async def test_a_batch_tells_each_changed_row_once_and_whom_it_concerns(
    feed: Feed, database_url: str, before: int
) -> None:
    await feed.apply([notification("N1"), notification("N1", 2, title="C"), notification("N2")])
    owner = {"teacher_id": "T1", "school_id": "O1"}
    assert sorted(told(database_url, before)[:2]) == [
        ("notifications", "N1", owner), ("notifications", "N2", owner),
    ]  # fmt: skip


async def test_whose_a_row_was_is_told_too_and_what_changes_nothing_is_not(
    feed: Feed, database_url: str, before: int
) -> None:
    await feed.apply([notification("N1")])
    await feed.apply([notification("N1", 2)])
    await feed.apply([notification("N1", 3, teacher_id="T2")])
    assert sorted(owner["teacher_id"] for _, _, owner in told(database_url, before)) == [
        "T1",
        "T1",
        "T2",
    ]


async def test_a_generation_that_is_not_live_tells_nothing(
    feed: Feed, database_url: str, before: int
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE homeroom.live SET schema = 'another'")
        try:
            await feed.apply([notification("N1")])
        finally:
            connection.execute("UPDATE homeroom.live SET schema = %s", (feed.writer.schema,))
    assert told(database_url, before) == []


async def test_followers_wake_once_the_batch_is_committed(feed: Feed, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as follower:
        follower.execute("LISTEN homeroom_changes")
        await feed.apply([notification("N1")])
        (first,) = follower.notifies(timeout=10, stop_after=1)
        assert first.channel == "homeroom_changes"


async def test_only_a_service_follows_the_feed(feed: Feed, database_url: str) -> None:
    await feed.apply([notification("N1")])
    with psycopg.connect(database_url) as connection:
        enter(connection, feed.writer.schema, for_session=True)
        connection.execute("SET ROLE homeroom_reader")
        for person, seen in (("teacher_id", 0), ("service_id", 1)):
            connection.execute("RESET homeroom.teacher_id")
            connection.execute("SELECT set_config(%s, 'T1', true)", (f"homeroom.{person}",))
            rows = connection.execute("SELECT FROM homeroom.change LIMIT 1").fetchall()
            assert len(rows) == seen


async def test_changes_are_numbered_in_the_order_of_commits_and_seen_after_them(
    feed: Feed, database_url: str, before: int
) -> None:
    first, second = [await Feed.open(database_url, feed.model) for _ in range(2)]
    # Partitions of their own, so that neither waits for the other's position.
    earlier, later = notification("N1")._replace(partition=1), notification("N2")
    async with first.writer.connection.transaction():
        await first.apply([earlier])
        other = asyncio.create_task(second.apply([later._replace(partition=2)]))
        await wait_for_async(lambda: somebody_waits(database_url))
        assert told(database_url, before) == []
    await other
    assert [key for _, key, _ in told(database_url, before)] == ["N1", "N2"]
    for one in (first, second):
        await one.close()


def somebody_waits(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        return bool(
            connection.execute(
                "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            ).fetchall()
        )


async def test_what_is_pruned_is_old_and_leaves_no_gap(feed: Feed) -> None:
    connection = feed.writer.connection

    async def left_of(*old: bool, limit: int = 100) -> list[int]:
        """Which of these changes are left, by their place."""
        await connection.execute("DELETE FROM homeroom.change")
        for number, is_old in enumerate(old):
            await connection.execute(
                "INSERT INTO homeroom.change (relation, key, owner, at) "
                "VALUES ('notifications', %s, '{}', now() - %s * interval '1 min')",
                (str(number), 90 if is_old else 30),
            )
        await changes.prune(connection, 3_600, limit)
        left = await connection.execute("SELECT key::integer FROM homeroom.change ORDER BY id")
        return [key for (key,) in await left.fetchall()]

    async with connection.transaction(force_rollback=True):
        # A batch that took long is younger than what began before it.
        assert await left_of(True, True, False, True, False) == [2, 3, 4]
        assert await left_of(True, True, True) == [2]
        assert await left_of(True, True, True, False, limit=2) == [2, 3]
        assert await left_of(False) == [0]
        assert await left_of() == []


async def test_what_touches_nothing_that_is_told_runs_no_statement_of_the_feed(feed: Feed) -> None:
    plan = feed.model.plan()
    telling = {p.name for p in plan.projections if p.feed}
    assert telling == {
        "deactivated_teachers", "ended_teacherships", "notification_receipts", "notifications",
        "school_class_students", "school_teachers", "teacher_sessions",
    }  # fmt: skip
    for entity in ("assessment", "notification_delivery", "payment", "progress", "resource"):
        assert not telling & {p.name for p in plan.touched_by(frozenset({entity}))}
