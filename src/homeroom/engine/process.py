"""Tasks and garbage collection of processes that apply events."""

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import structlog

log = structlog.get_logger(__name__)

# More objects than a batch makes.
COLLECTOR_OBJECTS_MIN = 500_000


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


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Runs the garbage collector only after many more allocations than a batch makes.

    Reference counts free a batch. Searching it for cycles, again and again while it grows, took a
    third of a rebuild's CPU time. Objects that exist already are exempt (``gc.freeze``).
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTOR_OBJECTS_MIN, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
