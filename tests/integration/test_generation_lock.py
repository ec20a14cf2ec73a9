"""Whoever writes proves within the transaction that the generation is the one that is meant."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import psycopg
import pytest
from psycopg import sql

from homeroom.engine.generations import lock, positions
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import register
from homeroom.engine.log.records import Partition
from homeroom.errors import GenerationGone, NotLive
from homeroom.operations.dead_letters.actions import Decision, operator
from homeroom.operations.dead_letters.listing import DeadLetterId
from homeroom.operations.dead_letters.purging import Purge, purge
from homeroom.operations.differences import Condition, Scope
from homeroom.operations.generations import drop
from homeroom.operations.migrating.reader import READER
from homeroom.operations.rebuilding import preparing, swapping
from homeroom.operations.repairing import repair as repairing
from homeroom.operations.repairing.repair import RowRepairer, repair
from homeroom.operations.repairing.repair import lock as lock_of_repair
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import Feed
from tests.support.strength import at_full_strength, thinned
from tests.support.templates import prepare
from tests.support.waiting import wait_for_async

from .test_dead_letters import registered, teacher

DECISION = Decision("ada", "the tests say so")
LIVE, NEXT = "g0001", "g0002"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND classid = %s"


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings.model_copy(update={"topic_prefix": ""}))


@pytest.fixture
def database(settings: Settings, model: ReadModel) -> Any:
    """A database with a live generation and a next one, both empty."""
    prepare(settings, model)
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        assert preparing.next_name(connection) == NEXT
        make(connection, model, NEXT, "next")
        yield connection


@pytest.fixture
async def feeds(
    settings: Settings, model: ReadModel, database: Any
) -> AsyncIterator[dict[str, Feed]]:
    assert database
    feeds = {
        name: await Feed.open(settings.require_database(), model, name) for name in (LIVE, NEXT)
    }
    yield feeds
    for feed in feeds.values():
        await feed.close()


def make(connection: Any, model: ReadModel, name: str, state: str) -> None:
    with connection.transaction():
        create_generation(connection, name, model, READER)
        register(connection, name, state)


def names(connection: Any, generation: str) -> dict[str, str]:
    query = sql.SQL("SELECT teacher_id, name FROM {}").format(
        sql.Identifier(generation, "teachers")
    )
    return dict(connection.execute(query).fetchall())


def open_letters(connection: Any, generation: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE closed_as IS NULL").format(
        sql.Identifier(generation, "dead_letters")
    )
    return int(connection.execute(query).fetchone()[0])


async def until_somebody_waits(connection: Any) -> None:
    await wait_for_async(lambda: connection.execute(WAITS, (lock.CLASS,)).fetchone() != (0,))


def test_a_generations_number_is_never_given_again(database: Any, model: ReadModel) -> None:
    first = preparing.next_name(database)
    make(database, model, first, "ended")
    drop(database, first)
    assert preparing.expected_name(database) == preparing.next_name(database) > first


async def test_a_writer_of_a_dropped_generation_does_not_write_into_another_of_its_name(
    database: Any, model: ReadModel, feeds: dict[str, Feed]
) -> None:
    frozen = feeds[NEXT]
    await frozen.apply([registered("T1")])
    drop(database, NEXT)
    with pytest.raises(GenerationGone, match=NEXT):
        await frozen.writer.apply(frozen.batch([registered("T2")]))
    make(database, model, NEXT, "next")
    positions.begin_all(database, NEXT, {Partition("people", 0): 1})
    with pytest.raises(GenerationGone, match=NEXT):
        await frozen.apply([registered("T3")])
    assert names(database, NEXT) == {}


@at_full_strength
async def test_a_partition_that_begins_while_a_swap_holds_waits_for_it(
    settings: Settings, database: Any, feeds: dict[str, Feed]
) -> None:
    for feed in feeds.values():
        await feed.apply([registered("T1")])
    late: list[asyncio.Task[Any]] = []

    async def reach(_: Mapping[Partition, int]) -> None:
        added = registered("T2")._replace(partition=7)
        late.append(asyncio.create_task(feeds[LIVE].apply([added])))
        await until_somebody_waits(database)

    await swapping.swap(settings.require_database(), LIVE, NEXT, reach, 60)
    # What readers saw by then is in the generation that they see now.
    await late[0]
    assert names(database, NEXT) == {"T1": "name 1"}
    assert names(database, LIVE) == {"T1": "name 1", "T2": "name 1"}


@pytest.mark.parametrize(
    "action", thinned(["discard", "retry", "purge"], lambda action: action == "discard")
)
async def test_what_an_operator_does_while_a_swap_holds_is_done_in_what_is_live_then(
    settings: Settings, model: ReadModel, database: Any, feeds: dict[str, Feed], action: str
) -> None:
    url = settings.require_database()
    for feed in feeds.values():
        await feed.apply([registered("T1"), teacher("T1", 2, name=5), teacher("T1", 3)])
    acting: list[asyncio.Task[Any]] = []
    letter = DeadLetterId("people", 0, 1)

    async with operator(url, model) as hand:

        async def reach(_: Mapping[Partition, int]) -> None:
            work = {
                "discard": lambda: hand.discard([letter], DECISION),
                "retry": lambda: hand.retry([letter], DECISION),
                "purge": lambda: purge(hand, Purge(0, True, None, DECISION)),
            }[action]()
            acting.append(asyncio.ensure_future(work))
            await until_somebody_waits(database)

        await swapping.swap(url, LIVE, NEXT, reach, 60)
        await acting[0]
    assert open_letters(database, LIVE) == 1
    assert open_letters(database, NEXT) == (1 if action == "retry" else 0)
    tried = database.execute("SELECT count(*) FROM homeroom.retry").fetchone()
    assert tried == (1 if action == "retry" else 0,)
    assert names(database, NEXT) == {"T1": "name 1" if action == "retry" else "name 3"}


@at_full_strength
async def test_a_repair_while_a_swap_holds_says_that_it_changed_nothing(
    settings: Settings, database: Any, feeds: dict[str, Feed]
) -> None:
    url = settings.require_database()
    for feed in feeds.values():
        await feed.apply([registered("T1")])
        await feed.writer.connection.execute("UPDATE teachers SET name = 'by hand'")
    repairing: list[asyncio.Task[Any]] = []

    async def reach(_: Mapping[Partition, int]) -> None:
        work = asyncio.to_thread(repair, url, Scope(("teachers",)), "ada", "why")
        repairing.append(asyncio.create_task(work))
        await until_somebody_waits(database)

    await swapping.swap(url, LIVE, NEXT, reach, 60)
    with pytest.raises(NotLive, match="Nothing was changed"):
        await repairing[0]
    assert names(database, LIVE) == names(database, NEXT) == {"T1": "by hand"}


@at_full_strength
async def test_a_swap_of_what_is_not_live_any_more_is_refused(
    settings: Settings, feeds: dict[str, Feed]
) -> None:
    assert feeds
    url = settings.require_database()

    async def reach(_: Mapping[Partition, int]) -> None:
        pass

    await swapping.swap(url, LIVE, NEXT, reach, 60)
    with pytest.raises(NotLive, match=LIVE):
        await swapping.swap(url, LIVE, NEXT, reach, 60)


async def test_a_person_is_purged_from_every_generation(
    settings: Settings, model: ReadModel, database: Any, feeds: dict[str, Feed]
) -> None:
    for feed in feeds.values():
        await feed.apply([registered(name, name=5) for name in ("S1", "S11", "S2")])
        await feed.apply([teacher("T1", 1, "registered", name=5, email="S1@example.org")])
    letters = sql.SQL("{} SET closed_as = 'superseded', closed_at = now() WHERE key = 'S1'").format(
        sql.Identifier(NEXT, "dead_letters")
    )
    database.execute(sql.SQL("UPDATE ") + letters)
    wanted = Purge(0, False, "S1", DECISION)
    async with operator(settings.require_database(), model) as hand:
        done = await purge(hand, wanted)
        assert (done.deleted, done.discarded) == (3, 2)
        # Open there: its workers close it, by what was discarded.
        assert done.elsewhere == {NEXT: 1}
        assert (open_letters(database, LIVE), open_letters(database, NEXT)) == (2, 3)
        database.execute("UPDATE homeroom.generation SET state = 'as_of' WHERE name = %s", (NEXT,))
        done = await purge(hand, wanted)
        assert (done.deleted, done.elsewhere) == (1, {})
        assert open_letters(database, NEXT) == 2


async def test_a_repair_lists_the_first_rows_and_finds_one_by_its_key(
    database: Any, settings: Settings, feeds: dict[str, Feed], monkeypatch: pytest.MonkeyPatch
) -> None:
    await feeds[LIVE].apply([registered(f"T{n:04}") for n in range(2_000)])
    database.execute("ANALYZE g0001.teacher, g0001.teachers")
    database.execute("UPDATE g0001.teachers SET name = 'x' WHERE teacher_id < 'T0004'")
    with psycopg.connect(settings.require_database()) as connection:
        lock_of_repair(connection, LIVE)
        repairer = RowRepairer(connection, LIVE, "ada", "tests")
        repairer.repair_projection("teachers", Condition.of_key(["teacher_id"], ["T0000"]))
        assert repairer.repaired.rows == 1
        read = (
            "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relid = 'g0001.{}'::regclass"
        )
        for table in ("teachers", "teacher"):
            assert connection.execute(read.format(table).encode()).fetchone() == (0,)
        connection.commit()
    monkeypatch.setattr(repairing, "DIFFERENCES_MAX", 2)
    repaired = repair(settings.require_database(), Scope(("teachers",)), "ada", "tests")
    assert repaired.rows == 3
    assert [one.key for one in repaired.differences] == ["T0001", "T0002"]
    assert set(names(database, LIVE).values()) == {"name 1"}
