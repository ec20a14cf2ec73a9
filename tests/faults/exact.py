"""How every test of this folder ends: nothing lost, nothing twice, nothing else."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from homeroom.engine.generations.registry import enter
from tests.faults.upstream import Upstream
from tests.model.log import Log
from tests.property.comparing import check_tables
from tests.support import wait_for_async
from tests.support.commands import Tables

CATCH_UP_SECONDS = 40.0


@dataclass
class Holder:
    """A generation, as the comparison wants it."""

    database_url: str
    database: psycopg.Connection[Any]


def positions(tables: Tables) -> dict[tuple[str, int], int]:
    return {
        (topic, partition): offset
        for topic, partition, offset in tables.rows("positions", "topic, partition, next_offset")
    }


async def assert_exact(
    upstream: Upstream,
    tables: Tables,
    timeout_seconds: float = CATCH_UP_SECONDS,
    *,
    moved: bool = False,
) -> None:
    """Waits until all of the log is applied; then everything is what the rules say of that log.

    Every position is the log's end; entity rows, letters, waiting events, holes and dashboards are
    the model's, computed from what is in the log; each table equals its definition.

    ``moved``: as in ``check_tables``.
    """
    ends = await upstream.final_ends()

    def missing() -> dict[tuple[str, int], tuple[int, int | None]]:
        stored = positions(tables)
        return {p: (end, stored.get(p)) for p, end in ends.items() if stored.get(p, 0) != end}

    await wait_for_async(lambda: not missing(), timeout_seconds)
    log = Log(await upstream.log(), prefix=upstream.settings.topic_prefix)
    url = upstream.settings.database_url
    with psycopg.connect(url, autocommit=True) as database:
        enter(database, tables.generation, for_session=True)
        check_tables(Holder(url, database), log, moved=moved)
    assert await upstream.ends() == positions(tables) == ends


def rows_of(tables: Tables) -> dict[str, list[tuple[Any, ...]]]:
    """What every table holds, but for positions and letters: a copy has its own."""
    names = tables.connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND "
        "tablename NOT IN ('positions', 'dead_letters')",
        (tables.generation,),
    ).fetchall()
    return {name: _all_rows(tables, name) for (name,) in names}


def _all_rows(tables: Tables, name: str) -> list[tuple[Any, ...]]:
    # As text: an exam without a date sorts at -infinity, which is no datetime.
    query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(tables.generation, name))
    return sorted(tables.connection.execute(query))
