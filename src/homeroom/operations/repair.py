"""Puts rows of projections right from what they are defined on, and records what was changed."""

from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.apply import generation_lock
from homeroom.engine.generations import live_generation
from homeroom.errors import NotMigrated
from homeroom.operations.verify import (
    Condition,
    Difference,
    Scope,
    chosen,
    condition,
    differing,
    of_row,
    projections,
)

ALL_POSITIONS = "SELECT FROM positions ORDER BY topic, partition FOR UPDATE"
NOTE = """
INSERT INTO homeroom.repair (generation, "table", key, before, after, by, why)
SELECT %s, %s, key, have, should, %s, %s FROM drift
"""
DELETE = "DELETE FROM {table} WHERE {key} IN (SELECT key FROM drift)"
INSERT = """
INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, should)).*
FROM drift WHERE should IS NOT NULL
"""


def repair(database_url: str, scope: Scope, by: str, why: str) -> list[Difference]:
    """Repairs the rows of a scope that differ; returns what was different.

    Every writer's locks are taken in every writer's order, so no batch is under way meanwhile.
    Tables are gone through in the order in which they are made: what a table is defined on is
    right before it is looked at. Raises as ``verify`` does; then nothing is changed.
    """
    with (
        psycopg.connect(database_url, application_name="homeroom repair") as connection,
        connection.transaction(),
    ):
        connection.execute("SET LOCAL timezone = 'UTC'")
        schema = live_generation(connection)
        if schema is None:
            raise NotMigrated
        connection.execute(
            pg.SQL("SET LOCAL search_path = {}, pg_temp").format(pg.Identifier(schema))
        )
        connection.execute(ALL_POSITIONS)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (generation_lock(schema),))
        repaired: list[Difference] = []
        for table, columns in chosen(projections(connection, schema), scope.tables).items():
            rows = condition(table, columns, scope, "")
            repaired += _repair_table(connection, schema, table, rows, (by, why))
        return repaired


def _repair_table(
    connection: Connection[Any],
    schema: str,
    table: str,
    rows: Condition,
    decision: tuple[str, str],
) -> list[Difference]:
    connection.execute(
        pg.SQL("CREATE TEMPORARY TABLE drift(key, have, should) ON COMMIT DROP AS {}").format(
            differing(schema, table, rows)
        )
    )
    found = [
        difference
        for key, have, should in connection.execute("SELECT * FROM drift").fetchall()
        for difference in of_row(table, key, have, should)
    ]
    if found:
        names = {"table": pg.Identifier(schema, table), "key": rows.key}
        connection.execute(NOTE, (schema, table, *decision))
        connection.execute(pg.SQL(DELETE).format(**names))
        connection.execute(pg.SQL(INSERT).format(**names))
    connection.execute("DROP TABLE drift")
    return found
