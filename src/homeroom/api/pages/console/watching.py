"""The status as the console shows it: read at most every few seconds, with an hour of its lag."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from homeroom.operations.status.status import PartitionStatus, StatusReader, SystemStatus
from homeroom.operations.status.tables import TableFigures, read_table_figures
from homeroom.settings import Settings

HISTORY_SECONDS = 3_600.0
SAMPLES_MAX = 720
# Whoever looks gets what was read within this time.
FRESH_SECONDS = 4.0
# Whoever looks first waits no longer; the page says that it is being read, and asks again.
WAIT_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class LagSample:
    """The lag of each topic at one moment of the monotonic clock; None where it is not known."""

    at_seconds: float
    seconds: Mapping[str, float | None]


class StatusWatch:
    """Reads the status for all who look, one reading at a time."""

    def __init__(self, settings: Settings) -> None:
        self._reader = StatusReader(settings)
        self._interval_seconds = settings.console_sample_seconds
        self._samples_for = bool(settings.kafka_bootstrap_servers)
        self._task: asyncio.Task[None] | None = None
        self._read_at_seconds = float("-inf")
        self._positions: tuple[float, Mapping[str, int]] | None = None
        self.status: SystemStatus | None = None
        self.rates: Mapping[str, float] = {}
        self.samples: deque[LagSample] = deque(maxlen=SAMPLES_MAX)

    async def current(self) -> SystemStatus | None:
        """The status of the last seconds; None where it is still being read."""
        if time.monotonic() - self._read_at_seconds > FRESH_SECONDS:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._read(), name="console status")
            await asyncio.wait({self._task}, timeout=WAIT_SECONDS)
        return self.status

    async def run(self) -> None:
        """Notes the lag at intervals, where there is a log to look at."""
        while self._interval_seconds and self._samples_for:
            await self.current()
            await asyncio.sleep(self._interval_seconds)

    async def close(self) -> None:
        """End what is being read."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _read(self) -> None:
        status = await self._reader.read()
        now = time.monotonic()
        self.status, self._read_at_seconds = status, now
        topics = by_topic(status)
        self._note_rates(now, topics)
        seconds = {topic: lag_seconds(partitions) for topic, partitions in topics.items()}
        while self.samples and now - self.samples[0].at_seconds > HISTORY_SECONDS:
            self.samples.popleft()
        # Who looks often makes the history no longer.
        if not self.samples or now - self.samples[-1].at_seconds >= self._spacing_seconds():
            self.samples.append(LagSample(now, seconds))
        else:
            self.samples[-1] = LagSample(self.samples[-1].at_seconds, seconds)

    def _spacing_seconds(self) -> float:
        return max(self._interval_seconds, HISTORY_SECONDS / SAMPLES_MAX)

    def _note_rates(self, now: float, topics: Mapping[str, list[PartitionStatus]]) -> None:
        positions = {t: sum(p.position or 0 for p in parts) for t, parts in topics.items()}
        if self._positions is not None:
            before_at, before = self._positions
            passed = now - before_at
            self.rates = {
                topic: max(0.0, (position - before.get(topic, position)) / passed)
                for topic, position in positions.items()
            }
        self._positions = now, positions


class FiguresWatch:
    """Reads how large tables are and, from two readings, how much is written into each."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._now: TableFigures | None = None
        self._before: TableFigures | None = None

    async def current(self) -> TableFigures:
        """The figures of the last seconds; raises as ``read_table_figures``."""
        async with self._lock:
            age = time.monotonic() - self._now.taken_at_seconds if self._now else FRESH_SECONDS
            if self._now is None or age >= FRESH_SECONDS:
                url = self._settings.require_database("operator")
                self._before, self._now = (
                    self._now, await asyncio.to_thread(read_table_figures, url),
                )  # fmt: skip
            return self._now

    def rate(self, table: str) -> float | None:
        """Rows written per second; None where there are no two readings of one generation."""
        now, before = self._now, self._before
        if now is None or before is None or now.generation != before.generation:
            return None
        here, there = now.tables.get(table), before.tables.get(table)
        if here is None or there is None:
            return None
        passed = now.taken_at_seconds - before.taken_at_seconds
        return max(0.0, (here.writes - there.writes) / passed)


def by_topic(status: SystemStatus) -> dict[str, list[PartitionStatus]]:
    """The partitions of each topic, as the broker names it."""
    return {t: list(parts) for t, parts in groupby(status.topics, key=lambda p: p.topic)}


def lag_seconds(partitions: list[PartitionStatus]) -> float | None:
    """How long the oldest unapplied event of a topic has waited; None where it is not known."""
    if any(p.lag_events is None for p in partitions):
        return None
    return max((p.lag_seconds or 0.0 for p in partitions if p.lag_events), default=0.0)
