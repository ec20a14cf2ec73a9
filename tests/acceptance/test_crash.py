"""Workers that are killed, stopped, or many, leave exactly the tables that one in peace leaves."""

import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support import wait_for, wait_for_async
from tests.support.commands import (
    STOP_SECONDS,
    Tables,
    own_group_name,
    running,
    serving,
    succeed,
    tables_of,
)
from tests.support.oulad_numbers import Numbers
from tests.support.strength import at_full_strength, pick

# Two modules with exams' results, shared classes' students and withdrawals: a fifth of the whole,
# or a fiftieth.
MODULES = ("AAA", "DDD")
STUDENTS_ONE_IN = pick(quick=10, thorough=1)
KILLS = 3


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory, numbers: Numbers) -> Path:
    """The CSV files of two modules."""
    folder = tmp_path_factory.mktemp("part")
    numbers.write_part(folder, MODULES, STUDENTS_ONE_IN)
    return folder


@pytest.fixture(scope="module")
def part_numbers(part: Path) -> Iterator[Numbers]:
    """What must come of them."""
    numbers = Numbers(part)
    yield numbers
    numbers.close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small batches, so that a load has many commits to be killed between and within."""
    small = {
        "batch_events_max": 1_000,
        "batch_events_behind_max": 1_000,
        "session_timeout_seconds": 1,
    }
    prepared = settings.model_copy(update=small)
    succeed(prepared, "migrate")
    return prepared


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    with tables_of(settings) as tables:
        yield tables


def publish(settings: Settings, part: Path) -> int:
    """Publish the part; how many events it is."""
    said = succeed(settings, "import-oulad", "--from", str(part))
    return int(said.split()[1].replace(",", ""))


def assert_exact(settings: Settings, tables: Tables, expected: Numbers, count: int) -> None:
    """Every table is its definition's, and says what the CSV files say."""
    assert tables.applied() == count
    succeed(settings, "verify")
    assert tables.rows("dead_letters") == tables.rows("waiting") == []
    assert tables.rows("assignment_totals", "assignment_id, submissions") == expected.rows(
        "SELECT id, count(*) FROM handed_in WHERE kind <> 'Exam' GROUP BY id ORDER BY id"
    )
    with serving(settings) as service:
        for module in MODULES:
            assert service.data(f"T-{module}", "stats") == expected.stats(module)
            found = service.data(f"T-{module}", "navigation-counts")
            assert found == expected.navigation(module)


def test_a_worker_that_is_killed_in_the_middle_of_the_load_goes_on_where_it_was(
    settings: Settings, tables: Tables, part: Path, part_numbers: Numbers
) -> None:
    count = publish(settings, part)
    chance = random.Random()
    for number in range(KILLS):
        with running(settings, "worker") as worker:
            # So much is left each time that a stall before the kill does not use it up.
            share = (number + chance.random()) / (2 * KILLS)
            tables.wait_until_applied(max(1, round(share * count)))
            assert worker.poll() is None
            worker.send_signal(signal.SIGKILL)
            assert worker.wait() == -signal.SIGKILL
        assert tables.applied() < count, "killed too late to say anything"
    with running(settings, "worker") as worker:
        tables.wait_until_applied(count)
        worker.terminate()
        assert worker.wait(STOP_SECONDS) == 0
    assert_exact(settings, tables, part_numbers, count)


@at_full_strength
async def test_two_workers_share_the_load(
    settings: Settings, tables: Tables, part: Path, part_numbers: Numbers
) -> None:
    # A stall must not part a worker from its share, or from its connection, which is asked below.
    patient = settings.model_copy(update={"session_timeout_seconds": 60})
    with ExitStack() as stack:
        workers = [stack.enter_context(running(patient, "worker")) for _ in range(2)]
        assigned = await wait_for_async(lambda: assignments(settings, 2), 30)
        assert all(assigned)
        count = publish(settings, part)
        tables.wait_until_applied(count)
        # Both did their share; a connection's numbers may come a moment after its commit.
        wait_for(lambda: len(w := written(tables)) == 2 and min(w) > 1_000)
        end(workers)
    assert_exact(settings, tables, part_numbers, count)


@at_full_strength
async def test_a_killed_workers_partitions_go_to_the_other(
    settings: Settings, tables: Tables, part: Path, part_numbers: Numbers
) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(running(settings, "worker")) for _ in range(2)]
        await wait_for_async(lambda: assignments(settings, 2), 30)
        count = publish(settings, part)
        tables.wait_until_applied(1)
        workers[0].kill()
        tables.wait_until_applied(count)
        end(workers[1:])
    assert_exact(settings, tables, part_numbers, count)


def written(tables: Tables) -> list[int]:
    """How many records each worker's own connection wrote to PostgreSQL's log."""
    rows = tables.connection.execute(
        "SELECT (pg_stat_get_backend_wal(pid)).wal_records FROM pg_stat_activity "
        "WHERE application_name = 'homeroom worker' AND datname = current_database()"
    )
    return [records for (records,) in rows.fetchall()]


def end(workers: list[subprocess.Popen[str]]) -> None:
    """SIGTERM ends each cleanly, in time."""
    for worker in workers:
        worker.terminate()
    assert [worker.wait(STOP_SECONDS) for worker in workers] == [0] * len(workers)


async def assignments(settings: Settings, members: int) -> list[bytes]:
    """The assignments of the consumer group's members, once there are as many and all have one."""
    group = own_group_name(settings, "g0001")
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        (answer,) = await admin.describe_consumer_groups([group])
    except KafkaError:
        # The first group of all: the brokers make the topic of groups for it.
        return []
    finally:
        await admin.close()
    _, _, state, _, _, described, *_ = answer.groups[0]
    assigned = [member[4] for member in described]
    return assigned if state == "Stable" and len(assigned) == members else []
