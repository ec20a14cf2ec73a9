"""Makes a generation's tables whole: loads or copies the entities, and derives the projections."""

import asyncio
from collections.abc import Callable

import psycopg

from homeroom.engine.applying.failures import is_data_error
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel, without_history
from homeroom.engine.generations.registry import live_generation, registered
from homeroom.engine.log.records import Partition
from homeroom.errors import RebuildRefused
from homeroom.operations.rebuilding import as_of, deriving, loading, preparing, whole_log
from homeroom.operations.rebuilding.record import APPLYING, LOADING, REBUILD, ActiveRebuild
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.settings import Settings
from homeroom_kit.errors import BrokerError

# The phases in which the generation is not yet a whole one.
BUILDING = (LOADING, "indexing", "deriving", APPLYING)


def _begin(
    settings: Settings, active: ActiveRebuild, model: ReadModel, warn: Callable[[str], None]
) -> dict[Partition, int]:
    """Makes the generation, unless an interrupted rebuild has made it.

    Returns how far to load; nothing where all is loaded.
    """
    options = active.options
    known = {g.name: g for g in registered(active.connection)}
    begun = active.generation in known
    if not begun:
        active.begin_phase(LOADING)
    elif known[active.generation].stored.fingerprint != model.fingerprint():
        raise RebuildRefused(
            f"{active.generation} was begun by other code: `homeroom rebuild abort` drops it."
        )
    live = preparing.live_of(known.values())
    if not begun:
        try:
            preparing.check_history(live, model, options)
        except RebuildRefused:
            active.end("refused")
            raise
    goal: dict[Partition, int] = {}
    firsts: dict[Partition, int] = {}
    if options.source == "log" and active.phase in (LOADING, APPLYING):
        stored = positions.read_applied(active.connection, live.name)
        own = positions.read_applied(active.connection, active.generation) if begun else {}
        try:
            state = asyncio.run(whole_log.log_state(settings, model, stored, own))
            for warning in whole_log.warnings(state):
                warn(warning)
            if not begun:
                missing = without_history(live.stored, model)
                whole_log.check_whole(state, stored, options.purpose, missing)
            if options.purpose != REBUILD:
                whole_log.check_reaches(stored, state)
        except (RebuildRefused, BrokerError):
            if not begun:
                active.end("refused")
            raise
        goal = preparing.targets(stored, live, model, state, options.purpose)
        firsts = preparing.firsts(stored, goal)
    if not begun:
        preparing.make(active.connection, active.generation, model, options, firsts)
    return goal


def build(
    settings: Settings,
    active: ActiveRebuild,
    model: ReadModel,
    warn: Callable[[str], None] = lambda _: None,
) -> None:
    """Brings it to whole tables; goes on from where it stands."""
    goal = _begin(settings, active, model, warn)
    if active.phase not in BUILDING:
        return
    plan, url = model.plan(), settings.require_database("operator")
    if active.phase == LOADING and active.options.source == "log":
        loading.load(settings, active, ReadModel(model.catalog, {}), goal)
    if active.phase != APPLYING:
        active.begin_phase("indexing", len(plan.entities))
        deriving.index(url, active, plan)
        if plan.tables:
            active.begin_phase("deriving", len(plan.tables))
            try:
                deriving.derive(url, active, plan)
            except psycopg.DatabaseError as error:
                goal = _begin_anew(active, model, error, goal, warn)
    if active.phase == APPLYING:
        asyncio.run(_apply(settings, active, model, goal))
    if active.options.as_of is not None:
        as_of.drop_ends(active.connection, active.generation)


def _begin_anew(
    active: ActiveRebuild,
    model: ReadModel,
    error: psycopg.DatabaseError,
    goal: dict[Partition, int],
    warn: Callable[[str], None],
) -> dict[Partition, int]:
    """Empties the generation, so that events are applied as a worker does; returns how far.

    PostgreSQL cannot compute a definition over what was loaded, and does not say which event is
    the cause. A worker finds it, and makes it a dead letter.
    """
    if not is_data_error(error):
        raise error
    if active.options.source != "log" or active.options.as_of is not None:
        raise RebuildRefused(
            f"PostgreSQL cannot compute a definition over these entities: {error}. Mend the "
            "definition, or run `homeroom rebuild` without --from live and --as-of: that makes the "
            "events that are the cause dead letters."
        ) from error
    warn(
        f"PostgreSQL cannot compute a definition over the events: {error}. They are applied once "
        "more, as a worker does, which takes longer: those that are the cause become dead letters."
    )
    deriving.empty(active.connection, active.generation, model.plan())
    goal = goal or positions.read_all(active.connection, live_generation(active.connection))
    active.begin_phase(APPLYING, sum(goal.values()))
    return goal


async def _apply(
    settings: Settings, active: ActiveRebuild, model: ReadModel, goal: dict[Partition, int]
) -> None:
    """Applies the log up to the goal, projections included."""
    async with LogReplayer.open(settings, model, active.generation) as replayer:
        await replayer.reach(goal, active.wait_while_paused_async)
