"""Feeds records to the engine without a broker, and makes records as a publisher would."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from homeroom.database import connect
from homeroom.engine.applying.writer import Applied, BatchWriter
from homeroom.engine.decoding.batch import Batch, make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.positions import begin
from homeroom.engine.generations.registry import open_generation
from homeroom.engine.log.records import Move, Partition, StoredRecord


def record(
    topic: str,
    type_name: str,
    subject: str,
    sequence: int | str,
    data: Mapping[str, Any] | bytes | None,
    *,
    offset: int = 0,
    partition: int = 0,
    time: str = "2026-01-02T03:04:05Z",
    timestamp: int = 1_767_323_045_000,
    **headers: bytes | None,
) -> StoredRecord:
    """A record in binary mode; further ``headers`` replace or add to the usual ones."""
    usual: dict[str, bytes | None] = {
        "ce_specversion": b"1.0",
        "ce_id": f"{type_name}/{subject}/{sequence}".encode(),
        "ce_source": b"/services/test",
        "ce_type": type_name.encode(),
        "ce_time": time.encode(),
        "ce_subject": subject.encode(),
        "ce_sequence": str(sequence).encode(),
        "content-type": b"application/json",
    }
    usual |= {name.replace("content_type", "content-type"): v for name, v in headers.items()}
    value = data if data is None or isinstance(data, bytes) else orjson.dumps(data)
    return StoredRecord(
        topic, partition, offset, timestamp, subject.encode(), value, tuple(usual.items())
    )


class Feed:
    """A log in memory and a writer that applies what is appended to it, batch by batch."""

    def __init__(self, writer: BatchWriter, model: ReadModel) -> None:
        self.writer = writer
        self.model = model
        self._decoder = Decoder(model.catalog)
        self._ends: defaultdict[Partition, int] = defaultdict(int)

    @classmethod
    async def open(
        cls, database_url: str, model: ReadModel, generation: str | None = None
    ) -> "Feed":
        """``generation``: the live one, unless named."""
        connection = await connect(database_url, "homeroom tests")
        schema, model = await open_generation(connection, model, generation)
        writer = BatchWriter(connection, model, schema)
        await writer.prepare(30)
        return cls(writer, model)

    async def close(self) -> None:
        await self.writer.connection.close()

    async def apply(self, records: Sequence[StoredRecord]) -> Applied:
        """Appends records to the log, each at its partition's end, and applies them as a batch."""
        batch = self.batch(records)
        for partition in batch.moves:
            await begin(self.writer.connection, partition, 0)
        return await self.writer.apply(batch)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the generation."""
        return await (await self.writer.connection.execute(query.encode())).fetchall()

    def batch(self, records: Sequence[StoredRecord]) -> Batch:
        """The batch of these records, each appended at its partition's end."""
        placed = [self._place(r) for r in records]
        moves = {
            partition: Move(group[0].offset, group[-1].offset + 1)
            for partition, group in _by_partition(placed).items()
        }
        return make_batch(self._decoder, placed, moves)

    def _place(self, given: StoredRecord) -> StoredRecord:
        partition = Partition(given.topic, given.partition)
        offset = self._ends[partition]
        self._ends[partition] += 1
        return given._replace(offset=offset)


def _by_partition(records: Iterable[StoredRecord]) -> dict[Partition, list[StoredRecord]]:
    groups: dict[Partition, list[StoredRecord]] = {}
    for given in records:
        groups.setdefault(Partition(given.topic, given.partition), []).append(given)
    return groups
