"""Tests wait for a condition, never for a time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 0.1
# Timeouts are what a quiet machine needs at the very most; others have other things to do.
PATIENCE = 4


def wait_for(condition: Callable[[], T], timeout_seconds: float = 15.0) -> T:
    """Ask until the answer is true and return it; fail with the last answer after the timeout."""
    deadline = time.monotonic() + timeout_seconds * PATIENCE
    pause = FIRST_PAUSE_SECONDS
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(_complaint(condition, timeout_seconds, answer))
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
    return answer


async def wait_for_async(
    condition: Callable[[], T] | Callable[[], Awaitable[T]], timeout_seconds: float = 15.0
) -> T:
    """The same for coroutines: other tasks go on meanwhile; the condition may be async too."""
    deadline = time.monotonic() + timeout_seconds * PATIENCE
    pause = FIRST_PAUSE_SECONDS
    while True:
        answer = condition()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(_complaint(condition, timeout_seconds, answer))
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _complaint(condition: Callable[[], object], timeout_seconds: float, answer: object) -> str:
    name = getattr(condition, "__qualname__", repr(condition))
    return f"{name} still gives {answer!r} after {timeout_seconds * PATIENCE} s"
