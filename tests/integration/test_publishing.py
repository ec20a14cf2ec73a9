"""Events on a real Kafka: where they are, in which order, and what is said when it fails."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from homeroom.local.components import Components
from homeroom.local.kafka import LocalKafka
from homeroom.local.oulad import Events, import_oulad
from homeroom.local.process import choose_port
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError, InvalidEvents, PublishingFailed
from homeroom_kit.kafka import client_options
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.files import publish_file
from homeroom_kit.publishing.publisher import Publisher
from tests.support import wait_for_async
from tests.support.oulad_numbers import part_of_data_set
from tests.support.strength import STRENGTH, at_full_strength

PARTITIONS = 3


@pytest.fixture
def settings(components: Components, topic_prefix: str) -> Settings:
    """Only the brokers are needed here."""
    brokers = components.kafka_bootstrap_servers
    return Settings(kafka_bootstrap_servers=brokers, topic_prefix=topic_prefix)


async def create(settings: Settings, *topics: str) -> None:
    """Make topics, under the test's prefix; returns once the broker leads all of them."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    names = [settings.topic_prefix + name for name in topics]

    async def are_led() -> bool:
        described = await admin.describe_topics(names)
        return all(
            len(topic["partitions"]) == PARTITIONS
            and all(partition["leader"] >= 0 for partition in topic["partitions"])
            for topic in described
        )

    try:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names])
        await wait_for_async(are_led)
    finally:
        await admin.close()


