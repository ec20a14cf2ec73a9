"""Keeps the change feed short: what clients may still come back for, and no more."""

from typing import Any

from psycopg import AsyncConnection

from homeroom.statements import load

SQL = load("changes", __package__)


async def prune(connection: AsyncConnection[Any], seconds: int, limit: int) -> int:
    """Deletes changes that were told longer ago, the oldest first; returns how many.

    ``limit``: at most so many. Raises psycopg's errors.
    """
    gone = await connection.execute(SQL["prune"], {"seconds": seconds, "limit": limit})
    return gone.rowcount
