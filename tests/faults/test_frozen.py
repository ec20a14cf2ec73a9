"""A worker that stands still for longer than its session: another takes over, and it comes back.

It is stopped at an exact place from the database's side: by a lock that another connection holds,
or by a proxy before the database that passes nothing on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, WorkerProcess
from tests.support import wait_for
from tests.support.commands import Tables
from tests.support.proxy import Proxy, Trap

EVENTS = 1_500


@pytest.fixture
def proxy(prepared: Settings) -> Iterator[Proxy]:
    made = Proxy(prepared.database_url)
    yield made
    made.close()


@contextmanager
def locked(tables: Tables, statement: str, table: str) -> Iterator[psycopg.Connection]:
    """Another connection holds a lock until it is closed or the block ends."""
    with psycopg.connect(tables.connection.info.dsn, password=password(tables)) as holder:
        holder.execute(
            sql.SQL(statement).format(sql.Identifier(tables.generation, table))  # type: ignore[arg-type]
        )
        yield holder


def password(tables: Tables) -> str:
    return tables.connection.info.password


def wait_until_blocked(worker: WorkerProcess, tables: Tables) -> int:
    """The worker's backend waits for a lock; its process id."""

    def blocked() -> int:
        backend = worker.backend(tables.connection)
        return int(backend[0]) if backend and backend[2] == "Lock" else 0

    return wait_for(blocked)


def wait_until_gone(tables: Tables, backend: int) -> None:
    wait_for(
        lambda: tables.connection.execute(
            "SELECT FROM pg_stat_activity WHERE pid = %s", (backend,)
        ).rowcount == 0
    )  # fmt: skip


async def came_back(
    frozen: WorkerProcess, successor: WorkerProcess, upstream: Upstream, tables: Tables
) -> None:
    """The successor did the work; thawed, the frozen one works again, on its own in the end."""
    await assert_exact(upstream, tables)
    frozen.thaw()
    await upstream.publish(make_load(EVENTS // 3, seed=33))
    await assert_exact(upstream, tables)
    successor.stop()
    await upstream.publish(make_load(EVENTS // 3, seed=34))
    await assert_exact(upstream, tables)
    frozen.stop()


async def test_frozen_between_batches(upstream: Upstream, tables: Tables, crew: Crew) -> None:
    frozen = crew.start()
    frozen.wait_until_said("worker started")
    await upstream.publish(make_load(EVENTS, seed=3))
    await assert_exact(upstream, tables)
    frozen.freeze()
    await upstream.publish(make_load(EVENTS, seed=31))
    await came_back(frozen, crew.start(), upstream, tables)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        pytest.param("SELECT FROM {} FOR UPDATE", "positions", id="before the positions"),
        pytest.param("LOCK TABLE {} IN SHARE MODE", "exam", id="holding the positions"),
        pytest.param("LOCK TABLE {} IN SHARE MODE", "class_totals", id="holding the advisory lock"),
    ],
)
async def test_frozen_within_a_transaction_that_waits(
    upstream: Upstream, tables: Tables, crew: Crew, statement: str, table: str
) -> None:
    frozen = crew.start()
    frozen.wait_until_said("worker started")
    with locked(tables, statement, table):
        await upstream.publish(make_load(EVENTS, seed=4))
        backend = wait_until_blocked(frozen, tables)
        frozen.freeze()
        successor = crew.start()
        # The transaction's own limit ends it, though nobody is there who could.
        wait_until_gone(tables, backend)
    await came_back(frozen, successor, upstream, tables)


async def test_frozen_within_a_transaction_that_waits_for_it(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    """Everything was sent and done, all locks are held, and the client does not go on."""
    frozen = crew.start()
    frozen.wait_until_said("worker started")
    with locked(tables, "LOCK TABLE {} IN SHARE MODE", "class_totals"):
        await upstream.publish(make_load(EVENTS, seed=5))
        backend = wait_until_blocked(frozen, tables)
        frozen.freeze()
    successor = crew.start()
    wait_until_gone(tables, backend)
    await came_back(frozen, successor, upstream, tables)


async def test_a_late_write_is_refused(
    upstream: Upstream, tables: Tables, crew: Crew, proxy: Proxy
) -> None:
    """Frozen with a batch in its hands, it begins the transaction when another has applied it."""
    frozen = crew.start(database_url=proxy.database_url)
    frozen.wait_until_said("worker started")
    trap = proxy.set(Trap(b"BEGIN", "hold"))
    await upstream.publish(make_load(EVENTS, seed=6))
    assert trap.caught.wait(10)
    frozen.freeze()
    successor = crew.start()
    await assert_exact(upstream, tables)
    trap.released.set()
    frozen.thaw()
    frozen.wait_until_said("batch given up, read again")
    assert {line["error_type"] for line in frozen.said("batch given up, read again")} == {
        "PositionConflict"
    }
    await came_back(frozen, successor, upstream, tables)


async def test_frozen_in_the_middle_of_sending(
    upstream: Upstream, tables: Tables, crew: Crew, proxy: Proxy
) -> None:
    """PostgreSQL has half of a message, and holds what the transaction has locked by then."""
    frozen = crew.start(database_url=proxy.database_url)
    frozen.wait_until_said("worker started")
    trap = proxy.set(Trap(b"pg_advisory_xact_lock", "hold"))
    trap.let_through_bytes = 300
    await upstream.publish(make_load(EVENTS, seed=7))
    assert trap.caught.wait(10)
    frozen.freeze()
    backend = frozen_backend(tables)
    successor = crew.start()
    began = time.monotonic()
    wait_until_gone(tables, backend)
    assert time.monotonic() - began < 5
    await came_back(frozen, successor, upstream, tables)


def frozen_backend(tables: Tables) -> int:
    """The one backend of a worker that there is, within a transaction."""
    ((pid, state),) = tables.connection.execute(
        "SELECT pid, state FROM pg_stat_activity WHERE application_name = 'homeroom worker' "
        "AND datname = current_database()"
    ).fetchall()
    assert state in {"active", "idle in transaction"}
    return int(pid)
