"""Fixtures: servers once per run, and a database and topic names for every test alone."""

import atexit
import gc
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from homeroom.local.components import Components, create_database, drop_database
from homeroom.local.kafka import LocalKafka
from homeroom.local.postgres import LocalPostgres
from homeroom.settings import Settings
from tests.support import environment_of, topics
from tests.support import run as runs
from tests.support.environment import take_ambient
from tests.support.strength import STRENGTH, at_full_strength, differs
from tests.support.students import Students
from tests.support.templates import (
    OWN_PREFIX,
    create_prepared,
    drop_shared,
    join,
    prepared_database,
)

# Failed comparisons say what differs, in the helpers too.
pytest.register_assert_rewrite(
    *(
        f"tests.property.{name}"
        for name in ("batches", "comparing", "incompleteness", "records", "students", "teaching")
    ),
    "tests.faults.exact",
)

# Folders by how long their tests take: the longest first.
FOLDERS = ("acceptance", "faults", "property", "browser", "flink", "integration", "unit")
# Where tests share nothing that is made for their file: each may run in another process.
APART = (
    "tests/acceptance/test_against_log",
    "tests/acceptance/test_at_once",
    "tests/acceptance/test_dead_letters",
    "tests/acceptance/test_rebuild.py",
    "tests/faults/",
    "tests/property/",
)
# Files that share what takes long to make, in each row.
TOGETHER = {
    f"tests/{folder}/test_{name}.py": f"{folder}: {names}"
    for folder, names in (
        ("acceptance", "demo oulad workbench"),
        # A browser that looks at a school which stays as it is, and one where something happens.
        ("browser", "accessibility docs keyboard looking signing_in"),
        ("browser", "admin console student teacher"),
        ("integration", "assignment_plans plans read_plans"),
        ("integration/secured", "certificates login tokens"),
    )
    for name in names.split()
}
RUN = pytest.StashKey[runs.Run]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--stronger`."""
    parser.addoption(
        "--stronger", action="store_true",
        help="run what does more at full strength: after a quick run, that is all there is to run",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, or join it where this process is one of several."""
    # A shell that runs us in the background has Ctrl-C ignored, by whatever we start as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ambient = take_ambient()
    joined: dict[str, Any] | None = getattr(config, "workerinput", None)
    config.stash[RUN] = runs.Run(*joined["run"]) if joined else runs.begin(ambient)
    join(config.stash[RUN].folder)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage neither while everything is imported, nor ever after in what was imported.

    There is little, and to look for it takes a quarter of what a process takes to its first test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long first, so that processes that share the tests end together."""
    if STRENGTH == "quick" and not any("::" in argument for argument in config.args):
        _pass_over(config, items, lambda item: bool(item.get_closest_marker(at_full_strength.name)))
    elif config.getoption("stronger"):
        _pass_over(config, items, lambda item: not differs(item))
    tests = config.rootpath / "tests"

    def order(item: pytest.Item) -> tuple[int, bool]:
        folder = item.path.relative_to(tests).parts[0]
        # Those of one file that stay together take longer than one by itself.
        return FOLDERS.index(folder), item.nodeid.startswith(APART)

    items.sort(key=order)


def _pass_over(
    config: pytest.Config, items: list[pytest.Item], passes: Callable[[pytest.Item], bool]
) -> None:
    left_out = {item for item in items if passes(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=[*left_out])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two processes for each processor: tests wait half of their time. Each takes memory, too."""
    return min(2 * (os.cpu_count() or 1), 8)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile` what is APART is spread test by test."""
    from xdist.scheduler import LoadFileScheduling

    class Spreading(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            scope = nodeid if nodeid.startswith(APART) else super()._split_scope(nodeid)
            return TOGETHER.get(scope, scope)

    return Spreading(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker process of pytest-xdist which run it belongs to."""
    run = node.config.stash[RUN]
    node.workerinput["run"] = (run.folder, run.servers)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run where it began: when all workers have ended."""
    if "duckdb" in sys.modules:
        # When Python ends, its bindings print by the dozen what they did not free.
        atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))
    if not hasattr(config, "workerinput") and RUN in config.stash:
        runs.end(config.stash[RUN])


@pytest.fixture(scope="session")
def components(pytestconfig: pytest.Config) -> Iterator[Components]:
    """A running Kafka and a running PostgreSQL, shared by the whole run."""
    yield pytestconfig.stash[RUN].components()
    drop_shared()


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """Where servers may have their data: not closed to their user by other runs of pytest."""
    return Path(pytestconfig.stash[RUN].folder)


@pytest.fixture
def component_folder(run_folder: Path) -> Iterator[Path]:
    """A folder for a LocalKafka or LocalPostgres of a test's own, which it may kill.

    It must have this shape: `LocalKafka(folder / "kafka")`, `LocalPostgres(folder / "postgres")`.
    """
    folder = run_folder / secrets.token_hex(3)
    yield folder
    LocalKafka(folder / "kafka").kill()
    LocalPostgres(folder / "postgres").kill()


@pytest.fixture
def own_kafka(run_folder: Path, component_folder: Path) -> LocalKafka:
    """A broker of the test's own, not started: its data are a copy of what another was made with.

    To format them takes a third of the processor time of a start.
    """
    formatted = LocalKafka(run_folder / "formatted")
    formatted.create()
    server = LocalKafka(component_folder / "kafka")
    shutil.copytree(formatted.data, server.data)
    return server


@pytest.fixture
def database_url(request: pytest.FixtureRequest, components: Components) -> Iterator[str]:
    """A database of the test's own, as `homeroom migrate` leaves it; dropped after the test.

    Where the test or its file has the mark `empty_database`, nothing has been in it.
    """
    name = f"{OWN_PREFIX}{secrets.token_hex(6)}"
    empty = request.node.get_closest_marker("empty_database")
    create = create_database if empty else create_prepared
    yield create(components.database_url, name)
    drop_database(components.database_url, name)


@pytest.fixture
def topic_prefix(components: Components) -> Iterator[str]:
    """What the names of this test's topics and groups begin with; the topics go with the test."""
    prefix = f"t{secrets.token_hex(3)}-"
    yield prefix
    topics.delete(components.kafka_bootstrap_servers, prefix)


@pytest.fixture
def settings(components: Components, database_url: str, topic_prefix: str) -> Settings:
    """Settings for this test alone; change some with `settings.model_copy(update=…)`."""
    return Settings(
        database_url=database_url,
        kafka_bootstrap_servers=components.kafka_bootstrap_servers,
        topic_prefix=topic_prefix,
        topic_partitions=2,
        jwt_secret="the tests' own key, longer than 32 bytes",
    )


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """Environment variables under which the command `homeroom` has these settings."""
    return environment_of(settings)


@pytest.fixture(scope="session")
def students_url(components: Components) -> Iterator[str]:
    """One prepared database for all tests that only read what students have."""
    with prepared_database(components.database_url) as url:
        yield url


@pytest.fixture(scope="session")
def _students(students_url: str) -> Iterator[Students]:
    students = Students(students_url)
    yield students
    students.close()


@pytest.fixture
def students(_students: Students) -> Students:
    """The read model of students, empty, for the test to fill."""
    _students.hold()
    return _students
