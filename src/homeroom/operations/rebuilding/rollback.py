"""Goes back to the previous generation, exactly: it has been fed all the while."""

import asyncio
import time
from collections.abc import Callable, Mapping

from aiokafka.errors import KafkaError

from homeroom.database import connect, connect_sync
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import registered, registered_async
from homeroom.engine.log.records import Partition
from homeroom.errors import RebuildRefused
from homeroom.operations.rebuilding import preparing, swapping
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.settings import Settings
from homeroom_kit.errors import BrokerError

LOOK_SECONDS = 0.2
# While the live generation is held, its writers wait.
HELD_SECONDS_MAX = 3.0


def rollback(
    settings: Settings,
    model: ReadModel,
    keep_previous_seconds: int,
    wait_seconds: float,
    notify: Callable[[str], None],
) -> tuple[str, str]:
    """Makes the previous generation live again; returns its name, and that of the one left.

    The one left becomes the previous one: rolling back once more goes forward again. Where the
    contract has changed, only the code that made the previous generation can feed it, and carry out
    in it what was discarded since: then this waits for a worker of that code. Raises RebuildRefused
    where there is nothing to go back to, or it does not catch up in time; then nothing has changed.
    """
    with connect_sync(
        settings.require_database("operator"), "homeroom rollback", autocommit=True
    ) as connection:
        generations = registered(connection)
    live = preparing.live_of(generations)
    previous = next((g for g in generations if g.state == "previous"), None)
    if previous is None:
        raise RebuildRefused(
            f"There is no generation to go back to: {live.name} is the only one that is kept. "
            "`homeroom rebuild --keep-previous 7d` keeps the one that it replaces for longer."
        )
    if previous.stored.fits(model.catalog):
        own = ReadModel(model.catalog, previous.stored.definitions)
        going_back = _feed_and_swap(settings, own, live.name, previous.name, keep_previous_seconds)
    else:
        notify(
            f"{previous.name} was made with another contract: only a worker of that version can "
            "feed it."
        )
        going_back = _wait_and_swap(
            settings.require_database("operator"), live.name, previous.name, keep_previous_seconds,
            wait_seconds,
        )  # fmt: skip
    try:
        asyncio.run(going_back)
    except KafkaError as error:
        raise BrokerError(f"Kafka does not answer: {error}. Nothing was changed.") from error
    return previous.name, live.name


async def _feed_and_swap(
    settings: Settings, model: ReadModel, live: str, previous: str, keep_previous_seconds: int
) -> None:
    """What workers have not fed yet is fed here."""
    async with LogReplayer.open(settings, model, previous) as replayer:
        goal = await positions.read_all_async(replayer.writer.connection, live)
        # While the live one is held, little is left to do.
        await replayer.reach_and_settle(goal)
        await swapping.swap(
            settings.require_database("operator"), live, previous, replayer.reach_and_settle,
            keep_previous_seconds,
        )  # fmt: skip
    await swapping.hand_over(settings, model, previous, live)


async def _wait_and_swap(
    database_url: str, live: str, previous: str, keep_previous_seconds: int, wait_seconds: float
) -> None:
    """Waits until workers of its own code have fed it as far as the live one."""
    async with await connect(database_url, "homeroom rollback") as connection:

        async def wait(
            goal: Mapping[Partition, int], seconds_max: float = HELD_SECONDS_MAX
        ) -> None:
            """Until the previous generation has reached the goal in the topics that it reads."""
            give_up_at = time.monotonic() + seconds_max
            while True:
                reached = await positions.read_all_async(connection, previous)
                # Also of partitions that its workers have not seen yet.
                topics = {partition.topic for partition in reached}
                lag = sum(
                    max(0, end - reached.get(p, 0)) for p, end in goal.items() if p.topic in topics
                )
                known = {g.name: g.settled for g in await registered_async(connection)}
                if lag == 0 and known.get(previous, True):
                    return
                if time.monotonic() > give_up_at:
                    behind = f"{lag:,} events behind {live}"
                    if lag == 0:
                        behind = f"without what was discarded in {live}"
                    raise RebuildRefused(
                        f"{previous} is {behind}, and only a worker of the "
                        "version that made it can feed it: start one, and roll back again."
                    )
                await asyncio.sleep(LOOK_SECONDS)

        await wait(await positions.read_all_async(connection, live), wait_seconds)
        await swapping.swap(database_url, live, previous, wait, keep_previous_seconds)
