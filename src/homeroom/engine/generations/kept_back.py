"""What a generation keeps back, counted."""

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg import sql as pg

COUNT = """
SELECT (SELECT count(*) FROM {dead_letters} WHERE closed_as IS NULL),
       (SELECT count(*) FROM {gaps}),
       (SELECT count(*) FROM {waiting})
"""
# Generations of layout 2 and before name two of the tables otherwise. They are only counted: until
# a rebuild replaces the live one, status, metrics and the report of the rebuild ask for it.
OLDER_NAMES = {"dead_letters": "letters", "gaps": "holes"}
TABLES = "SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s))"


class KeptBack(NamedTuple):
    """Open dead letters, gaps, and waiting events."""

    dead_letters: int = 0
    gaps: int = 0
    waiting: int = 0

    def as_json(self) -> dict[str, int]:
        """The counts by the names that they have in reports of rebuilds."""
        return {"letters": self.dead_letters, "holes": self.gaps, "waiting": self.waiting}


def count(connection: Connection[Any], generation: str) -> KeptBack:
    """KeptBack in one statement, so of one moment; raises psycopg's errors."""
    existing = {name for (name,) in connection.execute(TABLES, (generation,))}
    tables = {
        name: pg.Identifier(generation, name if name in existing else OLDER_NAMES.get(name, name))
        for name in KeptBack._fields
    }
    row = connection.execute(pg.SQL(COUNT).format(**tables)).fetchone()
    assert row is not None
    return KeptBack(*row)
