"""PostgreSQL is killed, connections are cut, transactions are refused: it is tried again."""

import asyncio
import random
from collections.abc import Iterator
from http.client import OK, SERVICE_UNAVAILABLE

import psycopg
import pytest
from psycopg import sql

from homeroom.local.postgres import LocalPostgres
from homeroom.local.process import choose_port
from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.own_server import OwnPostgres
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, owner, readiness, wait_until_blocked
from tests.property.histories import Published
from tests.support import wait_for, wait_for_async
from tests.support.commands import Tables, tables_of
from tests.support.proxy import Action, Proxy, Trap
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=800, thorough=2_000)
INTERRUPTED = "interrupted, trying again"
# Commits wait while the test holds this lock.
COMMIT_LOCK = 4711
WAIT_AT_COMMIT = """
CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(4711);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wait_at_commit AFTER UPDATE ON {} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wait_at_commit();
"""
FAIL_FOR_A_WHILE = """
CREATE SEQUENCE public.failures;
CREATE FUNCTION fail_for_a_while() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A number that was taken is not given back by a rollback.
    IF nextval('public.failures') <= 3 THEN
        RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fail_for_a_while BEFORE UPDATE ON {}
    FOR EACH STATEMENT EXECUTE FUNCTION fail_for_a_while();
"""


