"""A rebuild from its beginning, or from where it was interrupted, to its end.

Phases: loading (processes stage the log), deriving (rows and projections, set-based), indexing,
catching up (by now a writer like any other, up to where the live generation is), comparing (both
held at the same positions), swapping.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg import sql as pg

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import Generation, fed_by, registered, stored_plan
from homeroom.engine.log.reader import LogReader
from homeroom.engine.log.records import Partition
from homeroom.engine.process import connect
from homeroom.errors import BrokerError, RebuildAborted, RebuildRefused, RebuildUnderWay
from homeroom.kafka import client_options
from homeroom.operations.rebuilding import again, beginning, deriving, loading, swapping
from homeroom.operations.rebuilding.comparing import Report, compare
from homeroom.operations.rebuilding.feeding import Feeder
from homeroom.operations.rebuilding.handing_over import hand_over
from homeroom.operations.rebuilding.record import Options, Run, Watcher
from homeroom.operations.rebuilding.removing import drop
from homeroom.operations.verify import projections
from homeroom.settings import Settings

# The live generation waits while the next one makes up so many events.
LAG_MAX_EVENTS = 500
CATCH_UPS_MAX = 20

SET_POSITIONS = """
INSERT INTO positions (topic, partition, next_offset, newest_time)
SELECT topic, partition, next_offset,
       CASE WHEN row_number() OVER (ORDER BY topic, partition) = 1
            THEN (SELECT max(newest_time) FROM load_done) END
