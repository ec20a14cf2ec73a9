"""How large the live generation's tables are, and how much is written into them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from homeroom.database import snapshot
from homeroom.engine.generations.generation import StoredPlan
from homeroom.engine.generations.registry import live_generation, stored_plan
from homeroom.statements import load

DATABASE_SECONDS_MAX = 5
SQL = load("tables", __package__)


@dataclass(frozen=True, slots=True)
class TableFigure:
    """``rows``: about how many; ``writes``: rows inserted, updated and deleted, ever."""

    rows: int
    writes: int


@dataclass(frozen=True, slots=True)
class TableFigures:
    """The live generation, what it was made with, and its tables by name."""

    generation: str
    plan: StoredPlan
    tables: Mapping[str, TableFigure]
    taken_at_seconds: float = field(default_factory=time.monotonic)


def read_table_figures(database_url: str) -> TableFigures:
    """Reads them in one snapshot; raises psycopg's errors, ConfigurationError or NotMigrated."""
    with snapshot(
        database_url, "homeroom status", connect_timeout=DATABASE_SECONDS_MAX
    ) as connection:
        generation = live_generation(connection)
        found = connection.execute(SQL["tables"], (generation,)).fetchall()
        tables = {
            # Nobody has counted the rows of a table that came by a restore.
            name: TableFigure(int(rows or analysed), int(writes))
            for name, rows, writes, analysed in found
        }
        return TableFigures(generation, stored_plan(connection, generation), tables)
