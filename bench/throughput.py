"""Events per second of the live path, against the raw floor in the same run; and how soon an
event is visible.

The floor reads the same records through ``getmany``, parses their values with ``json.loads`` and
copies them into one typed table, with no meaning at all, at the same batch size. CPU microseconds
per event hold still where wall time, on a shared machine, does not.

    python -m bench.throughput [--runs 3] [--batch 5000]
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench import figures
from bench.servers import postgresql_cpu_seconds, servers
from bench.visible import measure_visible
from homeroom.engine import process
from homeroom.engine.consuming.consumer import GenerationConsumer
from homeroom.engine.consuming.options import WorkerOptions
from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import live_generation
from homeroom.local.oulad import import_oulad
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options

FLOOR_TABLE = """
CREATE TABLE floor (topic varchar(64), subject varchar(129), sequence bigint, type varchar(64),
                    at timestamptz, fields integer)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One load of the whole log. CPU is in microseconds per event."""

    events: int
    seconds: float
    process_cpu: float
    postgresql_cpu: float

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def cpu(self) -> float:
        return self.process_cpu + self.postgresql_cpu


async def measure(settings: Settings, load: Callable[[], Coroutine[None, None, int]]) -> Measured:
    url = settings.require_database()
    before = postgresql_cpu_seconds(url), time.process_time(), time.perf_counter()
    events = await load()
    seconds = time.perf_counter() - before[2]
    cpu, postgresql = time.process_time() - before[1], postgresql_cpu_seconds(url) - before[0]
    return Measured(events, seconds, cpu / events * 1e6, postgresql / events * 1e6)


async def measure_floor(settings: Settings, batch: int, total: int) -> int:
    """Polls, parses and copies, and nothing else."""
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=16 * 1024 * 1024,
        fetch_max_bytes=64 * 1024 * 1024,
    )
    await consumer.start()
    names = read_model(settings).catalog.topics
    consumer.assign([TopicPartition(n, p) for n in names for p in range(settings.topic_partitions)])
    connection = await psycopg.AsyncConnection.connect(settings.require_database(), autocommit=True)
    await connection.execute(FLOOR_TABLE)
    done = 0
    while done < total:
        records: list[object] = []
        while len(records) < batch:
            got = await consumer.getmany(timeout_ms=200, max_records=batch - len(records))
            if not got:
                break
            for of_partition in got.values():
                records += of_partition
        async with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy("COPY floor FROM STDIN") as copy,
        ):
            for r in records:
                data = json.loads(r.value)
                at = datetime.fromtimestamp(r.timestamp / 1000, UTC)
                await copy.write_row((r.topic, r.key.decode(), r.offset, r.topic, at, len(data)))
        done += len(records)
    await consumer.stop()
    await connection.execute("DROP TABLE floor")
    await connection.close()
    return done


async def live(settings: Settings, model: ReadModel, batch: int, total: int) -> int:
    """The worker itself, until it has applied everything."""

    def finished(progress: WorkerProgress) -> None:
        if progress.events >= total:
            worker.stop()

    options = WorkerOptions(
        settings.require_database(),
        client_options(settings),
        settings.topic_prefix,
        batch_events_max=batch,
        batch_events_behind_max=batch,
    )
    worker = GenerationConsumer(model, options, finished)
    with process.rare_garbage_collection():
        await worker.run()
    return worker.progress.events


def _empty(settings: Settings) -> None:
    """Takes every table of the generation back to nothing, and the positions to the beginning."""
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        names = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables, homeroom.live "
            "WHERE schemaname = live.schema AND tablename NOT IN ('positions', 'plan')"
        ).fetchall()
        connection.execute(f"TRUNCATE {', '.join(name for (name,) in names)}")
        schema = live_generation(connection)
        connection.execute(f"UPDATE {schema}.positions SET next_offset = 0")  # noqa: S608
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def show(name: str, runs: Sequence[Measured]) -> None:
    rates = [run.rate for run in runs]
    process = statistics.median(run.process_cpu for run in runs)
    server = statistics.median(run.postgresql_cpu for run in runs)
    print(
        f"{name:6} {statistics.median(rates):9,.0f} events/s (min {min(rates):,.0f}, max "
        f"{max(rates):,.0f})   CPU per event: process {process:5.1f} µs, "
        f"PostgreSQL {server:5.1f} µs, in all {process + server:5.1f} µs"
    )


async def run(runs: int, batch: int, partitions: int, visible_seconds: float) -> None:
    with servers(partitions) as settings:
        model = read_model(settings)
        await migrate(settings, model, project_folder("migrations"))
        total = (await import_oulad(settings)).count
        print(
            f"{total:,} events in {partitions} partitions a topic, "
            f"batches of {batch:,}, {runs} runs"
        )
        floors, lives = [], []
        for _ in range(runs):
            floors.append(await measure(settings, lambda: measure_floor(settings, batch, total)))
            _empty(settings)
            lives.append(await measure(settings, lambda: live(settings, model, batch, total)))
        show("floor", floors)
        show("live", lives)
        ratios = [live.rate / floor.rate for live, floor in zip(lives, floors, strict=True)]
        print(
            f"ratio  {statistics.median(ratios):.2f} of the floor's rate "
            f"(min {min(ratios):.2f}, max {max(ratios):.2f})"
        )
        cpu = [live.cpu / floor.cpu for live, floor in zip(lives, floors, strict=True)]
        figures.at_least("live: rate, of the floor's", statistics.median(ratios), 0.6)
        figures.at_most("live: CPU, of the floor's", statistics.median(cpu), 2.3)
        await measure_visible(settings, visible_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=5_000)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--visible-seconds", type=float, default=20.0)
    given = parser.parse_args()
    asyncio.run(run(given.runs, given.batch, given.partitions, given.visible_seconds))


if __name__ == "__main__":
    main()
