"""A worker that stands still for longer than its session: another takes over, and it comes back.

It is stopped at an exact place from the database's side: by a lock that another connection holds,
or by a proxy before the database that passes nothing on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg import sql

from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, WorkerProcess, owner, wait_until_blocked
from tests.property.histories import Published
from tests.support import wait_for
from tests.support.commands import Tables
from tests.support.proxy import Proxy, Trap
from tests.support.strength import at_full_strength, pick
from tests.support.waiting import PATIENCE

EVENTS = pick(quick=900, thorough=3_000)
# Of a transaction, where something must be done or seen within it.
LIMIT_SECONDS = 5


@pytest.fixture
def proxy(prepared: Settings) -> Iterator[Proxy]:
    made = Proxy(prepared.database_url)
    yield made
    made.close()


@contextmanager
def locked(tables: Tables, statement: str, table: str) -> Iterator[None]:
    """Another connection holds a lock until the block ends."""
    with owner(tables) as holder:
        name = sql.Identifier(tables.generation, table)
        holder.execute(sql.SQL(statement).format(name))  # type: ignore[arg-type]
        yield


def wait_until_gone(tables: Tables, backend: int) -> None:
    wait_for(
        lambda: tables.connection.execute(
            "SELECT FROM pg_stat_activity WHERE pid = %s", (backend,)
        ).rowcount == 0
    )  # fmt: skip


Parts = tuple[list[Published], list[Published], list[Published], list[Published]]


def load_in_parts(seed: int) -> Parts:
    """One load, to be published in four parts."""
    load = make_load(EVENTS, seed)
    first, second, third = EVENTS // 3, EVENTS // 3 * 2, EVENTS // 6 * 5
    return load[:first], load[first:second], load[second:third], load[third:]


async def came_back(
    frozen: WorkerProcess,
    successor: WorkerProcess,
    upstream: Upstream,
    tables: Tables,
    third: list[Published],
    fourth: list[Published],
) -> None:
    """The successor did the work; thawed, the frozen one works again, on its own in the end."""
    await assert_exact(upstream, tables)
    frozen.thaw()
    await upstream.publish(third)
    await assert_exact(upstream, tables)
    successor.stop()
    await upstream.publish(fourth)
    await assert_exact(upstream, tables)
    frozen.stop()


@at_full_strength
async def test_frozen_between_batches(upstream: Upstream, tables: Tables, crew: Crew) -> None:
    frozen = crew.start()
    frozen.wait_until_said("worker started")
    first, second, *rest = load_in_parts(seed=3)
    await upstream.publish(first)
    await assert_exact(upstream, tables)
    frozen.freeze()
    await upstream.publish(second)
    await came_back(frozen, crew.start(), upstream, tables, *rest)


MOMENTS = {
    "holding the positions": ("LOCK TABLE {} IN SHARE MODE", "exam"),
    "before the positions": ("SELECT FROM {} FOR UPDATE", "positions"),
    "holding the advisory lock": ("LOCK TABLE {} IN SHARE MODE", "class_totals"),
}


@at_full_strength
@pytest.mark.parametrize("moment", list(MOMENTS)[: pick(quick=1, thorough=3)])
async def test_frozen_within_a_transaction_that_waits(
    upstream: Upstream, tables: Tables, crew: Crew, moment: str
) -> None:
    frozen = crew.start()
    frozen.wait_until_said("worker started")
    with locked(tables, *MOMENTS[moment]):
        first, second, *rest = load_in_parts(seed=4)
        await upstream.publish(first)
        backend = wait_until_blocked(frozen, tables)
        frozen.freeze()
        successor = crew.start()
        # The transaction's own limit ends it, though nobody is there who could.
        wait_until_gone(tables, backend)
    await upstream.publish(second)
    await came_back(frozen, successor, upstream, tables, *rest)


@at_full_strength
async def test_frozen_within_a_transaction_that_waits_for_it(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    """Everything was sent and done, all locks are held, and the client does not go on."""
    frozen = crew.start()
    frozen.wait_until_said("worker started")
    with locked(tables, "LOCK TABLE {} IN SHARE MODE", "class_totals"):
        first, second, *rest = load_in_parts(seed=5)
        await upstream.publish(first)
        backend = wait_until_blocked(frozen, tables)
        frozen.freeze()
    successor = crew.start()
    wait_until_gone(tables, backend)
    await upstream.publish(second)
    await came_back(frozen, successor, upstream, tables, *rest)


@at_full_strength
async def test_a_late_write_is_refused(
    upstream: Upstream, tables: Tables, crew: Crew, proxy: Proxy
) -> None:
    """Frozen with a batch in its hands, it begins the transaction when another has applied it."""
    frozen = crew.start(database_url=proxy.database_url, session_timeout_seconds=LIMIT_SECONDS)
    frozen.wait_until_said("worker started")
    trap = proxy.set(Trap(b"BEGIN", "hold"))
    first, second, *rest = load_in_parts(seed=6)
    await upstream.publish(first)
    wait_for(trap.caught.is_set)
    frozen.freeze()
    successor = crew.start()
    await assert_exact(upstream, tables)
    trap.released.set()
    frozen.thaw()
    refused, too_late = "batch given up, read again", "interrupted, trying again"
    # Where the other took longer than a batch may, the frozen one's own limit ends it first.
    wait_for(lambda: frozen.said(refused) or frozen.said(too_late), 20)
    assert {line["error_type"] for line in frozen.said(refused)} <= {"PositionConflict"}
    assert {line["error_type"] for line in frozen.said(too_late)} <= {"TimeoutError"}
    await upstream.publish(second)
    await came_back(frozen, successor, upstream, tables, *rest)


@at_full_strength
async def test_frozen_in_the_middle_of_sending(
    upstream: Upstream, tables: Tables, crew: Crew, proxy: Proxy
) -> None:
    """PostgreSQL has half of a message, and holds what the transaction has locked by then."""
    frozen = crew.start(database_url=proxy.database_url, session_timeout_seconds=LIMIT_SECONDS)
    frozen.wait_until_said("worker started")
    trap = proxy.set(Trap(b"json_array_elements_text", "hold"))
    trap.let_through_bytes = 300
    first, second, *rest = load_in_parts(seed=7)
    await upstream.publish(first)
    wait_for(trap.caught.is_set)
    frozen.freeze()
    backend = frozen_backend(tables)
    successor = crew.start()
    began = time.monotonic()
    wait_until_gone(tables, backend)
    assert time.monotonic() - began < LIMIT_SECONDS * PATIENCE
    await upstream.publish(second)
    await came_back(frozen, successor, upstream, tables, *rest)


def frozen_backend(tables: Tables) -> int:
    """The one backend of a worker that there is, within a transaction."""
    ((pid, state),) = tables.connection.execute(
        "SELECT pid, state FROM pg_stat_activity WHERE application_name = 'homeroom worker' "
        "AND datname = current_database()"
    ).fetchall()
    assert state in {"active", "idle in transaction"}
    return int(pid)
