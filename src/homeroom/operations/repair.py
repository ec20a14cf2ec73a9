"""Puts rows of projections right from what they are defined on, and records what was changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from homeroom.engine.applying.writer import generation_lock
from homeroom.engine.generations import positions
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.engine.log.records import Partition
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
from homeroom.statements import load

SQL = {name: text.decode() for name, text in load("repair", __package__).items()}


def repair(database_url: str, scope: Scope, by: str, why: str) -> list[Difference]:
    """Repairs the rows of a scope that differ; returns what was different.

    Where whole tables are given, the projections that read them are repaired too.
    Every writer's locks are taken in every writer's order, so no batch is under way meanwhile.
    Tables are gone through in the order in which they are made: what a table is defined on is
    right before it is looked at. Raises as ``verify`` does; then nothing is changed.
    """
    with (
        psycopg.connect(database_url, application_name="homeroom repair") as connection,
        connection.transaction(),
    ):
        schema = live_generation(connection)
        hold(connection, schema)
        lock(connection, schema)
        repairer = RowRepairer(connection, schema, by, why)
        keys = projections(connection, schema)
        tables = chosen(keys, scope.tables)
        if scope.tables and scope.key is None:
            readers = connection.execute(pg.SQL(SQL["readers"]), (schema, list(scope.tables)))
            tables = chosen(keys, [table for (table,) in readers])
        repaired: list[Difference] = []
        for table, columns in tables.items():
            repaired += repairer.repair_projection(table, condition(table, columns, scope, ""))
        return repaired


def hold(connection: Connection[Any], schema: str) -> dict[Partition, int]:
    """Enters a generation and holds its positions, until the transaction ends."""
    enter(connection, schema)
    return positions.hold_all(connection, schema)


def lock(connection: Connection[Any], schema: str) -> None:
    """The lock behind which nobody else writes."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (generation_lock(schema),))


class RowRepairer:
    """Writes rows of one generation as they should be, and records each, within a transaction."""

    def __init__(self, connection: Connection[Any], schema: str, by: str, why: str) -> None:
        self.connection = connection
        self.schema = schema
        self.by = by
        self.why = why

    def repair_projection(
        self, table: str, rows: Condition, known: str | None = None
    ) -> list[Difference]:
        """Rows of a projection; ``known``: a temporary table of what is left as it is."""
        self.look(differing(self.schema, table, rows))
        if known is not None:
            self.connection.execute(
                pg.SQL(SQL["leave"]).format(pg.Identifier("pg_temp", known)), (table,)
            )
        return self.write(table, rows.key)

    def look(self, query: pg.Composed) -> None:
        """Finds what differs: the query gives key, row, and what it should be."""
        self.connection.execute("DROP TABLE IF EXISTS pg_temp.drift")
        self.connection.execute(pg.SQL(SQL["find"]).format(query))

    def write(
        self,
        table: str,
        key: pg.Composable,
        filled: Mapping[str, int] | None = None,
        unrecorded: Sequence[str] = (),
    ) -> list[Difference]:
        """Puts right what was found.

        ``filled``: columns that no query compares; ``unrecorded``: columns that the record leaves
        out.
        """
        found = [
            difference
            for key_, have, should in self.connection.execute("SELECT * FROM drift").fetchall()
            for difference in of_row(table, key_, have, should)
        ]
        if found:
            names = {
                "table": pg.Identifier(self.schema, table),
                "key": key,
                "filled": pg.Literal(Jsonb(dict(filled or {}))),
            }
            left_out = list(unrecorded)
            self.connection.execute(
                pg.SQL(SQL["record"]), (self.schema, table, left_out, left_out, self.by, self.why)
            )
            self.connection.execute(pg.SQL(SQL["delete"]).format(**names))
            self.connection.execute(pg.SQL(SQL["insert"]).format(**names))
        return found
