"""Waits for a generation that others feed to be as far as the live one."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.generations import positions
from homeroom.engine.generations.registry import Generation, registered_async
from homeroom.engine.log.records import Partition
from homeroom.errors import RebuildRefused

LOOK_SECONDS = 0.2
# While the live generation is held, its writers wait. Flink writes a second or two after a worker.
HELD_SECONDS_MAX = 3.0
HELD_FOR_FLINK_SECONDS_MAX = 10.0


class Follower:
    """A generation that workers of another version feed, or a job of Flink's."""

    def __init__(self, connection: AsyncConnection[Any], generation: Generation, live: str) -> None:
        self._connection = connection
        self._generation = generation
        self._live = live
        self._by_flink = generation.stored.is_fed_by_flink

    async def reach_live(self, seconds_max: float) -> None:
        """Waits until it is as far as the live generation is now; raises as ``reach``."""
        goal = await positions.read_all_async(self._connection, self._live)
        await self._reach(goal, seconds_max)

    async def reach(self, goal: Mapping[Partition, int]) -> None:
        """Waits for the goal while the live generation is held; raises RebuildRefused."""
        await self._reach(goal, HELD_FOR_FLINK_SECONDS_MAX if self._by_flink else HELD_SECONDS_MAX)

    async def _reach(self, goal: Mapping[Partition, int], seconds_max: float) -> None:
        give_up_at = time.monotonic() + seconds_max
        while True:
            lag, settled = await self._lag(goal), await self._settled()
            if lag == 0 and settled:
                return
            if time.monotonic() > give_up_at:
                raise RebuildRefused(self._behind(lag))
            await asyncio.sleep(LOOK_SECONDS)

    async def _lag(self, goal: Mapping[Partition, int]) -> int:
        reached = await positions.read_all_async(self._connection, self._generation.name)
        if self._by_flink:
            # Flink counts records, and a worker's position may be behind what only ends a
            # transaction. Where Flink feeds the live one too, that says nothing of its last record.
            records = await positions.read_last_of(self._connection, self._live)
            ends = {p: offset + 1 for p, offset in records.items()} or goal
            return sum(max(0, end - reached.get(p, 0)) for p, end in ends.items())
        # What it reads, also of partitions that its workers have not seen yet.
        topics = {partition.topic for partition in reached}
        return sum(max(0, end - reached.get(p, 0)) for p, end in goal.items() if p.topic in topics)

    async def _settled(self) -> bool:
        """Whether all discards are carried out; Flink carries out none."""
        known = {g.name: g.settled for g in await registered_async(self._connection)}
        return self._by_flink or known.get(self._generation.name, True)

    def _behind(self, lag: int) -> str:
        name = self._generation.name
        if self._by_flink:
            return (
                f"{name} is {lag:,} events behind {self._live}, and only its job of Flink's feeds "
                "it: see whether that runs, and try again. Nothing was swapped."
            )
        behind = f"{lag:,} events behind {self._live}"
        if lag == 0:
            behind = f"without what was discarded in {self._live}"
        return (
            f"{name} is {behind}, and only a worker of the version that made it can feed it: "
            "start one, and roll back again."
        )
