"""A dead letter keeps as much of its record as the settings say; what is cut cannot be retried."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from homeroom.cli.dead_letter_tables import of_one
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.columns import beginning_columns
from homeroom.engine.log.records import StoredRecord
from homeroom.operations.dead_letters import listing
from homeroom.operations.dead_letters.actions import CUT, Decision, operator
from homeroom.operations.dead_letters.listing import DeadLetterId
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.record_bounds import BEGINNING_BYTES, Beginning
from tests.support.feed import Feed, record
from tests.support.templates import prepare

DECISION = Decision("ada", "the tests say so")
KEPT_BYTES = 1_024
FIRST, SECOND = DeadLetterId("people", 0, 0), DeadLetterId("people", 0, 1)


def registered(key: str, name: Any, **headers: bytes) -> StoredRecord:
    data = {"teacher_id": key, "name": name, "email": None, "organization_id": None}
    return record("people", "teacher.registered.v1", key, 1, data, **headers)


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    small = {"topic_prefix": "", "dead_letter_bytes_max": KEPT_BYTES}
    return read_model(settings.model_copy(update=small))


@pytest.fixture
async def feed(settings: Settings, model: ReadModel) -> AsyncIterator[Feed]:
    prepare(settings, model)
    feed = await Feed.open(settings.require_database(), model)
    yield feed
    await feed.close()


async def letters(feed: Feed) -> list[tuple[Any, ...]]:
    query = b'SELECT "offset", is_cut, closed_as FROM dead_letters ORDER BY "offset"'
    return await (await feed.writer.connection.execute(query)).fetchall()


async def test_what_is_cut_is_told_and_not_retried_and_a_good_event_closes_it(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    url = settings.require_database()
    await feed.apply([registered("T1", ["x" * 5_000]), registered("T2", 5)])
    assert await letters(feed) == [(0, True, None), (1, False, None)]
    one = listing.show(url, "people:0:0")
    sizes = [len(name) + len(value or "") for name, value in one.headers]
    assert sum(sizes) + len("T1") + len(one.value or "") == KEPT_BYTES
    told = str(of_one(one, None))
    assert "only this beginning is kept" in told
    assert "retry" not in told
    assert "dead-letters retry" in str(of_one(listing.show(url, "people:0:1"), None))
    async with operator(url, model) as hand:
        done = await hand.retry([FIRST, SECOND], DECISION)
        assert {one.dead_letter: one.detail == CUT for one in done.retried} == {
            FIRST: True, SECOND: False,
        }  # fmt: skip
        assert [one.outcome for one in done.retried] == ["refused", "refused"]
        await feed.apply([registered("T1", "Ada")])
        assert (await hand.discard([SECOND], DECISION)).discarded == 1
    assert await letters(feed) == [(0, True, "superseded"), (1, False, "discarded")]


async def test_what_is_too_large_takes_its_place_until_it_comes_again(feed: Feed) -> None:
    first = registered("T1", "Ada")
    cut = first._replace(value=Beginning.of(b"{" * 100_000, "It has too many bytes."))
    other = registered("T2", "Eve")
    await feed.apply([cut, other])
    assert await letters(feed) == [(0, True, None)]
    await feed.apply([first])
    assert await letters(feed) == [(0, True, "superseded")]


@pytest.mark.parametrize(
    ("key", "value", "header", "is_cut"),
    [
        (b"k" * 10, b"v" * 80, b"h" * 9, False), (b"k" * 10, b"v" * 81, b"h" * 9, True),
        (b"k" * 101, None, None, True), (b"k" * 100, None, None, True),
        (b"k" * 99, None, None, False), (b"k" * 99, b"", b"h", True), (None, b"", None, False),
        (None, b"v" * 99, None, False), (None, b"v" * 100, None, True),
    ],
)  # fmt: skip
def test_key_and_headers_come_before_the_value(
    key: bytes | None, value: bytes | None, header: bytes | None, is_cut: bool
) -> None:
    made = StoredRecord("people", 0, 0, 0, key, value, (("n", header),))
    *_, kept_key, headers, kept, found = beginning_columns(made, 100)
    assert found is is_cut
    assert len(kept_key or b"") + sum(map(len, filter(None, [*headers, kept]))) <= 100
    if not is_cut:
        assert (kept_key, headers, kept) == (key, [b"n", header], value)
    assert (value or b"").startswith(kept or b"")


def test_the_beginning_of_what_is_too_large_fits_by_default() -> None:
    assert Settings().dead_letter_bytes_max > BEGINNING_BYTES
