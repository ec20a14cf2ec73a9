"""Workers that come, go and are killed while batches are in flight share one load exactly."""

from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=1_200, thorough=5_000)


@at_full_strength
async def test_workers_join_leave_and_are_killed_during_a_load(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    load = make_load(EVENTS, seed=2)
    await upstream.publish(load[: EVENTS // 2])
    small = {"batch_events_max": 20, "batch_events_behind_max": 20}

    async def at_work(part: int) -> None:
        """A tenth more is published, so that there is work to do, and some is applied since."""
        reached = tables.applied()
        await upstream.publish(load[EVENTS * part // 10 : EVENTS * (part + 1) // 10])
        tables.wait_until_applied(reached + 1)

    first = crew.start(**small)
    await at_work(5)
    second, third = crew.start(**small), crew.start(**small)
    second.wait_until_said("worker started")
    third.wait_until_said("worker started")
    await at_work(6)
    first.stop()
    await at_work(7)
    second.kill()
    await at_work(8)
    await upstream.publish(load[EVENTS * 9 // 10 :])
    await assert_exact(upstream, tables)
    third.stop()
