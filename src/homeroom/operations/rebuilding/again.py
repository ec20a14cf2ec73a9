"""The few irregular subjects: their records are read once more and applied as live ones are."""

from collections.abc import Callable, Sequence
from typing import Any

from psycopg import Connection

from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Partition
from homeroom.operations.rebuilding.feeding import EVENTS_PER_BATCH, Feeder

# Reading over so many records is cheaper than asking the brokers anew.
GAP_MAX = 2_000
# What is fetched beyond a stretch is thrown away.
PARTITION_FETCH_BYTES = 256 * 1024
PLACES = """
SELECT topic, partition, array_agg(DISTINCT "offset" ORDER BY "offset") FROM load_again
GROUP BY topic, partition ORDER BY topic, partition
"""


async def apply_again(
    connection: Connection[Any],
    reader: LogReader,
    feeder: Feeder,
    on_progress: Callable[[int, int], object],
) -> None:
    """Applies the records that ``load_again`` names, partition by partition, in log order.

    It may be interrupted at any moment and done again: what is applied is known by its sequence.
    """
    places = connection.execute(PLACES).fetchall()
    total = sum(len(offsets) for _, _, offsets in places)
    done = 0
    for topic, number, offsets in places:
        partition, wanted = Partition(topic, number), set(offsets)
        for span in _spans(offsets):
            async for chunk in reader.read({partition: span}, EVENTS_PER_BATCH):
                records = [record for record in chunk.records if record.offset in wanted]
                await feeder.apply_again(records)
                done += len(records)
                on_progress(done, total)


def _spans(offsets: Sequence[int]) -> list[Span]:
    """Stretches that hold all offsets, ascending ones, and no long gaps."""
    spans: list[Span] = []
    for offset in offsets:
        if spans and offset - spans[-1].end <= GAP_MAX:
            spans[-1] = Span(spans[-1].start, offset + 1)
        else:
            spans.append(Span(offset, offset + 1))
    return spans
