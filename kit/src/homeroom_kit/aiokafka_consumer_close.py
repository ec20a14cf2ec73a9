"""Fixes a defect of aiokafka: a consumer that is stopped may raise CancelledError by itself.

``Fetcher.close`` cancels the fetches under way, and ``NoGroupCoordinator.close`` its only task;
each is awaited (aiokafka 0.14.0). One that had not begun yet raises CancelledError there. It looks
as if somebody had cancelled who stops the consumer, and the rest of ``AIOKafkaConsumer.stop`` is
left out: the client's connections stay open.

``tests/integration/test_aiokafka_consumer_close.py`` fails as soon as a version of aiokafka stops
by itself: then this module and its call in ``homeroom_kit.kafka`` go.
"""

import asyncio
from collections.abc import Collection
from typing import Any

from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import NoGroupCoordinator

close_fetcher = Fetcher.close


def install() -> None:
    """Makes every consumer of this process stop whatever it does. May be called again."""
    Fetcher.close = _close_fetcher
    NoGroupCoordinator.close = _close_coordinator


async def _close_fetcher(self: Fetcher) -> None:
    # The task that begins fetches first, so that none comes after.
    await _end({self._fetch_task})
    await _end(self._pending_tasks)
    self._pending_tasks.clear()
    await close_fetcher(self)


async def _close_coordinator(self: NoGroupCoordinator) -> None:
    await _end({self._reset_committed_task})
    self._reset_committed_task = None


async def _end(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
