"""Compares every projection with its definition, evaluated from scratch."""

from collections.abc import Callable
from functools import partial
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import snapshot
from homeroom.engine.generations.registry import enter, live_generation, stored_plan
from homeroom.operations.differences import (
    Compared,
    Condition,
    Scope,
    chosen,
    compare_tables,
    projections,
    query_rows_that_differ,
)
from homeroom.operations.generations import find
from homeroom.operations.verifying.settling import NO_WAIT, SettlingTime, settled
from homeroom.operations.verifying.written import check_entities_written
from homeroom.statements import composable, load

SQL = load("verify", __package__)


def verify(
    database_url: str,
    scope: Scope | None = None,
    *,
    generation: str = "",
    wait: SettlingTime = NO_WAIT,
    seconds_max: float = 0,
    connected: Callable[[Connection[Any]], None] = lambda _: None,
) -> list[Compared]:
    """Compares tables of a generation in one snapshot, while everything runs.

    ``generation``: the live one, unless named. ``wait``: how long rows are looked at again that
    differ, in a generation that Flink feeds: its tables are not of one commit. ``seconds_max``:
    PostgreSQL ends a look then; 0: never. ``connected`` is given the connection of each, by which
    somebody else may end it.

    Raises NotMigrated where there is no live generation, HomeroomError for an unknown table or
    generation, a key of the wrong form, or entities that Flink does not write, and psycopg's
    errors.
    """
    whole = scope or Scope()

    def look(part: Scope, salt: str) -> tuple[list[Compared], bool]:
        with snapshot(database_url, "homeroom verify") as connection:
            connected(connection)
            connection.execute(SQL["limit_time"], (f"{round(seconds_max * 1000)}ms",))
            name = find(connection, generation).name if generation else live_generation(connection)
            enter(connection, name)
            keys = chosen(projections(connection, name), part.tables)
            by_flink = stored_plan(connection, name).is_fed_by_flink
            query = partial(differing, name)
            if by_flink:
                check_entities_written(connection, name)
                query = partial(_differing_of_flink, connection, name)
            return compare_tables(connection, name, keys, part, query, salt), by_flink

    return settled(look, whole, wait)


def differing(schema: str, table: str, rows: Condition) -> pg.Composed:
    """The query for each row that differs: its key, the row, and the row as it should be."""
    return composable(SQL["differing"]).format(
        table=pg.Identifier(schema, table),
        definition=pg.Identifier(schema, f"{table}_def"),
        chosen=rows.rows,
        key=rows.key,
        columns=rows.columns,
    )


def _differing_of_flink(
    connection: Connection[Any], schema: str, table: str, rows: Condition
) -> pg.Composed:
    """The same for a table that may have a column more than its definition."""
    definition = pg.Identifier(schema, f"{table}_def")
    columns = connection.execute(SQL["columns"], (definition.as_string(connection),)).fetchall()
    return query_rows_that_differ(
        pg.Identifier(schema, table), definition, [name for (name,) in columns], rows
    )
