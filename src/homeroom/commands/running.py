"""Runs the relay beside something else, in the same process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from homeroom.commands.relay import Relay
from homeroom.settings import Settings

END_SECONDS_MAX = 2.0


@asynccontextmanager
async def relaying(settings: Settings) -> AsyncIterator[None]:
    """Relays the outbox for as long as the block runs; whatever happens to it stays in it."""
    running = asyncio.create_task(Relay(settings).run(), name="relay")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait({running}, timeout=END_SECONDS_MAX)
