"""`homeroom rebuild`: the tables built anew beside live traffic, compared, and swapped in."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete
from psycopg import sql

from homeroom.settings import Settings
from tests.faults.upstream import Upstream, make_load
from tests.support.commands import Tables, homeroom, running, succeed, tables_of
from tests.support.contents import contents
from tests.support.holding import held, hold, release
from tests.support.strength import at_full_strength, pick
from tests.support.waiting import wait_for

# Of the events of a load.
SHARE = pick(quick=3, thorough=1)


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    succeed(settings, "migrate")
    with tables_of(settings) as tables:
        yield tables


def publish(settings: Settings, events: int, seed: int) -> int:
    """A load with everything in it that may go wrong; how many records the log holds then."""

    async def work() -> int:
        upstream = Upstream(settings)
        await upstream.publish(make_load(events, seed))
        ends = await upstream.ends()
        await upstream.close()
        return sum(ends.values())

    return asyncio.run(work())


def rebuilt(settings: Settings, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(succeed(settings, "rebuild", "--json", *arguments))
    return told


def test_whatever_the_log_holds_the_next_generation_is_the_same(
    settings: Settings, tables: Tables
) -> None:
    end = publish(settings, 3_000 // SHARE, seed=11)
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        before = contents(settings.database_url)
        told = rebuilt(settings, "--require-equal")
        assert (told["generation"], told["outcome"]) == ("g0002", "swapped")
        assert tables.generation == "g0002"
        assert contents(settings.database_url) == before
        assert sum(len(rows) for rows in before.values()) > 500
        # It is written on by the worker that was there, and so is the previous one.
        end = publish(settings, 200, seed=12)
        tables.wait_until_applied(end)
        assert homeroom(settings, "verify").returncode == 0


@at_full_strength
def test_what_differs_is_said_and_not_swapped_beyond_the_limit(
    settings: Settings, tables: Tables
) -> None:
    end = publish(settings, 2_000 // SHARE, seed=20)
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        exact = contents(settings.database_url)
        # Wrong entities make wrong dashboards that equal their definitions.
        teacher = tables.rows("teachers", "teacher_id")[0][0]
        tables.connection.execute(
            "UPDATE g0001.teacher SET name = 'Nobody' WHERE teacher_id = %s", (teacher,)
        )
        succeed(settings, "repair", "--all-drifted")
        assert homeroom(settings, "verify").returncode == 0
        refused = homeroom(settings, "rebuild", "--require-equal")
        assert refused.returncode == 1
        assert "Nothing was swapped: the generations differ" in refused.stderr
        assert '"Nobody"' in refused.stdout
        assert tables.generation == "g0001"
        # It is all there: with another limit it only has to catch up.
        too_much = homeroom(settings, "rebuild", "--max-changed", "0.0001%")
        assert "of the rows differ, more than may" in too_much.stderr
        told = rebuilt(settings, "--max-changed", "90%", "--accept-differences")
    assert told["outcome"] == "swapped"
    (teachers,) = [t for t in told["report"]["tables"] if t["table"] == "teachers"]
    assert (teachers["added"], teachers["removed"], teachers["changed"]) == (0, 0, 1)
    example = teachers["examples"][0]
    assert (example["key"], example["column"], example["have"]) == (teacher, "name", "Nobody")
    assert contents(settings.database_url) == exact


@at_full_strength
def test_it_waits_while_paused_and_leaves_nothing_when_aborted(
    settings: Settings, tables: Tables
) -> None:
    publish(settings, 2_000 // SHARE, seed=14)
    for command in ("pause", "resume", "abort"):
        assert "There is no unfinished rebuild" in homeroom(settings, "rebuild", command).stderr
    # So slow that it must see what is asked of it.
    hold(settings, ("deriving",), 1.0)
    with running(settings, "rebuild") as process:
        wait_for(lambda: unfinished(tables, "phase") == "deriving", 60)
        succeed(settings, "rebuild", "pause")
        second = homeroom(settings, "rebuild")
        assert second.returncode == 1
        assert "A rebuild runs already" in second.stderr
        release(settings)
        wait_for(lambda: "; paused." in succeed(settings, "rebuild", "status"), 60)
        seen = json.loads(succeed(settings, "rebuild", "status", "--json"))
        assert (seen["asked"], seen["phase"], process.poll()) == ("pause", "deriving", None)
        assert tables.generation == "g0001"
        succeed(settings, "rebuild", "resume")
        assert process.wait(120) == 0
    live = tables.generation
    assert live == "g0002"
    assert "g0002: swapped" in succeed(settings, "rebuild", "status")

    with held(settings, ("deriving",), 1.0), running(settings, "rebuild") as process:
        wait_for(lambda: unfinished(tables) == "g0003", 60)
        process.kill()
        process.wait()
    # The database may be a little longer in finding out.
    wait_for(lambda: "No process works on it" in succeed(settings, "rebuild", "status"))
    assert "No process works on the rebuild" in homeroom(settings, "rebuild", "pause").stderr
    assert "g0003 was dropped" in succeed(settings, "rebuild", "abort")
    assert tables.generation == live
    schemas = tables.connection.execute("SELECT to_regnamespace('g0003')").fetchone()
    assert schemas == (None,)
    assert "g0003: aborted" in succeed(settings, "rebuild", "status")


def unfinished(tables: Tables, column: str = "generation") -> str | None:
    """The generation of the rebuild that is under way, or something else of it."""
    query = sql.SQL("SELECT {} FROM homeroom.rebuild WHERE ended_at IS NULL")
    row = tables.connection.execute(query.format(sql.Identifier(column))).fetchone()
    return str(row[0]) if row else None


@at_full_strength
def test_a_dry_run_says_what_it_would_take_and_changes_nothing(
    settings: Settings, tables: Tables
) -> None:
    end = publish(settings, 2_000 // SHARE, seed=15)
    told = json.loads(succeed(settings, "rebuild", "--dry-run", "--json"))
    assert (told["generation"], told["events"]) == ("g0002", end)
    assert told["events_per_second"] > 0
    assert told["tables_bytes"] > 0
    assert "Nothing was changed" in succeed(settings, "rebuild", "--dry-run")
    assert [g["name"] for g in json.loads(succeed(settings, "generations", "list", "--json"))] == [
        "g0001"
    ]
    assert succeed(settings, "rebuild", "status") == "There was no rebuild yet.\n"
    assert tables.generation == "g0001"


@at_full_strength
def test_without_the_logs_beginning_it_refuses_and_may_start_from_the_live_entities(
    settings: Settings, tables: Tables
) -> None:
    end = publish(settings, 2_000 // SHARE, seed=16)
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        before = contents(settings.database_url)
        forget(settings, "exams", 0, 5)
        for arguments in (("rebuild",), ("rebuild", "--dry-run")):
            refused = homeroom(settings, *arguments)
            assert refused.returncode == 1
            assert "exams partition 0 begins at offset 5, published 2026-03-28" in refused.stderr
            assert "cannot mend what is wrong in the entities" in refused.stderr
        assert tables.generation == "g0001"
        told = rebuilt(settings, "--from", "live", "--require-equal")
        assert told["outcome"] == "swapped"
        assert contents(settings.database_url) == before
        # Letters and waiting events go on where they were.
        end = publish(settings, 300, seed=17)
        tables.wait_until_applied(end)
        assert homeroom(settings, "verify").returncode == 0


def forget(settings: Settings, topic: str, partition: int, before: int) -> None:
    """Has the broker remove the beginning of a log, as retention does."""

    async def work() -> None:
        async with Upstream(settings).admin() as admin:
            at = TopicPartition(settings.topic_prefix + topic, partition)
            await admin.delete_records({at: RecordsToDelete(before_offset=before)})

    asyncio.run(work())


@pytest.mark.empty_database
def test_what_cannot_be_asked_for_is_said(settings: Settings) -> None:
    for arguments, words in [
        (("--from", "nowhere"), "--from is log or live"),
        (("--as-of", "2014-01-31T00:00:00Z"), "--as-of and --into belong together"),
        (("--as-of", "2014-01-31T00:00:00", "--into", "x"), "has no offset"),
        (("--as-of", "yesterday", "--into", "x"), "is no RFC 3339 time"),
        (("--max-changed", "all"), "is no share"),
        (("--keep-previous", "long"), "is no duration"),
    ]:
        done = homeroom(settings, "rebuild", *arguments)
        flat = " ".join(done.stderr.replace("│", " ").split())
        assert (done.returncode, words in flat) == (2, True), done.stderr
    unprepared = homeroom(settings, "rebuild")
    assert unprepared.returncode == 1
    assert "homeroom migrate" in unprepared.stderr
