"""Publishers with transactions: what is aborted is never applied, and positions pass it by."""

import secrets

from tests.faults.exact import assert_exact, positions
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.strength import pick

EVENTS = pick(quick=700, thorough=1_500)
PARTS = 6


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
