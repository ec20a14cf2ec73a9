"""The demo's load: fills the log and watches the projector follow, both at a time."""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from psycopg import AsyncConnection

from homeroom.database import connect
from homeroom.engine.generations.positions import read_all_async
from homeroom.local.demo.filling import Filling, Publishing, Recording
from homeroom.local.demo.state import Memory
from homeroom.local.demo.year import Year
from homeroom.progress_bars import ProgressBars
from homeroom.settings import Settings
from homeroom_kit.kafka import ASKING, client_options, make_consumer

LOOK_SECONDS = 0.1

Offsets = dict[tuple[str, int], int]


@dataclass(slots=True)
class Load:
    """What a load did. Nothing is published or recorded where the log held it all already."""

    year_end: date
    """The students' year ends when this day begins, in UTC."""
    events_in_log: int = 0
    published: int = 0
    publishing_seconds: float = 0.0
    recorded: int = 0
    """Habit logs."""
    recording_seconds: float = 0.0
    projected: int = 0
    projecting_seconds: float = 0.0


class Lag:
    """How far the tables are behind the log. Use it as ``async with``."""

    def __init__(self, settings: Settings, generation: str) -> None:
        self._settings = settings
        self._generation = generation

    async def __aenter__(self) -> Self:
        self._consumer = make_consumer(**client_options(self._settings), **ASKING)
        await self._consumer.start()
        self._connection: AsyncConnection[Any] = await connect(
            self._settings.database_url, "homeroom demo"
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()
        await self._consumer.stop()

    async def positions(self) -> Offsets:
        """The stored positions."""
        stored = await read_all_async(self._connection, self._generation)
        return {(p.topic, p.partition): offset for p, offset in stored.items()}

    async def behind(self, positions: Offsets) -> int:
        """How many events are between these positions and the log's ends."""
        ends = await self.ends(positions)
        return sum(max(0, ends[p] - offset) for p, offset in positions.items())

    async def ends(self, positions: Offsets) -> Offsets:
        """The ends of the log, of the partitions that have a position."""
        ends = await self._consumer.end_offsets([TopicPartition(*p) for p in positions])
        return {(p.topic, p.partition): int(end) for p, end in ends.items()}


async def load(
    settings: Settings,
    generation: str,
    memory: Memory,
    data: Path | None,
    students: Collection[str],
    bars: ProgressBars,
    check: Callable[[], None],
) -> Load:
    """Publish and record what the log does not hold; return when the tables hold the whole log.

    ``data``: the folder with the files of the data set, or None for those that homeroom ships.
    ``students``: those in it whose year is made up.
    ``check`` is called all the while; what it raises ends the load.
    """
    async with Lag(settings, generation) as lag:
        ends = await lag.ends(await lag.positions())
        done = Load(memory.year_end(begun=_begun(settings, ends)))
        year = cache(lambda: Year(done.year_end, students))
        filling: Filling | None = None
        if not memory.published.holds(ends):
            filling = Publishing(settings, memory, year(), bars.bar("Publishing"), data, students)
        await _follow(lag, filling, done, bars, check)
        if filling is not None:
            done.published, done.publishing_seconds = filling.filled, filling.seconds
        # Only now: the command asks the tables whose habits they are.
        if not memory.recorded.holds(ends):
            report = bars.bar("Recording", unit="habit logs")
            filling = Recording(settings, memory, year(), report)
            await _follow(lag, filling, done, bars, check)
            done.recorded, done.recording_seconds = filling.filled, filling.seconds
        return done


def _begun(settings: Settings, ends: Offsets) -> bool:
    """Whether something of the students' year is in the log, complete or not."""
    only_of_the_year = settings.topic_prefix + "profiler"
    return any(end for (topic, _), end in ends.items() if topic == only_of_the_year)


async def _follow(
    lag: Lag,
    filling: Filling | None,
    done: Load,
    bars: ProgressBars,
    check: Callable[[], None],
) -> None:
    """Wait until everything is in the log, and the tables hold all of it; add that to ``done``."""
    began = time.monotonic()
    before = sum((await lag.positions()).values())
    try:
        projected = await _watch(lag, before, filling, bars, check)
    finally:
        if filling is not None:
            await filling.end()
    done.events_in_log = before + projected
    done.projected += projected
    done.projecting_seconds += time.monotonic() - (filling.began_at if filling else began)


async def _watch(
    lag: Lag,
    before: int,
    filling: Filling | None,
    bars: ProgressBars,
    check: Callable[[], None],
) -> int:
    """Show how the tables follow the log, until they hold all of it; how many events that were."""
    bar = None
    while True:
        check()
        filled = filling is None or filling.done()
        # In this order: what is not behind now was not behind a moment ago.
        positions = await lag.positions()
        behind = await lag.behind(positions)
        projected = sum(positions.values()) - before
        if bar is None and (behind or not filled):
            bar = bars.bar("Projecting")
        if bar is not None:
            left = 0 if filling is None else filling.left
            bar(projected, None if left is None else projected + behind + left)
        if filled and not behind:
            return projected
        await asyncio.sleep(LOOK_SECONDS)


async def cluster_id(settings: Settings) -> str:
    """The name that a Kafka cluster got when its data were made."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()
