"""Files of teachers that nobody has scanned yet."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.statements import composable, load

SQL = load("unscanned_resources", __package__)


@dataclass(frozen=True, slots=True)
class UnscannedResources:
    """How many files wait to be scanned, and since when the oldest; 0 seconds without any."""

    files: int = 0
    oldest_seconds: float = 0.0


def count_unscanned(connection: Connection[Any], generation: str) -> UnscannedResources | None:
    """None in a generation that knows no resources; raises psycopg's errors."""
    if connection.execute(SQL["exist"], {"generation": generation}).fetchone() != (True,):
        return None
    table = pg.Identifier(generation, "unscanned_resources")
    row = connection.execute(composable(SQL["count"]).format(table=table)).fetchone()
    assert row is not None
    return UnscannedResources(row[0], round(row[1], 3))
