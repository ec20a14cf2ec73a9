"""How the demo fills the log: by publishing events, and as students who record their habits."""

import asyncio
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from itertools import chain

from homeroom.errors import HomeroomError
from homeroom.local import oulad
from homeroom.local.demo_state import Memory
from homeroom.local.year import year as students
from homeroom.local.year.recording import record_habit_logs
from homeroom.local.year.year import Year
from homeroom.progress_bars import Report
from homeroom.publishing.publisher import Publisher, of_total
from homeroom.settings import Settings


class Filling(ABC):
    """Something on its way into the log, in a task of its own.

    ``filled`` counts what was taken, ``left`` what was not yet; None while that is not known.
    """

    def __init__(self, settings: Settings, memory: Memory, year: Year, report: Report) -> None:
        self._settings, self._memory, self._year, self._report = settings, memory, year, report
        self.filled = 0
        self.left: int | None = None
        self.began_at = self.ended_at = time.monotonic()
        self._task = asyncio.create_task(self._run_and_time())

    @abstractmethod
    async def _run(self) -> None:
        """All of it, and remember that it was all."""

    async def _run_and_time(self) -> None:
        await self._run()
        self.ended_at = time.monotonic()

    def _tell(self, done: int, total: int) -> None:
        if self.left is None:
            self.began_at = time.monotonic()
        self.filled, self.left = done, total - done
        self._report(done, total)

    @property
    def seconds(self) -> float:
        """How long it took, from when it was known how much there is."""
        return self.ended_at - self.began_at

    def done(self) -> bool:
        """Whether everything is in the log; raises what stopped it."""
        if self._task.done():
            self._task.result()
        return self._task.done()

    async def end(self) -> None:
        """Stop if it still runs."""
        self._task.cancel()
        with suppress(asyncio.CancelledError, HomeroomError):
            await self._task


class Publishing(Filling):
    """The data set, and behind it the year of its students."""

    async def _run(self) -> None:
        data_set = oulad.Events()
        report = of_total(self._tell, len(data_set) + len(self._year))
        async with Publisher(self._settings) as publisher:
            await publisher.require_topics({*oulad.TOPICS, *students.TOPICS})
            events = chain(data_set, self._year)
            done = await publisher.publish(events, on_progress=report)
        self._memory.published.add(done.offsets)


class Recording(Filling):
    """The students' habit logs, by the command that their own clients use."""

    async def _run(self) -> None:
        offsets = await record_habit_logs(self._settings, self._year.habit_logs(), self._tell)
        self._memory.recorded.add(offsets)
