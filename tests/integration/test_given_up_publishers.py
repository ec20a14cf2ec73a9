"""A publisher that was given up has others in its place, so it must publish nothing any more."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from homeroom.local.components import Components
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError, PublishingFailed
from homeroom_kit.kafka import client_options
from homeroom_kit.publishing.publisher import Publisher
from tests.support.ingesting import make_topics, records_of
from tests.support.notify_processes import notifications
from tests.support.waiting import wait_for_async

TOPIC = "notifications"


@pytest.fixture
def settings(components: Components, topic_prefix: str) -> Settings:
    """Only the brokers are needed here."""
    brokers = components.kafka_bootstrap_servers
    return Settings(kafka_bootstrap_servers=brokers, topic_prefix=topic_prefix)


async def remove_topic(settings: Settings) -> None:
    """Returns once the broker has it no more."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    name = settings.topic_prefix + TOPIC

    async def is_gone() -> bool:
        return name not in await admin.list_topics()

    try:
        await admin.delete_topics([name])
        await wait_for_async(is_gone)
    finally:
        await admin.close()


async def test_a_publisher_that_was_given_up_publishes_nothing_later(settings: Settings) -> None:
    await make_topics(settings, TOPIC)
    publisher = await Publisher(settings).__aenter__()
    await publisher.require_topics([TOPIC])
    # From now on it knows the topic's leader, and does not ask before it sends.
    await publisher.publish(notifications(["first"]))
    # aiokafka tries again for as long as nobody ends it.
    await remove_topic(settings)
    sending = publisher._producer._sender.sender_task
    publishing = asyncio.create_task(publisher.publish(notifications(["before"])))
    await wait_for_async(lambda: publisher._producer._message_accumulator._batches)
    await publisher.__aexit__(HomeroomError, HomeroomError("given up"), None)
    assert sending.done()
    # Whoever else waits for it hears at once.
    with pytest.raises(PublishingFailed, match="given up"):
        await publishing
    await make_topics(settings, TOPIC)
    async with Publisher(settings) as other:
        await other.publish(notifications(["after"]))
    assert [record.key for record in await records_of(settings, TOPIC)] == [b"after"]
