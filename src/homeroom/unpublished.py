"""What commands have said and the brokers do not have yet, counted for whoever watches."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

EXISTS = "SELECT to_regclass('homeroom.outbox') IS NOT NULL"
COUNT = """
SELECT count(*), greatest(0, coalesce(extract(epoch FROM now() - min(created_at)), 0))::float8
FROM homeroom.outbox WHERE published_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """How many rows of the outbox are to be published, and the age of the oldest."""

    unpublished: int
    oldest_seconds: float


def count(connection: Connection[Any]) -> Unpublished | None:
    """None where the database is not prepared for commands yet; raises psycopg's errors."""
    if connection.execute(EXISTS).fetchone() != (True,):
        return None
    row = connection.execute(COUNT).fetchone()
    assert row is not None
    return Unpublished(row[0], round(row[1], 3))
