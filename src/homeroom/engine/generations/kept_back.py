"""What a generation keeps back, counted."""

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg import sql as pg

COUNT = """
SELECT (SELECT count(*) FROM {letters} WHERE closed_as IS NULL),
       (SELECT count(*) FROM {holes}),
       (SELECT count(*) FROM {waiting})
"""


class KeptBack(NamedTuple):
    """Open dead letters, holes, and waiting events."""

    letters: int = 0
    holes: int = 0
    waiting: int = 0


def count(connection: Connection[Any], generation: str) -> KeptBack:
    """KeptBack in one statement, so of one moment; raises psycopg's errors."""
    tables = {name: pg.Identifier(generation, name) for name in KeptBack._fields}
    row = connection.execute(pg.SQL(COUNT).format(**tables)).fetchone()
    assert row is not None
    return KeptBack(*row)
