"""The counts of requests by which callers are limited: those that nobody needs any more."""

from typing import Any

from psycopg import AsyncConnection

from homeroom.statements import load

SQL = load("request_counts", __package__)


async def prune(connection: AsyncConnection[Any], limit: int) -> int:
    """Delete at most ``limit`` counts of minutes that are long over; how many there were."""
    return (await connection.execute(SQL["prune"], {"limit": limit})).rowcount
