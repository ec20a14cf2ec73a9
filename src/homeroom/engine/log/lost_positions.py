"""Positions that the broker no longer has: no retry helps, so they end whoever reads."""

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from homeroom.errors import PositionLost

log = structlog.get_logger(__name__)


async def position_lost(consumer: AIOKafkaConsumer, error: OffsetOutOfRangeError) -> PositionLost:
    """The error that says which positions the broker no longer has, and what to do."""
    lost: dict[TopicPartition, int] = error.args[0]
    starts = await consumer.beginning_offsets(lost)
    ends = await consumer.end_offsets(lost)
    for tp, offset in lost.items():
        log.error(
            "position lost",
            topic=tp.topic,
            partition=tp.partition,
            offset=offset,
            log_start=starts[tp],
            log_end=ends[tp],
        )
    ranges = "; ".join(
        f"{tp.topic} partition {tp.partition}: the position is {offset}, the broker has "
        f"{starts[tp]} to {ends[tp]}"
        for tp, offset in lost.items()
    )
    return PositionLost(
        f"The broker no longer has what a position asks for ({ranges}). Events were removed by "
        "retention, or the topic was made anew; nothing is skipped in silence. Restore the log, or "
        "build the tables again from what the log has, in an empty database "
        '(docs/backup.md, "A log without its beginning").'
    )
