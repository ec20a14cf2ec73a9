"""Asks PostgreSQL whether it can make the tables, and whether a change of them reads few rows.

Nothing remains: the tables are made, empty, in a transaction that is rolled back.
"""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.generations.creating import make_tables
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning.checking import followers
from homeroom.errors import DefinitionError

SCHEMA = "homeroom_checked"
# As a worker has it: every join is a loop over an index, where there is one.
SETTINGS = (
    "SET LOCAL enable_hashjoin = off", "SET LOCAL enable_mergejoin = off",
    "SET LOCAL enable_seqscan = off", "SET LOCAL jit = off",
    "SET LOCAL client_min_messages = 'warning'",
)  # fmt: skip


def check_in_database(connection: Connection[Any], model: ReadModel) -> None:
    """Raises DefinitionError where PostgreSQL refuses a definition, or would read a whole table for
    one row that changes.
    """
    model.check()
    with connection.transaction(force_rollback=True):
        for setting in SETTINGS:
            connection.execute(setting.encode())
        connection.execute(pg.SQL("CREATE SCHEMA {}").format(pg.Identifier(SCHEMA)))
        make_tables(connection, SCHEMA, model)
        for delta in model.plan().deltas.values():
            connection.execute(delta.encode())
        for projection in model.plan().projections:
            explain = f"EXPLAIN (FORMAT JSON) {projection.maintain}"
            row = connection.execute(explain.encode()).fetchone()
            for table in _read_whole(row[0][0]["Plan"] if row else {}):
                raise DefinitionError(
                    projection.name,
                    f"for each change, all rows of {table} are read: no index finds what it "
                    "touches",
                    "Join by keys, keep every SELECT within to its own key by a condition of its "
                    "own, and group by plain columns.",
                )


def refused(connection: Connection[Any], model: ReadModel) -> list[DefinitionError]:
    """All that ``check_in_database`` finds, without what rests on a definition that it refuses."""
    found: list[DefinitionError] = []
    definitions = dict(model.definitions)
    while True:
        try:
            check_in_database(connection, ReadModel(model.catalog, definitions))
        except DefinitionError as error:
            found.append(error)
            for name in {error.projection, *followers(error.projection, definitions)}:
                del definitions[name]
        else:
            return found


def _read_whole(node: dict[str, Any]) -> Iterator[str]:
    """The tables, but for deltas, that a plan reads without looking anything up."""
    looked_up = "Index Cond" in node or "Recheck Cond" in node
    name = node.get("Relation Name", "_")
    if "Scan" in node.get("Node Type", "") and not name.startswith("_") and not looked_up:
        yield name
    for inner in node.get("Plans", ()):
        yield from _read_whole(inner)
