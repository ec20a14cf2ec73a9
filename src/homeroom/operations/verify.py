"""Compares every projection with its definition, evaluated from scratch on the entities."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg
from rich.table import Table

from homeroom.engine.generations import live_generation
from homeroom.errors import NotMigrated


@dataclass(frozen=True, slots=True)
class Compared:
    """One table: how many rows it has, and how many are only in it or only in its definition."""

    table: str
    rows: int
    unexpected: int
    missing: int

    @property
    def differs(self) -> bool:
        return bool(self.unexpected or self.missing)


def verify(database_url: str) -> list[Compared]:
    """Compares all tables of the live generation in one snapshot, while everything runs.

    Raises NotMigrated where there is no live generation.
    """
    with psycopg.connect(database_url, application_name="homeroom verify") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            connection.execute("SET LOCAL timezone = 'UTC'")
            schema = live_generation(connection)
            if schema is None:
                raise NotMigrated
            return [_compare(connection, schema, table) for table in _tables(connection, schema)]


def _tables(connection: Connection[Any], schema: str) -> list[str]:
    rows = connection.execute(
        pg.SQL("SELECT jsonb_object_keys(definitions) FROM {} ORDER BY 1").format(
            pg.Identifier(schema, "plan")
        )
    ).fetchall()
    return [str(row[0]) for row in rows]


def _compare(connection: Connection[Any], schema: str, table: str) -> Compared:
    names = {
        "table": pg.Identifier(schema, table),
        "definition": pg.Identifier(schema, f"{table}_def"),
    }
    row = connection.execute(
        pg.SQL(
            "SELECT (SELECT count(*) FROM {table}), "
            "(SELECT count(*) FROM (TABLE {table} EXCEPT ALL TABLE {definition}) AS a), "
            "(SELECT count(*) FROM (TABLE {definition} EXCEPT ALL TABLE {table}) AS b)"
        ).format(**names)
    ).fetchone()
    assert row is not None
    return Compared(table, *row)


def as_table(compared: list[Compared]) -> Table:
    """The comparison for people."""
    table = Table("table", "rows", "unexpected", "missing", "", box=None, pad_edge=False)
    for column in table.columns[1:4]:
        column.justify = "right"
    for one in compared:
        verdict = "[red]differs" if one.differs else "[green]equal"
        table.add_row(
            one.table, f"{one.rows:,}", f"{one.unexpected:,}", f"{one.missing:,}", verdict
        )
    return table
