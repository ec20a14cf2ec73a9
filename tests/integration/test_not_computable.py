"""What PostgreSQL cannot compute is a dead letter in every generation, however that is made."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from homeroom.engine.applying.applier import BatchApplier
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.positions import begin
from homeroom.errors import RebuildRefused
from homeroom.operations.dead_letters.actions import operator
from homeroom.operations.dead_letters.listing import DeadLetterId, GapId
from homeroom.operations.differences import Scope
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import RebuildOptions
from homeroom.operations.verifying.against_log import verify_against_log
from homeroom.operations.verifying.verify import verify
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.property.memory_log import MemoryLog, read_from, unprefixed
from tests.support.feed import Feed
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

from .test_dead_letters import DECISION, registered, teacher

NARROW = (
    "-- rows teacher_id\nSELECT t.teacher_id, length(t.name) * 200000000 AS letters FROM teacher t;"
)
WIDE = "-- rows teacher_id\nSELECT t.teacher_id, length(t.name) AS letters FROM teacher t;"
LONG = "Anna-Katharina"
RECORDS = [
    registered("T1"), teacher("T1", 2, name=LONG), teacher("T1", 3, name=LONG), registered("T2"),
    registered("T3", name=LONG), teacher("T3", 2, name=LONG),
]  # fmt: skip
LETTERS = (("people", 0, 1, "not_applicable"), ("people", 0, 4, "not_applicable"))


def model(settings: Settings, definition: str) -> ReadModel:
    known = read_model(settings)
    return ReadModel(known.catalog, {**known.definitions, "name_lengths": definition})


@pytest.fixture(autouse=True)
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planner refuses what may overflow; what it does not foresee is shown by such a one."""
    monkeypatch.setattr(ReadModel, "check", lambda _: None)


@pytest.fixture
def plain(settings: Settings) -> Settings:
    return unprefixed(settings)


@pytest.fixture
def database(plain: Settings) -> Iterator[Any]:
    """A live generation of a definition that not every name fits, with what came of the records."""
    made = model(plain, NARROW)
    prepare(plain, made)

    async def feed() -> None:
        feed = await Feed.open(plain.require_database(), made)
        batch = feed.batch(RECORDS)
        for partition in batch.moves:
            await begin(feed.writer.connection, partition, 0)
        await BatchApplier(feed.writer, Decoder(made.catalog)).apply(batch)
        await feed.close()

    asyncio.run(feed())
    with psycopg.connect(plain.require_database(), autocommit=True) as connection:
        yield connection


@asynccontextmanager
async def behind(plain: Settings, *first: Any) -> AsyncIterator[tuple[BatchApplier, Feed]]:
    """A subject of which a name that does not fit waits, and one more event behind it."""
    made = model(plain, NARROW)
    prepare(plain, made)
    feed = await Feed.open(plain.require_database(), made)
    applier = BatchApplier(feed.writer, Decoder(made.catalog))
    batch = feed.batch([registered("T1"), *first, teacher("T1", 3), teacher("T1", 4, name=LONG),
                        teacher("T1", 5, "deactivated")])  # fmt: skip
    for partition in batch.moves:
        await begin(feed.writer.connection, partition, 0)
    await applier.apply(batch)
    try:
        yield applier, feed
    finally:
        await feed.close()


async def standing(feed: Feed) -> tuple[Any, ...]:
    """How far the subject is, and its dead letters by number."""
    cursor = await feed.writer.connection.execute(
        "SELECT t.sequence, (SELECT array_agg((d.sequence, d.reason)::text) FROM dead_letters d "
        "WHERE d.closed_as IS NULL), (SELECT count(*)::int FROM waiting) FROM teacher t"
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


STUCK = (3, ["(4,not_applicable)"], 1)


async def test_an_event_that_waited_is_the_dead_letter_and_not_the_one_that_released_it(
    plain: Settings,
) -> None:
    async with behind(plain) as (applier, feed):
        await applier.apply(feed.batch([teacher("T1", 2)]))
        assert await standing(feed) == STUCK


async def test_a_discard_goes_on_to_the_event_that_is_refused(plain: Settings) -> None:
    async with (
        behind(plain) as (_, feed),
        operator(plain.require_database(), model(plain, NARROW)) as hand,
    ):
        done = await hand.discard([GapId("teacher", "T1", 2)], DECISION)
        assert (done.discarded, done.let_go, done.became_dead_letters) == (1, 1, 1)
        assert await standing(feed) == STUCK
        await hand.discard([DeadLetterId("people", 0, 2)], DECISION)
        assert await standing(feed) == (5, None, 0)


async def test_a_retry_is_not_refused_for_what_waits_behind_it(plain: Settings) -> None:
    async with (
        behind(plain, teacher("T1", 2, name=5)) as (_, feed),
        operator(plain.require_database(), model(plain, NARROW)) as hand,
    ):
        await feed.writer.connection.execute(
            "UPDATE dead_letters SET value = %s", (teacher("T1", 2).value,)
        )
        done = await hand.retry([DeadLetterId("people", 0, 1)], DECISION)
        assert [one.outcome for one in done.retried] == ["applied"]
        assert await standing(feed) == STUCK


def letters(connection: Any, generation: str) -> tuple[Any, ...]:
    query = 'SELECT topic, partition, "offset", reason FROM {} WHERE closed_as IS NULL ORDER BY 3'
    table = sql.Identifier(generation, "dead_letters")
    return tuple(connection.execute(sql.SQL(query).format(table)).fetchall())


def build(settings: Settings, made: ReadModel, **options: Any) -> tuple[str, list[str]]:
    warned: list[str] = []
    with read_from(MemoryLog.of_one_partition(RECORDS), ReadModel(made.catalog, {})):
        generation, _ = rebuild(
            settings, made, RebuildOptions(**options), lambda *_: None, lambda _: None,
            warn=warned.append, hands_over=False,
        )  # fmt: skip
    return generation, warned


@at_full_strength
def test_a_rebuild_makes_dead_letters_of_it_as_a_worker_does(
    plain: Settings, database: Any
) -> None:
    assert letters(database, "g0001") == LETTERS
    generation, warned = build(plain, model(plain, NARROW))
    assert generation == "g0002"
    assert "integer out of range" in warned[-1]
    assert letters(database, "g0002") == LETTERS
    assert [one for one in verify(plain.require_database()) if one.differs] == []
    rows = [
        database.execute(
            sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(name, "name_lengths"))
        ).fetchall()
        for name in ("g0001", "g0002")
    ]
    assert rows[0] == rows[1]


@at_full_strength
def test_a_mended_definition_takes_it(plain: Settings, database: Any) -> None:
    # What was a dead letter changes tables whose definition is as it was: that is to be accepted.
    generation, warned = build(plain, model(plain, WIDE), accept_differences=True)
    assert (letters(database, generation), warned) == ((), [])


@at_full_strength
def test_where_there_is_no_log_the_rebuild_says_what_it_is(plain: Settings, database: Any) -> None:
    database.execute("UPDATE g0001.teacher SET name = 'Anna-Katharina' WHERE teacher_id = 'T2'")
    with pytest.raises(RebuildRefused, match="integer out of range"):
        build(plain, model(plain, NARROW), source="live")


def test_to_compare_with_the_log_calls_it_no_drift(plain: Settings, database: Any) -> None:
    made = model(plain, NARROW)
    with read_from(MemoryLog.of_one_partition(RECORDS), ReadModel(made.catalog, {})):
        compared = verify_against_log(plain, made, Scope(), lambda *_: None)
    assert [one for one in compared if one.differs] == []
    assert letters(database, "g0001") == LETTERS
