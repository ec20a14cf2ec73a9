"""A rebuild from its beginning, or from where it was interrupted, to its end.

Phases: loading (processes write the entities), indexing them, deriving (each projection from its
definition, once), catching up (by now a writer like any other, up to where the live generation is),
comparing (both held at the same positions), swapping.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import AsyncConnection, Connection

from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import Generation, fed_by, registered
from homeroom.engine.log.records import Partition
from homeroom.engine.process import connect
from homeroom.errors import BrokerError, RebuildAborted, RebuildRefused, RebuildUnderWay
from homeroom.operations.generations import drop
from homeroom.operations.rebuilding import as_of, deriving, loading, preparing, swapping
from homeroom.operations.rebuilding.comparing import Report, compare
from homeroom.operations.rebuilding.hand_over import hand_over
from homeroom.operations.rebuilding.record import (
    LOADING,
    ActiveRebuild,
    ProgressListener,
    RebuildOptions,
)
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.operations.verify import projections
from homeroom.settings import Settings

# The phases in which the generation is not yet a whole one.
BUILDING = (LOADING, "indexing", "deriving")
# The live generation waits while the next one makes up so many events.
LAG_MAX_EVENTS = 500
CATCH_UPS_MAX = 20

# Takes the report (None where there is nothing to compare with); raises RebuildRefused to refuse.
Agree = Callable[[Report | None], None]


def rebuild(
    settings: Settings,
    model: ReadModel,
    options: RebuildOptions,
    listener: ProgressListener,
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
            return preparing.next_name(connection)
        preparing.check_name(connection, options.into)
        return options.into

    with ActiveRebuild.take(settings.require_database(), options, name, listener) as active:
        left = preparing.live_of(registered(active.connection)).name
        try:
            goal = _begin(settings, active, model)
            if active.phase in BUILDING:
                _build(settings, active, model, goal)
            if options.as_of is not None:
                outcome = "kept"
            else:
                outcome = asyncio.run(_finish(settings, active, model, agree))
        except RebuildAborted:
            drop(active.connection, active.generation)
            active.end("aborted")
            raise
        if outcome != "swapped":
            active.end(outcome)
        elif hands_over:
            asyncio.run(hand_over(settings, model, active.generation, left))
        return active.generation, outcome


def _begin(settings: Settings, active: ActiveRebuild, model: ReadModel) -> dict[Partition, int]:
    """Makes the generation, unless an interrupted rebuild has made it.

    Returns how far to load; nothing where all is loaded.
    """
    known = {g.name: g for g in registered(active.connection)}
    begun = active.generation in known
    if not begun:
        active.begin_phase(LOADING)
    elif known[active.generation].stored.fingerprint != model.fingerprint():
        raise RebuildRefused(
            f"{active.generation} was begun by other code: `homeroom rebuild abort` drops it."
        )
    goal: dict[Partition, int] = {}
    if active.options.source == "log" and active.phase == LOADING:
        try:
            state = asyncio.run(preparing.log_state(settings, model))
            if not begun:
                preparing.check_whole(state)
        except (RebuildRefused, BrokerError):
            if not begun:
                active.end("refused")
            raise
        live = preparing.live_of(known.values())
        goal = preparing.targets(active.connection, live, model, state)
    if not begun:
        preparing.make(active.connection, active.generation, model, active.options, goal)
    return goal


def _build(
    settings: Settings, active: ActiveRebuild, model: ReadModel, goal: Mapping[Partition, int]
) -> None:
    """From an empty generation to whole tables; goes on from where it stands."""
    plan, url = model.plan(), settings.require_database()
    if active.phase == LOADING and active.options.source == "log":
        loading.load(settings, active, ReadModel(model.catalog, {}), goal)
    active.begin_phase("indexing", len(plan.entities))
    deriving.index(url, active, plan)
    active.begin_phase("deriving", len(plan.projections))
    deriving.derive(url, active, plan)
    if active.options.as_of is not None:
        as_of.drop_ends(active.connection, active.generation)


async def _finish(settings: Settings, active: ActiveRebuild, model: ReadModel, agree: Agree) -> str:
    """From loaded tables to the swap."""
    async with AsyncExitStack() as stack:
        replayer = await stack.enter_async_context(
            LogReplayer.open(settings, model, active.generation)
        )
        connection = await connect(settings.require_database(), "homeroom rebuild")
        await stack.enter_async_context(connection)
        active.begin_phase("catching up")
        await catch_up(active, replayer)
        active.begin_phase("comparing")
        report = await _compare(settings, active, replayer, connection)
        active.report(asdict(report) if report else None)
        if not active.options.swap:
            return "compared"
        agree(report)
        active.begin_phase("swapping")
        await catch_up(active, replayer)
        live = preparing.live_of(registered(active.connection))
        await swapping.swap(
            connection, live.name, active.generation, replayer.reach_and_settle,
            active.options.keep_previous_seconds,
        )  # fmt: skip
        return "swapped"


async def catch_up(active: ActiveRebuild, replayer: LogReplayer) -> None:
    """Until so little is left that the live generation may wait for it."""
    for _ in range(CATCH_UPS_MAX):
        live = preparing.live_of(registered(active.connection))
        goal = positions.read_all(active.connection, live.name)
        reached = await replayer.positions()
        lag = sum(max(0, offset - reached.get(p, 0)) for p, offset in goal.items())
        active.progress(0, lag)
        active.wait_while_paused(0)
        await replayer.reach(goal, active.progress)
        if lag <= LAG_MAX_EVENTS:
            return


async def _compare(
    settings: Settings,
    active: ActiveRebuild,
    replayer: LogReplayer,
    connection: AsyncConnection[Any],
) -> Report | None:
    """The difference to the live generation; None where that was never fed as far."""
    live = preparing.live_of(registered(active.connection))
    with psycopg.connect(
        settings.require_database(), application_name="homeroom rebuild"
    ) as snapshot:
        snapshot.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot.read_only = True
        async with swapping.held(connection, live.name) as positions:
            await replayer.reach_and_settle(positions)
            reached = await replayer.positions()
            snapshot.execute("SET LOCAL timezone = 'UTC'")
            snapshot.execute("SELECT 1")
        beyond = any(reached[p] > offset for p, offset in positions.items() if p in reached)
        if beyond or not any(positions.values()):
            return None
        return compare(snapshot, live.name, active.generation, _tables(snapshot, active, live))


def _tables(
    connection: Connection[Any], active: ActiveRebuild, live: Generation
) -> dict[str, list[str]]:
    """The tables to compare with their keys, as the next generation has them."""
    return projections(connection, live.name) | projections(connection, active.generation)
