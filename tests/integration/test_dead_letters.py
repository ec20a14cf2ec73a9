"""What operators do with dead letters and holes, on a generation of their own."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import psycopg
import pytest

from homeroom.cli.dead_letter_tables import of_one
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.log.records import StoredRecord
from homeroom.errors import NoSuchDeadLetter
from homeroom.operations.dead_letters import listing as dead_letters
from homeroom.operations.dead_letters import purging
from homeroom.operations.dead_letters.actions import Decision, Operator, operator
from homeroom.operations.dead_letters.listing import DeadLetterId, GapId
from homeroom.operations.dead_letters.purging import Purge, Purged, purge
from homeroom.operations.verifying.verify import verify
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.commands import homeroom
from tests.support.feed import Feed, record
from tests.support.strength import at_full_strength
from tests.support.templates import prepare
from tests.support.waiting import wait_for_async

DECISION = Decision("ada", "the tests say so")


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings.model_copy(update={"topic_prefix": ""}))


@pytest.fixture
async def feed(settings: Settings, model: ReadModel) -> AsyncIterator[Feed]:
    prepare(settings, model)
    feed = await Feed.open(settings.require_database(), model)
    yield feed
    await feed.close()


@pytest.fixture
async def hand(settings: Settings, model: ReadModel, feed: Feed) -> AsyncIterator[Operator]:
    assert feed
    async with operator(settings.require_database(), model) as hand:
        yield hand


def teacher(key: str, sequence: int, verb: str = "updated", **changed: Any) -> StoredRecord:
    data = {"teacher_id": key, "name": f"name {sequence}", "email": None, "organization_id": None}
    return record("people", f"teacher.{verb}.v1", key, sequence, data | changed)


def registered(key: str, **changed: Any) -> StoredRecord:
    return teacher(key, 1, "registered", **changed)


async def names(feed: Feed) -> dict[str, str]:
    cursor = await feed.writer.connection.execute("SELECT teacher_id, name FROM teachers")
    return dict(await cursor.fetchall())


async def rows(feed: Feed, query: str) -> list[tuple[Any, ...]]:
    return await (await feed.writer.connection.execute(query.encode())).fetchall()


async def test_letters_and_holes_are_listed_with_what_waits_behind_them(
    settings: Settings, feed: Feed
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2, name=5), teacher("T1", 3)])
    await feed.apply([registered("T2"), teacher("T2", 4), teacher("T2", 5)])
    url = settings.require_database()

    letter, hole = sorted(dead_letters.list_kept(url), key=lambda one: one.is_gap)

    assert (letter.id, letter.subject, letter.sequence, letter.waiting) == (
        "people:0:1",
        "T1",
        2,
        1,
    )
    assert (letter.reason, letter.key) == ("invalid_data", "T1")
    assert "name" in letter.detail
    assert (hole.id, hole.topic, hole.waiting) == ("teacher/T2@2", "people", 2)
    assert hole.detail == "sequence 2 to 3 are missing"
    assert dead_letters.list_kept(url, reason="hole") == [hole]
    assert (
        dead_letters.list_kept(url, topic="exams") == dead_letters.list_kept(url, closed=True) == []
    )


async def test_one_is_shown_with_its_record_and_what_waits(settings: Settings, feed: Feed) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2, name=5), teacher("T1", 3)])
    one = dead_letters.show(settings.require_database(), "people:0:1")
    assert dict(one.headers)["ce_sequence"] == "2"
    assert '"name":5' in (one.value or "")
    assert [event["sequence"] for event in one.behind] == [3]


@pytest.mark.parametrize(
    "text", ["", "people", "people:0", "people:x:1", "T1@2", "a/b@x", "a:1:-1"]
)
def test_what_is_no_id_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NoSuchDeadLetter, match="TOPIC:PARTITION:OFFSET"):
        dead_letters.parse_id(text)


async def test_a_letter_that_can_be_read_by_now_is_applied_with_what_waits_behind_it(
    settings: Settings, feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2, name=5), teacher("T1", 3, name="Eve")])
    await _mend(feed, "T1", 2)
    done = await hand.retry([DeadLetterId("people", 0, 1)], DECISION)

    assert [one.outcome for one in done.retried] == ["applied"]
    assert done.let_go == 1
    assert await names(feed) == {"T1": "Eve"}
    assert await rows(feed, "SELECT closed_as FROM dead_letters") == [("retried",)]
    kept = "SELECT key FROM waiting UNION SELECT key FROM gaps UNION SELECT key FROM incomplete"
    assert await rows(feed, kept) == []
    recorded = await rows(feed, "SELECT by, why, outcome, key FROM homeroom.retry")
    assert recorded == [("ada", "the tests say so", "applied", "T1")]
    assert not [table for table in verify(settings.require_database()) if table.differs]


@at_full_strength
async def test_of_one_number_the_first_in_the_log_that_can_be_read_counts(
    feed: Feed, hand: Operator
) -> None:
    """Whichever was asked for, and whenever their publishers say that they were published."""
    bad = teacher("T1", 2, name=5)
    earlier = bad._replace(timestamp=bad.timestamp - 1_000)
    await feed.apply([registered("T1"), bad, earlier])
    for offset, name in ((1, "first"), (2, "second")):
        mended = teacher("T1", 2, name=name)
        await feed.writer.connection.execute(
            'UPDATE dead_letters SET value = %s WHERE "offset" = %s', (mended.value, offset)
        )
    done = await hand.retry([DeadLetterId("people", 0, 2)], DECISION)
    assert [one.dead_letter.offset for one in done.retried] == [1, 2]
    assert await names(feed) == {"T1": "first"}


@at_full_strength
async def test_in_a_sparse_topic_a_retry_applies_nothing_behind_a_later_event(
    settings: Settings,
) -> None:
    """A fold of the log that can read the first one takes the second for an old one."""
    sparse = {"sparse_topics": "people", "topic_prefix": ""}
    model = read_model(settings.model_copy(update=sparse))
    prepare(settings, model)
    feed = await Feed.open(settings.require_database(), model)
    await feed.apply([teacher("T1", 7, name=5), registered("T2", name=5), registered("T1")])
    await _mend(feed, "T1", 7)
    await _mend(feed, "T2", 1)
    async with operator(settings.require_database(), model) as hand:
        letters = [DeadLetterId("people", 0, 0), DeadLetterId("people", 0, 1)]
        done = await hand.retry(letters, DECISION)
    assert [one.outcome for one in done.retried] == ["refused", "applied"]
    assert "order of the log" in done.retried[0].detail
    assert await names(feed) == {"T1": "name 1", "T2": "mended"}
    assert await rows(feed, "SELECT closed_as FROM dead_letters ORDER BY id") == [
        (None,), ("retried",)
    ]  # fmt: skip
    await feed.close()


async def test_a_letter_that_is_still_wrong_stays_and_says_why(feed: Feed, hand: Operator) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2, name=5), teacher("T1", 3)])
    done = await hand.retry([DeadLetterId("people", 0, 1)], DECISION)
    assert [(one.outcome, "name" in one.detail) for one in done.retried] == [("refused", True)]
    assert await rows(feed, "SELECT closed_as FROM dead_letters") == [(None,)]
    assert len(await rows(feed, "SELECT * FROM waiting")) == 1


async def test_a_letter_before_which_something_is_missing_waits_when_it_is_retried(
    feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 3, name=5)])
    await _mend(feed, "T1", 3)
    done = await hand.retry([DeadLetterId("people", 0, 1)], DECISION)
    assert [one.outcome for one in done.retried] == ["waiting"]
    await feed.apply([teacher("T1", 2)])
    assert await names(feed) == {"T1": "mended"}


@at_full_strength
async def test_a_letter_that_postgresql_still_refuses_does_not_keep_others_from_being_applied(
    feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1", name=5), registered("T2", name=5), registered("T3", name=5)])
    for key in ("T1", "T2", "T3"):
        await _mend(feed, key, 1)
    await feed.writer.connection.execute(
        "ALTER TABLE teacher ADD CONSTRAINT tests CHECK (teacher_id <> 'T2')"
    )
    letters = [DeadLetterId("people", 0, offset) for offset in range(3)]
    done = await hand.retry(letters, DECISION)
    assert {one.dead_letter.offset: one.outcome for one in done.retried} == {
        0: "applied", 1: "refused", 2: "applied",
    }  # fmt: skip
    assert set(await names(feed)) == {"T1", "T3"}
    details = await rows(feed, "SELECT detail FROM dead_letters WHERE closed_as IS NULL")
    assert ["23514" in detail for (detail,) in details] == [True]


async def test_a_discarded_letter_lets_the_others_through_and_its_place_stays_empty(
    settings: Settings, feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2, name=5), teacher("T1", 3, name="Eve")])
    done = await hand.discard([DeadLetterId("people", 0, 1)], DECISION)
    assert (done.discarded, done.let_go) == (1, 1)
    assert await names(feed) == {"T1": "Eve"}
    await feed.apply([teacher("T1", 2, name="too late")])
    assert await names(feed) == {"T1": "Eve"}
    assert await rows(feed, "SELECT closed_as FROM dead_letters") == [("discarded",)]
    recorded = await rows(
        feed, "SELECT entity, key, first_sequence, by, why, topic FROM homeroom.discard"
    )
    assert recorded == [("teacher", "T1", 2, "ada", "the tests say so", "people")]
    assert not [table for table in verify(settings.require_database()) if table.differs]


@at_full_strength
async def test_a_discarded_hole_of_several_numbers_lets_go_of_what_waits(
    feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 5, name="Eve")])
    await hand.discard([GapId("teacher", "T1", 2)], DECISION)
    assert await names(feed) == {"T1": "Eve"}
    assert await rows(feed, "SELECT * FROM gaps") == []


async def test_a_hole_discarded_behind_another_is_listed_no_more_and_stays_empty(
    settings: Settings, feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 3, name=5), teacher("T1", 6, name="Eve")])
    await hand.discard([GapId("teacher", "T1", 4)], DECISION)
    await feed.apply([teacher("T1", 4, name="too late")])
    open_now = {one.id for one in dead_letters.list_kept(settings.require_database())}
    assert open_now == {"people:0:1", "teacher/T1@2"}
    await hand.discard([GapId("teacher", "T1", 2), DeadLetterId("people", 0, 1)], DECISION)
    assert await names(feed) == {"T1": "Eve"}


async def test_a_discarded_number_that_was_published_twice_leaves_no_letter_open(
    settings: Settings, feed: Feed, hand: Operator
) -> None:
    bad = [teacher("T1", 4, name=5), teacher("T1", 4, name=6), teacher("T1", 6, name=5)]
    await feed.apply([registered("T1"), *bad, bad[-1]])
    await hand.discard([DeadLetterId("people", 0, 1)], DECISION)
    open_now = {one.id for one in dead_letters.list_kept(settings.require_database())}
    assert open_now == {"people:0:3", "people:0:4"}
    both = [DeadLetterId("people", 0, 3), DeadLetterId("people", 0, 4)]
    await hand.discard(both, DECISION)
    closed = await rows(feed, "SELECT closed_as FROM dead_letters ORDER BY id")
    assert closed == [("discarded",)] * 4


@at_full_strength
async def test_a_discarded_first_event_leaves_a_subject_whose_next_one_must_create(
    feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1", name=5)])
    await hand.discard([DeadLetterId("people", 0, 0)], DECISION)
    await feed.apply([registered("T1", name="too late")])
    assert await names(feed) == {}
    await feed.apply([teacher("T1", 2, "registered", name="Eve")])
    assert await names(feed) == {"T1": "Eve"}


def advice(settings: Settings, identity: str) -> str:
    return str(of_one(dead_letters.show(settings.require_database(), identity), None))


@at_full_strength
async def test_what_a_discard_of_a_creating_event_does_is_said_before_and_after(
    settings: Settings, feed: Feed
) -> None:
    await feed.apply([registered("T1", name=5), teacher("T1", 2), teacher("T1", 3)])
    await feed.apply([registered("T2"), teacher("T2", 2, name=5), teacher("T2", 3)])
    without_prefix = settings.model_copy(update={"topic_prefix": ""})
    warning = "teacher T1 has no row yet. After a discard, an event behind it that does not create"
    shown = advice(settings, "people:0:0")
    assert "A creating event of teacher T1 with the sequence 1 closes it." in shown
    assert warning in shown
    assert "has no row" not in advice(settings, "people:0:4")
    assert "A good event of teacher T2 with the sequence 2 closes it." in advice(
        settings, "people:0:4"
    )

    run = partial(asyncio.to_thread, homeroom, without_prefix, "dead-letters", "discard")
    done = await run("people:0:0", "--why", "tests")
    assert warning in done.stderr
    assert "Applied" not in done.stdout
    assert "Not applied: 1 event that waited behind; now in" in done.stdout
    assert [one.reason for one in dead_letters.list_kept(settings.require_database())] == [
        "no_row", "invalid_data",
    ]  # fmt: skip
    done = await run("people:0:4", "--why", "tests")
    assert done.stderr == ""
    assert done.stdout == "Discarded people:0:4.\nApplied 1 event that waited behind.\n"
    await feed.apply([teacher("T1", 4, "registered", name="Eve")])
    for offset in (1, 2):
        assert (await run(f"people:0:{offset}", "--why", "tests")).returncode == 0
    assert await names(feed) == {"T1": "Eve", "T2": "name 3"}


async def test_a_letter_without_a_place_is_said_to_stay_open(
    settings: Settings, feed: Feed
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2)._replace(headers=())])
    shown = advice(settings, "people:0:1")
    assert "No event closes it" in shown
    assert "A good event" not in shown


@at_full_strength
async def test_a_retry_counts_what_was_applied_and_what_could_not_be(
    feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2, name=5)])
    await feed.apply([teacher("T1", 3), teacher("T1", 4)])
    await _mend(feed, "T1", 2)
    done = await hand.retry([DeadLetterId("people", 0, 1)], DECISION)
    assert (done.let_go, done.became_dead_letters) == (2, 0)


async def test_what_is_closed_or_not_there_cannot_be_discarded_and_nothing_is(
    feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1", name=5), registered("T1")])
    closed = DeadLetterId("people", 0, 0)
    with pytest.raises(NoSuchDeadLetter, match="superseded"):
        await hand.discard([closed], DECISION)
    for missing in (DeadLetterId("people", 0, 99), GapId("teacher", "T1", 7)):
        with pytest.raises(NoSuchDeadLetter, match="dead-letters list"):
            await hand.discard([missing], DECISION)
    assert await rows(feed, "SELECT * FROM homeroom.discard") == []


async def test_an_operator_waits_until_no_worker_is_within_a_transaction(
    settings: Settings, feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1", name=5)])
    with psycopg.connect(settings.require_database()) as in_flight:
        enter(in_flight, "g0001", for_session=True)
        in_flight.execute("UPDATE positions SET next_offset = next_offset")
        discarding = asyncio.create_task(hand.discard([DeadLetterId("people", 0, 0)], DECISION))
        waits = "SELECT FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        connection = feed.writer.connection
        pid = in_flight.info.backend_pid

        async def blocked() -> bool:
            return await (await connection.execute(waits, (pid,))).fetchone() is not None

        await wait_for_async(blocked)
        assert not discarding.done()
        in_flight.commit()
    assert (await discarding).discarded == 1


async def test_closed_letters_are_purged_by_age_and_open_ones_only_if_told(
    feed: Feed, hand: Operator
) -> None:
    await feed.apply([registered("T1", name=5), registered("T1"), teacher("T2", 2)])
    await feed.apply([registered("T3"), teacher("T3", 2, name=5), teacher("T3", 3)])
    by_age = Purge(30, False, None, DECISION)
    assert await purge(hand, by_age) == Purged(0, 0, 2)
    await feed.writer.connection.execute(
        "UPDATE dead_letters SET closed_at = now() - interval '31 days'"
    )
    assert await purge(hand, by_age) == Purged(1, 0, 2)

    assert await purge(hand, Purge(30, True, None, DECISION)) == Purged(2, 3, 0)
    assert (
        await rows(feed, "SELECT reason FROM dead_letters UNION ALL SELECT key FROM waiting") == []
    )
    assert await names(feed) == {"T1": "name 1", "T3": "name 3"}


async def test_whatever_holds_a_persons_id_is_purged_and_nothing_else(
    feed: Feed, hand: Operator
) -> None:
    enrolled = {"class_id": "C1", "student_id": "S1", "enrolled_at": "no time"}
    other = {"class_id": "C1", "student_id": "S11", "enrolled_at": "no time"}
    await feed.apply([
        record("classes", "enrollment.started.v1", "C1/S1", 1, enrolled),
        record("classes", "enrollment.started.v1", "C1/S11", 1, other),
        record("classes", "enrollment.started.v1", "C1/S1", 3,
               enrolled | {"enrolled_at": "2026-01-01T00:00:00Z"}),
        record("people", "student.registered.v1", "S1", 1, b'\\xff {"student_id":"S1"}'),
        record("people", "student.registered.v1", "x", 1, b"", ce_subject=b"y"),
    ])  # fmt: skip
    done = await purge(hand, Purge(0, False, "S1", DECISION))
    assert (done.deleted, done.left_open) == (2, 0)
    assert sorted(await rows(feed, "SELECT key FROM dead_letters WHERE key LIKE 'C1%'")) == [
        ("C1/S11",)
    ]
    assert len(await rows(feed, "SELECT * FROM dead_letters")) == 2
    assert await rows(feed, "SELECT * FROM waiting") == []


async def test_waiting_events_of_others_that_mention_a_person_are_told_apart(
    settings: Settings, feed: Feed, hand: Operator
) -> None:
    await feed.apply([teacher("T1", 2, name="S1"), teacher("T2", 2, name="S11")])
    done = await purge(hand, Purge(90, False, "S1", DECISION))
    assert done == Purged(0, 0, 0, still_waiting=1)
    said = homeroom(
        settings.model_copy(update={"topic_prefix": ""}),
        "dead-letters", "purge", "--subject", "S1", "--yes",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "1 event of other subjects still wait" in said.stderr
    assert "--open" not in said.stderr


async def test_a_purge_goes_on_where_one_is_closed_meanwhile(
    feed: Feed, hand: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    await feed.apply([registered(f"T{n}", name=5) for n in range(5)])
    await feed.apply([teacher(f"G{n}", 2) for n in range(3)])
    discard, sizes = hand.discard, list[int]()

    async def overtaken(entry_ids: Any, decision: Decision) -> Any:
        if not sizes:
            # Somebody else was first.
            await discard(entry_ids[1:2], decision)
        sizes.append(len(entry_ids))
        return await discard(entry_ids, decision)

    monkeypatch.setattr(hand, "discard", overtaken)
    monkeypatch.setattr(purging, "DEAD_LETTERS_MAX", 2)
    # Without a row, what waited behind the three gaps becomes dead letters in its turn.
    assert await purge(hand, Purge(0, True, None, DECISION)) == Purged(7, 10, 0)
    assert max(sizes) == 2
    assert await rows(feed, "SELECT closed_as FROM dead_letters") == [("discarded",)]
    assert await rows(feed, "SELECT key FROM gaps") == []


async def test_only_what_is_shown_is_read_and_the_rest_is_counted(
    settings: Settings, feed: Feed
) -> None:
    await feed.apply([registered("T1"), teacher("T1", 2, name=5), teacher("T1", 3)])
    await feed.apply([registered(f"B{n}", name=5) for n in range(3)])
    url = settings.require_database()
    (first,) = dead_letters.list_kept(url, limit=1)
    assert (first.id, first.waiting) == ("people:0:1", 1)
    assert dead_letters.count_listed(url) == 4
    assert dead_letters.count_listed(url, reason="hole") == 0
    assert len(dead_letters.open_ids(url, "invalid_data")) == 4
    said = homeroom(settings, "dead-letters", "list", "--limit", "3")
    assert "… and 1 more" in said.stdout, said.stderr
    assert "more" not in homeroom(settings, "dead-letters", "list", "--limit", "4").stdout


async def _mend(feed: Feed, key: str, sequence: int) -> None:
    """As if an upgrade could read the record: its stored value is one that is right."""
    good = teacher(key, sequence, "updated" if sequence > 1 else "registered", name="mended")
    cursor = await feed.writer.connection.execute(
        "UPDATE dead_letters SET value = %s WHERE key = %s AND sequence = %s",
        (good.value, key, sequence),
    )
    assert cursor.rowcount == 1
