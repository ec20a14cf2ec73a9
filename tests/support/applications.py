"""Applications that tests share: to start one costs more than most tests do with it.

Each has settings of its own, and runs in the loop of all tests that ask it. It keeps nothing from
one test to the next but its figures: what it answers is in the database.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from pytest_asyncio import is_async_test

from homeroom.api.app import create_app
from homeroom.api.services import utc_now
from homeroom.settings import Settings

# That of the loop in which they run: all tests of one process.
LOOP = "session"


def run_in_one_loop(items: list[pytest.Item], folder: Path) -> None:
    """Have the tests below the folder run in the loop of the applications."""
    for item in items:
        if item.path.is_relative_to(folder) and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope=LOOP), append=False)


class _Running:
    """One application between its start and its end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock: Callable[[], datetime] = utc_now
        self.app = create_app(settings, clock=lambda: self.clock())
        self._started, self._ended = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        # It ends in the task in which it began.
        async with self.app.router.lifespan_context(self.app):
            self._started.set()
            await self._ended.wait()

    async def start(self) -> None:
        started = asyncio.create_task(self._started.wait())
        await asyncio.wait({started, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            started.cancel()
            await self._task

    async def end(self) -> None:
        self._ended.set()
        with suppress(asyncio.CancelledError):
            await self._task


class Applications:
    """Those that run."""

    def __init__(self) -> None:
        self._running: list[_Running] = []

    async def of(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> FastAPI:
        """The application with these settings, for a test with this clock."""
        for running in self._running:
            if running.settings == settings:
                break
        else:
            running = _Running(settings)
            self._running.append(running)
            await running.start()
        running.clock = clock
        return running.app

    async def end(self) -> None:
        """Ends them all."""
        await asyncio.gather(*(running.end() for running in self._running))
