"""A rebuild loses its database, its brokers or itself at the worst moments."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from homeroom.local.postgres import LocalPostgres
from homeroom.settings import Settings
from tests.faults.own_server import OwnPostgres
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support import wait_for
from tests.support.commands import homeroom, start, tables_of
from tests.support.contents import contents
from tests.support.holding import hold, release
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=1_000, thorough=3_000)
# What PostgreSQL's end interrupts.
PHASES = pick(quick=["deriving"], thorough=["loading", "deriving", "indexing"])
PHASE = "SELECT phase FROM homeroom.rebuild WHERE ended_at IS NULL"


@contextmanager
def rebuilding(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    process = start(
        settings, "rebuild", "--require-equal", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


class TestItsOwnServer(OwnPostgres):
    """With a PostgreSQL that may be killed: what was staged is unlogged, and gone then."""

    @at_full_strength
    @pytest.mark.parametrize("phase", PHASES)
    async def test_postgresql_crashes_and_the_rebuild_begins_again(
        self, upstream: Upstream, prepared: Settings, crew: Crew, postgres: LocalPostgres,
        phase: str,
    ) -> None:  # fmt: skip
        await upstream.publish(make_load(EVENTS, seed=21))
        ends = sum((await upstream.ends()).values())
        worker = crew.start()
        with tables_of(prepared) as tables:
            tables.wait_until_applied(ends)
            before = contents(prepared.database_url)
            hold(prepared, [phase], 20)
            with rebuilding(prepared) as process:
                wait_for(lambda: is_at(prepared, phase), 60)
                postgres.kill()
                assert process.wait(60) == 1
        postgres.start()
        release(prepared)
        worker.wait_until_said("worker started", 2, 60)
        done = homeroom(prepared, "rebuild", "--require-equal")
        assert done.returncode == 0, done.stderr
        assert contents(prepared.database_url) == before


def is_at(settings: Settings, phase: str) -> bool:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        return connection.execute(PHASE).fetchone() == (phase,)
