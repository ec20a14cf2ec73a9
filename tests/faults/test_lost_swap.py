"""A standby takes over that had not got a swap yet: what was live before is live again."""

import asyncio

import pytest

from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support.commands import Tables, homeroom
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=600, thorough=3_000)
LOSE = (
    "UPDATE homeroom.live SET schema = 'g0001'",
    "DELETE FROM homeroom.generation WHERE name = 'g0002'",
    "UPDATE homeroom.generation SET state = 'live', keep_until = NULL WHERE name = 'g0001'",
    "DELETE FROM homeroom.rebuild",
    "DROP SCHEMA g0002 CASCADE",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND datname = current_database() AND application_name LIKE 'homeroom %'",
)


@at_full_strength
@pytest.mark.usefixtures("patient")
async def test_a_worker_follows_what_is_live_after_a_failover_that_lost_a_swap(
    upstream: Upstream, prepared: Settings, tables: Tables, crew: Crew
) -> None:
    load = make_load(EVENTS, seed=81)
    third = EVENTS // 3
    worker = crew.start()
    await upstream.publish(load[:third])
    await assert_exact(upstream, tables)
    done = await asyncio.to_thread(homeroom, prepared, "rebuild", "--yes")
    assert (done.returncode, tables.generation) == (0, "g0002"), done.stderr
    await upstream.publish(load[third : 2 * third])
    await assert_exact(upstream, tables)

    with tables.connection.transaction():
        for statement in LOSE:
            tables.connection.execute(statement.encode())

    assert tables.generation == "g0001"
    await upstream.publish(load[2 * third :])
    await assert_exact(upstream, tables)
    worker.wait_until_said("generation gone")
    assert {line["generation"] for line in worker.said("generation gone")} == {"g0002"}
    worker.stop()
