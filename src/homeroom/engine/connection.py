"""The worker's connections to PostgreSQL."""

from typing import Any

from psycopg import AsyncConnection, postgres
from psycopg.types.json import JsonbDumper
from psycopg.types.numeric import FloatDumper


class _ExactFloatDumper(FloatDumper):
    """A score as the shortest decimal that says it, not as the binary number nearest to it."""

    oid = postgres.types["numeric"].oid


async def connect(url: str, application: str) -> AsyncConnection[Any]:
    """Opens a connection in autocommit mode; raises psycopg.OperationalError.

    ``application`` is what operators see in ``pg_stat_activity``.
    """
    connection = await AsyncConnection.connect(
        url, autocommit=True, application_name=application, connect_timeout=10
    )
    connection.adapters.register_dumper(dict, JsonbDumper)
    connection.adapters.register_dumper(float, _ExactFloatDumper)
    return connection
