"""Workers that are killed at any moment leave exactly the tables that one in peace leaves."""

import random
import time

from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

KILLS = pick(quick=4, thorough=50)
EVENTS = pick(quick=1_200, thorough=9_000)
# The last kill comes with the rest of the load still to do, also where the test was held up.
SHARE = 2 / 3
# About what two batches take: a kill hits before, within and after a transaction.
MOMENT_SECONDS = 0.05


@at_full_strength
async def test_kills_at_random_moments_of_one_load_change_nothing(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await upstream.publish(make_load(EVENTS, seed=1))
    end = sum((await upstream.ends()).values())
    chance = random.Random()
    within = 0
    for number in range(KILLS):
        worker = crew.start(batch_events_max=40, batch_events_behind_max=40)
        reached = tables.applied()
        tables.wait_until_applied(max(reached + 1, round(number / KILLS * SHARE * end)))
        # The moment itself is what is random here.
        time.sleep(chance.random() * MOMENT_SECONDS)  # noqa: ASYNC251
        backend = worker.backend(tables.connection)
        within += backend is not None and backend[-1]
        worker.kill()
    assert tables.applied() < end, "killed too late to say anything"
    assert within > 0, "no kill hit a transaction"
    crew.start().wait_until_said("worker started")
    await assert_exact(upstream, tables)