class TestItsOwnServer(OwnPostgres):
    """With a PostgreSQL that may be killed."""

    @at_full_strength
    async def test_postgresql_is_killed_and_started_again(
        self, upstream: Upstream, prepared: Settings, crew: Crew, postgres: LocalPostgres
    ) -> None:
        load = make_load(EVENTS, seed=10)
        port = choose_port()
        worker = crew.start(metrics_port=port)
        for number in range(3):
            wait_for(lambda: readiness(port) == OK)
            with tables_of(prepared) as tables:
                reached = tables.applied()
                await upstream.publish(load[EVENTS * number // 3 : EVENTS * (number + 1) // 3])
                tables.wait_until_applied(reached + 1)
            postgres.kill()
            worker.wait_until_said(INTERRUPTED, number + 1)
            wait_for(lambda: readiness(port) == SERVICE_UNAVAILABLE)
            postgres.start()
        with tables_of(prepared) as tables:
            await assert_exact(upstream, tables)
        wait_for(lambda: readiness(port) == OK)
        worker.stop()


@pytest.fixture
def proxy(prepared: Settings) -> Iterator[Proxy]:
    made = Proxy(prepared.database_url)
    yield made
    made.close()


@at_full_strength
@pytest.mark.parametrize("action", ["cut before", "cut after the answer"])
async def test_a_connection_is_cut_at_the_commit(
    upstream: Upstream, tables: Tables, crew: Crew, proxy: Proxy, action: Action
) -> None:
    """The worker cannot know whether it was committed; the positions know."""
    worker = crew.start(database_url=proxy.database_url)
    worker.wait_until_said("worker started")
    trap = proxy.set(Trap(b"COMMIT", action))
    trap.released.set()
    await upstream.publish(make_load(EVENTS, seed=11))
    wait_for(trap.caught.is_set)
    worker.wait_until_said(INTERRUPTED)
    await assert_exact(upstream, tables)
    worker.stop()


@at_full_strength
@pytest.mark.usefixtures("patient")
async def test_a_connection_is_cut_during_the_commit(
    upstream: Upstream, tables: Tables, crew: Crew, proxy: Proxy
) -> None:
    """The old commit is still under way when the worker comes back for the same batch."""
    positions = sql.Identifier(tables.generation, "positions")
    tables.connection.execute(sql.SQL(WAIT_AT_COMMIT).format(positions))
    worker = crew.start(database_url=proxy.database_url)
    worker.wait_until_said("worker started")
    with owner(tables) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(%s)", (COMMIT_LOCK,))
        trap = proxy.set(Trap(b"COMMIT", "cut while it works"))
        await upstream.publish(make_load(EVENTS, seed=12))
        wait_for(trap.caught.is_set)
        trap.released.set()
        worker.wait_until_said(INTERRUPTED)
        # Held up by the positions' locks of the commit that is under way.
        wait_for(lambda: blocked_workers(tables) == 2)
    await assert_exact(upstream, tables)
    worker.stop()


def blocked_workers(tables: Tables) -> int:
    return tables.connection.execute(
        "SELECT FROM pg_stat_activity WHERE application_name = 'homeroom worker' "
        "AND datname = current_database() AND wait_event_type = 'Lock'"
    ).rowcount


@at_full_strength
async def test_backends_are_terminated_again_and_again(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    worker = crew.start()
    load, cuts = make_load(EVENTS, seed=13), pick(quick=3, thorough=8)
    chance = random.Random()
    for number in range(cuts):
        reached = tables.applied()
        await upstream.publish(load[EVENTS * number // cuts : EVENTS * (number + 1) // cuts])
        tables.wait_until_applied(reached + 1)
        await asyncio.sleep(chance.random() * 0.05)
        terminate_workers(tables)
        worker.wait_until_said(INTERRUPTED, number + 1)
    await assert_exact(upstream, tables)
    worker.stop()


def terminate_workers(tables: Tables) -> None:
    tables.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'homeroom worker' AND datname = current_database()"
    )


@at_full_strength
@pytest.mark.usefixtures("patient")
async def test_a_deadlock_is_tried_again(upstream: Upstream, tables: Tables, crew: Crew) -> None:
    """The worker waits for the enrollments of whoever waits for its positions."""
    name = sql.Identifier(tables.connection.info.dbname)
    tables.connection.execute(sql.SQL("ALTER DATABASE {} SET deadlock_timeout = 50").format(name))
    load = make_load(EVENTS, seed=14)
    # Of one partition and there before the worker is: its first batch has some of both.
    await upstream.publish(p for p in load if is_in_first_of_classes(p))
    with owner(tables) as first, owner(tables) as second:
        for connection, table in ((first, "class"), (second, "enrollment")):
            connection.execute("SET LOCAL deadlock_timeout = '60s'")
            lock(connection, tables, "LOCK TABLE {} IN SHARE MODE", table)
        worker = crew.start()
        wait_until_blocked(worker, tables)
        waits = asyncio.create_task(
            asyncio.to_thread(lock, second, tables, "SELECT FROM {} FOR UPDATE", "positions")
        )
        waiting = "SELECT FROM pg_locks WHERE NOT granted AND pid = %s"
        pid = second.info.backend_pid
        await wait_for_async(lambda: tables.connection.execute(waiting, (pid,)).rowcount)
        first.rollback()
        await waits
    worker.wait_until_said("batch given up, read again")
    (line, *_) = worker.said("batch given up, read again")
    assert line["error_type"] == "DeadlockDetected"
    await upstream.publish(p for p in load if not is_in_first_of_classes(p))
    await assert_exact(upstream, tables)
    worker.stop()


def is_in_first_of_classes(published: Published) -> bool:
    return (published.record.topic, published.record.partition) == ("classes", 0)


def lock(connection: psycopg.Connection, tables: Tables, statement: str, table: str) -> None:
    name = sql.Identifier(tables.generation, table)
    connection.execute(sql.SQL(statement).format(name))  # type: ignore[arg-type]


@pytest.mark.usefixtures("patient")
async def test_serialisation_failures_are_tried_again(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    positions = sql.Identifier(tables.generation, "positions")
    tables.connection.execute(sql.SQL(FAIL_FOR_A_WHILE).format(positions))
    worker = crew.start()
    await upstream.publish(make_load(EVENTS, seed=15))
    worker.wait_until_said("batch given up, read again", 3)
    await assert_exact(upstream, tables)
    given_up = worker.said("batch given up, read again")
    assert [line["error_type"] for line in given_up] == ["SerializationFailure"] * 3
    worker.stop()
