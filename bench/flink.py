"""What the same tables cost on Apache Flink, beside a worker of the same log in the same run.

Flink's first minutes go into the plan of the job, into its code, and into compiling it. They are
told apart: what is measured is the second half of the log. Each table is compared with the
worker's, row by row.

    make test-flink ARGS=--co     (installs Flink)
    python -m bench.flink [--events 100000] [--parallelism 1 2] [--tables class_totals …]
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil
import psycopg

from bench.servers import postgresql_cpu_seconds, servers
from bench.throughput import Measured, live, measure, show
from homeroom.engine.generations.registry import live_generation
from homeroom.local.flink import LocalFlink
from homeroom.local.oulad import events_of
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.publishing.publisher import Publisher
from tests.flink.feeding import Side, run
from tests.flink.installed import HOME, JAVA

# How far a job has read.
READ = "SELECT coalesce(sum(next_offset), 0)::bigint FROM flink.positions"
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class FlinkRun:
    """One job. ``measured``: the second half of the log; ``checkpoint_bytes``: its last one.

    ``planning_seconds``: until it has read a record, ``all_seconds``: from there to the end.
    """

    planning_seconds: float
    planning_cpu_seconds: float
    all_seconds: float
    all_cpu_seconds: float
    measured: Measured
    checkpoint_bytes: int
    memory_bytes: int


async def publish(settings: Settings, number: int) -> int:
    """Publishes the first events of the demo's data set."""
    async with Publisher(settings) as publisher:
        return (await publisher.publish(islice(events_of(None), number or None))).count


@contextmanager
def flink(parallelism: int, memory_mib: int) -> Iterator[LocalFlink]:
    """A cluster of its own, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = LocalFlink(
            Path(folder), HOME, JAVA, parallelism=parallelism, memory_mib=memory_mib
        )
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.kill()


def run_job(side: Side, cluster: LocalFlink, events: int) -> FlinkRun:
    """Has Flink make all tables of the log, from its beginning to its end."""
    assert cluster.pid is not None
    url, process = side.url, psutil.Process(cluster.pid)
    script = side.script(**{"table.dml-sync": "true", "execution.checkpointing.interval": "30 s"})
    began, began_cpu = time.perf_counter(), _cpu_seconds(process)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(run, cluster.url, script)
        _wait_for(job, url, 1)
        first, first_cpu = time.perf_counter(), _cpu_seconds(process)
        read = _wait_for(job, url, events // 2)
        half, half_cpu = time.perf_counter(), _cpu_seconds(process)
        before, memory = postgresql_cpu_seconds(url), 0
        while not job.done():
            memory = max(memory, process.memory_info().rss)
            wait([job], LOOK_SECONDS)
        job.result()
    end, end_cpu, rest = time.perf_counter(), _cpu_seconds(process), events - read
    return FlinkRun(
        first - began,
        first_cpu - began_cpu,
        end - first,
        end_cpu - first_cpu,
        Measured(
            rest,
            end - half,
            (end_cpu - half_cpu) / rest * 1e6,
            (postgresql_cpu_seconds(url) - before) / rest * 1e6,
        ),
        sum(f.stat().st_size for f in cluster.checkpoints.rglob("*") if f.is_file()),
        memory,
    )


def _wait_for(job: "Future[None]", url: str, events: int) -> int:
    """Until a job has read so many events; how many it has. RuntimeError if it ends before."""
    with psycopg.connect(url, autocommit=True) as connection:
        while not job.done():
            ((read,),) = connection.execute(READ).fetchall()
            if read >= events:
                return int(read)
            wait([job], LOOK_SECONDS)
    job.result()
    raise RuntimeError(f"The job ended before it had read {events:,} events.")


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def report(parallelism: int, done: FlinkRun, worker: Measured, differing: Sequence[str]) -> None:
    of = done.measured
    print(
        f"Flink, parallelism {parallelism}: {done.planning_seconds:.0f} s and "
        f"{done.planning_cpu_seconds:.0f} s of CPU until it reads, then {done.all_seconds:.0f} s "
        f"and {done.all_cpu_seconds:.0f} s of CPU. The second half: {of.rate:,.0f} events/s; CPU "
        f"per event: Flink {of.process_cpu:.0f} µs, PostgreSQL {of.postgresql_cpu:.0f} µs, in all "
        f"{of.cpu:.0f} µs: {of.cpu / worker.cpu:.1f} times the worker's; checkpoint "
        f"{done.checkpoint_bytes / 2**20:,.0f} MiB, memory {done.memory_bytes / 2**20:,.0f} MiB; "
        f"{f'DIFFERENT: {list(differing)}' if differing else 'all tables equal'}",
        flush=True,
    )


async def compare(given: argparse.Namespace) -> None:
    with servers(given.partitions) as settings:
        model = read_model(settings)
        await migrate(settings, model, project_folder("migrations"))
        total = await publish(settings, given.events)
        print(f"{total:,} events in {given.partitions} partitions a topic")
        worker = await measure(settings, lambda: live(settings, model, 5_000, total))
        show("worker", [worker])
        with psycopg.connect(settings.require_database()) as connection:
            generation = live_generation(connection)
        for parallelism in given.parallelism:
            side = Side(settings, tuple(given.tables), live=generation)
            with flink(parallelism, given.memory) as cluster:
                done = run_job(side, cluster, total)
            report(parallelism, done, worker, list(side.differences()))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--events", type=int, default=0, help="of the data set; 0 for all")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--parallelism", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--tables", nargs="*", default=[], help="with what they rest on; else all")
    parser.add_argument("--memory", type=int, default=3_072, help="MiB of Flink's heap")
    asyncio.run(compare(parser.parse_args()))


if __name__ == "__main__":
    main()
