"""The database refuses writes for a while, or is slow: the worker waits, says so, and goes on."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from homeroom.local.postgres import LocalPostgres
from tests.faults.exact import assert_exact
from tests.faults.own_server import OwnPostgres
from tests.faults.test_database import INTERRUPTED, terminate_workers
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, WorkerProcess
from tests.model.contract import BY_ENTITY
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick
from tests.support.waiting import wait_for

EVENTS = pick(quick=800, thorough=2_000)
# A disk that is full, where none may be mounted for a test.
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$;
CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION refuse();
"""
# Every row costs so much that a usual batch takes longer than a transaction may.
SLOW_FUNCTION = """
CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep({seconds});
    RETURN NULL;
END $$;
"""
SLOW = """
CREATE TRIGGER slow AFTER INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION slow();
"""


@at_full_strength
async def test_a_database_that_is_read_only_for_a_while(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    load = make_load(EVENTS, seed=20)
    worker = crew.start()
    await upstream.publish(load[: EVENTS // 3])
    tables.wait_until_applied(1)
    name = sql.Identifier(tables.connection.info.dbname)
    tables.connection.execute(
        sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name)
    )
    terminate_workers(tables)
    # It may have applied all that there was by now.
    await upstream.publish(load[EVENTS // 3 : EVENTS * 2 // 3])

    def refused() -> int:
        return refusals(worker, "ReadOnlySqlTransaction")

    wait_for(lambda: refused() >= 2)
    reached = tables.applied()
    await upstream.publish(load[EVENTS * 2 // 3 :])
    seen = refused()
    wait_for(lambda: refused() > seen)
    assert tables.applied() == reached
    tables.connection.execute(
        sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name)
    )
    terminate_workers(tables)
    await assert_exact(upstream, tables)
    worker.stop()


def refusals(worker: WorkerProcess, error_type: str) -> int:
    """How often the worker was interrupted by this error."""
    return sum(line["error_type"] == error_type for line in worker.said(INTERRUPTED))


@at_full_strength
@pytest.mark.usefixtures("patient")
async def test_a_disk_that_is_said_to_be_full(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    table = sql.Identifier(tables.generation, "exam")
    tables.connection.execute(sql.SQL(REFUSE).format(table))
    worker = crew.start()
    await upstream.publish(make_load(EVENTS, seed=21))
    worker.wait_until_said(INTERRUPTED, 2)
    assert {line["error_type"] for line in worker.said(INTERRUPTED)} == {"DiskFull"}
    tables.connection.execute(sql.SQL("DROP TRIGGER refuse ON {}").format(table))
    await assert_exact(upstream, tables)
    worker.stop()


class TestAFullDisk(OwnPostgres):
    """A generation on a disk of its own, which is really full."""

    @pytest.fixture
    def disk(self, component_folder: Path) -> Iterator[Path]:
        folder = component_folder / "disk"
        folder.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", "size=32m,mode=777", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            pytest.skip("a file system may not be mounted here")
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)

    @pytest.fixture
    def postgres(self, component_folder: Path, disk: Path) -> LocalPostgres:
        server = LocalPostgres(component_folder / "postgres")
        server.start()
        space = disk / "space"
        space.mkdir()
        owner = server.data.stat()
        os.chown(space, owner.st_uid, owner.st_gid)
        with psycopg.connect(server.address, autocommit=True) as database:
            location = sql.Literal(str(space))
            database.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(location))
            database.execute("ALTER DATABASE homeroom SET default_tablespace = small")
            database.execute("GRANT CREATE ON TABLESPACE small TO PUBLIC")
        return server

    @at_full_strength
    async def test_a_disk_that_is_full_for_a_while(
        self, upstream: Upstream, tables: Tables, crew: Crew, disk: Path
    ) -> None:
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        worker = crew.start()
        await upstream.publish(make_load(EVENTS, seed=22))
        wait_for(lambda: refusals(worker, "DiskFull") >= 2)
        filler.unlink()
        await assert_exact(upstream, tables)
        worker.stop()


@at_full_strength
async def test_after_a_batch_that_took_too_long_smaller_ones_follow(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    """The same batch would fail for ever."""
    set_slowness(tables, 0.25)
    for entity in BY_ENTITY:
        table = sql.Identifier(tables.generation, entity)
        tables.connection.execute(sql.SQL(SLOW).format(table))
    # Of few subjects: a small batch costs nearly as much as a large one.
    load = make_load(2_000, seed=23, orderly=True)
    await upstream.publish(p for p in load if p.record.topic == "classes")
    worker = crew.start()
    await wait_for_async(lambda: tables.applied() > 0, 40)
    allowed = [line["events_max"] for line in worker.said("batch took too long")]
    assert allowed
    assert allowed == [max(1, 100 // 8 ** (n + 1)) for n in range(len(allowed))]
    set_slowness(tables, 0)
    await assert_exact(upstream, tables)
    worker.stop()


def set_slowness(tables: Tables, seconds: float) -> None:
    """It takes no locks of tables: to drop the triggers could end in a deadlock."""
    tables.connection.execute(SLOW_FUNCTION.format(seconds=seconds).encode())
