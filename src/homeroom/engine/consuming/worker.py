"""Feeds every generation that is kept: the live one, and the previous one for as long as it is.

A GenerationConsumer for each, with a consumer group of its own. Which generations there are is
looked up all the time, so a swap needs no restart.
"""

import asyncio
import contextlib
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection

from homeroom.engine.applying.applier import Observer
from homeroom.engine.applying.failures import backoff_seconds, may_pass
from homeroom.engine.consuming.consumer import GenerationConsumer, WorkerOptions
from homeroom.engine.consuming.progress import Progress
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import Generation, registered_async, remove_ended, to_feed
from homeroom.engine.process import connect
from homeroom.errors import HomeroomError

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
        self._looks = 0
        # Of the live generation; it counts on where another one becomes live.
        self.progress = Progress()
        self.observers: list[Observer] = []

    def stop(self) -> None:
        """Ends all consumers after the batches in hand."""
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
        """The consumers notice by themselves; before there is one, somebody must say it."""
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
        """Starts and stops consumers as the registered generations have it."""
        if self._connection is None:
            self._connection = await connect(self._options.database_url, "homeroom generations")
        generations = await registered_async(self._connection)
        wanted = to_feed(generations, self._model)
        for name in set(self._consumers) - {g.name for g in wanted}:
            log.info("generation no longer fed", generation=name)
            self._consumers.pop(name).stop()
        for generation in wanted:
            self._feed(generation, is_main=generation is wanted[0])
        self._looks += 1
        if self._looks % TIDY_EVERY_LOOKS == 0:
            with contextlib.suppress(psycopg.errors.LockNotAvailable):
                for name in await remove_ended(self._connection):
                    log.info("generation removed", generation=name)

    def _feed(self, generation: Generation, *, is_main: bool) -> None:
        """Sees to it that a generation has a consumer, and that the main one's is observed."""
        name = generation.name
        if is_main and name != self._live and name not in self._tasks:
            # What ended it while it was the previous one is not to be kept back any longer.
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
        """Takes note of consumers that have ended; what ended the main one ends all."""
        for name, task in list(self._tasks.items()):
            if not task.done():
                continue
            del self._tasks[name]
            try:
                task.result()
            except (HomeroomError, psycopg.Error) as error:
                if name == self._live:
                    raise
                # Kept among the consumers: it is not tried again.
                log.error("generation not fed", generation=name, error=str(error))
