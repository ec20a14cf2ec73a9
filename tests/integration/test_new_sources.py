"""Sources that are new on a topic are noted once, and so many of them and of unknown types."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.decoding.batch import OTHER_TYPES, SOURCES_MAX, TYPES_MAX
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import StoredRecord
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import Feed, record
from tests.support.templates import prepare


def teacher(key: str, source: str, topic: str = "people", sequence: int = 1) -> StoredRecord:
    data = {"teacher_id": key, "name": "Ada", "email": None, "organization_id": None}
    type_name = "teacher.registered.v1"
    return record(topic, type_name, key, sequence, data, ce_source=source.encode())


def unknown(number: int) -> StoredRecord:
    return record("people", f"planet.seen{number}.v1", "x", 1, b"")


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings.model_copy(update={"topic_prefix": ""}))


@pytest.fixture
async def feed(settings: Settings, model: ReadModel) -> AsyncIterator[Feed]:
    prepare(settings, model)
    feed = await Feed.open(settings.require_database(), model)
    yield feed
    await feed.close()


async def rows(feed: Feed, query: str) -> list[tuple[Any, ...]]:
    return await (await feed.writer.connection.execute(query.encode())).fetchall()


async def test_a_source_is_new_once_on_each_topic_and_what_is_refused_has_none(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    elsewhere = teacher("T9", "/evil", "exams")
    first = await feed.apply([teacher("T1", "/a"), teacher("T2", "/b"), elsewhere])
    again = await feed.apply([teacher("T3", "/b"), teacher("T4", "/a")])
    assert (first.new_sources, again.new_sources) == (2, 0)
    other = await Feed.open(settings.require_database(), model)
    query = 'SELECT topic, source, partition, "offset" FROM sources ORDER BY source'
    assert await rows(other, query) == [("people", "/a", 0, 0), ("people", "/b", 0, 1)]
    await other.close()
    progress = WorkerProgress()
    progress.add(first)
    assert progress.new_sources == 2


async def test_however_many_sources_and_types_there_are_only_so_many_are_told_apart(
    feed: Feed,
) -> None:
    applied = await feed.apply([teacher(f"T{n}", f"/{n}") for n in range(SOURCES_MAX + 5)])
    assert applied.new_sources == SOURCES_MAX
    applied = await feed.apply([teacher(f"U{n}", f"/{n}") for n in range(99, SOURCES_MAX + 50)])
    assert applied.new_sources == 0
    assert await rows(feed, "SELECT count(*) FROM sources") == [(SOURCES_MAX,)]
    odd = teacher("V1", "\x00" * 5_000)
    assert (await feed.apply([odd])).new_sources == 0

    for _ in range(2):
        applied = await feed.apply([unknown(n) for n in range(TYPES_MAX + 5)])
        assert applied.passed_over == TYPES_MAX + 5
    counted = dict(await rows(feed, "SELECT type, events FROM passed_over"))
    assert len(counted) == TYPES_MAX + 1
    assert counted.pop(OTHER_TYPES) == 10
    assert set(counted.values()) == {2}
