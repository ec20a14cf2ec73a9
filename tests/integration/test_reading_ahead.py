"""What comes while a batch is applied is there when that is done."""

from aiokafka import TopicPartition

from homeroom.engine.consuming.poller import Poller
from homeroom.engine.decoding.decoder import Decoder
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options, make_consumer
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
