"""A log is compared now and then with what was applied from it, beside a loop that goes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import TopicPartition
from psycopg import AsyncConnection

from homeroom.engine.consuming.log_identity import LogIdentity
from homeroom.engine.generations import positions
from homeroom.engine.generations.registry import enter_async
from homeroom.engine.log.last_applied import LastApplied, digest
from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Partition
from homeroom.errors import LogReplaced
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options, make_consumer
from tests.support.publishing import publish_teacher
from tests.support.templates import prepare
from tests.support.waiting import wait_for_async

OTHER = b"of another log"


@asynccontextmanager
async def identity_of(
    settings: Settings, connection: AsyncConnection, partition: Partition
) -> AsyncIterator[LogIdentity]:
    kafka = client_options(settings)
    consumer = make_consumer(**kafka, enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(*partition)])
    identity = LogIdentity(consumer, connection, kafka, compare_seconds=0.0)
    try:
        yield identity
    finally:
        identity.close()
        await consumer.stop()


async def applied(connection: AsyncConnection, partition: Partition, last: LastApplied) -> None:
    await connection.execute(
        "INSERT INTO positions (topic, partition, next_offset) VALUES (%s, %s, %s) "
        "ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset",
        (*partition, last.offset + 1),
    )
    await positions.put_back_last(connection, partition, last)


async def test_what_was_applied_since_does_not_hide_that_the_log_is_another(
    settings: Settings,
) -> None:
    prepare(settings)
    await migrate(settings, read_model(settings), project_folder("migrations"))
    for sequence in (1, 2):
        number, _ = await publish_teacher(settings, "T-1", sequence)
    partition = Partition(f"{settings.topic_prefix}people", number)
    async with LogReader.connect(client_options(settings)) as reader:
        read = [r async for c in reader.read({partition: Span(0, 2)}, 10) for r in c.records]
    earlier, newest = LastApplied(0, OTHER), LastApplied(1, digest(read[1]))
    async with await AsyncConnection.connect(settings.database_url, autocommit=True) as connection:
        await enter_async(connection, "g0001", for_session=True)
        async with identity_of(settings, connection, partition) as identity:
            await applied(connection, partition, earlier)
            await identity.look([partition], [partition])
            # The loop goes on, in the other log by now.
            await applied(connection, partition, newest)
            with pytest.raises(LogReplaced, match="has another record at offset 0"):
                await wait_for_async(lambda: identity.look([partition], [partition]))
        assert await positions.read_last(connection, [partition]) == {partition: earlier}
        async with identity_of(settings, connection, partition) as started_again:
            with pytest.raises(LogReplaced):
                await started_again.assigned({partition})
            await applied(connection, partition, newest)
            await started_again.assigned({partition})
