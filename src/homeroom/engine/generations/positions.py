"""Positions: per topic and partition, the offset of the next event to apply."""

from collections.abc import Iterable
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.log.records import Partition

READ = """
SELECT topic, partition, next_offset FROM positions
WHERE (topic, partition) IN (SELECT * FROM unnest(%s::varchar[], %s::integer[]))
"""
BEGIN = """
INSERT INTO positions (topic, partition, next_offset) VALUES (%s, %s, %s)
ON CONFLICT (topic, partition) DO NOTHING
"""


async def read(
    connection: AsyncConnection[Any], partitions: Iterable[Partition]
) -> dict[Partition, int]:
    """The stored positions of some partitions; one that has none is left out."""
    asked = list(partitions)
    cursor = await connection.execute(
        READ, ([p.topic for p in asked], [p.partition for p in asked])
    )
    return {Partition(topic, number): offset for topic, number, offset in await cursor.fetchall()}


async def begin(connection: AsyncConnection[Any], partition: Partition, next_offset: int) -> None:
    """Gives a partition its first position, unless it has one by now."""
    await connection.execute(BEGIN, (*partition, next_offset))
