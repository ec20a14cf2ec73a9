"""Reads parts of the log: some ranges of offsets, in one go, and no longer than a time limit."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from homeroom.engine.batch import Partition
from homeroom.engine.records import Record
from homeroom.errors import ConfigurationError
from homeroom.kafka import client_options
from homeroom.operations.explain.answer import LogRead, Reached
from homeroom.settings import Settings

# Reading over a smaller gap costs less than asking anew.
GAP_OFFSETS_MAX = 5_000
# Between two of these somebody else may use the event loop.
POLL_RECORDS_MAX = 500
POLL_MILLISECONDS = 100
STOP_SECONDS_MAX = 1.0


class Span(NamedTuple):
    """Offsets of one partition, both ends included."""

    first: int
    last: int


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same offsets in as few spans as are worth asking for, ascending."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.first - found[-1].last <= GAP_OFFSETS_MAX:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


class _Reading:
    """One partition under way: what of its spans is left, and the next offset to read."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = merged(spans)
        self.position = self.spans[0].first
        self.lost = 0
        self._left: Sequence[Span] = self.spans

    def begin(self, start: int, end: int) -> int | None:
        """Where to begin, of what the broker has of the partition; None where that is nothing."""
        there = (Span(max(first, start), min(last, end - 1)) for first, last in self.spans)
        self._left = [span for span in there if span.first <= span.last]
        self.lost = _offsets(self.spans) - _offsets(self._left)
        return self._next()

    def go_on(self, position: int) -> int | None:
        """Takes note of how far it came; where to read on, None where all is read."""
        self.position = position
        if position <= self._left[0].last:
            return position
        self._left = [span for span in self._left if span.last >= position]
        return self._next()

    def _next(self) -> int | None:
        if not self._left:
            self.position = self.spans[-1].last + 1
            return None
        self.position = max(self.position, self._left[0].first)
        return self.position


def _offsets(spans: Iterable[Span]) -> int:
    return sum(last + 1 - first for first, last in spans)


class LogReader:
    """Hands every record of some spans to a function, and knows how far it came."""

    def __init__(self, spans: Mapping[Partition, Collection[Span]]) -> None:
        self._readings = {
            TopicPartition(*p): _Reading(of_partition) for p, of_partition in sorted(spans.items())
        }

    async def read(
        self, settings: Settings, take: Callable[[Record], None], seconds: float
    ) -> LogRead:
        """Reads all of it, or what the time allows; what went wrong is told, not raised."""
        problem = None
        if self._readings:
            try:
                async with asyncio.timeout(seconds):
                    await self._connected(settings, take)
            except TimeoutError:
                problem = f"The time limit of {seconds:.3g} seconds was reached."
            except ConfigurationError as error:
                problem = str(error)
            except (KafkaError, OSError) as error:
                problem = f"Kafka refuses or does not answer: {error}"
        reached = self._reached()
        lost = sum(one.lost for one in reached)
        if problem is None and lost:
            problem = f"The broker no longer has {lost:,} of the offsets: retention removed them, "
            problem += "or the topic was made anew."
        return LogRead(problem is None, problem, reached)

    def covers(self, partitions: Iterable[Partition], span: Span) -> bool:
        """Whether all that there is of some offsets was read."""
        return all(self._readings[TopicPartition(*p)].position > span.last for p in partitions)

    def _reached(self) -> Sequence[Reached]:
        return [
            Reached(tp.topic, tp.partition, r.spans[0].first, r.spans[-1].last, r.position, r.lost)
            for tp, r in self._readings.items()
        ]

    async def _connected(self, settings: Settings, take: Callable[[Record], None]) -> None:
        consumer = AIOKafkaConsumer(
            **client_options(settings),
            client_id="homeroom-explain",
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            fetch_max_wait_ms=POLL_MILLISECONDS,
        )
        try:
            await consumer.start()
            asked = list(self._readings)
            starts = await consumer.beginning_offsets(asked)
            await self._read(consumer, starts, await consumer.end_offsets(asked), take)
        finally:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(consumer.stop(), STOP_SECONDS_MAX)

    async def _read(
        self,
        consumer: Any,
        starts: Mapping[TopicPartition, int],
        ends: Mapping[TopicPartition, int],
        take: Callable[[Record], None],
    ) -> None:
        begins = {tp: r.begin(starts[tp], ends[tp]) for tp, r in self._readings.items()}
        left = {tp: begin for tp, begin in begins.items() if begin is not None}
        consumer.assign(list(left))
        for tp, begin in left.items():
            consumer.seek(tp, begin)
        while left:
            fetched = await consumer.getmany(
                *left, timeout_ms=POLL_MILLISECONDS, max_records=POLL_RECORDS_MAX
            )
            for records in fetched.values():
                for record in records:
                    take(record)
            for tp in list(left):
                position = await consumer.position(tp)
                following = self._readings[tp].go_on(position)
                if following is None:
                    consumer.pause(tp)
                    del left[tp]
                elif following != position:
                    consumer.seek(tp, following)
            # What was fetched already is handed out without a pause.
            await asyncio.sleep(0)
