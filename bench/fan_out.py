"""What one event costs that many rows follow: a class with so many students gets another teacher.

The baseline, in the same run: PostgreSQL alone changes as many rows of a table with the key and the
index of one of the projections that follow the class, in one statement and one commit. CPU
microseconds per student hold still where wall time, on a shared machine, does not.

    python -m bench.fan_out [--students 1000 10000 100000] [--runs 3]
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg import AsyncConnection

from bench.servers import postgresql_cpu_seconds, servers
from homeroom.database import connect
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.generations import positions
from homeroom.engine.log.records import Event, Move, Partition, StoredRecord
from homeroom.operations.migrating.migrate import migrate_database
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

CLASSES = Partition("classes", 0)
EVENTS_PER_BATCH = 10_000
TRANSACTION_SECONDS_MAX = 3_600
TIME = datetime(2026, 3, 4, 9, tzinfo=UTC)
FLOOR = (
    "DROP TABLE IF EXISTS floor",
    "CREATE TABLE floor (LIKE student_classes INCLUDING INDEXES)",
    "INSERT INTO floor SELECT * FROM student_classes",
    "ANALYZE",
)


class Log:
    """Applies events as a worker does, one partition's."""

    def __init__(
        self, writer: BatchWriter, catalog: Catalog, partition: Partition = CLASSES
    ) -> None:
        self._writer = writer
        self._partition = partition
        self._types = catalog.type_by_name
        self._end = 0

    async def apply(self, *told: tuple[str, str, int, dict[str, Any]]) -> None:
        """Applies events, each a type, a subject, a sequence and its data, as one batch."""
        events = [self._event(n, *one) for n, one in enumerate(told, self._end)]
        move = Move(self._end, self._end + len(events))
        self._end = move.next
        records = [event.record for event in events]
        await self._writer.apply(Batch(records, {self._partition: move}, events))

    def _event(
        self, offset: int, type_name: str, subject: str, sequence: int, data: dict[str, Any]
    ) -> Event:
        kind = self._types[type_name]
        values = kind.validate(orjson.dumps(data))
        milliseconds = int(TIME.timestamp() * 1000)
        record = StoredRecord(*self._partition, offset, milliseconds, subject.encode(), b"", ())
        return Event(kind.entity, kind, subject, sequence, TIME, values, record, id=str(offset))


async def fill(log: Log, class_id: str, students: int) -> None:
    """A class of a teacher's, and who is in it."""
    of_class = {
        "class_id": class_id, "organization_id": None, "teacher_id": "T-1", "name": "Algebra",
        "code": "A", "subject": "Maths", "created_at": TIME,
    }  # fmt: skip
    await log.apply(("class.created.v1", class_id, 1, of_class))
    for first in range(0, students, EVENTS_PER_BATCH):
        await log.apply(*(
            ("enrollment.started.v1", f"{class_id}/S-{n}", 1,
             {"class_id": class_id, "student_id": f"S-{n}", "enrolled_at": TIME})
            for n in range(first, min(first + EVENTS_PER_BATCH, students))
        ))  # fmt: skip


async def measured(
    url: str, runs: int, act: Callable[[int], Awaitable[Any]]
) -> tuple[float, float]:
    """The medians of seconds, and of CPU seconds of this process and of PostgreSQL together."""
    seconds, cpu = [], []
    for run in range(runs):
        before = postgresql_cpu_seconds(url), time.process_time(), time.perf_counter()
        await act(run)
        seconds.append(time.perf_counter() - before[2])
        cpu.append(time.process_time() - before[1] + postgresql_cpu_seconds(url) - before[0])
    return statistics.median(seconds), statistics.median(cpu)


async def run(settings: Settings, sizes: list[int], runs: int) -> None:
    url, model = settings.require_database(), read_model(settings)
    schema = migrate_database(settings, model, project_folder("migrations"))
    async with await connect(url, "homeroom bench") as connection:
        writer = BatchWriter(connection, model, schema)
        await writer.prepare(TRANSACTION_SECONDS_MAX)
        await positions.begin(connection, CLASSES, 0)
        log = Log(writer, model.catalog)
        for number, students in enumerate(sizes):
            class_id = f"C-{number}"
            await fill(log, class_id, students)
            for statement in FLOOR:
                await connection.execute(statement.encode())

            async def plain(run: int, class_id: str = class_id) -> None:
                await _plain(connection, class_id, f"T-plain-{run}")

            async def reassigned(run: int, class_id: str = class_id) -> None:
                data = {"class_id": class_id, "teacher_id": f"T-{run + 2}"}
                await log.apply(("class.reassigned.v1", class_id, run + 2, data))

            floor = await measured(url, runs, plain)
            ours = await measured(url, runs, reassigned)
            print(
                f"{students:8,} students   floor {_shown(floor, students)}   "
                f"event {_shown(ours, students)}   {ours[1] / floor[1]:.1f} times the floor's CPU"
            )


async def _plain(connection: AsyncConnection[Any], class_id: str, teacher_id: str) -> None:
    query = "UPDATE floor SET teacher_id = %s WHERE class_id = %s"
    await connection.execute(query, (teacher_id, class_id))


def _shown(measured: tuple[float, float], rows: int) -> str:
    seconds, cpu = measured
    return f"{seconds:7.3f} s, {cpu / rows * 1e6:5.1f} µs CPU per student"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--students", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with servers(1) as settings:
        asyncio.run(run(settings, given.students, given.runs))


if __name__ == "__main__":
    main()
