"""What the log says, in a generation that nobody reads: to hold the live one's entities against.

It is built as a rebuild builds, without projections, brought exactly to the live generation's
positions, and removed at the end, whatever happens. It takes a rebuild's place: there is one of
both at a time, and what shows and controls a rebuild does so with it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import psycopg

from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel, differences
from homeroom.engine.generations.registry import Generation, registered
from homeroom.engine.log.records import Partition
from homeroom.errors import FingerprintMismatch, RebuildRefused
from homeroom.operations.generations import drop
from homeroom.operations.rebuilding import loading, preparing
from homeroom.operations.rebuilding.rebuild import catch_up
from homeroom.operations.rebuilding.record import ActiveRebuild, ProgressListener, RebuildOptions
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.settings import Settings

T = TypeVar("T")

NOTHING_INSTEAD = (
    "So the log no longer says what the entities should be. `homeroom verify` without "
    "--against-log compares every projection with the entities."
)
MOVED = "The live generation was swapped or gained partitions meanwhile: begin again."


class Scratch:
    """A generation from the log, close to the live one's positions."""

    def __init__(self, name: str, live: Generation, replayer: LogReplayer) -> None:
        self.name = name
        self.live = live.name
        self._replayer = replayer

    async def meet(self, held: Mapping[Partition, int]) -> None:
        """Brings it exactly to the live generation's positions, which the caller holds.

        Raises RebuildRefused where it is beyond them, and as ``LogReplayer.reach``.
        """
        await self._replayer.reach_and_settle(held)
        reached = await self._replayer.positions()
        if any(reached.get(partition, 0) != offset for partition, offset in held.items()):
            raise RebuildRefused(MOVED)


Use = Callable[[Scratch], Awaitable[T]]


def from_log(
    settings: Settings, model: ReadModel, purpose: str, listener: ProgressListener, use: Use[T]
) -> T:
    """Builds the generation, lets it be used, and removes it; ``purpose`` as in RebuildOptions.

    Raises NotMigrated, FingerprintMismatch where the live generation has another contract,
    RebuildRefused where the log is not whole, RebuildUnderWay, RebuildFailed, RebuildAborted and
    BrokerError.
    """
    entities = ReadModel(model.catalog, {})
    options = RebuildOptions(swap=False, purpose=purpose)
    with ActiveRebuild.take(
        settings.require_database(), options, preparing.next_name, listener
    ) as active:
        outcome = "aborted"
        try:
            live, goal = _begin(settings, active, entities)
            loading.load(settings, active, entities, goal)
            result = asyncio.run(_use(settings, active, entities, live, use))
            outcome = "compared"
        except RebuildRefused:
            outcome = "refused"
            raise
        finally:
            # Where the database has gone, the next one removes it.
            with contextlib.suppress(psycopg.Error):
                drop(active.connection, active.generation)
                active.end(outcome)
        return result


def _begin(
    settings: Settings, active: ActiveRebuild, entities: ReadModel
) -> tuple[Generation, dict[Partition, int]]:
    """Makes the generation; returns the live one, and its positions: how far to load."""
    live = preparing.live_of(registered(active.connection))
    if not live.stored.fits(entities.catalog):
        raise FingerprintMismatch(live.name, differences(live.stored, entities))
    # Before the log's ends are asked for: these only grow.
    stored = positions.read_all(active.connection, live.name)
    state = asyncio.run(preparing.log_state(settings, entities))
    preparing.check_whole(state, NOTHING_INSTEAD)
    _check_reaches(stored, state)
    goal = {partition: stored.get(partition, 0) for partition in state.bounds}
    preparing.make(active.connection, active.generation, entities, active.options, goal)
    return live, goal


def _check_reaches(stored: Mapping[Partition, int], state: preparing.LogState) -> None:
    """Raises RebuildRefused where the log ends before what was applied: it is another one."""
    ends = {partition: span.end for partition, span in state.bounds.items()}
    short = "; ".join(
        f"{p.topic} partition {p.partition} ends at offset {ends.get(p, 0)}, and was applied up to "
        f"{offset}"
        for p, offset in sorted(stored.items())
        if ends.get(p, 0) < offset
    )
    if short:
        raise RebuildRefused(f"The log does not hold all that was applied: {short}.")


async def _use(
    settings: Settings, active: ActiveRebuild, entities: ReadModel, live: Generation, use: Use[T]
) -> T:
    async with LogReplayer.open(settings, entities, active.generation) as replayer:
        active.begin_phase("catching up")
        await catch_up(active, replayer)
        active.begin_phase("comparing")
        return await use(Scratch(active.generation, live, replayer))
