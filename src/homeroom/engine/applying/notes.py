"""What a batch notes beside its rows: who published, and events of types that are not known."""

from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.decoding.batch import OTHER_TYPES, SOURCES_MAX, TYPES_MAX, Batch, FirstRecord
from homeroom.statements import load

SQL = load("notes", __package__)
# A session remembers so many sources; others are looked up each time.
SOURCES_KNOWN_MAX = 10_000


class BatchNotes:
    """The notes of one session's batches, within their transactions."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection
        self._sources: dict[tuple[str, str], FirstRecord] = {}

    async def write(self, batch: Batch) -> int:
        """Notes them; returns how many sources are new on their topic. Raises psycopg's errors."""
        unknown = sorted(self._unknown_sources(batch).items())
        if not unknown and not batch.unknown_types:
            return 0
        async with self._connection.pipeline():
            for key, seen in sorted(batch.unknown_types.items()):
                await self._connection.execute(
                    SQL["count_passed_over"],
                    {
                        "topic": key[0], "type": key[1], "events": seen.events,
                        "subject": seen.subject, "partition": seen.partition,
                        "offset": seen.offset, "types_max": TYPES_MAX, "other": OTHER_TYPES,
                    },
                )  # fmt: skip
            cursors = [
                await self._connection.execute(
                    SQL["note_source"], (topic, source, *at, SOURCES_MAX)
                )
                for (topic, source), at in unknown
            ]
        return sum([row[0] for cursor in cursors async for row in cursor])

    def keep(self, batch: Batch) -> None:
        """Notes that the transaction of a batch has committed."""
        if len(self._sources) < SOURCES_KNOWN_MAX:
            self._sources.update(self._unknown_sources(batch))

    def _unknown_sources(self, batch: Batch) -> dict[tuple[str, str], FirstRecord]:
        """Those that their topic has not heard of, or not so early."""
        known = self._sources
        return {s: at for s, at in batch.sources.items() if s not in known or at < known[s]}
