"""Feeds every generation that is kept: the live one, and the previous one as long as it is kept.

But none that Flink feeds. Each has a GenerationConsumer with a consumer group of its own. The
worker reads once a second which generations there are, so a swap needs no restart.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection

from homeroom.database import connect
from homeroom.engine.applying.applier import OnCommitted
from homeroom.engine.applying.failures import may_pass
from homeroom.engine.consuming.consumer import GenerationConsumer
from homeroom.engine.consuming.options import WorkerOptions
from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.generations import positions, presence
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import (
    REMOVED_MEANWHILE,
    Generation,
    registered_async,
    remove_ended,
    to_feed,
)
from homeroom.errors import GenerationGone
from homeroom_kit.errors import HomeroomError
from homeroom_kit.tasks import backoff_seconds

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
TIDY_EVERY_LOOKS = 10


class Worker:
    """What `homeroom worker` runs."""

    def __init__(self, model: ReadModel, options: WorkerOptions) -> None:
        self._model = model
        self._options = options
        self._stopping = asyncio.Event()
        self._connection: AsyncConnection[Any] | None = None
        self._consumers: dict[str, GenerationConsumer] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._live = ""
        # The live generation that is not fed from here, once that was said.
        self._told_of = ""
        self._looks = 0
        # Of the live generation's consumer; the counters go on when another one becomes live.
        self.progress = WorkerProgress()
        self.observers: list[OnCommitted] = []

    def stop(self) -> None:
        """Ends all consumers after their current batches."""
        self._stopping.set()
        for consumer in self._consumers.values():
            consumer.stop()

    async def run(self) -> None:
        """Consumes until ``stop``; raises HomeroomError where going on would skip events."""
        stopping = asyncio.create_task(self._stopping.wait())
        failures = 0
        try:
            while not self._stopping.is_set():
                seconds = LOOK_SECONDS
                try:
                    await self._look()
                    failures = 0
                except (psycopg.Error, OSError) as error:
                    if not may_pass(error):
                        raise
                    failures += 1
                    seconds = backoff_seconds(failures)
                    await self._lost(error)
                await asyncio.wait(
                    {stopping, *self._tasks.values()},
                    timeout=seconds,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                self._collect()
        finally:
            stopping.cancel()
            self.stop()
            await self._end()
        self._collect()

    async def _end(self) -> None:
        await asyncio.wait({*self._tasks.values(), asyncio.create_task(self._disconnect())})

    async def _lost(self, error: Exception) -> None:
        """Consumers report a lost connection themselves; this one does before there are any."""
        if not self._consumers:
            log.warning("interrupted, trying again", error=str(error).strip())
            self.progress.retries[type(error).__name__] += 1
        await self._disconnect()

    async def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                await self._connection.close()
        self._connection = None

    async def _look(self) -> None:
        """Starts and stops consumers so that each generation that is to be fed has one."""
        if self._connection is None:
            self._connection = await connect(self._options.database_url, "homeroom generations")
            await presence.announce(self._connection, self._model.catalog.described())
        generations = await registered_async(self._connection)
        wanted = to_feed(generations, self._model)
        for name in set(self._consumers) - {g.name for g in wanted}:
            consumer = self._consumers[name]
            if any(g.name == name for g in generations):
                del self._consumers[name]
                log.info("generation no longer fed", generation=name)
            else:
                self._gone(name)
            consumer.stop()
        for generation in wanted:
            self._feed(generation, is_main=generation is wanted[0])
            if not generation.settled and generation.name in self._consumers:
                self._consumers[generation.name].settle()
        await self._note_live(generations, wanted)
        self._looks += 1
        if self._looks % TIDY_EVERY_LOOKS == 0:
            with contextlib.suppress(psycopg.errors.LockNotAvailable):
                for name in await remove_ended(self._connection):
                    log.info("generation removed", generation=name)

    def _gone(self, name: str) -> None:
        """Says so once; the next look finds what is live, as after a failover that lost a swap."""
        if self._consumers.pop(name, None) is not None:
            log.warning("generation gone", generation=name, error=str(GenerationGone(name)))

    async def _note_live(
        self, generations: Sequence[Generation], wanted: Sequence[Generation]
    ) -> None:
        """Readiness and lag speak of the live generation, whoever feeds it."""
        live = next((g for g in generations if g.state == "live"), None)
        if live is None or live in wanted:
            self.progress.fed_from_here()
            self._told_of = ""
            return
        assert self._connection is not None
        with contextlib.suppress(*REMOVED_MEANWHILE):
            stored = await positions.read_all_async(self._connection, live.name)
            by_flink = live.stored.is_fed_by_flink
            self.progress.not_fed_from_here(live.name, stored, waits=not wanted, by_flink=by_flink)
            if by_flink and self._told_of != live.name:
                kept = [g.name for g in wanted]
                log.warning("flink feeds the live generation", generation=live.name, fed=kept)
            self._told_of = live.name

    def _feed(self, generation: Generation, *, is_main: bool) -> None:
        """Starts a generation's consumer where it has none; the main one's batches are observed."""
        name = generation.name
        if is_main and name != self._live and name not in self._tasks:
            # Its consumer may have ended with an error while it was the previous one: try again.
            self._consumers.pop(name, None)
        if name not in self._consumers and name not in self._tasks:
            consumer = GenerationConsumer(self._model, self._options, generation=name)
            self._consumers[name] = consumer
            self._tasks[name] = asyncio.create_task(consumer.run())
        if is_main and name != self._live and name in self._consumers:
            if self._live in self._consumers:
                self._consumers[self._live].observers = []
            self._live = name
            self._consumers[name].observers = self.observers
            self._consumers[name].progress.count_on_from(self.progress)
            self.progress = self._consumers[name].progress

    def _collect(self) -> None:
        """Collects consumers that have ended; an error of the main one ends the worker."""
        for name, task in list(self._tasks.items()):
            if not task.done():
                continue
            del self._tasks[name]
            try:
                task.result()
            except GenerationGone as error:
                self._gone(error.generation)
            except (HomeroomError, psycopg.Error) as error:
                if name == self._live:
                    raise
                # It stays among the consumers, so that it is not started again.
                log.error("generation not fed", generation=name, error=str(error))
