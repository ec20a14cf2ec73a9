"""A rebuild from its beginning, or from where it was interrupted, to its end.

Phases: loading (processes write the entities), indexing them, deriving (each projection from its
definition, once), catching up (by now a writer like any other, up to where the live generation is),
comparing (both held at the same positions), waiting for a worker who will feed it, swapping.

`verify --against-log` and `repair --from-log` are rebuilds too: of the entities alone, up to the
comparison, in a generation that nobody reads and that is removed at the end.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from typing import Any, TypeVar

import psycopg
import structlog
from psycopg import AsyncConnection, Connection

from homeroom.engine.generations import positions, presence
from homeroom.engine.generations.generation import ReadModel, changed_relations, require_fits
from homeroom.engine.generations.registry import fed_by, live_generation, registered, stored_plan
from homeroom.errors import (
    RebuildAborted,
    RebuildRefused,
    RebuildUnderWay,
    StillRead,
)
from homeroom.operations.differences import projections
from homeroom.operations.generations import drop
from homeroom.operations.rebuilding import preparing, swapping, whole_log
from homeroom.operations.rebuilding.building import build
from homeroom.operations.rebuilding.comparing import (
    Report,
    check_share,
    check_untouched,
    compare,
    snapshot_of_both,
)
from homeroom.operations.rebuilding.record import (
    REPORT_SECONDS,
    WAITING,
    ActiveRebuild,
    ProgressListener,
    RebuildOptions,
)
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.settings import Settings

log = structlog.get_logger(__name__)

# The live generation waits while the next one makes up so many events.
LAG_MAX_EVENTS = 500
CATCH_UPS_MAX = 20

# Takes the report (None where there is nothing to compare with); raises RebuildRefused to refuse.
Agree = Callable[[Report | None], None]
T = TypeVar("T")
# Takes the live generation's name, and what brings the other one to its positions.
Use = Callable[[str, LogReplayer], Awaitable[T]]


@whole_log.brokers_answer()
def rebuild(
    settings: Settings,
    model: ReadModel,
    options: RebuildOptions,
    listener: ProgressListener,
    agree: Agree,
    *,
    warn: Callable[[str], None] = lambda _: None,
    swapped: Callable[[str], None] = lambda _: None,
    hands_over: bool = True,
    unless_made: bool = False,
) -> tuple[str, str]:
    """Builds a generation and, unless it is to be kept apart, swaps it in.

    ``warn`` is called with what somebody should know before it begins, and ``swapped`` with the
    generation's name as soon as that is live. ``hands_over``: whether it is fed from here until a
    worker has taken it over. ``unless_made``: not if there is one of this
    code by now, which another process may just have made.

    Returns its name and the outcome: swapped, kept (as of a moment), or compared. Raises
    RebuildUnderWay, RebuildRefused, RebuildFailed, RebuildAborted, BrokerError, and NotLive where
    the generation that it was compared with was swapped meanwhile.
    """

    def name(connection: Connection[Any]) -> str:
        if unless_made and fed_by(registered(connection), model):
            raise RebuildUnderWay("Another process has just made it.")
        if options.into is None:
            return preparing.next_name(connection)
        preparing.check_name(connection, options.into)
        return options.into

    with ActiveRebuild.take(
        settings.require_database("operator"), options, name, listener
    ) as active:
        left = live_generation(active.connection)
        try:
            build(settings, active, model, warn)
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
            return active.generation, outcome
        swapped(active.generation)
        if hands_over:
            asyncio.run(swapping.hand_over(settings, model, active.generation, left))
        return active.generation, outcome


@whole_log.brokers_answer()
def from_log(
    settings: Settings, model: ReadModel, purpose: str, listener: ProgressListener, use: Use[T]
) -> T:
    """Builds the entities once more, lets them be used beside the live ones, and removes them.

    ``purpose``: as in RebuildOptions. Raises NotMigrated, FingerprintMismatch where the live
    generation has another contract, FedByFlink, RebuildRefused where the log is not whole,
    RebuildUnderWay, RebuildFailed, RebuildAborted and BrokerError.
    """
    entities = ReadModel(model.catalog, {})
    options = RebuildOptions(swap=False, purpose=purpose)

    async def bring_and_use(live: str) -> T:
        async with _caught_up(settings, active, entities) as replayer:
            replayer.refuses_as = live
            return await use(live, replayer)

    with ActiveRebuild.take(
        settings.require_database("operator"), options, preparing.next_name, listener
    ) as active:
        outcome = "aborted"
        try:
            live = preparing.live_of(registered(active.connection))
            require_fits(live.name, live.stored, model)
            build(settings, active, entities)
            result = asyncio.run(bring_and_use(live.name))
            outcome = "compared"
        except RebuildRefused:
            outcome = "refused"
            raise
        finally:
            try:
                drop(active.connection, active.generation)
                active.end(outcome)
            except (psycopg.Error, StillRead) as error:
                log.warning(
                    "not dropped: the next one drops it, or `homeroom rebuild abort`",
                    generation=active.generation, error=str(error),
                )  # fmt: skip
        return result


@asynccontextmanager
async def _caught_up(
    settings: Settings, active: ActiveRebuild, model: ReadModel
) -> AsyncIterator[LogReplayer]:
    """What feeds the whole tables, when they are about as far as the live ones."""
    async with LogReplayer.open(settings, model, active.generation) as replayer:
        active.begin_phase("catching up")
        await _catch_up(active, replayer)
        active.begin_phase("comparing")
        yield replayer


async def _finish(settings: Settings, active: ActiveRebuild, model: ReadModel, agree: Agree) -> str:
    """From whole tables to the swap."""
    url = settings.require_database("operator")
    async with _caught_up(settings, active, model) as replayer:
        live = live_generation(active.connection)
        report = await _compare(url, active, live, replayer, model)
        active.report(asdict(report) if report else None)
        if not active.options.swap:
            return "compared"
        try:
            agree(report)
            check_share(report, active.options.changed_max)
            check_untouched(report, active.options.accept_differences)
        except RebuildRefused as error:
            active.note_refusal(str(error))
            raise
        if not active.options.unfed:
            await _wait_for_worker(active, model, replayer.writer.connection)
        active.begin_phase("swapping")
        await _catch_up(active, replayer)
        # While the live generation is held, little is left to do.
        await replayer.retry(replayer.carry_out_discards)
        # The one that it was compared with: another one may have become live since.
        await swapping.swap(
            url, live, active.generation, replayer.reach_and_settle,
            active.options.keep_previous_seconds,
        )  # fmt: skip
        return "swapped"


async def _wait_for_worker(
    active: ActiveRebuild, model: ReadModel, connection: AsyncConnection[Any]
) -> None:
    """Until a worker is there who will feed the next generation, where one feeds the live one."""
    live = preparing.live_of(registered(active.connection)).stored.contract
    if not await presence.is_there(connection, live):
        return
    while not await presence.is_there(connection, model.catalog.described()):
        if active.phase != WAITING:
            active.begin_phase(WAITING)
        await active.wait_while_paused_async(0)
        await asyncio.sleep(REPORT_SECONDS)


async def _catch_up(active: ActiveRebuild, replayer: LogReplayer) -> None:
    """Until so little is left that the live generation may wait for it."""
    for _ in range(CATCH_UPS_MAX):
        await active.wait_while_paused_async(0)
        goal = positions.read_all(active.connection, live_generation(active.connection))
        reached = await replayer.positions()
        lag = sum(max(0, offset - reached.get(p, 0)) for p, offset in goal.items())
        active.progress(0, lag)
        if lag <= LAG_MAX_EVENTS:
            # Without a pause, in which more would come.
            await replayer.reach(goal)
            return
        await replayer.reach(goal, active.wait_while_paused_async)


async def _compare(
    database_url: str, active: ActiveRebuild, live: str, replayer: LogReplayer, model: ReadModel
) -> Report | None:
    """The difference to the live generation; None where that was never fed as far."""
    successor = active.generation
    async with snapshot_of_both(database_url, live, replayer) as snapshot:
        before, after = (positions.read_all(snapshot, name) for name in (live, successor))
        beyond = any(after[p] > offset for p, offset in before.items() if p in after)
        if beyond or not any(before.values()):
            return None
        # As the next generation has them, with their keys.
        tables = projections(snapshot, live) | projections(snapshot, successor)
        stored = stored_plan(snapshot, live)
        changed = changed_relations(stored, model)
        report = compare(snapshot, live, successor, tables, changed)
        if stored.is_fed_by_flink:
            # It applies what stands behind a gap: that says nothing of the log.
            return report
        same = [e.name for e in model.catalog.entities if e.name not in changed]
        missing = whole_log.missing_numbers(snapshot, live, successor, same)
        return replace(report, missing=missing)
