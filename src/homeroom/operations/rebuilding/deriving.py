"""Indexes the loaded entities, then derives each projection from its definition, once."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import connect_sync
from homeroom.engine.generations.registry import enter
from homeroom.engine.planning.planner import EntityPlan, Plan, ProjectionPlan
from homeroom.operations.rebuilding.record import REPORT_SECONDS, ActiveRebuild
from homeroom.statements import load

PARALLEL = 2
SESSION = (
    "SET jit = off", "SET work_mem = '128MB'",
    "SET maintenance_work_mem = '128MB'", "SET max_parallel_maintenance_workers = 0",
    # Steps run side by side instead.
    "SET max_parallel_workers_per_gather = 0",
    "SET synchronous_commit = off", "SET client_min_messages = 'warning'",
)  # fmt: skip
SQL = load("deriving", __package__)

# What makes one table whole: a plan whose indexes are the last that is made.
Step = EntityPlan | ProjectionPlan


def index(database_url: str, rebuild: ActiveRebuild, plan: Plan) -> None:
    """Gives the loaded entities the indexes beside their keys. Raises RebuildAborted."""
    _take(database_url, rebuild, list(plan.entities.values()), 0)


def derive(database_url: str, rebuild: ActiveRebuild, plan: Plan) -> None:
    """Fills every projection and indexes it, in the order of their definitions.

    Every step is one transaction. A table that has its indexes is done, so that an interrupted
    rebuild goes on behind it. Raises RebuildAborted.
    """
    done = 0
    for level in _levels(plan):
        _take(database_url, rebuild, level, done)
        done += len(level)


def empty(connection: Connection[Any], schema: str, plan: Plan) -> None:
    """Empties a generation, and gives all its tables their indexes: events can be applied to it."""
    with connection.transaction():
        enter(connection, schema)
        tables = [row[0] for row in connection.execute(SQL["filled"], (schema,)).fetchall()]
        names = pg.SQL(", ").join(map(pg.Identifier, tables))
        connection.execute(pg.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
        connection.execute(SQL["begin_anew"])
        for projection in plan.tables:
            row = connection.execute(SQL["indexes"], (projection.name,)).fetchone()
            for statement in projection.index[row[0] if row else 0 :]:
                connection.execute(statement.encode())


def _levels(plan: Plan) -> list[list[ProjectionPlan]]:
    """The projections in groups: each reads entities and those of earlier groups only."""
    level_of: dict[str, int] = {}
    for projection in plan.projections:
        level_of[projection.name] = 1 + max(
            (level_of.get(source, 0) for source in projection.sources), default=0
        )
    return [
        [p for p in plan.tables if level_of[p.name] == level]
        for level in sorted({level_of[p.name] for p in plan.tables})
    ]


def _take(database_url: str, rebuild: ActiveRebuild, steps: Sequence[Step], done: int) -> None:
    """Takes steps side by side, over connections of their own; ``done``: how many were before."""
    connections: list[Connection[Any]] = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        futures = {
            pool.submit(_take_one, database_url, rebuild.generation, step, connections)
            for step in steps
        }
        try:
            _watch(rebuild, futures, done)
        except BaseException:
            for future in futures:
                future.cancel()
            for connection in connections:
                connection.cancel_safe()
            raise
    rebuild.wait_while_paused(done + len(steps))


def _watch(rebuild: ActiveRebuild, futures: set[Future[None]], done: int) -> None:
    """Until all have ended; raises what one of them raised."""
    left = futures
    while left:
        ended, left = wait(left, REPORT_SECONDS, FIRST_COMPLETED)
        for future in ended:
            future.result()
        rebuild.progress(done + len(futures) - len(left))


def _take_one(
    database_url: str, schema: str, step: Step, connections: list[Connection[Any]]
) -> None:
    with connect_sync(database_url, "homeroom rebuild", autocommit=True) as connection:
        connections.append(connection)
        for statement in SESSION:
            connection.execute(statement.encode())
        enter(connection, schema, for_session=True)
        row = connection.execute(SQL["indexes"], (step.name,)).fetchone()
        missing = step.index[row[0] if row else 0 :]
        with connection.transaction():
            if missing and isinstance(step, ProjectionPlan):
                connection.execute(step.derive.encode())
            for statement in missing:
                connection.execute(statement.encode())
        # The plans of what is derived from it rest on this.
        connection.execute(f"ANALYZE {step.name}".encode())
