"""A consumer stops, whatever it does; aiokafka's own may raise CancelledError where nobody did."""

import asyncio
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import NoGroupCoordinator

from homeroom.local.components import Components
from homeroom.settings import Settings
from homeroom_kit import aiokafka_consumer_close
from homeroom_kit.kafka import client_options, make_consumer

CLOSE_COORDINATOR = NoGroupCoordinator.close


def begin_fetch(consumer: Any) -> None:
    """A fetch that has not begun."""
    consumer._fetcher._pending_tasks.add(asyncio.create_task(asyncio.Event().wait()))


def begin_coordinating(consumer: Any) -> None:
    """The coordinator's task, as it is right after the consumer's start."""
    consumer._coordinator._reset_committed_task.cancel()
    consumer._coordinator._reset_committed_task = asyncio.create_task(asyncio.Event().wait())


async def client_closed(components: Components, begin: Any) -> Any:
    """Stops a consumer that has just begun something; whether its client is closed then."""
    settings = Settings(kafka_bootstrap_servers=components.kafka_bootstrap_servers)
    consumer = make_consumer(**client_options(settings))
    await consumer.start()
    # Its other tasks have begun.
    await asyncio.sleep(0)
    begin(consumer)
    try:
        await consumer.stop()
        return consumer._client._sync_task is None
    finally:
        await consumer._client.close()


@pytest.mark.parametrize("begin", [begin_fetch, begin_coordinating])
async def test_it_is_stopped_and_its_client_closed(components: Components, begin: Any) -> None:
    assert await client_closed(components, begin)


@pytest.mark.parametrize("begin", [begin_fetch, begin_coordinating])
async def test_the_installed_aiokafka_still_needs_the_patch(
    components: Components, monkeypatch: pytest.MonkeyPatch, begin: Any
) -> None:
    """Once this fails, what it names has done its service: delete it from the module and here."""
    monkeypatch.setattr(aiokafka_consumer_close, "install", lambda: None)
    monkeypatch.setattr(Fetcher, "close", aiokafka_consumer_close.close_fetcher)
    monkeypatch.setattr(NoGroupCoordinator, "close", CLOSE_COORDINATOR)
    with pytest.raises(asyncio.CancelledError):
        await client_closed(components, begin)
