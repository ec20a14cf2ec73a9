"""A log in memory, in place of what a rebuild reads from the brokers."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.reader import Chunk, LogReader, Span
from homeroom.engine.log.records import Move, Partition, StoredRecord
from homeroom.operations.rebuilding import loading, whole_log
from homeroom.operations.rebuilding.record import ActiveRebuild
from homeroom.settings import Settings
from tests.property.histories import History


class MemoryLog:
    """Gives a history's records as a LogReader does, cut into chunks at random."""

    def __init__(self, history: History, rng: random.Random) -> None:
        self._logs = {p: [o.record for o in of] for p, of in history.by_partition().items()}
        self._rng = rng

    @classmethod
    def of_one_partition(cls, records: Sequence[StoredRecord]) -> "MemoryLog":
        """A log of these records alone, one behind the other."""
        log = cls(History(), random.Random(1))
        for offset, one in enumerate(records):
            of_partition = log._logs.setdefault(Partition(one.topic, one.partition), [])
            of_partition.append(one._replace(offset=offset))
        return log

    async def bounds(self, _: Sequence[Partition]) -> dict[Partition, Span]:
        return self.bounds_now()

    def bounds_now(self) -> dict[Partition, Span]:
        return {p: Span(0, of[-1].offset + 1) for p, of in self._logs.items()}

    async def read(self, spans: Mapping[Partition, Span], events_max: int) -> AsyncIterator[Chunk]:
        for chunk in self.chunks(spans, events_max):
            yield chunk

    def chunks(self, spans: Mapping[Partition, Span], events_max: int) -> Iterator[Chunk]:
        at = {p: span.start for p, span in spans.items() if span.start < span.end}
        while at:
            partition = self._rng.choice(sorted(at))
            start, end = at[partition], spans[partition].end
            size = min(events_max, self._rng.choice((1, 2, 5, 30, 1000)))
            taken = [r for r in self._of(partition) if start <= r.offset < end][:size]
            following = taken[-1].offset + 1 if len(taken) == size else end
            yield Chunk(taken, {partition: Move(start, following)})
            at[partition] = following
            if following >= end:
                del at[partition]

    def _of(self, partition: Partition) -> list[StoredRecord]:
        return self._logs.get(partition, [])


@contextmanager
def read_from(log: MemoryLog, entities: ReadModel) -> Iterator[None]:
    """Has a rebuild read this log: its loaders, its reader, and what it asks the brokers."""

    @asynccontextmanager
    async def connect(*_: Any) -> AsyncIterator[MemoryLog]:
        yield log

    def run_loaders(
        settings: Settings,
        rebuild: ActiveRebuild,
        goal: Mapping[Partition, int],
        shares: Sequence[Sequence[Partition]],
    ) -> bool:
        async def load() -> None:
            arguments = settings, entities, rebuild.generation, rebuild.options.as_of
            await asyncio.gather(
                *(loading.load_share(*arguments, {p: goal[p] for p in share}) for share in shares)
            )

        asyncio.run(load())
        return True

    async def state(*_: Any) -> whole_log.LogState:
        return whole_log.LogState(log.bounds_now(), {})

    with (
        patch.object(LogReader, "connect", connect),
        patch.object(loading, "_run_loaders", run_loaders),
        patch.object(whole_log, "log_state", state),
    ):
        yield


def unprefixed(settings: Settings) -> Settings:
    """Settings under which topics are called as in histories."""
    return settings.model_copy(update={"topic_prefix": ""})
