"""Playwright's synchronous interface beside tests that are coroutines, in one process."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Playwright, sync_playwright

T = TypeVar("T")


def run_beside(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns, while a page is open: it has a loop in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class Driver:
    """Playwright, whose event loop is at rest but while it is used.

    It keeps its loop the running one of the thread from its start to its end, and beside a running
    loop no other can run: neither asyncio.run nor a test that is a coroutine.
    """

    playwright: Playwright
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def used(self) -> Iterator[Playwright]:
        """Playwright, in a block in which no other loop runs."""
        asyncio._set_running_loop(self.loop)
        try:
            yield self.playwright
        finally:
            asyncio._set_running_loop(None)


@contextmanager
def driver() -> Iterator[Driver]:
    """One for all tests of a process: its start takes a second of a processor."""
    manager = sync_playwright()
    found = Driver(manager.start(), asyncio.get_running_loop())
    asyncio._set_running_loop(None)
    try:
        yield found
    finally:
        with found.used():
            found.playwright.stop()
