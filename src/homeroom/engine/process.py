"""Connections and garbage collection of processes that apply events."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection, Connection

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
