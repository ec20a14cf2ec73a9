"""Compares every projection with its definition, evaluated from scratch."""

from collections.abc import Callable
from functools import partial
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import snapshot
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.operations.differences import (
    Compared,
    Condition,
    Scope,
    chosen,
    compare_tables,
    projections,
)
from homeroom.statements import composable, load

SQL = load("verify", __package__)


def verify(
    database_url: str,
    scope: Scope | None = None,
    *,
    seconds_max: float = 0,
    connected: Callable[[Connection[Any]], None] = lambda _: None,
) -> list[Compared]:
    """Compares tables of the live generation in one snapshot, while everything runs.

    ``seconds_max``: PostgreSQL ends it then; 0: never. ``connected`` is given the connection, by
    which somebody else may end it.

    Raises NotMigrated where there is no live generation, HomeroomError for an unknown table or a
    key of the wrong form, and psycopg's errors.
    """
    scope = scope or Scope()
    with snapshot(database_url, "homeroom verify") as connection:
        connected(connection)
        connection.execute(SQL["limit_time"], (f"{round(seconds_max * 1000)}ms",))
        schema = live_generation(connection)
        enter(connection, schema)
        keys = chosen(projections(connection, schema), scope.tables)
        return compare_tables(connection, schema, keys, scope, partial(differing, schema))


def differing(schema: str, table: str, rows: Condition) -> pg.Composed:
    """The query for each row that differs: its key, the row, and the row as it should be."""
    return composable(SQL["differing"]).format(
        table=pg.Identifier(schema, table),
        definition=pg.Identifier(schema, f"{table}_def"),
        chosen=rows.rows,
        key=rows.key,
        columns=rows.columns,
    )
