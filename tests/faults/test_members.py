"""Workers that come, go and are killed while batches are in flight share one load exactly."""

from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support.commands import Tables

EVENTS = 5_000


async def test_workers_join_leave_and_are_killed_during_a_load(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await upstream.publish(make_load(EVENTS, seed=2))
    end = sum((await upstream.ends()).values())
    small = {"batch_events_max": 20, "batch_events_behind_max": 20}

    def wait_for_share(share: float) -> None:
        tables.wait_until_applied(max(tables.applied() + 1, round(share * end)))

    first = crew.start(**small)
    wait_for_share(0.05)
    second, third = crew.start(**small), crew.start(**small)
    wait_for_share(0.2)
    second.wait_until_said("worker started")
    third.wait_until_said("worker started")
    wait_for_share(0.35)
    first.stop()
    wait_for_share(0.5)
    second.kill()
    wait_for_share(0.6)
    assert tables.applied() < end, "too late to say anything"
    await assert_exact(upstream, tables)
    third.stop()
