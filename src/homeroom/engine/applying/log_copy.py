"""A copy of some subjects' records, in a temporary table of a writer's session.

So all of them can be applied in one transaction and memory holds a part of them at a time.
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.log.columns import flat_headers, headers_of
from homeroom.engine.log.records import Record, StoredRecord
from homeroom.statements import load

SQL = load("log_copy", __package__)
# A part has at least so many bytes of values, and less than one read of the log has more.
PART_BYTES_MIN = 8 * 1024 * 1024


class LogCopy:
    """The copy of one session. Raises psycopg's errors."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection
        self._part = 0
        self._part_bytes = 0

    async def begin(self) -> None:
        """Begins with an empty copy."""
        await self.end()
        await self._connection.execute(SQL["begin"])
        self._part = self._part_bytes = 0

    async def end(self) -> None:
        """Removes the copy, if there is one."""
        await self._connection.execute(SQL["end"])

    async def add(self, records: Iterable[Record]) -> None:
        """Adds records behind those that are there; not more than may be in memory."""
        async with self._connection.pipeline():
            for record in records:
                await self._connection.execute(
                    SQL["add"],
                    (self._part, record.topic, record.partition, record.offset, record.timestamp,
                     record.key, record.value, flat_headers(record)),
                )  # fmt: skip
                self._part_bytes += len(record.value or b"")
        if self._part_bytes >= PART_BYTES_MIN:
            self._part += 1
            self._part_bytes = 0

    async def parts(self) -> AsyncIterator[list[StoredRecord]]:
        """All records in the order in which they were added."""
        for part in range(self._part + 1):
            cursor = await self._connection.execute(SQL["part"], (part,), binary=True)
            yield [
                StoredRecord._make((*record, headers_of(headers)))
                for *record, headers in await cursor.fetchall()
            ]
