"""What is discarded in the live generation is carried out in every other one, applied or not.

The live generation's code cannot read a record that the other one's can: each is fed its own copy.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from psycopg import sql

from homeroom.engine.applying import discarding, log_copy
from homeroom.engine.applying.discarding import carry_out
from homeroom.engine.generations.positions import begin
from homeroom.engine.generations.registry import registered as generations
from homeroom.engine.log.reader import Chunk, Span
from homeroom.engine.log.records import Partition, StoredRecord
from homeroom.errors import PositionLost, RebuildRefused
from homeroom.operations.dead_letters.actions import operator
from homeroom.operations.dead_letters.listing import DeadLetterId, GapId
from homeroom.operations.rebuilding import rollback, swapping
from homeroom.operations.verifying.verify import verify
from homeroom.settings import Settings
from homeroom_kit.record_bounds import Beginning
from tests.support.feed import Feed
from tests.support.strength import at_full_strength

from .test_dead_letters import registered, teacher
from .test_generation_lock import DECISION, LIVE, NEXT, database, feeds, model, names, open_letters

__all__ = ["database", "feeds", "model"]
FIRST = DeadLetterId("people", 0, 0)
SECOND = DeadLetterId("people", 0, 1)


class Log:
    """The records of one partition, in place of a LogReader; counts how often it was opened."""

    def __init__(self, records: Sequence[StoredRecord]) -> None:
        self._records = [one._replace(offset=n) for n, one in enumerate(records)]
        self.opened = self.start = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Any]:
        self.opened += 1
        yield self

    async def bounds(self, partitions: list[Partition]) -> dict[Partition, Span]:
        return {p: Span(self.start, len(self._records)) for p in partitions}

    async def read(self, spans: Mapping[Partition, Span], _: int) -> AsyncIterator[Chunk]:
        assert list(spans) == [Partition("people", 0)]
        for record in self._records[self.start :]:
            yield Chunk([record], {})


async def discard(settings: Settings, feed: Feed, *ids: DeadLetterId | GapId) -> None:
    async with operator(settings.require_database(), feed.model) as hand:
        await hand.discard(ids, DECISION)


async def fed(feeds: dict[str, Feed], unread: list[Any], read: list[Any], *more: Any) -> Log:
    await feeds[LIVE].apply([*unread, *more])
    await feeds[NEXT].apply([*read, *more])
    return Log([*read, *more])


async def settle(feed: Feed, log: Log) -> None:
    await carry_out(feed.writer, feed.model.catalog, log.open)


def contents(connection: Any, generation: str) -> list[Any]:
    """The table that is public, and how far each teacher's row is."""
    found: list[Any] = []
    for table, columns in (("teachers", "t::text"), ("teacher", "t.teacher_id, t.sequence")):
        query = f"SELECT {columns} FROM {{}} t ORDER BY 1"  # noqa: S608
        found += connection.execute(sql.SQL(query).format(sql.Identifier(generation, table)))
    return found


@pytest.mark.parametrize("sequence", [1, pytest.param(2, marks=at_full_strength)])
async def test_an_event_that_was_applied_here_and_discarded_there_is_taken_back(
    settings: Settings, database: Any, feeds: dict[str, Feed], sequence: int
) -> None:
    read = [registered("T1"), teacher("T1", 2)]
    unread = [registered("T1"), teacher("T1", 2)]
    unread[sequence - 1] = registered("T1", name=5) if sequence == 1 else teacher("T1", 2, name=5)
    log = await fed(feeds, unread, read, registered("T2"))
    assert names(database, NEXT) == {"T1": "name 2", "T2": "name 1"}
    await discard(settings, feeds[LIVE], FIRST if sequence == 1 else SECOND)

    await settle(feeds[NEXT], log)

    assert names(database, NEXT) == {"T2": "name 1"} | ({"T1": "name 1"} if sequence == 2 else {})
    assert contents(database, NEXT) == contents(database, LIVE)
    await settle(feeds[NEXT], log)
    assert log.opened == 1
    for feed in feeds.values():
        await feed.apply([teacher("T1", 3)])
    assert contents(database, NEXT) == contents(database, LIVE)
    await _swap(settings)
    assert [one for one in verify(settings.require_database()) if one.differs] == []


