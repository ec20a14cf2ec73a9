"""Compares a generation with another one, row by row: projections, and entities' own columns."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import snapshot
from homeroom.engine.generations.generation import differences_between
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
from homeroom.operations.verifying.settling import SettlingTime, settled
from homeroom.operations.verifying.verify import SQL
from homeroom.operations.verifying.written import are_entities_written
from homeroom_kit.errors import HomeroomError


def verify_against(
    database_url: str, scope: Scope, generation: str, other: str, wait: SettlingTime
) -> list[Compared]:
    """Compares the tables of two generations in one snapshot; ``generation``: "" is the live one.

    Neither is held: rows that differ are looked at again until both have caught up, as long as
    ``wait`` says. Where one lacks the entities, they are left out. Raises NotMigrated,
    HomeroomError for an unknown table or generation, a key of the wrong form, or generations that
    were made with different definitions, and psycopg's errors.
    """
    with snapshot(database_url, "homeroom verify") as connection:
        _check_made_alike(connection, generation or live_generation(connection), other)
    return compare_shared(database_url, scope, generation, other, wait)


def compare_shared(
    database_url: str, scope: Scope, generation: str, other: str, wait: SettlingTime
) -> list[Compared]:
    """The same of tables that both have with the same columns, however the others were made."""

    def look(part: Scope, salt: str) -> tuple[list[Compared], bool]:
        with snapshot(database_url, "homeroom verify") as connection:
            name = generation or live_generation(connection)
            columns = _columns(connection, name, other)
            # Both have the same keys.
            enter(connection, name)
            keys = chosen(_keys(connection, name, columns), part.tables, "table")

            def query(table: str, rows: Condition) -> pg.Composed:
                have, should = (pg.Identifier(schema, table) for schema in (name, other))
                return query_rows_that_differ(have, should, columns[table], rows)

            return compare_tables(connection, name, keys, part, query, salt), True

    return settled(look, scope, wait)


def _check_made_alike(connection: Connection[Any], name: str, other: str) -> None:
    mine, theirs = find(connection, name), find(connection, other)
    if differing := differences_between(mine.stored, theirs.stored):
        raise HomeroomError(
            f"{name} and {other} cannot be compared row by row: between them "
            f"{'; '.join(differing[:3])}{'; …' if differing[3:] else ''}."
        )


def _columns(connection: Connection[Any], name: str, other: str) -> dict[str, list[str]]:
    """The columns of each table that is compared."""
    columns: dict[str, list[str]] = {}
    if all(are_entities_written(connection, schema) for schema in (name, other)):
        entities = stored_plan(connection, name).contract["entities"]
        columns = {entity: [*of["columns"]] for entity, of in entities.items()}
    for table in projections(connection, name):
        definition = pg.Identifier(name, f"{table}_def").as_string(connection)
        found = connection.execute(SQL["columns"], (definition,)).fetchall()
        columns[table] = [column for (column,) in found]
    return columns


def _keys(
    connection: Connection[Any], name: str, columns: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """The key of each of these tables."""
    entities = stored_plan(connection, name).contract["entities"]
    keys = {entity: [*of["key"]] for entity, of in entities.items() if entity in columns}
    return keys | projections(connection, name)
