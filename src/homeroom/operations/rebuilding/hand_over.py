"""After a swap: the new live generation is fed from here until workers have taken it over."""

import asyncio
import contextlib
import time
from contextlib import AsyncExitStack

import psycopg
import structlog
from aiokafka.errors import KafkaError

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import Partition
from homeroom.errors import PositionConflict
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.operations.status.brokers import Brokers
from homeroom.settings import Settings

log = structlog.get_logger(__name__)

HAND_OVER_SECONDS_MAX = 15.0
LOOK_SECONDS = 0.2


async def hand_over(settings: Settings, model: ReadModel, generation: str, left: str) -> bool:
    """Feeds a generation until a worker does so, at most 15 seconds; whether one does.

    ``left``: the one that was live before; where no worker fed that, none is waited for.

    Workers look for new generations once a second, and a new group takes a moment to form: without
    this, dashboards would stand still meanwhile.
    """
    try:
        taken_over = await _hand_over(settings, model, generation, left)
    except (KafkaError, psycopg.Error) as error:
        # The swap is done, whatever happens now.
        log.warning("not fed from here", generation=generation, error=str(error))
        return False
    if not taken_over:
        log.warning("no worker feeds the new generation: start one", generation=generation)
    return taken_over


async def _hand_over(settings: Settings, model: ReadModel, generation: str, left: str) -> bool:
    prefix = f"{settings.topic_prefix}homeroom-"
    async with AsyncExitStack() as stack:
        brokers = await Brokers.connect(settings, stack)
        replayer = await stack.enter_async_context(LogReplayer.open(settings, model, generation))
        somebody_works = bool(await brokers.members(prefix + left))
        give_up_at = time.monotonic() + (HAND_OVER_SECONDS_MAX if somebody_works else 0.0)
        partitions = await brokers.partitions(model.catalog.topics)
        while time.monotonic() < give_up_at:
            members = await brokers.members(prefix + generation)
            if any(member.partitions for member in members):
                return True
            with contextlib.suppress(PositionConflict):
                await _feed(replayer, partitions)
            await asyncio.sleep(LOOK_SECONDS)
    return False


async def _feed(replayer: LogReplayer, partitions: list[Partition]) -> None:
    bounds = await replayer.reader.bounds(partitions)
    await replayer.reach({partition: span.end for partition, span in bounds.items()})
