"""What every process that applies events sets up: its connection, and its garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import AsyncConnection

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
def rare_garbage_collection() -> Iterator[None]:
    """Has the collector look when many more objects are there than a batch makes, not within one.

    A batch is freed by its reference counts: looking through it for cycles, again and again while
    it grows, cost a third of a rebuild's CPU time. What is there already is not looked at again.
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
