"""Fixes a defect of aiokafka: a consumer that is stopped may raise CancelledError by itself.

``Fetcher.close`` cancels the fetches under way and awaits each (aiokafka 0.14.0). One that had not
begun yet raises CancelledError there. It looks as if somebody had cancelled who stops the consumer,
and the rest of ``AIOKafkaConsumer.stop`` is left out: the client's connections stay open.

``tests/integration/test_aiokafka_fetcher_close.py`` fails as soon as a version of aiokafka stops by
itself: then this module and its call in ``homeroom.kafka`` go.
"""

import asyncio

from aiokafka.consumer.fetcher import Fetcher

close = Fetcher.close


def install() -> None:
    """Makes every consumer of this process stop whatever it does. May be called again."""
    Fetcher.close = _close


async def _close(self: Fetcher) -> None:
    # The task that begins fetches first, so that none comes after.
    for tasks in ({self._fetch_task}, self._pending_tasks):
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
    self._pending_tasks.clear()
    await close(self)
