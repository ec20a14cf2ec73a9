"""A service that uses FastStream publishes what the kit's own publisher would, and documents it."""

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from homeroom.commands.numbering import log_ends
from homeroom.contracts import asyncapi
from homeroom.local.components import Components
from homeroom.operations.migrating.topics import prepare_topics
from homeroom.settings import Settings
from homeroom_kit.contract.classes import EnrollmentStarted
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.exams import ExamCancelled, ExamStarted
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.faststream import NumberedEvent, ServiceEvents, new_broker
from homeroom_kit.kafka import client_options
from homeroom_kit.publishing.publisher import Publisher
from homeroom_kit.publishing.typed import outgoing_event
from tests.support.environment import environment_of
from tests.support.faststream_app import SOURCE, app_of
from tests.support.pages import ROOT
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for_async

TOPICS = ("asked", "classes", "exams", "people")
README = (ROOT / "kit" / "README.md").read_text()
# What else a program of the page would do, in the process that has it already.
TOLD = "print(program.app.schema.to_specification().to_json())"
AT = datetime(2026, 3, 1, 9, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
async def settings(components: Components, topic_prefix: str) -> Settings:
    """Brokers with topics, and nothing else."""
    brokers = components.kafka_bootstrap_servers
    settings = Settings(
        kafka_bootstrap_servers=brokers, topic_prefix=topic_prefix, topic_partitions=3
    )
    await prepare_topics(settings, [topic_prefix + name for name in TOPICS])
    return settings


async def read(settings: Settings, *topics: str) -> list[ConsumerRecord]:
    """All records of topics that have some, in the order of each partition."""
    ends = {TopicPartition(*p): end for p, end in (await log_ends(settings, topics)).items()}
    found: list[ConsumerRecord] = []
    async with AIOKafkaConsumer(**client_options(settings)) as consumer:
        consumer.assign(list(ends))
        await consumer.seek_to_beginning()
        while len(found) < sum(ends.values()):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
    return found


def as_read(record: ConsumerRecord) -> tuple[Any, ...]:
    """All of a record that its publisher determines."""
    place = (record.topic, record.partition, record.key, record.value)
    return (*place, tuple(sorted(record.headers)))


async def test_what_goes_out_is_the_record_of_the_kits_own_publisher(settings: Settings) -> None:
    said: list[EventData] = [ExamStarted(exam_id=f"E-{n}") for n in range(20)]
    said += [
        EnrollmentStarted(class_id=f"C-{n}", student_id="S", enrolled_at=AT.isoformat())
        for n in range(20)
    ]
    broker = new_broker(settings, logger=None)
    events = ServiceEvents(broker, settings, source=SOURCE)
    publishers = {kind: events.publisher(kind) for kind in (ExamStarted, EnrollmentStarted)}
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    places = set()
    async with broker:
        for event in said:
            publisher: Any = publishers[type(event)]
            sent = await publisher.publish(event, sequence=7, time=AT, traceparent=trace)
            places.add((sent.topic, sent.partition, sent.offset))
    ours = await read(settings, "classes", "exams")
    assert {(record.topic, record.partition, record.offset) for record in ours} == places
    async with Publisher(settings) as own:
        await own.publish(
            outgoing_event(event, source=SOURCE, sequence=7, time=AT, traceparent=trace)
            for event in said
        )
    records = Counter(map(as_read, await read(settings, "classes", "exams")))
    assert len(records) == len(said)
    assert set(records.values()) == {2}


async def test_a_handler_that_runs_again_says_the_same_event(settings: Settings) -> None:
    broker = new_broker(settings, logger=None)
    events = ServiceEvents(broker, settings, source=SOURCE)
    started = events.publisher(ExamStarted)
    asked = f"{settings.topic_prefix}asked"

    @broker.subscriber(asked, auto_offset_reset="earliest")
    @started
    async def on_asked(exam_id: str) -> NumberedEvent:
        return NumberedEvent(ExamStarted(exam_id=exam_id), 2)

    async with broker:
        await broker.start()
        # What is none of the contract's goes out as FastStream sends it.
        for exam_id in ("E-1", "E-1", "E-2"):
            await broker.publish(exam_id, asked, key=b"k", headers={"ce_id": "theirs"})

        async def arrived() -> bool:
            return sum((await log_ends(settings, ["exams"])).values()) == 3

        await wait_for_async(arrived)
    told = Counter((r.key, dict(r.headers)["ce_id"]) for r in await read(settings, "exams"))
    assert sorted((key, count) for (key, _), count in told.items()) == [(b"E-1", 2), (b"E-2", 1)]
    assert {dict(record.headers)["ce_id"] for record in await read(settings, "asked")} == {
        b"theirs"
    }


async def test_a_wrong_event_is_refused_before_it_is_sent(settings: Settings) -> None:
    broker = new_broker(settings, logger=None)
    events = ServiceEvents(broker, settings, source=SOURCE)
    started, right = events.publisher(ExamStarted), ExamStarted(exam_id="E")
    naive = datetime(2026, 3, 1)
    unchecked: Any = ExamStarted.model_construct(exam_id="no id")
    cancelled: Any = ExamCancelled(exam_id="E")
    topic = f"{settings.topic_prefix}exams"
    async with broker:
        for refused, reason in (
            (started.publish(unchecked, sequence=1), "data.exam_id: Input should be 1 to 64"),
            (started.publish(right, sequence=0), "sequence: Input should be greater"),
            (started.publish(right, sequence=1, time=naive), "has no offset"),
            (started.publish(right, sequence=1, traceparent="x"), "traceparent"),
            (started.publish(cancelled, sequence=1), "not exam.cancelled.v1"),
            (broker.publish(NumberedEvent(cancelled, 1), topic), "no publisher of exam.cancelled"),
            (broker.publish(right, topic), "sequence: the event has none"),
            (broker.publish_batch(*[NumberedEvent(right, n) for n in (1, 2)], topic=topic), "one"),
        ):
            with pytest.raises(InvalidEvents, match=reason):
                await refused
    assert await log_ends(settings, ["exams"]) == {(topic, n): 0 for n in range(3)}


def test_the_services_document_has_the_contracts_channels() -> None:
    settings = Settings(kafka_bootstrap_servers="localhost:9092", topic_prefix="our-")
    document = app_of(settings).schema.to_specification()
    merged, contract = document.to_jsonable(), asyncapi.document()
    assert document.title == merged["info"]["title"] == "Exams"
    ours = contract["channels"]["exams"]
    # With the prefix; otherwise as homeroom's own document has it.
    assert merged["channels"]["exams"]["address"] == "our-exams"
    assert merged["channels"]["exams"]["messages"] == ours["messages"]
    assert {*merged["channels"]} == {"exams", "bookings:OnBooking", "rooms:Publisher"}
    for kind in ("messages", "schemas"):
        for name in ours["messages"]:
            assert merged["components"][kind][name] == contract["components"][kind][name]
    sent = merged["operations"]["send-exams"]["messages"]
    assert [message["$ref"].rpartition("/")[2] for message in sent] == [
        "exam.started.v1", "exam.cancelled.v1",
    ]  # fmt: skip


@at_full_strength
async def test_the_program_of_the_readme_publishes_and_is_documented(
    settings: Settings, tmp_path: Path
) -> None:
    (program,) = re.findall(r"<!-- program: faststream -->\n```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "program.py").write_text(program)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", f"import asyncio, program; asyncio.run(program.main()); {TOLD}"],
        env=environment_of(settings), cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said, _, document = done.stdout.partition("\n")
    (record,) = await read(settings, "people")
    place = f"{record.topic}:{record.partition}:{record.offset}"
    assert (said, record.key) == (f"Homeroom-Wait-For: {place}", b"T-ADA")
    sent = json.loads(document)["operations"]["send-people"]["messages"]
    assert [message["$ref"].rpartition("/")[2] for message in sent] == [
        "teacher.registered.v1", "teacher.updated.v1",
    ]  # fmt: skip