async def read(settings: Settings, topic: str) -> list[Any]:
    """All records of a topic, partition by partition."""
    async with AIOKafkaConsumer(**client_options(settings)) as consumer:
        name = settings.topic_prefix + topic
        places = [TopicPartition(name, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        records: list[Any] = []
        while len(records) < sum(ends.values()):
            for batch in (await consumer.getmany(timeout_ms=10_000)).values():
                records.extend(batch)
        return sorted(records, key=lambda record: (record.partition, record.offset))


def updated(subject: str, sequence: int, **changes: Any) -> OutgoingEvent:
    """An event of a school."""
    data = {"school_id": subject, "name": f"School {sequence}", "time_zone": None}
    return OutgoingEvent(
        **{
            "type": "school.updated.v1" if sequence > 1 else "school.opened.v1",
            "source": "/services/people",
            "id": f"{subject}/{sequence}",
            "subject": subject,
            "sequence": sequence,
            "time": "2020-01-02T03:04:05Z",
            "data": data,
            **changes,
        }
    )


@at_full_strength
async def test_a_subjects_events_keep_their_order_over_many_batches(settings: Settings) -> None:
    await create(settings, "people")
    events = [updated(f"s-{n}", k) for k in range(1, 41) for n in range(500)]
    told: list[int] = []
    async with Publisher(settings) as publisher:
        published = await publisher.publish(events, on_progress=told.append)
    records = await read(settings, "people")
    assert published.count == len(records) == told[-1] == len(events)
    assert told == sorted(told)
    sequences = defaultdict(list)
    for record in records:
        sequences[record.key].append(int(dict(record.headers)["ce_sequence"]))
    assert len(sequences) == 500
    assert all(each == list(range(1, 41)) for each in sequences.values())


async def test_the_last_offsets_are_those_of_the_broker(settings: Settings) -> None:
    await create(settings, "people")
    async with Publisher(settings) as publisher:
        await publisher.publish(updated(f"s-{n}", 1) for n in range(10))
        published = await publisher.publish(updated(f"s-{n}", 2) for n in range(100))
    last = {(r.topic, r.partition): r.offset for r in await read(settings, "people")}
    assert published.offsets == last
    name = f"{settings.topic_prefix}people"
    assert published.wait_for == ",".join(f"{name}:{p}:{last[name, p]}" for p in range(PARTITIONS))


async def test_a_record_is_where_another_publisher_would_put_it(settings: Settings) -> None:
    await create(settings, "people", "classes")
    async with Publisher(settings) as publisher:
        await publisher.publish(updated(f"s-{n}", 1) for n in range(100))
    async with AIOKafkaProducer(**client_options(settings)) as other:
        for n in range(100):
            await other.send(f"{settings.topic_prefix}classes", b"", key=f"s-{n}".encode())
    ours, theirs = [
        {record.key: record.partition for record in await read(settings, topic)}
        for topic in ("people", "classes")
    ]
    assert ours == theirs


async def test_the_records_time_is_that_of_publishing(settings: Settings) -> None:
    await create(settings, "people")
    async with Publisher(settings) as publisher:
        await publisher.publish([updated("s", 1)])
    (record,) = await read(settings, "people")
    year_2025_milliseconds = 1_735_689_600_000
    assert record.timestamp > year_2025_milliseconds
    assert dict(record.headers)["ce_time"] == b"2020-01-02T03:04:05Z"


async def test_a_large_event_is_published_by_itself(settings: Settings) -> None:
    await create(settings, "people")
    data = {"school_id": "s", "name": "x" * 10_000, "time_zone": None, "more": "x" * 900_000}
    async with Publisher(settings) as publisher:
        await publisher.publish([updated("s", 1), updated("s", 2, data=data), updated("s", 3)])
    assert [len(r.value) > 900_000 for r in await read(settings, "people")] == [False, True, False]


async def test_a_missing_topic_is_named_and_not_created(settings: Settings) -> None:
    await create(settings, "people")
    async with Publisher(settings) as publisher:
        with pytest.raises(HomeroomError, match=f"no topic {settings.topic_prefix}exams.*migrate"):
            await publisher.require_topics(["people", "exams"])
        with pytest.raises(HomeroomError, match="exams"):
            await publisher.require_topics(["exams"])


async def test_what_stops_in_the_middle_says_how_many_were_acknowledged(
    settings: Settings,
) -> None:
    await create(settings, "people")
    async with Publisher(settings) as publisher:
        with pytest.raises(PublishingFailed, match="again is safe") as failed:
            await publisher.publish([updated("s", 1), updated("s", 2, type="school.eaten.v1")])
    assert failed.value.acknowledged == 0


@at_full_strength
async def test_brokers_that_fall_silent_end_it(
    own_kafka: LocalKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeroom_kit.publishing.publisher.SILENCE_SECONDS_MAX", 2.0)
    own_kafka.start()
    settings = Settings(kafka_bootstrap_servers=own_kafka.address)
    await create(settings, "people")

    def until_it_dies() -> Iterator[OutgoingEvent]:
        for n in range(100_000):
            if n == 50_000:
                own_kafka.kill()
            yield updated(f"s-{n}", 1)

    with pytest.raises(PublishingFailed, match="not answered for 2 seconds") as failed:
        async with Publisher(settings) as publisher:
            await publisher.publish(until_it_dies())
    assert 0 < failed.value.acknowledged <= 50_000


async def test_brokers_that_are_not_there_are_named() -> None:
    settings = Settings(kafka_bootstrap_servers=f"127.0.0.1:{choose_port()}")
    with pytest.raises(HomeroomError, match="cannot be reached"):
        async with Publisher(settings):
            pass


async def test_who_is_told_to_end_while_it_connects_leaves_nothing_open() -> None:
    connected = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    publisher = Publisher(Settings(kafka_bootstrap_servers=f"127.0.0.1:{port}"))
    entering = asyncio.create_task(publisher.__aenter__())
    await connected.wait()
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering
    assert publisher._producer._closed
    server.close()


def write(path: Path, events: list[OutgoingEvent], *more: bytes) -> Path:
    """A file of events in structured form."""
    texts = []
    for event in events:
        attributes = orjson.loads(orjson.dumps(event))
        attributes |= {"specversion": "1.0", "sequence": str(event.sequence)}
        texts.append(orjson.dumps(attributes))
    path.write_bytes(b"\n".join([*texts, *more]))
    return path


async def test_a_file_is_published_in_its_order(settings: Settings, tmp_path: Path) -> None:
    await create(settings, "people")
    events = [updated(f"s-{n}", k) for k in (1, 2) for n in range(50)]
    told: list[tuple[int, int]] = []
    published = await publish_file(
        settings,
        write(tmp_path / "events.jsonl", events),
        on_progress=lambda done, total: told.append((done, total)),
    )
    records = await read(settings, "people")
    assert published.count == len(records) == 100
    assert told[0] == (0, 100)
    assert told[-1] == (100, 100)
    assert {r.key.decode(): orjson.loads(r.value)["name"] for r in records} == {
        f"s-{n}": "School 2" for n in range(50)
    }


async def test_nothing_of_a_file_with_a_wrong_line_is_published(
    settings: Settings, tmp_path: Path
) -> None:
    await create(settings, "people")
    path = write(tmp_path / "events.jsonl", [updated("s", 1), updated("s", 2)], b"{}", b"{")
    with pytest.raises(InvalidEvents, match=r"2 of 4 lines are refused(?s:.*)line 4: not JSON"):
        await publish_file(settings, path)
    assert await read(settings, "people") == []


async def test_nothing_of_a_file_is_published_where_a_topic_is_missing(
    settings: Settings, tmp_path: Path
) -> None:
    await create(settings, "people")
    deleted = updated("c", 1, type="class.deleted.v1", data={"class_id": "c"})
    path = write(tmp_path / "events.jsonl", [updated("s", 1), deleted])
    with pytest.raises(HomeroomError, match=r"no topic .*classes"):
        await publish_file(settings, path)
    assert await read(settings, "people") == []


@at_full_strength
async def test_the_data_set_is_published_whole(settings: Settings, tmp_path: Path) -> None:
    await create(settings, "people", "classes", "assignments", "exams")
    folder = part_of_data_set(tmp_path, one_in=8) if STRENGTH == "quick" else None
    count = len(Events(folder))
    told: list[tuple[int, int]] = []
    published = await import_oulad(
        settings, folder, on_progress=lambda done, total: told.append((done, total))
    )
    assert told[0] == (0, count)
    assert told[-1] == (count, count)
    assert published.count == count > 40_000
    assert sum(offset + 1 for offset in published.offsets.values()) == count
