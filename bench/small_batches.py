"""What a batch of one event takes, and what fifty more projections that it does not touch add.

Submissions are applied by the worker's own writer in a database with the whole data set: batches of
one event, and of twenty. A second database has the same rows and fifty more projections, all of
classes. Both are asked in turns, so that whatever else the machine does falls on both. Times are
of the transaction, its commit included; the floor is a transaction that changes one row.

    python -m bench.small_batches [--batches 500] [--more 50]
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from psycopg import AsyncConnection

from bench import figures
from bench.fan_out import TIME, Log
from bench.servers import postgresql_cpu_seconds, servers
from bench.throughput import live
from homeroom.database import connect
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import live_generation_async
from homeroom.engine.log.records import Partition
from homeroom.local.components import create_database, drop_database
from homeroom.local.oulad import import_oulad
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

SIZES = (1, 20)
# Every so many batches the other database has its turn.
TURN = 25
PARTITION = Partition("assignments", 99)
MORE = """-- totals teacher_id
SELECT c.teacher_id, count(*) FILTER (WHERE c.name = '{number}') AS classes
FROM class c WHERE c.teacher_id IS NOT NULL GROUP BY c.teacher_id;
"""
FLOOR = "UPDATE floor SET submissions = submissions + 1 WHERE assignment_id = %s"


@dataclass(slots=True)
class Spent:
    """Milliseconds of each transaction, and CPU seconds of this process and of PostgreSQL."""

    milliseconds: list[float]
    process: float = 0.0
    postgresql: float = 0.0

    def shown(self) -> str:
        count = len(self.milliseconds)
        process, postgresql = self.process / count * 1000, self.postgresql / count * 1000
        return (
            f"p50 {statistics.median(self.milliseconds):6.2f} ms   "
            f"p99 {statistics.quantiles(self.milliseconds, n=100)[98]:6.2f} ms   "
            f"CPU {process:5.2f} + {postgresql:5.2f} ms"
        )


class Applying:
    """Batches of submissions in one database, each of students who have not submitted yet."""

    def __init__(self, log: Log, connection: AsyncConnection, assignment: str) -> None:
        self._log = log
        self._connection = connection
        self._assignment = assignment
        self._number = 0

    async def batch(self, size: int) -> None:
        told = []
        for _ in range(size):
            self._number += 1
            student = f"S-{self._number}"
            data = {"assignment_id": self._assignment, "student_id": student, "submitted_at": TIME}
            told.append(("submission.received.v1", f"{self._assignment}/{student}", 1, data))
        await self._log.apply(*told)

    async def floor(self, _: int) -> None:
        await self._connection.execute(FLOOR.encode(), (self._assignment,))


async def prepared(url: str, model: ReadModel, stack: AsyncExitStack) -> Applying:
    """The writer's session; the assignment has the most students there are."""
    connection = await stack.enter_async_context(await connect(url, "homeroom bench"))
    writer = BatchWriter(connection, model, await live_generation_async(connection))
    await writer.prepare(60)
    await positions.begin(connection, PARTITION, 0)
    cursor = await connection.execute(
        "SELECT assignment_id FROM assignment_totals ORDER BY submissions DESC LIMIT 1"
    )
    ((assignment,),) = await cursor.fetchall()
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS floor AS SELECT assignment_id, submissions FROM "
        "assignment_totals"
    )
    await connection.execute("ALTER TABLE floor ADD PRIMARY KEY (assignment_id)")
    return Applying(Log(writer, model.catalog, PARTITION), connection, assignment)


async def spend(
    url: str, batches: int, size: int, acts: Sequence[Callable[[int], Awaitable[None]]]
) -> list[Spent]:
    """Has each of them act so many times, in turns."""
    spent = [Spent([]) for _ in acts]
    for _ in range(batches // TURN):
        for act, of_act in zip(acts, spent, strict=True):
            await act(size)
            before = postgresql_cpu_seconds(url), time.process_time()
            for _ in range(TURN):
                began = time.perf_counter()
                await act(size)
                of_act.milliseconds.append((time.perf_counter() - began) * 1000)
            of_act.process += time.process_time() - before[1]
            of_act.postgresql += postgresql_cpu_seconds(url) - before[0]
    return spent


async def run(settings: Settings, batches: int, more: int) -> None:
    url, model = settings.require_database(), read_model(settings)
    added = {f"more_{n:03}": MORE.format(number=n) for n in range(more)}
    larger = replace(model, definitions={**model.definitions, **added})
    other = create_database(url, f"{url.rpartition('/')[2].partition('?')[0]}_more")
    try:
        async with AsyncExitStack() as stack:
            writers = []
            for address, with_model in ((url, model), (other, larger)):
                of_database = Settings(**settings.model_dump() | {"database_url": address})
                await migrate(of_database, with_model, project_folder("migrations"))
                total = (await import_oulad(of_database)).count
                await live(of_database, with_model, 5_000, total)
                writers.append(await prepared(address, with_model, stack))
            print(f"{len(model.definitions)} projections, and {more} more; {batches} batches")
            for size in SIZES:
                names = ["floor", "ours", f"{more} more"]
                acts = [writers[0].floor, writers[0].batch, writers[1].batch]
                spent = await spend(url, batches, size, acts)
                for name, of_act in zip(names, spent, strict=True):
                    print(f"{size:3} events   {name:8}   {of_act.shown()}")
                ours, with_more = (statistics.median(s.milliseconds) for s in spent[1:])
                if size == 1:
                    figures.at_most("a batch of one event", ours, 5, "ms")
                figures.at_most(
                    f"{size} events, with {more} more projections", with_more / ours, 1.1
                )
                print(f"{size:3} events   {more} more take {with_more / ours:.2f} times as long")
    finally:
        drop_database(url, other.rpartition("/")[2].partition("?")[0])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--batches", type=int, default=500)
    parser.add_argument("--more", type=int, default=50)
    given = parser.parse_args()
    with servers(4) as settings:
        asyncio.run(run(settings, given.batches, given.more))


if __name__ == "__main__":
    main()