FROM load_positions ON CONFLICT DO NOTHING
"""
LOAD_TABLES = """
SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables
WHERE schemaname = %s AND starts_with(tablename, 'load_')
"""

# Takes the report (None where there is nothing to compare with); raises RebuildRefused to refuse.
Agree = Callable[[Report | None], None]


def rebuild(
    settings: Settings,
    model: ReadModel,
    options: Options,
    watcher: Watcher,
    agree: Agree,
    *,
    hands_over: bool = True,
    unless_made: bool = False,
) -> tuple[str, str]:
    """Builds a generation and, unless it is to be kept apart, swaps it in.

    ``hands_over``: whether it is fed from here until a worker has taken it over. ``unless_made``:
    not if there is one of this code by now, which another process may just have made.

    Returns its name and the outcome: swapped, kept (as of a moment), or compared. Raises
    RebuildUnderWay, RebuildRefused, RebuildFailed, RebuildAborted and BrokerError.
    """

    def name(connection: Connection[Any]) -> str:
        if unless_made and fed_by(registered(connection), model):
            raise RebuildUnderWay("Another process has just made it.")
        if options.into is None:
            return beginning.next_name(connection)
        beginning.check_name(connection, options.into)
        return options.into

    with Run.take(settings.require_database(), options, name, watcher) as run:
        left = beginning.live_of(registered(run.connection)).name
        try:
            _begin(settings, run, model)
            if _is_staged(run):
                load_and_derive(settings, run, model)
            outcome = asyncio.run(_finish(settings, run, model, agree))
        except RebuildAborted:
            drop(run.connection, run.generation)
            run.end("aborted")
            raise
        if outcome != "swapped":
            run.end(outcome)
        elif hands_over:
            asyncio.run(hand_over(settings, model, run.generation, left))
        return run.generation, outcome


def _begin(settings: Settings, run: Run, model: ReadModel) -> None:
    """Makes the generation, unless an interrupted rebuild has made it."""
    known = {g.name: g for g in registered(run.connection)}
    if run.generation in known:
        if stored_plan(run.connection, run.generation).fingerprint != model.fingerprint():
            raise RebuildRefused(
                f"{run.generation} was begun by other code: `homeroom rebuild abort` drops it."
            )
        if not _lost(run):
            return
        # The server crashed: what was staged is gone with it.
        drop(run.connection, run.generation)
    reach: dict[Partition, int] = {}
    if run.options.source == "log":
        try:
            state = asyncio.run(beginning.log_state(settings, model))
            beginning.check_whole(state)
        except (RebuildRefused, BrokerError):
            run.end("refused")
            raise
        live = beginning.live_of(known.values())
        reach = beginning.targets(run.connection, live, model, state)
    beginning.make(run.connection, run.generation, model, run.options, reach)


def _is_staged(run: Run) -> bool:
    """Whether there is still something to load or derive: staging tables go when it is done."""
    found = run.connection.execute(LOAD_TABLES, (run.generation,)).fetchone()
    return found is not None


def _lost(run: Run) -> bool:
    """Whether a crash of the server has emptied the staging tables: they are unlogged."""
    if not _is_staged(run):
        return False
    table = pg.Identifier(run.generation, "load_done")
    query = pg.SQL("SELECT EXISTS (SELECT FROM {} WHERE step = {})")
    found = run.connection.execute(query.format(table, pg.Literal(beginning.MADE))).fetchone()
    return found == (False,)


def load_and_derive(settings: Settings, run: Run, model: ReadModel) -> None:
    """From the targets in ``load_positions`` to whole tables; goes on from where it stands."""
    loading.enter(run.connection, run.generation)
    url = settings.require_database()
    to_derive, to_index = deriving.steps(model, run.options.source)
    if run.options.source == "log":
        run.begin_phase("loading")
        loading.load(settings, run)
    run.begin_phase("deriving", to_derive)
    deriving.derive(url, run, model)
    run.begin_phase("indexing", to_index)
    deriving.index(url, run, model)
    run.connection.execute(SET_POSITIONS)


async def _finish(settings: Settings, run: Run, model: ReadModel, agree: Agree) -> str:
    """From loaded tables to the swap."""
    async with AsyncExitStack() as stack:
        feeder = await stack.enter_async_context(Feeder.open(settings, model, run.generation))
        connection = await connect(settings.require_database(), "homeroom rebuild")
        await stack.enter_async_context(connection)
        run.begin_phase("catching up")
        await settle_irregular(settings, run, feeder)
        if run.options.as_of is not None:
            return "kept"
        await catch_up(run, feeder)
        run.begin_phase("comparing")
        report = await _compare(settings, run, feeder, connection)
        run.report(asdict(report) if report else None)
        if not run.options.swap:
            return "compared"
        agree(report)
        run.begin_phase("swapping")
        await catch_up(run, feeder)
        live = beginning.live_of(registered(run.connection))
        await swapping.swap(
            connection, live.name, run.generation, feeder.reach_and_settle,
            run.options.keep_previous_seconds,
        )  # fmt: skip
        return "swapped"


async def settle_irregular(settings: Settings, run: Run, feeder: Feeder) -> None:
    """The irregular subjects, from their beginning on; then nothing staged is needed any more."""
    if not _is_staged(run):
        return
    loading.enter(run.connection, run.generation)
    async with LogReader.connect(client_options(settings), again.PARTITION_FETCH_BYTES) as reader:
        await again.apply_again(run.connection, reader, feeder, run.progress)
    names = [name for (name,) in run.connection.execute(LOAD_TABLES, (run.generation,)).fetchall()]
    run.connection.execute(pg.SQL("DROP TABLE {}").format(pg.SQL(", ").join(map(pg.SQL, names))))


async def catch_up(run: Run, feeder: Feeder) -> None:
    """Until so little is left that the live generation may wait for it."""
    for _ in range(CATCH_UPS_MAX):
        live = beginning.live_of(registered(run.connection))
        goal = beginning.positions_of(run.connection, live.name)
        reached = await feeder.positions()
        lag = sum(max(0, offset - reached.get(p, 0)) for p, offset in goal.items())
        run.progress(0, lag)
        run.wait_while_paused(0)
        await feeder.reach(goal, run.progress)
        if lag <= LAG_MAX_EVENTS:
            return


async def _compare(
    settings: Settings, run: Run, feeder: Feeder, connection: AsyncConnection[Any]
) -> Report | None:
    """The difference to the live generation; None where that was never fed as far."""
    live = beginning.live_of(registered(run.connection))
    with psycopg.connect(
        settings.require_database(), application_name="homeroom rebuild"
    ) as snapshot:
        snapshot.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot.read_only = True
        async with swapping.held(connection, live.name) as positions:
            await feeder.reach_and_settle(positions)
            reached = await feeder.positions()
            snapshot.execute("SET LOCAL timezone = 'UTC'")
            snapshot.execute("SELECT 1")
        beyond = any(reached[p] > offset for p, offset in positions.items() if p in reached)
        if beyond or not any(positions.values()):
            return None
        return compare(snapshot, live.name, run.generation, _tables(snapshot, run, live))


def _tables(connection: Connection[Any], run: Run, live: Generation) -> dict[str, list[str]]:
    """The tables to compare with their keys, as the next generation has them."""
    return projections(connection, live.name) | projections(connection, run.generation)
