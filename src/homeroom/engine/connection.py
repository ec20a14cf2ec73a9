"""The worker's connections to PostgreSQL."""

from typing import Any

from psycopg import AsyncConnection


async def connect(url: str, application: str) -> AsyncConnection[Any]:
    """Opens a connection in autocommit mode; raises psycopg.OperationalError.

    ``application`` is what operators see in ``pg_stat_activity``.
    """
    return await AsyncConnection.connect(
        url, autocommit=True, application_name=application, connect_timeout=10
    )
