"""What comes while a batch is applied is there when that is done; how much is read before it is."""

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from homeroom.engine.consuming.poller import Poller
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log import reader as reading
from homeroom.engine.log.reader import LogReader
from homeroom.engine.log.records import Partition
from homeroom.operations.migrating.migrate import migrate
from homeroom.operations.rebuilding import replaying
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.aiokafka_bounds import size_in_memory
from homeroom_kit.kafka import client_options, make_consumer
from tests.support.ingesting import make_topics
from tests.support.publishing import publish_teacher
from tests.support.templates import prepare
from tests.support.waiting import wait_for_async


async def test_all_events_that_came_one_by_one_meanwhile_are_one_batch(settings: Settings) -> None:
    prepare(settings)
    model = read_model(settings)
    await migrate(settings, model, project_folder("migrations"))
    number, _ = await publish_teacher(settings, "T-1", 1)
    partition = TopicPartition(f"{settings.topic_prefix}people", number)
    consumer = make_consumer(
        **client_options(settings), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign([partition])
    poller = Poller(consumer, Decoder(model.catalog))

    async def has_read(end: int) -> bool:
        return bool(await consumer.position(partition) == end)

    try:
        assert len((await poller.poll(100)).records) == 1
        poller.read_ahead(100)
        for sequence in (2, 3, 4):
            await publish_teacher(settings, "T-1", sequence)
            await wait_for_async(lambda end=sequence: has_read(end))  # type: ignore[misc]
        ahead = await poller.ahead()
        assert ahead is not None
        assert [record.offset for record in ahead.records] == [1, 2, 3]
        assert await poller.ahead() is None
    finally:
        await poller.close()
        await consumer.stop()


async def test_a_batch_of_a_rebuild_is_bounded_in_bytes_as_well(
    settings: Settings, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bytes_max, record_bytes, count = 1_000_000, 200_000, 30
    for module in (reading, replaying):
        monkeypatch.setattr(module, "POLL_BYTES_MAX", bytes_max)
    partition = Partition(f"{topic_prefix}people", 0)
    await make_topics(settings, "people")
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        for _ in range(count):
            await producer.send_and_wait(partition.topic, bytes(record_bytes), partition=0)
    async with LogReader.connect(client_options(settings)) as log:
        bounds = await log.bounds([partition])
        batches = [chunk async for chunk in replaying.gathered(log, bounds, 10_000)]
    assert sum(len(batch.records) for batch in batches) == count
    sizes = [sum(map(size_in_memory, batch.records)) for batch in batches]
    assert max(sizes) < 2 * (bytes_max + record_bytes)
    assert min(sizes[:-1]) >= bytes_max
