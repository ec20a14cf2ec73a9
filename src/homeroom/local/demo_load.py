"""The demo's load: publishes the data set and watches the projector follow, both at a time."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from psycopg import AsyncConnection
from psycopg import sql as pg

from homeroom.errors import HomeroomError
from homeroom.kafka import client_options
from homeroom.local.demo_state import Publications
from homeroom.local.oulad import import_oulad
from homeroom.local.progress import ProgressBars, Report
from homeroom.settings import Settings

LOOK_SECONDS = 0.1

Offsets = dict[tuple[str, int], int]


@dataclass(slots=True)
class Load:
    """What a load did. Nothing is published where the log held it all already."""

    events_in_log: int = 0
    published: int = 0
    publishing_seconds: float = 0.0
    projected: int = 0
    projecting_seconds: float = 0.0
    behind_seconds: float = 0.0
    """From the last event's acknowledgement until the tables held it."""


class Lag:
    """How far the tables are behind the log. Use it as ``async with``."""

    def __init__(self, settings: Settings, generation: str) -> None:
        self._settings = settings
        self._positions = pg.SQL("SELECT topic, partition, next_offset FROM {}").format(
            pg.Identifier(generation, "positions")
        )

    async def __aenter__(self) -> Self:
        self._consumer = AIOKafkaConsumer(**client_options(self._settings))
        await self._consumer.start()
        self._connection: AsyncConnection[Any] = await psycopg.AsyncConnection.connect(
            self._settings.database_url, autocommit=True, application_name="homeroom demo"
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()
        await self._consumer.stop()

    async def positions(self) -> Offsets:
        """The stored positions."""
        cursor = await self._connection.execute(self._positions)
        return {(topic, partition): offset for topic, partition, offset in await cursor.fetchall()}

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
    publications: Publications,
    bars: ProgressBars,
    check: Callable[[], None],
) -> Load:
    """Publish what the log does not hold, and return when the tables hold the whole log.

    ``check`` is called all the while; what it raises ends the load.
    """
    async with Lag(settings, generation) as lag:
        before = await lag.positions()
        publishing = None
        if not publications.holds(await lag.ends(before)):
            publishing = _Publishing(settings, publications, bars.bar("Publishing"))
        try:
            return await _follow(lag, sum(before.values()), publishing, bars, check)
        finally:
            if publishing is not None:
                await publishing.end()


class _Publishing:
    """The data set on its way into the log, in a task of its own."""

    def __init__(self, settings: Settings, publications: Publications, report: Report) -> None:
        self._settings, self._publications, self._report = settings, publications, report
        self.left: int | None = None
        self.published = 0
        self.began_at = self.ended_at = time.monotonic()
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        done = await import_oulad(self._settings, on_progress=self._tell)
        self._publications.add(done.offsets)
        self.ended_at = time.monotonic()

    def _tell(self, done: int, total: int) -> None:
        if self.left is None:
            self.began_at = time.monotonic()
        self.published, self.left = done, total - done
        self._report(done, total)

    def done(self) -> bool:
        """Whether everything is published; raises what stopped it."""
        if self._task.done():
            self._task.result()
        return self._task.done()

    async def end(self) -> None:
        """Stop if it still runs."""
        self._task.cancel()
        with suppress(asyncio.CancelledError, HomeroomError):
            await self._task


async def _follow(
    lag: Lag,
    before: int,
    publishing: _Publishing | None,
    bars: ProgressBars,
    check: Callable[[], None],
) -> Load:
    """Show how the tables follow the log, until they hold all of it."""
    began = time.monotonic()
    bar = None
    while True:
        check()
        published = publishing is None or publishing.done()
        # In this order: what is not behind now was not behind a moment ago.
        positions = await lag.positions()
        behind = await lag.behind(positions)
        done = sum(positions.values()) - before
        if bar is None and (behind or not published):
            bar = bars.bar("Projecting")
        if bar is not None:
            left = 0 if publishing is None else publishing.left
            bar(done, None if left is None else done + behind + left)
        if published and not behind:
            break
        await asyncio.sleep(LOOK_SECONDS)
    now = time.monotonic()
    result = Load(sum(positions.values()), projected=done, projecting_seconds=now - began)
    if publishing is not None:
        result.published = publishing.published
        result.publishing_seconds = publishing.ended_at - publishing.began_at
        result.projecting_seconds = now - publishing.began_at
        result.behind_seconds = now - publishing.ended_at
    return result


async def cluster_id(settings: Settings) -> str:
    """The name that a Kafka cluster got when its data were made."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()
