"""Goes back to the previous generation, exactly: it has been fed all the while."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import psycopg
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection

from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import registered
from homeroom.engine.log.records import Partition
from homeroom.engine.process import connect
from homeroom.errors import BrokerError, RebuildRefused
from homeroom.operations.rebuilding import preparing, swapping
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.settings import Settings

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
    contract has changed, only the code that made the previous generation can feed it: then this
    waits for a worker of that code. Raises RebuildRefused where there is nothing to go back to, or
    it does not catch up in time; then nothing has changed.
    """
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        generations = registered(connection)
    live = preparing.live_of(generations)
    previous = next((g for g in generations if g.state == "previous"), None)
    if previous is None:
        raise RebuildRefused(
            f"There is no generation to go back to: {live.name} is the only one that is kept. "
            "`homeroom rebuild --keep-previous 7d` keeps the one that it replaces for longer."
        )
    way_back = _Rollback(settings, live.name, previous.name, keep_previous_seconds)
    if previous.stored.fits(model.catalog):
        own = ReadModel(model.catalog, previous.stored.definitions)
        try:
            asyncio.run(way_back.fed_from_here(own))
        except KafkaError as error:
            raise BrokerError(f"Kafka does not answer: {error}. Nothing was changed.") from error
    else:
        notify(
            f"{previous.name} was made with another contract: only a worker of that version can "
            "feed it."
        )
        asyncio.run(way_back.fed_by_others(wait_seconds))
    return previous.name, live.name


class _Rollback:
    """One way back."""

    def __init__(
        self, settings: Settings, live: str, previous: str, keep_previous_seconds: int
    ) -> None:
        self._settings = settings
        self._live = live
        self._previous = previous
        self._keep_previous_seconds = keep_previous_seconds

    async def fed_from_here(self, model: ReadModel) -> None:
        """What workers have not fed yet is fed here."""
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(await self._connect())
            replayer = await stack.enter_async_context(
                LogReplayer.open(self._settings, model, self._previous)
            )
            await replayer.reach_and_settle(await positions.read_all_async(connection, self._live))
            await self._swap(connection, replayer.reach_and_settle)
        await swapping.hand_over(self._settings, model, self._previous, self._live)

    async def fed_by_others(self, wait_seconds: float) -> None:
        """Waits until workers of its own code have fed it as far as the live one."""
        async with await self._connect() as connection:
            goal = await positions.read_all_async(connection, self._live)
            await self._wait(connection, goal, wait_seconds)

            async def reach(held: Mapping[Partition, int]) -> None:
                await self._wait(connection, held, HELD_SECONDS_MAX)

            await self._swap(connection, reach)

    async def _connect(self) -> AsyncConnection[Any]:
        return await connect(self._settings.require_database(), "homeroom rollback")

    async def _swap(self, connection: AsyncConnection[Any], reach: swapping.Reach) -> None:
        await swapping.swap(
            connection, self._live, self._previous, reach, self._keep_previous_seconds
        )

    async def _wait(
        self, connection: AsyncConnection[Any], goal: Mapping[Partition, int], seconds_max: float
    ) -> None:
        """Until the previous generation has reached the goal in what it reads."""
        give_up_at = time.monotonic() + seconds_max
        while True:
            reached = await positions.read_all_async(connection, self._previous)
            lag = sum(max(0, end - reached[p]) for p, end in goal.items() if p in reached)
            if lag == 0:
                return
            if time.monotonic() > give_up_at:
                raise RebuildRefused(
                    f"{self._previous} is {lag:,} events behind {self._live}, and only a worker "
                    "of the version that made it can feed it: start one, and roll back again."
                )
            await asyncio.sleep(LOOK_SECONDS)
