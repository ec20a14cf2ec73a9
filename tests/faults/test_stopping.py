"""SIGTERM within a batch: it is finished or rolled back, soon, and the exit code is 0."""

import signal
import time
from typing import Any

import pytest
from psycopg import Connection, sql

from tests.faults.exact import assert_exact
from tests.faults.test_database import INTERRUPTED
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import STOP_SECONDS, Crew, WorkerProcess, owner, wait_until_blocked
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=700, thorough=1_500)


@pytest.fixture
def fast() -> dict[str, object]:
    """No limit of a transaction ends what these tests hold up."""
    return {
        "batch_events_max": 100,
        "batch_events_behind_max": 100,
        # What is caught or held up here is the projector's.
        "nudge_interval_seconds": 0,
        "session_timeout_seconds": 60,
    }


async def in_a_batch(
    upstream: Upstream,
    tables: Tables,
    crew: Crew,
    holder: Connection[Any],
    seed: int,
    **changed: Any,
) -> WorkerProcess:
    """A worker whose transaction waits for the holder's lock."""
    name = sql.Identifier(tables.generation, "class_totals")
    holder.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(name))
    await upstream.publish(make_load(EVENTS, seed))
    worker = crew.start(**changed)
    wait_until_blocked(worker, tables)
    return worker


async def test_a_batch_that_can_be_finished_is_finished(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    with owner(tables) as holder:
        worker = await in_a_batch(upstream, tables, crew, holder, 90)
        reached = tables.applied()
        worker.process.terminate()
        worker.wait_until_asked_to_stop()
        holder.rollback()
        assert worker.process.wait(STOP_SECONDS) == 0, worker.text()
    assert reached < tables.applied() < sum((await upstream.ends()).values())
    crew.start()
    await assert_exact(upstream, tables)


@at_full_strength
async def test_a_batch_that_does_not_end_is_rolled_back_in_time(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    with owner(tables) as holder:
        worker = await in_a_batch(upstream, tables, crew, holder, 91)
        reached = tables.applied()
        began = time.monotonic()
        worker.stop()
        assert time.monotonic() - began < STOP_SECONDS
        assert worker.said("batch in hand given up")
        assert tables.applied() == reached
    crew.start()
    await assert_exact(upstream, tables)


@at_full_strength
@pytest.mark.parametrize(
    "again", pick(quick=[signal.SIGINT], thorough=[signal.SIGTERM, signal.SIGINT])
)
async def test_a_second_signal_is_not_waited_for(
    upstream: Upstream, tables: Tables, crew: Crew, again: signal.Signals
) -> None:
    with owner(tables) as holder:
        worker = await in_a_batch(upstream, tables, crew, holder, 92, session_timeout_seconds=8)
        worker.process.terminate()
        worker.wait_until_asked_to_stop()
        worker.process.send_signal(again)
        assert worker.process.wait(STOP_SECONDS) == -again
        # Neither of the two limits was waited for.
        assert not worker.said("batch in hand given up")
        assert not worker.said(INTERRUPTED)
    crew.start()
    await assert_exact(upstream, tables)
