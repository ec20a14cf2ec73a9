"""Small record batches that open to very much: memory is bounded, and work goes on."""

import re
from pathlib import Path

from aiokafka import AIOKafkaProducer
from psycopg import sql

from homeroom_kit.record_bounds import BATCH_BYTES_MAX, RECORD_BYTES_MAX
from tests.faults.exact import positions
from tests.faults.upstream import Upstream
from tests.faults.workers import Crew, WorkerProcess
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.feed import record
from tests.support.strength import pick

MIB = 1024 * 1024
# As docs/limits.md tells it.
MEMORY_BYTES_MAX = 512 * MIB
# Snappy makes little of nothing less well: what is larger would be refused by the broker.
SNAPPY = {"snappy": BATCH_BYTES_MAX + MIB}
BOMBS = SNAPPY | dict.fromkeys(pick(quick=["zstd"], thorough=["gzip", "lz4", "zstd"]), 160 * MIB)
# Each within its bounds; at full strength together more than the memory.
HEAVY, HEAVY_BATCHES = 14, pick(quick=4, thorough=12)


def memory_bytes(worker: WorkerProcess) -> int:
    """The most that was ever resident."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


async def register(upstream: Upstream, producer: AIOKafkaProducer, key: str) -> None:
    data = {"teacher_id": key, "name": key, "email": None, "organization_id": None}
    made = record("people", "teacher.registered.v1", key, 1, data)
    await producer.send(
        upstream.topic("people"), made.value, made.key, 0, headers=list(made.headers)
    )


def test_the_figure_is_told() -> None:
    line = (
        f"| the resident memory of a worker, whatever a batch opens to | {MEMORY_BYTES_MAX // MIB}"
    )
    assert line in Path("docs/limits.md").read_text()


async def test_the_memory_of_a_worker_is_bounded_whatever_batches_open_to(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    topic = upstream.topic("people")
    for codec, size in BOMBS.items():
        producer = AIOKafkaProducer(
            **upstream.options, compression_type=codec, max_request_size=size + MIB,
            max_batch_size=HEAVY * 2 * MIB, linger_ms=1_000,
        )  # fmt: skip
        async with producer:
            await register(upstream, producer, f"before-{codec}")
            await producer.flush()
            await producer.send_and_wait(topic, bytes(size), partition=0)
            await register(upstream, producer, f"behind-{codec}")
    async with AIOKafkaProducer(
        **upstream.options, compression_type="zstd", max_request_size=64 * MIB,
        max_batch_size=HEAVY * 2 * MIB + MIB, linger_ms=1_000,
    ) as producer:  # fmt: skip
        for _ in range(HEAVY_BATCHES):
            for _ in range(HEAVY):
                await producer.send(topic, bytes(RECORD_BYTES_MAX - 1_000), partition=1)
            await producer.flush()
    ends = await upstream.ends()

    worker = crew.start(batch_events_max=5_000, batch_events_behind_max=20_000)

    def done() -> bool:
        assert worker.process.poll() is None, worker.text()[-2_000:]
        return positions(tables) == ends

    await wait_for_async(done, 120)

    assert {key for (key,) in tables.rows("teacher", "teacher_id")} == {
        f"{when}-{codec}" for codec in BOMBS for when in ("before", "behind")
    }
    letters = tables.connection.execute(
        sql.SQL(
            "SELECT partition, reason, octet_length(value), is_cut FROM {}.dead_letters ORDER BY 1"
        ).format(sql.Identifier(tables.generation))
    ).fetchall()
    assert letters == [
        *[(0, "too_large", 64 * 1024, True)] * len(BOMBS),
        *[(1, "not_an_event", RECORD_BYTES_MAX - 1_000, False)] * HEAVY * HEAVY_BATCHES,
    ]
    assert memory_bytes(worker) < MEMORY_BYTES_MAX
    worker.stop()
