"""Folds the staged log into rows, then derives each projection from its definition, once."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection

from homeroom.engine.catalog import Entity
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning import staging_sql
from homeroom.engine.planning.planner import EntityPlan, Plan, ProjectionPlan
from homeroom.operations.rebuilding.beginning import MADE
from homeroom.operations.rebuilding.loading import enter
from homeroom.operations.rebuilding.record import BEAT_SECONDS, Run
from homeroom.statements import composable as query

PARALLEL = 2
SESSION = (
    "SET timezone = 'UTC'", "SET jit = off", "SET work_mem = '128MB'",
    "SET maintenance_work_mem = '128MB'", "SET max_parallel_maintenance_workers = 0",
    # Steps run side by side instead.
    "SET max_parallel_workers_per_gather = 0",
    "SET synchronous_commit = off", "SET client_min_messages = 'warning'",
)  # fmt: skip
IS_DONE = "SELECT EXISTS (SELECT FROM load_done WHERE step = %s)"
DONE = "INSERT INTO load_done (step, newest_time) VALUES (%s, %s)"
COUNT_DONE = """
SELECT count(*) FROM load_done WHERE starts_with(step, 'index ') = %s AND step <> %s
"""
# Subjects with a letter, a discarded number, or an event that PostgreSQL would not take.
KNOWN_IRREGULAR = """
INSERT INTO load_irregular
SELECT entity, key FROM load_apart WHERE entity IS NOT NULL
UNION SELECT entity, key FROM homeroom.discard WHERE entity IS NOT NULL
ON CONFLICT DO NOTHING
"""
AGAIN_APART = """
INSERT INTO load_again SELECT topic, partition, "offset" FROM load_apart
WHERE %(as_of)s::timestamptz IS NULL OR "time" <= %(as_of)s
"""

Step = tuple[str, Callable[[Connection[Any]], datetime | None]]


def derive(database_url: str, run: Run, model: ReadModel) -> None:
    """From staged events to whole tables, bare of keys.

    Every step is a transaction that notes that it is done, so that an interrupted rebuild goes on
    behind it. Raises RebuildAborted.
    """
    plan = model.plan()
    if run.options.source == "log":
        _take(database_url, run, [("what is irregular", _note_known)])
        foldings: list[Step] = [
            (f"entity {e.name}", _folding(e, model, run)) for e in model.catalog.entities
        ]
        _take(database_url, run, foldings)
        _take(database_url, run, [("what is apart", _again_apart(run))])
    for level in _levels(plan):
        _take(database_url, run, [(f"projection {p.name}", _deriving(p)) for p in level])


def index(database_url: str, run: Run, model: ReadModel) -> None:
    """Gives the loaded tables their keys and indexes. Raises RebuildAborted."""
    plan = model.plan()
    plans: list[EntityPlan | ProjectionPlan] = [*plan.entities.values(), *plan.projections]
    _take(database_url, run, [(f"index {p.name}", _indexing(p)) for p in plans])


def steps(model: ReadModel, source: str) -> tuple[int, int]:
    """How many steps deriving takes, and indexing."""
    plan = model.plan()
    foldings = len(plan.entities) + 2 if source == "log" else 0
    return foldings + len(plan.projections), len(plan.entities) + len(plan.projections)


def _levels(plan: Plan) -> list[list[ProjectionPlan]]:
    """The projections in groups: each reads entities and those of earlier groups only."""
    level_of: dict[str, int] = {}
    for projection in plan.projections:
        level_of[projection.name] = 1 + max(
            (level_of.get(source, 0) for source in projection.sources), default=0
        )
    return [
        [p for p in plan.projections if level_of[p.name] == level]
        for level in sorted(set(level_of.values()))
    ]


def _take(database_url: str, run: Run, steps: Sequence[Step]) -> None:
    """Takes steps side by side, over connections of their own."""
    connections: list[Connection[Any]] = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        futures = {
            pool.submit(_take_one, database_url, run.generation, step, connections)
            for step in steps
        }
        try:
            _watch(run, futures)
        except BaseException:
            for future in futures:
                future.cancel()
            for connection in connections:
                connection.cancel_safe()
            raise
    run.wait_while_paused(_done(run))


def _watch(run: Run, futures: Iterable[Future[None]]) -> None:
    """Until all have ended; raises what one of them raised."""
    left = set(futures)
    while left:
        ended, left = wait(left, BEAT_SECONDS, FIRST_COMPLETED)
        for future in ended:
            future.result()
        run.progress(_done(run))


def _done(run: Run) -> int:
    row = run.connection.execute(COUNT_DONE, (run.phase == "indexing", MADE)).fetchone()
    return int(row[0]) if row else 0


def _take_one(
    database_url: str, schema: str, step: Step, connections: list[Connection[Any]]
) -> None:
    name, work = step
    with psycopg.connect(
        database_url, autocommit=True, application_name="homeroom rebuild"
    ) as connection:
        connections.append(connection)
        for statement in SESSION:
            connection.execute(query(statement))
        enter(connection, schema)
        with connection.transaction():
            if connection.execute(IS_DONE, (name,)).fetchone() == (True,):
                return
            newest = work(connection)
            connection.execute(DONE, (name, newest))
        if name.startswith(("entity ", "projection ")):
            # The plans of what is derived from it rest on this.
            connection.execute(query(f"ANALYZE {name.partition(' ')[2]}"))


def _note_known(connection: Connection[Any]) -> None:
    connection.execute(KNOWN_IRREGULAR)


def _again_apart(run: Run) -> Callable[[Connection[Any]], datetime | None]:
    def note(connection: Connection[Any]) -> None:
        connection.execute(AGAIN_APART, {"as_of": run.options.as_of})

    return note


def _folding(
    entity: Entity, model: ReadModel, run: Run
) -> Callable[[Connection[Any]], datetime | None]:
    def fold(connection: Connection[Any]) -> datetime | None:
        if run.options.as_of is not None:
            for statement in staging_sql.cut(entity):
                takes_moment = "%s" in statement
                connection.execute(query(statement), (run.options.as_of,) if takes_moment else ())
        for statement in staging_sql.fold(entity, model.catalog.event_types):
            takes_topic = "%s" in statement
            topic = model.catalog.broker_topic(entity)
            connection.execute(query(statement), (topic,) if takes_topic else ())
        row = connection.execute(query(staging_sql.newest(entity))).fetchone()
        connection.execute(query(staging_sql.drop(entity)))
        return row[0] if row else None

    return fold


def _deriving(projection: ProjectionPlan) -> Callable[[Connection[Any]], datetime | None]:
    def derived(connection: Connection[Any]) -> None:
        connection.execute(query(projection.derive))

    return derived


def _indexing(
    plan: EntityPlan | ProjectionPlan,
) -> Callable[[Connection[Any]], datetime | None]:
    def indexed(connection: Connection[Any]) -> None:
        for statement in plan.index:
            connection.execute(query(statement))

    return indexed
