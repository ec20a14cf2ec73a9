"""Milliseconds from publishing to visible, at 200 events per second.

A worker runs as a process of its own, as in production. Each event is a submission for one
assignment; it is visible once the assignment's row, read over another connection, counts it.
"""

import asyncio
import os
import statistics
import sys
import time
from collections import deque

import psycopg

from homeroom.engine.generations.registry import live_generation_async
from homeroom.publishing.events import OutgoingEvent
from homeroom.publishing.publisher import Publisher
from homeroom.settings import Settings

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


async def measure_visible(settings: Settings, seconds: float) -> None:
    """Publishes at a steady rate and prints the percentiles."""
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
            await _visible(settings, seconds)
    finally:
        if worker.returncode is None:
            worker.terminate()
        if await worker.wait():
            raise RuntimeError(f"the worker ended with {worker.returncode}")


async def _visible(settings: Settings, seconds: float) -> None:
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
        total = int(seconds * EVENTS_PER_SECOND)
        reader = asyncio.create_task(_watch(connection, query, sent, total))
        begun = time.perf_counter()
        for n in range(total):
            await asyncio.sleep(max(0.0, begun + n / EVENTS_PER_SECOND - time.perf_counter()))
            sent.append(time.perf_counter())
            data = {"assignment_id": ASSIGNMENT, "student_id": f"s{n}", "submitted_at": TIME}
            await publisher.publish([_event("submission.received", f"{ASSIGNMENT}/s{n}", data)])
        took = sorted(await reader)
        await connection.close()
    cut = statistics.quantiles(took, n=100)
    print(
        f"visible {total:,} events at {EVENTS_PER_SECOND}/s: "
        f"median {statistics.median(took):.1f} ms, "
        f"99th percentile {cut[98]:.1f} ms, slowest {took[-1]:.1f} ms"
    )


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
