"""Tasks that go on for as long as their process: how they begin, fail, pause and end."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

BACKOFF_SECONDS_MAX = 5.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def in_background(
    work: Coroutine[Any, Any, None], name: str, end_seconds_max: float
) -> AsyncIterator[None]:
    """Runs it while the block runs, then cancels it and waits at most so long for its end.

    An error that ends it is logged, and does not reach the block.
    """

    def log_error(ended: asyncio.Task[None]) -> None:
        if not ended.cancelled() and (error := ended.exception()):
            log.error(f"{name} ended", error=str(error), error_type=type(error).__name__)

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(log_error)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=end_seconds_max)


def was_cancelled() -> bool:
    """Whether somebody cancelled the current task.

    A CancelledError says so only as a rule: it may be that of another task that this one awaited.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def backoff_seconds(failures: int) -> float:
    """How long to wait after so many failures in a row; random, so that processes spread."""
    seconds: float = min(BACKOFF_SECONDS_MAX, 0.1 * 2.0 ** min(failures, 10))
    return seconds * random.uniform(0.5, 1.0)