@at_full_strength
async def test_what_is_folded_anew_in_parts_is_what_it_is_as_a_whole(
    settings: Settings, database: Any, feeds: dict[str, Feed], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part is one record: the log has a late event, two of one number, and a gap."""
    monkeypatch.setattr(log_copy, "PART_BYTES_MIN", 1)
    behind = [
        teacher("T1", 5), registered("T2"), teacher("T1", 4), teacher("T1", 3),
        teacher("T1", 3, name="another"), teacher("T2", 2), teacher("T1", 8), teacher("T1", 7),
    ]  # fmt: skip
    read = [registered("T1"), teacher("T1", 2)]
    log = await fed(feeds, [registered("T1"), teacher("T1", 2, name=5)], read, *behind)
    await discard(settings, feeds[LIVE], SECOND)

    await settle(feeds[NEXT], log)

    assert names(database, NEXT) == {"T1": "name 5", "T2": "name 2"}
    query = sql.SQL("SELECT key, since FROM {} ORDER BY 1")
    for table in ("gaps", "incomplete"):
        live, fresh = [
            database.execute(query.format(sql.Identifier(name, table))).fetchall()
            for name in (LIVE, NEXT)
        ]
        assert live == fresh != [], table
    assert contents(database, NEXT) == contents(database, LIVE)
    for feed in feeds.values():
        await feed.apply([teacher("T1", 6)])
    assert names(database, NEXT)["T1"] == "name 8"
    assert contents(database, NEXT) == contents(database, LIVE)
    await _swap(settings)
    assert [one for one in verify(settings.require_database()) if one.differs] == []


async def _swap(settings: Settings) -> None:
    async def reach(_: Mapping[Partition, int]) -> None:
        pass

    await swapping.swap(settings.require_database(), LIVE, NEXT, reach, 60)


@at_full_strength
async def test_nothing_is_made_anew_from_a_log_without_its_beginning(
    settings: Settings, database: Any, feeds: dict[str, Feed]
) -> None:
    good = [registered("T1"), teacher("T1", 2)]
    log = await fed(feeds, [registered("T1"), teacher("T1", 2, name=5)], good)
    await discard(settings, feeds[LIVE], SECOND)
    log.start = 1
    with pytest.raises(PositionLost, match="log of people:0 no longer has"):
        await settle(feeds[NEXT], log)
    assert names(database, NEXT) == {"T1": "name 2"}
    assert not next(g for g in generations(database) if g.name == NEXT).settled


@at_full_strength
async def test_the_beginning_of_a_record_that_is_too_large_is_not_applied(
    settings: Settings, database: Any, feeds: dict[str, Feed]
) -> None:
    third = teacher("T1", 3)
    assert third.value is not None
    third = third._replace(value=Beginning(third.value))
    good = [registered("T1"), teacher("T1", 2), third]
    log = await fed(feeds, [registered("T1"), teacher("T1", 2, name=5), third], good)
    await discard(settings, feeds[LIVE], SECOND)
    await settle(feeds[NEXT], log)
    assert (names(database, NEXT), open_letters(database, NEXT)) == ({"T1": "name 1"}, 1)
    assert contents(database, NEXT) == contents(database, LIVE)


@at_full_strength
async def test_what_is_discarded_while_another_discard_is_carried_out_is_so_too(
    settings: Settings, database: Any, feeds: dict[str, Feed], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [registered("T1"), teacher("T1", 2, name=5), registered("T2"), teacher("T2", 2, name=5)]
    log = await fed(feeds, bad, bad, teacher("T1", 3), teacher("T2", 3))
    await discard(settings, feeds[LIVE], SECOND)
    looking, came = discarding._applied, []

    async def beside_another(*given: Any) -> dict[str, set[str]]:
        if not came:
            came.append(DeadLetterId("people", 0, 3))
            await discard(settings, feeds[LIVE], *came)
        return await looking(*given)

    monkeypatch.setattr(discarding, "_applied", beside_another)
    await settle(feeds[NEXT], log)
    await settle(feeds[NEXT], log)
    assert len(came) == 1
    assert names(database, NEXT) == {"T1": "name 3", "T2": "name 3"}
    assert contents(database, NEXT) == contents(database, LIVE)
    assert open_letters(database, NEXT) == 0


async def test_a_letter_and_a_gap_of_both_are_closed_without_the_log(
    settings: Settings, database: Any, feeds: dict[str, Feed]
) -> None:
    bad = [registered("T1"), teacher("T1", 2, name=5)]
    log = await fed(feeds, bad, bad, teacher("T1", 3), registered("T2"), teacher("T2", 3))
    await discard(settings, feeds[LIVE], SECOND, GapId("teacher", "T2", 2))
    assert (open_letters(database, NEXT), names(database, NEXT)["T1"]) == (1, "name 1")
    await settle(feeds[NEXT], log)
    assert (open_letters(database, NEXT), log.opened) == (0, 0)
    assert names(database, NEXT) == {"T1": "name 3", "T2": "name 3"}
    assert contents(database, NEXT) == contents(database, LIVE)


async def test_a_rollback_waits_for_those_who_carry_out_what_was_discarded(
    settings: Settings, database: Any, feeds: dict[str, Feed]
) -> None:
    url = settings.require_database()
    bad = [registered("T1"), teacher("T1", 2, name=5)]
    log = await fed(feeds, bad, bad, teacher("T1", 3))
    database.execute("UPDATE homeroom.generation SET state = 'previous' WHERE name = %s", (NEXT,))
    following = next(g for g in generations(database) if g.name == NEXT)
    await discard(settings, feeds[LIVE], SECOND)
    with pytest.raises(RebuildRefused, match="without what was discarded in g0001"):
        await rollback._wait_and_swap(url, LIVE, following, 60, 0.0)
    await settle(feeds[NEXT], log)
    # A partition that the previous generation's workers have not seen yet.
    await begin(feeds[LIVE].writer.connection, Partition("people", 1), 3)
    with pytest.raises(RebuildRefused, match="3 events behind g0001"):
        await rollback._wait_and_swap(url, LIVE, following, 60, 0.0)
    await begin(feeds[NEXT].writer.connection, Partition("people", 1), 3)
    await rollback._wait_and_swap(url, LIVE, following, 60, 0.0)
    assert {g.name: g.state for g in generations(database)} == {LIVE: "previous", NEXT: "live"}
    assert open_letters(database, NEXT) == 0
