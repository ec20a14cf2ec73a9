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

from homeroom.engine.generations.generation import ReadModel, differences
from homeroom.engine.generations.registry import Generation, registered
from homeroom.engine.log.records import Partition
from homeroom.errors import FingerprintMismatch, RebuildRefused
from homeroom.operations.rebuilding import beginning
from homeroom.operations.rebuilding.feeding import Feeder
from homeroom.operations.rebuilding.rebuild import catch_up, load_and_derive, settle_irregular
from homeroom.operations.rebuilding.record import Options, Run, Watcher
from homeroom.operations.rebuilding.removing import drop
from homeroom.settings import Settings

T = TypeVar("T")

NOTHING_INSTEAD = (
    "So the log no longer says what the entities should be. `homeroom verify` without "
    "--against-log compares every projection with the entities."
)
MOVED = "The live generation was swapped or gained partitions meanwhile: begin again."


class Scratch:
    """A generation from the log, close to the live one's positions."""

    def __init__(self, name: str, live: Generation, feeder: Feeder) -> None:
        self.name = name
        self.live = live.name
        self._feeder = feeder

    async def meet(self, held: Mapping[Partition, int]) -> None:
        """Brings it exactly to the live generation's positions, which the caller holds.

        Raises RebuildRefused where it is beyond them, and as ``Feeder.reach``.
        """
        await self._feeder.reach_and_settle(held)
        reached = await self._feeder.positions()
        if any(reached.get(partition, 0) != offset for partition, offset in held.items()):
            raise RebuildRefused(MOVED)


Use = Callable[[Scratch], Awaitable[T]]


def from_log(
    settings: Settings, model: ReadModel, purpose: str, watcher: Watcher, use: Use[T]
) -> T:
    """Builds the generation, lets it be used, and removes it; ``purpose`` as in Options.

    Raises NotMigrated, FingerprintMismatch where the live generation has another contract,
    RebuildRefused where the log is not whole, RebuildUnderWay, RebuildFailed, RebuildAborted and
    BrokerError.
    """
    entities = ReadModel(model.catalog, {})
    with Run.take(
        settings.require_database(), Options(swap=False, purpose=purpose), beginning.next_name,
        watcher,
    ) as run:  # fmt: skip
        outcome = "aborted"
        try:
            live = _begin(settings, run, entities)
            load_and_derive(settings, run, entities)
            result = asyncio.run(_use(settings, run, entities, live, use))
            outcome = "compared"
        except RebuildRefused:
            outcome = "refused"
            raise
        finally:
            # Where the database has gone, the next one removes it.
            with contextlib.suppress(psycopg.Error):
                drop(run.connection, run.generation)
                run.end(outcome)
        return result


def _begin(settings: Settings, run: Run, entities: ReadModel) -> Generation:
    """Makes the generation, to be loaded up to where the live one stands."""
    live = beginning.live_of(registered(run.connection))
    if not live.stored.fits(entities.catalog):
        raise FingerprintMismatch(live.name, differences(live.stored, entities))
    # Before the log's ends are asked for: these only grow.
    stored = beginning.positions_of(run.connection, live.name)
    state = asyncio.run(beginning.log_state(settings, entities))
    beginning.check_whole(state, NOTHING_INSTEAD)
    _check_reaches(stored, state)
    reach = {partition: stored.get(partition, 0) for partition in state.bounds}
    beginning.make(run.connection, run.generation, entities, run.options, reach)
    return live


def _check_reaches(stored: Mapping[Partition, int], state: beginning.LogState) -> None:
    """Raises RebuildRefused where the log ends before what was applied: it is another one."""
    ends = {partition: span.end for partition, span in state.bounds.items()}
    told = "; ".join(
        f"{p.topic} partition {p.partition} ends at offset {ends.get(p, 0)}, and was applied up to "
        f"{offset}"
        for p, offset in sorted(stored.items())
        if ends.get(p, 0) < offset
    )
    if told:
        raise RebuildRefused(f"The log does not hold all that was applied: {told}.")


async def _use(
    settings: Settings, run: Run, entities: ReadModel, live: Generation, use: Use[T]
) -> T:
    async with Feeder.open(settings, entities, run.generation) as feeder:
        run.begin_phase("catching up")
        await settle_irregular(settings, run, feeder)
        await catch_up(run, feeder)
        run.begin_phase("comparing")
        return await use(Scratch(run.generation, live, feeder))
