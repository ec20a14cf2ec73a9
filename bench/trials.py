"""Trials of ``bench.types`` and ``bench.sizes``: filled tables, and what a batch costs there.

A batch is decoded, folded and written by the worker's own code; only the broker is left out. It is
taken back before it commits, so that each one meets the same tables.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg import AsyncConnection, Connection, sql
from psycopg.types.json import Jsonb

from bench.changes import told
from bench.contents import MEMBERS, Numbers, row
from homeroom.database import connect
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.catalog import HIDDEN, Entity
from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.log.records import Move, Partition, StoredRecord
from homeroom.engine.planning.names import listed
from homeroom.engine.planning.relations import truncate_all
from homeroom_kit.contract import EVENT_TYPES

TRANSACTION_SECONDS_MAX = 3_600
MILLISECONDS = 1_780_000_000_000
TIME = b"2026-05-28T20:26:40Z"
NEW_MEMBERS_PER_PARENT = 25
WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE schemaname = current_schema() AND relname <> 'positions'
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many rows there are, and which belong together.

    ``parents``: how many of each kind of parent; ``members``: how many of each kind that belongs
    to one; ``spare``: how many students that nothing is of yet. ``one_teacher``: all of it is of
    one teacher, and the first two of each kind of parent have all members between them.
    """

    teacher: str
    parents: int
    members: int
    spare: int
    one_teacher: bool = False

    def count(self, entity: str) -> int:
        if entity in MEMBERS:
            return self.members
        return self.parents + (self.spare if entity == "student" else 0)

    def existing(self, entity: str, i: int) -> Numbers:
        """The numbers of a row that there is."""
        if entity == "student" and i >= self.parents:
            return Numbers(self.teacher, i, i, p=i, o=i, s=i)
        each = self.members // self.parents if entity in MEMBERS else 1
        p = i % 2 if self.one_teacher else 2 * (i // (2 * each)) + i % 2
        return Numbers(self.teacher, i, i, p, 0 if self.one_teacher else p, i % self.parents)

    def new(self, entity: str, j: int) -> Numbers:
        """The numbers of the row that the event ``j`` makes."""
        p = j % 2 if self.one_teacher else 2 * (j // (2 * NEW_MEMBERS_PER_PARENT)) + j % 2
        o = 0 if self.one_teacher else p
        return Numbers(self.teacher, self.count(entity) + j, j, p, o, self.parents + j, d=1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one batch cost, decoding included. ``written``: rows of each table."""

    events: int
    seconds: float
    process_cpu: float
    postgresql_cpu: float
    written: Counter[str]

    @property
    def cpu(self) -> float:
        """CPU seconds per event, of the process and of PostgreSQL."""
        return (self.process_cpu + self.postgresql_cpu) / self.events

    @property
    def rows(self) -> float:
        """Rows written per event."""
        return self.written.total() / self.events


def fill(connection: Connection[Any], model: ReadModel, layouts: Sequence[Layout]) -> None:
    """Fills the entities, and every projection from its definition."""
    plan = model.plan()
    names = [*plan.entities, *(p.name for p in plan.tables)]
    for name in names:
        connection.execute(
            sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(sql.Identifier(name))
        )
    for entity in model.catalog.entities:
        columns = (*entity.column_names, *HIDDEN)
        copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(entity.name), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with connection.cursor() as cursor, cursor.copy(copy) as copied:
            for stored in _stored(entity, layouts):
                copied.write_row(stored)
    connection.execute("ANALYZE")
    for projection in plan.tables:
        connection.execute(projection.derive.encode())
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(projection.name)))
    connection.execute("VACUUM")
    connection.execute("CHECKPOINT")


def _stored(entity: Entity, layouts: Sequence[Layout]) -> Iterator[list[Any]]:
    """The rows of an entity's table, as one event each has made them."""
    empty = {column.name: column.empty for column in entity.key + entity.columns}
    hidden = {"sequence": 1, "first_sequence": 1, "mask": entity.full_mask, "partition": 0,
              "first_offset": 0, "last_offset": 0, "event_id": "x"}  # fmt: skip
    for layout in layouts:
        for i in range(layout.count(entity.name)):
            values = empty | row(entity.name, layout.existing(entity.name, i)) | hidden
            yield [
                Jsonb(value) if isinstance(value := values[name], dict) else value
                for name in (*entity.column_names, *HIDDEN)
            ]


def new_events(type_name: str, layout: Layout, count: int) -> list[StoredRecord]:
    """Events that each make a row."""
    entity = EVENT_TYPES[type_name].entity
    return [_record(type_name, layout.new(entity, j), n, 1) for n, j in enumerate(range(count))]


def further_events(
    type_name: str, layout: Layout, count: int, first: int = 0
) -> list[StoredRecord]:
    """Events that each change a row that there is, from the row ``first`` on."""
    entity = EVENT_TYPES[type_name].entity
    numbers = (layout.existing(entity, i) for i in range(first, first + count))
    return [_record(type_name, of_row, n, 2) for n, of_row in enumerate(numbers)]


def _record(type_name: str, numbers: Numbers, offset: int, sequence: int) -> StoredRecord:
    event = EVENT_TYPES[type_name]
    subject, data = told(event, numbers, again=sequence > 1)
    headers = {
        "ce_specversion": b"1.0", "ce_id": f"{type_name}/{subject}/{sequence}".encode(),
        "ce_source": b"/bench", "ce_type": type_name.encode(), "ce_time": TIME,
        "ce_subject": subject.encode(), "ce_sequence": str(sequence).encode(),
        "content-type": b"application/json",
    }  # fmt: skip
    return StoredRecord(
        event.topic, 0, offset, MILLISECONDS, subject.encode(), orjson.dumps(data),
        tuple(headers.items()),
    )  # fmt: skip


class Trial:
    """A writer, and what its batches cost."""

    def __init__(self, writer: BatchWriter, model: ReadModel, backend: int) -> None:
        self._writer = writer
        self._decoder = Decoder(model.catalog)
        self._plan = model.plan()
        self._backend = Path(f"/proc/{backend}/schedstat")

    @classmethod
    async def open(cls, url: str, model: ReadModel, schema: str) -> "Trial":
        connection = await connect(url, "homeroom bench")
        writer = BatchWriter(connection, model, schema)
        await writer.prepare(TRANSACTION_SECONDS_MAX)
        for topic in model.catalog.topics:
            await positions.begin(connection, Partition(topic, 0), 0)
        async with connection.transaction():
            await writer.deltas.need(frozenset(model.plan().entities))
        writer.deltas.keep()
        return cls(writer, model, connection.info.backend_pid)

    async def close(self) -> None:
        await self._writer.connection.close()

    async def cost(self, records: Sequence[StoredRecord]) -> Cost:
        """Applies a batch and takes it back. Raises AssertionError where it was not applied."""
        connection = self._writer.connection
        moves = {Partition(records[0].topic, 0): Move(0, len(records))}
        await connection.execute(b"BEGIN")
        before = await _written(connection)
        began = time.perf_counter(), time.process_time(), self._backend_cpu()
        applied = await self._writer.apply_within(make_batch(self._decoder, records, moves))
        ended = time.perf_counter(), time.process_time(), self._backend_cpu()
        written = await _written(connection) - before
        # Behind psycopg's back, which would prepare all statements anew.
        connection.pgconn.exec_(b"ROLLBACK")
        assert not applied.dead_letters, applied.dead_letters[0]
        assert not applied.waiting, applied
        assert not applied.conflicts, applied
        spent = [end - start for start, end in zip(began, ended, strict=True)]
        return Cost(len(records), *spent, written)

    async def clean(self, entity: str) -> None:
        """Removes what the batches that were taken back have left in the tables."""
        connection, plan = self._writer.connection, self._plan
        touched = plan.touched_by(frozenset({entity}))
        names = [entity, *(p.name for p in touched if not p.is_view)]
        # What nothing reads has no delta.
        if deltas := sorted(plan.deltas_of(frozenset({entity}))):
            await connection.execute(truncate_all(deltas).encode())
        await connection.execute(f"VACUUM {listed(names)}".encode())

    def _backend_cpu(self) -> float:
        """CPU seconds of the session's server process so far: to the microsecond."""
        return int(self._backend.read_text().split()[0]) / 1e9


async def _written(connection: AsyncConnection[Any]) -> Counter[str]:
    cursor = await connection.execute(WRITTEN)
    return Counter(dict(await cursor.fetchall()))


def connected(url: str, schema: str) -> Connection[Any]:
    """A session in the generation."""
    connection = psycopg.connect(url, autocommit=True)
    enter(connection, schema, for_session=True)
    return connection
