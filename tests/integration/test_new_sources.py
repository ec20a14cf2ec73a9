"""Sources that are new on a topic are noted once, and so many of them and of unknown types."""

from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.decoding.batch import OTHER_TYPES, SOURCES_MAX, TYPES_MAX
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import StoredRecord
from homeroom.settings import Settings
from tests.support.feed import Feed, record


def teacher(key: str, source: str, topic: str = "people", sequence: int = 1) -> StoredRecord:
    data = {"teacher_id": key, "name": "Ada", "email": None, "organization_id": None}
    type_name = "teacher.registered.v1"
    return record(topic, type_name, key, sequence, data, ce_source=source.encode())


def unknown(number: int) -> StoredRecord:
    return record("people", f"planet.seen{number}.v1", "x", 1, b"")


async def test_a_source_is_new_once_on_each_topic_and_what_is_refused_has_none(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    elsewhere = teacher("T9", "/evil", "exams")
    first = await feed.apply([teacher("T1", "/a"), teacher("T2", "/b"), elsewhere])
    again = await feed.apply([teacher("T3", "/b"), teacher("T4", "/a")])
    assert (first.new_sources, again.new_sources) == (2, 0)
    other = await Feed.open(settings.require_database(), model)
    query = 'SELECT topic, source, partition, "offset" FROM sources ORDER BY source'
    assert await other.rows(query) == [("people", "/a", 0, 0), ("people", "/b", 0, 1)]
    await other.close()
    progress = WorkerProgress()
    progress.add(first)
    assert progress.new_sources == 2


async def test_in_whatever_order_partitions_are_read_a_source_has_its_first_record(
    feed: Feed,
) -> None:
    def published(key: str, partition: int, timestamp: int) -> StoredRecord:
        return teacher(key, "/a")._replace(partition=partition, timestamp=timestamp)

    batches = (
        [published("T1", 0, 3_000)],
        [published("T2", 1, 1_000)],
        [published("T3", 0, 2_000)],
    )
    applied = [await feed.apply(batch) for batch in batches]
    assert [one.new_sources for one in applied] == [1, 0, 0]
    assert await feed.rows('SELECT partition, "offset" FROM sources') == [(1, 0)]


async def test_however_many_sources_and_types_there_are_only_so_many_are_told_apart(
    feed: Feed,
) -> None:
    applied = await feed.apply([teacher(f"T{n}", f"/{n}") for n in range(SOURCES_MAX + 5)])
    assert applied.new_sources == SOURCES_MAX
    applied = await feed.apply([teacher(f"U{n}", f"/{n}") for n in range(99, SOURCES_MAX + 50)])
    assert applied.new_sources == 0
    assert await feed.rows("SELECT count(*) FROM sources") == [(SOURCES_MAX,)]
    odd = teacher("V1", "\x00" * 5_000)
    assert (await feed.apply([odd])).new_sources == 0

    for _ in range(2):
        applied = await feed.apply([unknown(n) for n in range(TYPES_MAX + 5)])
        assert applied.passed_over == TYPES_MAX + 5
    counted = dict(await feed.rows("SELECT type, events FROM passed_over"))
    assert len(counted) == TYPES_MAX + 1
    assert counted.pop(OTHER_TYPES) == 10
    assert set(counted.values()) == {2}
