"""The cost of a batch grows with its size, and no faster."""

import time
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from homeroom.database import connect
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.log.records import Move, Partition, StoredRecord
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import record
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

FEW, MANY = 2_000, 16_000
# Eight times as much in eight times the time; what grows with the square takes 64 times.
GROWTH_MAX = 24
CLASSES = Partition("classes", 0)
PAGES_READ = """
    SELECT sum(coalesce(heap_blks_read, 0) + coalesce(heap_blks_hit, 0)
        + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0)
        + coalesce(toast_blks_read, 0) + coalesce(toast_blks_hit, 0)
        + coalesce(tidx_blks_read, 0) + coalesce(tidx_blks_hit, 0))::bigint
    FROM pg_statio_user_tables
"""


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings.model_copy(update={"topic_prefix": ""}))


@pytest.fixture
async def writer(settings: Settings, model: ReadModel) -> AsyncIterator[BatchWriter]:
    schema = prepare(settings, model)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        enter(connection, schema, for_session=True)
        connection.execute(
            "INSERT INTO positions (topic, partition, next_offset) VALUES ('classes', 0, 0)"
        )
        connection.execute(
            "INSERT INTO teacher SELECT 'T' || i, 'Ada', NULL, NULL, NULL, false, 1, 1, 0 "
            "FROM generate_series(0, 99) i"
        )
        connection.execute(
            "INSERT INTO enrollment SELECT 'C' || i, 'S' || i, now(), NULL, NULL, 1, 1, 0 "
            "FROM generate_series(1, %s) i",
            (FEW + MANY,),
        )
    connection_of_writer = await connect(settings.database_url, "homeroom tests")
    made = BatchWriter(connection_of_writer, model, schema)
    await made.prepare(60)
    yield made
    await connection_of_writer.close()


def created(number: int, offset: int) -> StoredRecord:
    data = {
        "class_id": f"C{number}", "organization_id": None, "teacher_id": f"T{number % 100}",
        "name": "Algebra", "code": "A", "subject": "Maths", "created_at": "2026-03-04T09:00:00Z",
    }  # fmt: skip
    return record("classes", "class.created.v1", f"C{number}", 1, data, offset=offset)


def renamed(number: int, offset: int, sequence: int = 2) -> StoredRecord:
    data = {"class_id": f"C{number}", "name": f"Algebra {number}", "code": "B", "subject": "x"}
    return record("classes", "class.updated.v1", f"C{number}", sequence, data, offset=offset)


@at_full_strength
async def test_eight_times_as_many_classes_take_about_eight_times_as_long(
    writer: BatchWriter, model: ReadModel
) -> None:
    seconds: dict[tuple[str, int], float] = {}
    position = 0
    for make in (created, renamed):
        first = 0
        for count in (FEW, MANY):
            records = [make(first + n, position + n) for n in range(count)]
            move = Move(position, position + count)
            batch = make_batch(Decoder(model.catalog), records, {CLASSES: move})
            began = time.perf_counter()
            applied = await writer.apply(batch)
            seconds[make.__name__, count] = time.perf_counter() - began
            assert not applied.dead_letters
            assert not applied.waiting
            first += count
            position += count
    print({f"{name} {count}": round(taken, 2) for (name, count), taken in seconds.items()})
    for make in (created, renamed):
        few, many = seconds[make.__name__, FEW], seconds[make.__name__, MANY]
        assert many < few * GROWTH_MAX, seconds


async def pages_read(connection: psycopg.AsyncConnection[Any]) -> int:
    """How many pages of tables and indexes this connection, and those before it, have read."""
    await connection.execute("SELECT pg_stat_force_next_flush()")
    cursor = await connection.execute(PAGES_READ)
    (pages,) = await cursor.fetchone() or (0,)
    return int(pages)


@at_full_strength
async def test_an_event_behind_a_gap_costs_the_same_however_much_waits_there(
    writer: BatchWriter, model: ReadModel
) -> None:
    """The second event of the class is missing."""
    position = 0

    async def apply(*sequences: int) -> int:
        nonlocal position
        records = [renamed(1, position + n, sequence) for n, sequence in enumerate(sequences)]
        move = Move(position, position + len(records))
        position += len(records)
        batch = make_batch(Decoder(model.catalog), records, {CLASSES: move})
        before = await pages_read(writer.connection)
        applied = await writer.apply(batch)
        assert applied.waiting == len(records)
        return await pages_read(writer.connection) - before

    await apply(*range(3, 100))
    few = min([await apply(sequence) for sequence in range(100, 110)])
    await apply(*range(110, 110 + MANY))
    many = min([await apply(sequence) for sequence in range(110 + MANY, 120 + MANY)])
    # An index has a level or two more.
    assert 0 < many < few * 2, (few, many)
    cursor = await writer.connection.execute(
        "SELECT first_sequence, last_sequence, waiting FROM gaps"
    )
    assert await cursor.fetchall() == [(1, 2, MANY + 117)]
