"""Holds the live generation still for a moment, makes another one live, and feeds that at first."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import psycopg
import structlog
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection, Connection

from homeroom.database import connect, signs_of_life
from homeroom.engine.generations import lock, positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.group import own_group
from homeroom.engine.generations.registry import stored_plan_async
from homeroom.engine.log.records import Partition
from homeroom.errors import PositionConflict
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.operations.status.brokers import Brokers
from homeroom.settings import Settings
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

log = structlog.get_logger(__name__)

HAND_OVER_SECONDS_MAX = 15.0
LOOK_SECONDS = 0.2
SQL = load("swapping", __package__)
TELL_ANEW = SQL["tell_anew"]

# Brings a generation to some positions.
Reach = Callable[[Mapping[Partition, int]], Awaitable[None]]


@asynccontextmanager
async def held(connection: AsyncConnection[Any], live: str) -> AsyncIterator[dict[Partition, int]]:
    """The live generation's positions, which nobody moves within the block.

    Its writers wait, those of partitions that are new too, and no batch of theirs is half done.
    Readers are not concerned. Raises NotLive.
    """
    async with connection.transaction():
        stored = await lock.hold_live(connection, live)
        async with signs_of_life(connection):
            yield stored


async def swap(
    database_url: str, live: str, successor: str, reach: Reach, keep_previous_seconds: int,
    *, rolls_back: bool = False,
) -> None:  # fmt: skip
    """Makes the successor live, at or beyond the live one's positions; ``reach`` brings it there.

    One short transaction; the one that was live becomes the previous one, and the one before ends.
    ``rolls_back``: whether it is left for what was wrong with it, so that no worker makes it again.
    Raises NotLive, GenerationGone, and as ``reach``; then nothing has changed.
    """
    names = {"live": live, "next": successor, "keep": keep_previous_seconds}
    async with (
        await connect(database_url, "homeroom swap") as connection,
        held(connection, live) as stored,
    ):
        await reach(stored)
        # A batch that began before would not know that its changes are to be told.
        await lock.hold(connection, successor, await lock.identify(connection, successor))
        await positions.hold_all_async(connection, successor)
        await connection.execute(SQL["end_successor"], names)
        await connection.execute(SQL["swap"], names)
        await connection.execute(SQL["keep_previous"], names)
        await connection.execute(SQL["make_live"], names)
        await connection.execute(SQL["end_rebuild"], names)
        await connection.execute(TELL_ANEW)
        taken = await stored_plan_async(connection, successor)
        if rolls_back:
            left = (await stored_plan_async(connection, live)).fingerprint
            await connection.execute(SQL["note_left"], {"live": live, "left": left})
        await connection.execute(SQL["note_live"], {"taken": taken.fingerprint})
        if taken.is_fed_by_flink:
            # Commands go on from the numbers that entities have, and these have none.
            await connection.execute(SQL["question_numbers"])
        # Whoever waits for a position asks again, and finds the new generation.
        await positions.notify(connection, successor)


def was_left(connection: Connection[Any], model: ReadModel) -> bool:
    """Whether an operator has rolled back from what this code made, and left it so."""
    return connection.execute(SQL["was_left"], (model.fingerprint(),)).fetchone() == (True,)


async def hand_over(settings: Settings, model: ReadModel, generation: str, left: str) -> bool:
    """Feeds a generation until a worker does so, at most 15 seconds; whether one does.

    ``left``: the one that was live before; where no worker fed that, none is waited for. Raises
    nothing: the swap is done, whatever happens now.

    Workers look for new generations once a second, and a new group takes a moment to form: without
    this, dashboards would stand still meanwhile.
    """
    try:
        taken_over = await _hand_over(settings, model, generation, left)
    except (KafkaError, psycopg.Error, HomeroomError, TimeoutError) as error:
        told = str(error) or "it takes too long"
        log.warning("not fed from here", generation=generation, error=told)
        return False
    if not taken_over:
        log.warning("no worker feeds the new generation: start one", generation=generation)
    return taken_over


async def _hand_over(settings: Settings, model: ReadModel, generation: str, left: str) -> bool:
    async with AsyncExitStack() as stack:
        brokers = await Brokers.connect(settings, stack)
        replayer = await stack.enter_async_context(LogReplayer.open(settings, model, generation))
        connection, prefix = replayer.writer.connection, settings.topic_prefix
        group = await own_group(connection, prefix, generation)
        left_group = await own_group(connection, prefix, left)
        somebody_works = bool(await brokers.members(left_group))
        give_up_at = time.monotonic() + (HAND_OVER_SECONDS_MAX if somebody_works else 0.0)
        partitions = await brokers.partitions(model.catalog.topics)
        while time.monotonic() < give_up_at:
            members = await brokers.members(group)
            if any(member.partitions for member in members):
                return True
            async with asyncio.timeout(give_up_at - time.monotonic()):
                with contextlib.suppress(PositionConflict):
                    await _feed(replayer, partitions)
            await asyncio.sleep(LOOK_SECONDS)
    return False


async def _feed(replayer: LogReplayer, partitions: list[Partition]) -> None:
    bounds = await replayer.reader.bounds(partitions)
    await replayer.reach({partition: span.end for partition, span in bounds.items()})
