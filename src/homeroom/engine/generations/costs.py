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
from homeroom.engine.planning.planner import Plan, ProjectionPlan
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
        connection.execute(pg.SQL("CREATE SCHEMA {}").format(pg.Identifier(SCHEMA)))
        make_tables(connection, SCHEMA, model)
        check_changes(connection, model)


def check_changes(connection: Connection[Any], model: ReadModel) -> None:
    """The same of tables that are made already, empty, in the generation that the session is in."""
    with connection.transaction(force_rollback=True):
        for setting in SETTINGS:
            connection.execute(setting.encode())
        for delta in model.plan().deltas.values():
            connection.execute(delta.encode())
        for projection, changed in _changes(model.plan()):
            explain = f"EXPLAIN (FORMAT JSON) {projection.maintain(changed)}"
            row = connection.execute(explain.encode()).fetchone()
            for table in _read_whole(row[0][0]["Plan"] if row else {}, projection):
                raise DefinitionError(
                    projection.file,
                    f"for each change, all rows of {table} are read: no index finds what it "
                    "touches",
                    "Join by keys, keep every SELECT within to its own key by a condition of its "
                    "own, and group by plain columns.",
                )


def _changes(plan: Plan) -> Iterator[tuple[ProjectionPlan, frozenset[str]]]:
    """Each projection with what may change at once: of a view, one table of those that it joins."""
    for projection in plan.projections:
        if not projection.is_view:
            yield projection, frozenset(projection.sources)
        for source in projection.sources if projection.is_view else ():
            yield projection, frozenset((source,))


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


def _read_whole(node: dict[str, Any], projection: ProjectionPlan) -> Iterator[str]:
    """The tables, but for deltas, that a plan reads without looking anything up.

    Of a leaderboard of all the index is read from its beginning, and the table is as short.
    """
    looked_up = "Index Cond" in node or "Recheck Cond" in node
    name = node.get("Relation Name", "_")
    is_short = name == projection.name and projection.rows_max > 0
    if "Scan" in node.get("Node Type", "") and not name.startswith("_") and not looked_up:
        yield from () if is_short else (name,)
    begins = node.get("Node Type") == "Limit" and projection.rows_max > 0
    for inner in node.get("Plans", ()):
        in_order = "Index" in inner.get("Node Type", "") and "Filter" not in inner
        yield from () if begins and in_order else _read_whole(inner, projection)
