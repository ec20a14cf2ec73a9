"""Connections, tasks and garbage collection of processes that apply events."""

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection, Connection

log = structlog.get_logger(__name__)

# More objects than a batch makes.
COLLECTOR_OBJECTS_MIN = 500_000


async def connect(url: str, application: str) -> AsyncConnection[Any]:
    """Opens a connection in autocommit mode; raises psycopg.OperationalError.

    ``application`` is what operators see in ``pg_stat_activity``.
    """
    return await AsyncConnection.connect(
        url, autocommit=True, application_name=application, connect_timeout=10
    )


@contextmanager
def snapshot(url: str, application: str, **options: Any) -> Iterator[Connection[Any]]:
    """Opens a connection for one transaction that only reads, and sees one moment.

    ``options``: those of libpq. Raises psycopg.OperationalError.
    """
    with psycopg.connect(url, application_name=application, **options) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


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
