"""One event whose consequences take longer than a session, and who else holds the tables."""

import asyncio
import signal
from collections.abc import Iterator

import pytest
from psycopg import sql

from homeroom.engine.applying import writer
from homeroom.engine.consuming.consumer import GenerationConsumer
from homeroom.operations.status.status import take_sample
from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, in_process, owner
from tests.support import wait_for, wait_for_async
from tests.support.commands import Tables, start, succeed
from tests.support.proxy import Proxy, Trap
from tests.support.scraping import Port, free_port
from tests.support.strength import at_full_strength

EVENTS = 300
SESSION_SECONDS = 1
# Of one row of one entity: as long as many rows that rest on it would take.
SLOW = """
CREATE FUNCTION {schema}.slowly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END $$;
CREATE TRIGGER slowly AFTER INSERT ON {schema}.exam FOR EACH ROW
WHEN (new.exam_id = {key}) EXECUTE FUNCTION {schema}.slowly();
"""


def make_slow(tables: Tables, key: str, seconds: float) -> None:
    tables.connection.execute(
        sql.SQL(SLOW).format(
            schema=sql.Identifier(tables.generation), seconds=seconds, key=sql.Literal(key)
        )
    )


@at_full_strength
async def test_one_event_gets_the_time_that_it_needs_and_says_so(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    load = make_load(EVENTS, seed=31, orderly=True)
    heavy = next(p.entry.place for p in load if p.entry.type == "exam.created.v1" and p.entry.data)
    assert heavy is not None
    make_slow(tables, heavy.key, SESSION_SECONDS * 6)
    number = free_port()
    port = Port(number)
    worker = crew.start(metrics_port=number, session_timeout_seconds=SESSION_SECONDS)
    worker.wait_until_said("worker started")
    await upstream.publish(load)
    worker.wait_until_said("one event takes long", timeout_seconds=60)
    wait_for(lambda: (port.value("homeroom_long_batch_seconds") or 0) > 0)
    assert "many consequences" in port.ask("/readyz").text
    await assert_exact(upstream, tables)
    assert port.value("homeroom_long_batch_seconds") == 0
    port.close()
    worker.stop()


@at_full_strength
async def test_a_frozen_command_that_holds_the_positions_is_told_and_ended(
    upstream: Upstream, tables: Tables, crew: Crew, prepared: Settings
) -> None:
    load = make_load(EVENTS, seed=32)
    worker = crew.start()
    await upstream.publish(load[: EVENTS // 2])
    await assert_exact(upstream, tables)
    with owner(tables) as holder:
        # A swap holds the positions by the time that it wants this row.
        holder.execute("SELECT FROM homeroom.live FOR UPDATE")
        frozen = start(prepared, "rebuild", "--yes")
        backend = wait_for(lambda: holding(tables), 60)
        frozen.send_signal(signal.SIGSTOP)
    try:
        await upstream.publish(load[EVENTS // 2 :])
        told = await wait_for_async(lambda: asyncio.to_thread(told_by_status, prepared), 40)
        assert f"process {backend}" in told
        await assert_exact(upstream, tables)
        # The process itself is frozen still, and has the rebuild.
        succeed(prepared, "rebuild", "abort", "--yes")
    finally:
        frozen.kill()
        frozen.wait()
    worker.stop()


def holding(tables: Tables) -> int:
    """The backend of a swap that waits."""
    row = tables.connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'homeroom swap' "
        "AND wait_event_type = 'Lock' AND datname = current_database()"
    ).fetchone()
    return int(row[0]) if row else 0


def told_by_status(settings: Settings) -> str:
    """What the status warns of, read here: a command takes long to start on a busy machine."""
    told = [holder.warning() for holder in take_sample(settings).holders]
    return next((warning for warning in told if "sends nothing" in warning), "")


async def test_a_batch_that_waits_for_another_writer_stays_as_large(
    upstream: Upstream, tables: Tables, prepared: Settings
) -> None:
    async with in_process(prepared, session_timeout_seconds=4 * SESSION_SECONDS) as worker:
        with owner(tables) as holder:
            name = sql.Identifier(tables.generation, "positions")
            holder.execute(sql.SQL("SELECT FROM {} FOR UPDATE").format(name))
            await upstream.publish(make_load(EVENTS, seed=33))
            await wait_for_async(lambda: is_waiting(worker), 30)
            assert "another writer" in worker.progress.unready(60)
        await assert_exact(upstream, tables)
        assert worker.size.events_max == prepared.batch_events_max


async def is_waiting(worker: GenerationConsumer) -> bool:
    return worker.progress.busy_seconds() > 2


@pytest.fixture
def proxy(prepared: Settings) -> Iterator[Proxy]:
    made = Proxy(prepared.database_url)
    yield made
    made.close()


async def test_a_worker_whose_database_is_silent_gives_its_batch_up(
    upstream: Upstream,
    tables: Tables,
    prepared: Settings,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that it sends arrives, and nobody says so."""
    monkeypatch.setattr(writer, "ANSWER_SECONDS_MAX", 0.5)
    behind = prepared.model_copy(update={"database_url": proxy.database_url})
    async with in_process(behind, session_timeout_seconds=SESSION_SECONDS) as worker:
        await wait_for_async(lambda: worker.progress.assigned)
        proxy.set(Trap(b"BEGIN", "hold"))
        await upstream.publish(make_load(EVENTS, seed=34))
        await wait_for_async(lambda: worker.progress.retries["TimeoutError"], 30)
        await assert_exact(upstream, tables)
