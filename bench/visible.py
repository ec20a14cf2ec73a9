"""Milliseconds from publishing to visible, at a steady rate.

A worker runs as a process of its own, as in production. Each event is a submission for one
assignment; it is visible once the assignment's row, read over another connection, counts it.
CPU is that of the worker and of PostgreSQL, and of PostgreSQL also what the reader costs.

    python -m bench.visible [--rate 200] [--seconds 20]
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections import deque

import psutil
import psycopg

from bench import figures
from bench.servers import postgresql_cpu_seconds, servers
from homeroom.engine.generations.registry import live_generation_async
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.publisher import Publisher

EVENTS_PER_SECOND = 200
ASSIGNMENT = "bench-visible"
TIME = "2026-01-01T00:00:00Z"


def _event(kind: str, subject: str, data: dict[str, object]) -> OutgoingEvent:
    return OutgoingEvent(
        type=f"{kind}.v1",
        source="/bench",
        id=f"{kind}/{subject}",
        subject=subject,
        sequence=1,
        time=TIME,
        data=data,
    )


async def measure_visible(
    settings: Settings, seconds: float, rate: float = EVENTS_PER_SECOND
) -> None:
    """Publishes at a steady rate, in events per second, and prints the percentiles."""
    environment = os.environ | {
        "HOMEROOM_DATABASE_URL": settings.require_database(),
        "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "HOMEROOM_TOPIC_PREFIX": settings.topic_prefix,
        "HOMEROOM_LOG_LEVEL": "WARNING",
    }
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "homeroom", "worker", env=environment
    )
    try:
        async with asyncio.timeout(seconds + 60):
            await _visible(settings, seconds, rate, psutil.Process(worker.pid))
    finally:
        if worker.returncode is None:
            worker.terminate()
        if await worker.wait():
            raise RuntimeError(f"the worker ended with {worker.returncode}")


async def _visible(settings: Settings, seconds: float, rate: float, worker: psutil.Process) -> None:
    async with Publisher(settings) as publisher:
        created = {
            "assignment_id": ASSIGNMENT, "organization_id": None, "created_by": "T-bench",
            "class_id": None, "title": "Visible", "subject": "bench", "due_at": None,
            "created_at": TIME,
        }  # fmt: skip
        await publisher.publish([_event("assignment.created", ASSIGNMENT, created)])
        connection = await psycopg.AsyncConnection.connect(
            settings.require_database(), autocommit=True
        )
        generation = await live_generation_async(connection)
        query = (
            f"SELECT total_submissions FROM {generation}.teacher_assignments "  # noqa: S608
            "WHERE assignment_id = %s"
        )
        while await (await connection.execute(query, (ASSIGNMENT,))).fetchone() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        sent: deque[float] = deque()
        total = int(seconds * rate)
        before = _cpu_seconds(settings, worker)
        reader = asyncio.create_task(_watch(connection, query, sent, total))
        begun = time.perf_counter()
        for n in range(total):
            await asyncio.sleep(max(0.0, begun + n / rate - time.perf_counter()))
            sent.append(time.perf_counter())
            data = {"assignment_id": ASSIGNMENT, "student_id": f"s{n}", "submitted_at": TIME}
            await publisher.publish([_event("submission.received", f"{ASSIGNMENT}/s{n}", data)])
        took = sorted(await reader)
        after = _cpu_seconds(settings, worker)
        await connection.close()
    of_worker, of_postgresql = (
        (then - first) / total * 1000 for first, then in zip(before, after, strict=True)
    )
    cut = statistics.quantiles(took, n=100)
    figures.at_most(f"visible at {rate:g} events/s: median", statistics.median(took), 10, "ms")
    figures.at_most(f"visible at {rate:g} events/s: 99th percentile", cut[98], 25, "ms")
    print(
        f"visible {total:,} events at {rate:g}/s: "
        f"median {statistics.median(took):.1f} ms, "
        f"99th percentile {cut[98]:.1f} ms, slowest {took[-1]:.1f} ms; CPU per event: "
        f"worker {of_worker:.2f} ms, PostgreSQL {of_postgresql:.2f} ms"
    )


def _cpu_seconds(settings: Settings, worker: psutil.Process) -> tuple[float, float]:
    """CPU seconds of the worker and of PostgreSQL so far."""
    times = worker.cpu_times()
    return times.user + times.system, postgresql_cpu_seconds(settings.require_database())


async def _watch(
    connection: psycopg.AsyncConnection[object], query: str, sent: deque[float], total: int
) -> list[float]:
    """How long each event took, in milliseconds: the count says how many are visible by now."""
    took: list[float] = []
    while len(took) < total:
        found = await (await connection.execute(query, (ASSIGNMENT,))).fetchone()
        now = time.perf_counter()
        visible = int(found[0]) if found else 0  # type: ignore[index]
        while len(took) < visible:
            took.append((now - sent.popleft()) * 1000)
        await asyncio.sleep(0.002)
    return took


async def run(rate: float, seconds: float, partitions: int) -> None:
    with servers(partitions) as settings:
        await migrate(settings, read_model(settings), project_folder("migrations"))
        await measure_visible(settings, seconds, rate)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rate", type=float, default=EVENTS_PER_SECOND)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--partitions", type=int, default=4)
    given = parser.parse_args()
    asyncio.run(run(given.rate, given.seconds, given.partitions))


if __name__ == "__main__":
    main()
