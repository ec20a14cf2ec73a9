"""Fills the demo's log: publishes events, and records habit logs as students do."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from homeroom.commands import habit_logs
from homeroom.commands.database import CommandDatabase
from homeroom.commands.publications import Publications
from homeroom.errors import NumberingBehind
from homeroom.local import oulad
from homeroom.local.demo import batches, schools, teaching
from homeroom.local.demo.state import Memory
from homeroom.local.demo.year import TOPICS, HabitLogs, Year
from homeroom.progress_bars import ReportProgress
from homeroom.queries.database import NO_TOKEN, ReadScope
from homeroom.queries.places import WaitingPlaces
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from homeroom_kit.publishing.publisher import OnProgressOf, Publisher, of_total

# A worker brings the numbers of a new database level with the log.
LEVEL_SECONDS_MAX = 60.0
PUBLISHED_SECONDS_MAX = 120.0
LOOK_SECONDS = 0.05

Offsets = dict[tuple[str, int], int]


class Filling(ABC):
    """Fills the log in a task of its own.

    ``filled`` counts what was taken, ``left`` what was not yet; None while that is not known.
    """

    def __init__(
        self, settings: Settings, memory: Memory, year: Year, report: ReportProgress
    ) -> None:
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
    """The data set, its students' year, batches of their essays, subjects and marks, schools."""

    def __init__(
        self,
        settings: Settings,
        memory: Memory,
        year: Year,
        report: ReportProgress,
        data: Path | None,
        students: Collection[str],
    ) -> None:
        self._data, self._students = data, students
        super().__init__(settings, memory, year, report)

    async def _run(self) -> None:
        data_set = oulad.events_of(self._data)
        essays = batches.OuladBatches(data_set.submissions())
        of_schools = schools.Schools(self._year.end, self._students)
        further = len(self._year) + len(essays) + teaching.PUBLISHED + len(of_schools)
        report = of_total(self._tell, len(data_set) + further)
        async with Publisher(self._settings) as publisher:
            await publisher.require_topics(
                {*oulad.TOPICS, *TOPICS, *batches.TOPICS, *teaching.TOPICS, *schools.TOPICS}
            )
            events = chain(data_set, self._year, essays, teaching.events(), of_schools)
            done = await publisher.publish(events, on_progress=report)
        self._memory.published.add(done.offsets)


class Recording(Filling):
    """The students' habit logs and the teachers' assignments, by the commands of their clients."""

    async def _run(self) -> None:
        offsets = await record_habit_logs(self._settings, self._year.habit_logs(), self._tell)
        offsets |= await teaching.assign_teachers(self._settings, PUBLISHED_SECONDS_MAX)
        self._memory.recorded.add(offsets)


async def record_habit_logs(
    settings: Settings, requests: Sequence[HabitLogs], on_progress: OnProgressOf
) -> Offsets:
    """Record all logs, and return their last offsets once they are in the log.

    Students and habits must be in the tables. Logs that were recorded before change nothing.
    Raises HomeroomError where one is refused, or where no worker publishes them.
    """
    total, done = sum(len(request.logs) for request in requests), 0
    on_progress(done, total)
    commands = set()
    database = CommandDatabase(settings)
    await database.open()
    try:
        for request in requests:
            recorded = await _record(database, request)
            if recorded.command_id is not None:
                commands.add(recorded.command_id)
            done += len(request.logs)
            on_progress(done, total)
        published = Publications(database, WaitingPlaces(1, 1))
        return await published.wait(frozenset(commands), PUBLISHED_SECONDS_MAX, NO_TOKEN)
    finally:
        await database.close()


async def _record(database: CommandDatabase, request: HabitLogs) -> habit_logs.Recorded:
    deadline = time.monotonic() + LEVEL_SECONDS_MAX
    while True:
        try:
            async with database.connection(ReadScope(request.student_id)) as connection:
                recorded = await habit_logs.record(
                    connection, request.student_id, request.logs, datetime.now(UTC)
                )
        except NumberingBehind:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(LOOK_SECONDS)
            continue
        for result in recorded.results:
            if result.status == "rejected":
                raise HomeroomError(f"The habit log {result.id} is refused: {result.error}")
        return recorded
