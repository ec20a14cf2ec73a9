"""Publishers with transactions: what is aborted is never applied, and positions pass it by."""

import secrets
from typing import Any

from structlog.testing import capture_logs

from homeroom.engine.consuming import probe
from homeroom.operations.status.status import StatusReader
from homeroom.settings import Settings
from tests.faults.exact import assert_exact, positions
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, in_process
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=700, thorough=1_500)
PARTS = 6


@at_full_strength
async def test_aborted_events_are_never_applied_and_the_positions_reach_the_end(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    worker = crew.start()
    load = make_load(EVENTS, seed=60)
    size = len(load) // PARTS + 1
    async with upstream.producer(transactional_id=secrets.token_hex(4)) as producer:
        for start in range(0, len(load), size):
            part = load[start : start + size]
            await producer.begin_transaction()
            # What would be another history of the same subjects.
            await upstream.publish(make_load(size, seed=start + 1), producer)
            await producer.abort_transaction()
            async with producer.transaction():
                await upstream.publish(part, producer)
        await assert_exact(upstream, tables)
        # Nothing but aborted events and the marks of their end.
        await producer.begin_transaction()
        await upstream.publish(load, producer)
        await producer.abort_transaction()
    await assert_exact(upstream, tables)
    worker.stop()


async def test_an_open_transaction_is_said_to_hold_its_partitions_back(
    upstream: Upstream, tables: Tables, prepared: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr(probe, "HELD_SECONDS_MAX", 0.0)
    load = make_load(100, seed=62)
    half = len(load) // 2
    held = {(upstream.topic(p.record.topic), p.record.partition) for p in load[half:]}
    with capture_logs() as said:
        async with in_process(prepared) as worker:
            await upstream.publish(load[:half])
            await assert_exact(upstream, tables)
            assert not worker.progress.held_since
            async with upstream.producer(transactional_id=secrets.token_hex(4)) as producer:
                await producer.begin_transaction()
                await upstream.publish(load[half:], producer)
                await wait_for_async(lambda: set(worker.progress.held_since) == held)
                status = await StatusReader(prepared).read()
                await producer.commit_transaction()
            await wait_for_async(lambda: not worker.progress.held_since)
            await assert_exact(upstream, tables)
    assert {
        (line["topic"], line["partition"]) for line in said
        if line["event"] == "held back by an open transaction"
    } == held  # fmt: skip
    shown = {(p.topic, p.partition): p for p in status.topics}
    # Events of the load were published long ago, by their own time.
    assert {p for p, one in shown.items() if one.held_since} == held
    for place in held:
        one = shown[place]
        assert one.lag_events == 0
        assert one.high_watermark is not None
        assert one.end is not None
        assert one.high_watermark > one.end
        warning = (
            f"{one.topic} partition {one.partition} is held back at offset {one.end} by an open"
        )
        assert any(told.startswith(warning) for told in status.warnings)


async def test_nothing_behind_an_open_transaction_is_applied_before_it_ends(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    worker = crew.start()
    load = make_load(EVENTS, seed=61)
    half = len(load) // 2
    held = {(p.record.topic, p.record.partition) for p in load[:half]}
    async with upstream.producer(transactional_id=secrets.token_hex(4)) as producer:
        await producer.begin_transaction()
        await upstream.publish(load[:half], producer)
        await upstream.publish(load[half:])
        free = [p for p in load[half:] if (p.record.topic, p.record.partition) not in held]
        await wait_for_async(lambda: tables.applied() >= len(free))
        open_ends = await upstream.ends()
        assert all(offset <= open_ends[p] for p, offset in positions(tables).items())
        await producer.commit_transaction()
    await assert_exact(upstream, tables)
    worker.stop()
