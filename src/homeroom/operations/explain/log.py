"""Reads spans of the log in one pass, within a time limit."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from aiokafka.errors import KafkaError

from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Partition, Record
from homeroom.errors import ConsumerStalled, PositionLost
from homeroom.operations.explain.answer import LogRead, ReadRange
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.kafka import client_options

# Up to this distance, reading the offsets between two spans costs less than a new request.
GAP_OFFSETS_MAX = 5_000
# After this many records the scan lets other tasks run.
POLL_RECORDS_MAX = 500
PARTITION_FETCH_BYTES = 1024 * 1024


def merged(spans: Iterable[Span]) -> list[Span]:
    """Joins spans that overlap or are close to each other; the result ascends."""
    merged_spans: list[Span] = []
    for span in sorted(spans):
        last = merged_spans[-1] if merged_spans else None
        if last and span.start - last.end < GAP_OFFSETS_MAX:
            merged_spans[-1] = Span(last.start, max(last.end, span.end))
        else:
            merged_spans.append(span)
    return merged_spans


class _PartitionSpans:
    """The spans to read of one partition, and the offset up to which they were read.

    ``possible``: spans of rows whose events are in several partitions. This one need not have them.
    """

    def __init__(self, spans: Iterable[Span], possible: Iterable[Span]) -> None:
        self._certain, self._possible = merged(spans), merged(possible)
        self.spans = merged((*self._certain, *self._possible))
        self.reached = self.spans[0].start
        self.lost = 0
        self._left: list[Span] = []

    def begin(self, log: Span) -> None:
        """Leaves out offsets that the broker does not have."""
        self._left = _within(self.spans, log)
        removed = _within(self._possible, Span(0, log.start))
        certain = _offsets(self._certain) - _offsets(_within(self._certain, log))
        self.lost = certain + _offsets(removed)

    def following(self) -> Span | None:
        """The next span to read; None at the end."""
        if self._left:
            return self._left.pop(0)
        self.reached = self.spans[-1].end
        return None


def _within(spans: Iterable[Span], bounds: Span) -> list[Span]:
    parts = (Span(max(s.start, bounds.start), min(s.end, bounds.end)) for s in spans)
    return [part for part in parts if part.start < part.end]


def _offsets(spans: Iterable[Span]) -> int:
    return sum(span.end - span.start for span in spans)


class LogScan:
    """Passes every record of some spans to a function, and keeps how far it has read."""

    def __init__(
        self,
        spans: Mapping[Partition, Collection[Span]],
        possible: Mapping[Partition, Collection[Span]] | None = None,
    ) -> None:
        possible = possible or {}
        self._partitions = {
            p: _PartitionSpans(spans.get(p, ()), possible.get(p, ())) for p in {*spans, *possible}
        }

    async def read(
        self, settings: Settings, take: Callable[[Record], None], seconds: float
    ) -> LogRead:
        """Reads all spans, or what the time allows. Problems are returned, not raised."""
        problem = None
        if self._partitions:
            try:
                async with asyncio.timeout(seconds):
                    await self._connected(settings, take)
            except TimeoutError:
                problem = f"The time limit of {seconds:.3g} seconds was reached."
            except (ConfigurationError, ConsumerStalled, PositionLost) as error:
                problem = str(error)
            except (KafkaError, OSError) as error:
                problem = f"Kafka refuses or does not answer: {error}"
        reached = self._reached()
        lost = sum(one.lost for one in reached)
        if problem is None and lost:
            problem = (
                f"The broker no longer has {lost:,} of the offsets: retention removed them, or the "
                "topic was made anew."
            )
        return LogRead(problem is None, problem, reached)

    def covers(self, partitions: Iterable[Partition], span: Span) -> bool:
        """Whether all existing records of a span were read."""
        return all(self._partitions[p].reached >= span.end for p in partitions)

    def _reached(self) -> Sequence[ReadRange]:
        return [
            ReadRange(*p, s.spans[0].start, s.spans[-1].end - 1, s.reached, s.lost)
            for p, s in sorted(self._partitions.items())
        ]

    async def _connected(self, settings: Settings, take: Callable[[Record], None]) -> None:
        async with LogReader.connect(client_options(settings), PARTITION_FETCH_BYTES) as reader:
            for partition, log in (await reader.bounds(list(self._partitions))).items():
                self._partitions[partition].begin(log)
            while spans := self._following():
                async for chunk in reader.read(spans, POLL_RECORDS_MAX):
                    for record in chunk.records:
                        take(record)
                    for partition, move in chunk.moves.items():
                        self._partitions[partition].reached = move.next
                    # The client returns fetched records without yielding to the event loop.
                    await asyncio.sleep(0)

    def _following(self) -> dict[Partition, Span]:
        following = {p: s.following() for p, s in self._partitions.items()}
        return {partition: span for partition, span in following.items() if span is not None}
