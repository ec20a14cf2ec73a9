"""A consumer stops, whatever it does; aiokafka's own may raise CancelledError where nobody did."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher

from homeroom import aiokafka_fetcher_close
from homeroom.kafka import client_options, make_consumer
from homeroom.local.components import Components
from homeroom.settings import Settings


async def client_closed(components: Components) -> Any:
    """Stops a consumer that waits for a fetch; whether its client is closed then."""
    settings = Settings(kafka_bootstrap_servers=components.kafka_bootstrap_servers)
    consumer = make_consumer(**client_options(settings))
    await consumer.start()
    # Its other tasks have begun.
    await asyncio.sleep(0)
    consumer._fetcher._pending_tasks.add(asyncio.create_task(asyncio.Event().wait()))
    try:
        await consumer.stop()
        return consumer._client._sync_task is None
    finally:
        await consumer._client.close()


async def test_it_is_stopped_and_its_client_closed(components: Components) -> None:
    assert await client_closed(components)


async def test_the_installed_aiokafka_still_needs_the_patch(
    components: Components, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once this fails, the module that is tested here has done its service: delete both."""
    unpatched: Callable[[Fetcher], Awaitable[None]] = aiokafka_fetcher_close.close
    monkeypatch.setattr(aiokafka_fetcher_close, "install", lambda: None)
    monkeypatch.setattr(Fetcher, "close", unpatched)
    with pytest.raises(asyncio.CancelledError):
        await client_closed(components)
