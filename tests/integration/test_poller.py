"""What is read ahead follows what was polled, and has no place where partitions were sought."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from homeroom.engine.consuming.poller import SLICE, Polled, Poller
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import Event, Move, Partition
from homeroom.engine.ordering.fold import FoldedBatch, fold
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options, make_consumer
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.publisher import Publisher
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

EVENTS = 3 * SLICE
TIME = "2026-03-04T09:00:00Z"


@pytest.fixture
async def consumer(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Of a log with so many teachers."""
    prepare(settings)
    await migrate(settings, read_model(settings), project_folder("migrations"))
    async with Publisher(settings) as publisher:
        await publisher.publish([_teacher(f"T-{n}") for n in range(EVENTS)])
    made = make_consumer(**client_options(settings), auto_offset_reset="earliest")
    await made.start()
    topic = f"{settings.topic_prefix}people"
    made.assign([TopicPartition(topic, p) for p in range(settings.topic_partitions)])
    yield made
    await made.stop()


@pytest.fixture
def poller(consumer: AIOKafkaConsumer, settings: Settings) -> Poller:
    return Poller(consumer, Decoder(read_model(settings).catalog))


def _teacher(teacher_id: str) -> OutgoingEvent:
    data = {"teacher_id": teacher_id, "name": "Ada", "email": None, "organization_id": None}
    return OutgoingEvent(
        type="teacher.registered.v1", source="/tests", id=teacher_id, subject=teacher_id,
        sequence=1, time=TIME, data=data,
    )  # fmt: skip


def places(polled: Polled) -> list[tuple[int, int]]:
    return [(record.partition, record.offset) for record in polled.records]


async def moved(consumer: AIOKafkaConsumer, before: dict[Partition, int]) -> dict[Partition, Move]:
    """As PartitionAssignment.moves says it."""
    now = {Partition(*tp): await consumer.position(tp) for tp in consumer.assignment()}
    return {p: Move(before.get(p, 0), n) for p, n in now.items() if n != before.get(p, 0)}


async def test_batches_that_are_read_ahead_have_each_record_once(
    poller: Poller, consumer: AIOKafkaConsumer
) -> None:
    seen, before, is_ahead = [], dict[Partition, int](), False
    polled: Polled | None = await poller.poll(SLICE // 2)
    while polled is not None:
        moves = await moved(consumer, before)
        poller.read_ahead(SLICE // 2 + 1)
        batch = polled.of(moves)
        assert batch.records == polled.records
        # What was read ahead was folded ahead, as it would be folded now.
        assert isinstance(batch, FoldedBatch) is is_ahead
        if isinstance(batch, FoldedBatch):
            columns = {name: of_entity.columns() for name, of_entity in batch.folded.items()}
            folded = fold(batch.events)
            assert columns == {name: of_entity.columns() for name, of_entity in folded.items()}
        assert all(isinstance(one, Event) for one in polled.decoded)
        assert len(batch.events) == len(batch.records)
        seen += places(polled)
        before |= {partition: move.next for partition, move in moves.items()}
        polled = await poller.ahead()
        is_ahead = polled is not None
        if polled is None and len(seen) < EVENTS:
            polled = await poller.poll(1)
    assert len(seen) == len(set(seen)) == EVENTS
    assert sum(before.values()) == EVENTS


@at_full_strength
async def test_what_was_read_ahead_has_no_place_where_a_partition_was_sought(
    poller: Poller, consumer: AIOKafkaConsumer
) -> None:
    await poller.poll(10)
    before = {p: move.next for p, move in (await moved(consumer, {})).items()}
    poller.read_ahead(EVENTS)
    async with asyncio.timeout(30):
        while len(await moved(consumer, before)) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
    ahead = await poller.ahead()
    assert ahead is not None
    kept, *sought = {Partition(record.topic, record.partition) for record in ahead.records}
    assert sought
    for partition in sought:
        consumer.seek(TopicPartition(*partition), before.get(partition, 0))
    batch = ahead.of(await moved(consumer, before))
    assert not isinstance(batch, FoldedBatch)
    assert {Partition(r.topic, r.partition) for r in batch.records} == {kept}
    # Nor has a record before the position.
    first = min(r.offset for r in batch.records)
    later = ahead.of({kept: Move(first + 1, first + 2)})
    assert [r.offset for r in later.records] == [r.offset for r in batch.records][1:]


async def test_a_poll_that_nobody_asks_for_any_more_is_ended(poller: Poller) -> None:
    await poller.poll(1)
    poller.read_ahead(10 * EVENTS)
    await poller.close()
    assert await poller.ahead() is None
