"""Settings and a running projector and service for the tests of one file."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeroom.local import oulad
from homeroom.local.components import Components, drop_database
from homeroom.local.demo.students import NAMED
from homeroom.local.demo.year import CLASS
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import Service, Tables, serving, succeed, tables_of
from tests.support.demo import Home, Once, home_in, once
from tests.support.oulad_numbers import Numbers, part_of_data_set, unpack
from tests.support.scraping import watched_worker
from tests.support.strength import STRENGTH, pick
from tests.support.templates import OWN_PREFIX, create_prepared


@pytest.fixture(scope="module")
def file_settings(components: Components) -> Iterator[Settings]:
    """Settings with a database and topics for the tests of one file together."""
    name = f"{OWN_PREFIX}{secrets.token_hex(6)}"
    yield Settings(
        database_url=create_prepared(components.database_url, name),
        kafka_bootstrap_servers=components.kafka_bootstrap_servers,
        topic_prefix=f"t{secrets.token_hex(3)}-",
        topic_partitions=2,
        jwt_secret="the tests' own key, longer than 32 bytes",
        session_timeout_seconds=1,
    )
    drop_database(components.database_url, name)


@pytest.fixture(scope="module")
def prepared(file_settings: Settings) -> Settings:
    """The same, after `homeroom migrate`."""
    succeed(file_settings, "migrate")
    return file_settings


@pytest.fixture(scope="module")
def projected(prepared: Settings) -> Iterator[Settings]:
    """The same, with a running `homeroom worker`."""
    with watched_worker(prepared) as port:
        # Who waits for an event waits ten seconds at most, too few to start it as well.
        wait_for(port.ready, 60)
        yield prepared


@pytest.fixture(scope="module")
def service(prepared: Settings) -> Iterator[Service]:
    """A running `homeroom serve`."""
    with serving(prepared) as service:
        yield service


@pytest.fixture(scope="module")
def tables(prepared: Settings) -> Iterator[Tables]:
    """The tables of the file's database."""
    with tables_of(prepared) as tables:
        yield tables


@pytest.fixture(scope="session")
def home(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The home folder of whoever runs the demo, for the files of tests about it together.

    A quick run publishes a part of the data set: of the students one in 32, of those with a year
    one in eight, and those whom the demo names.
    """
    data = None
    if STRENGTH == "quick":
        with_year = {student for student in oulad.students_of(CLASS) if int(student) % 8 == 0}
        folder = tmp_path_factory.mktemp("oulad")
        data = part_of_data_set(folder, one_in=32, named=NAMED | with_year)
    with home_in(run_folder / "home", data) as home:
        yield home


@pytest.fixture(scope="session")
def first(home: Home) -> Once:
    """The first run of the demo there."""
    return once(home)


@pytest.fixture(scope="session")
def filled(home: Home, request: pytest.FixtureRequest) -> Home:
    """The home after a first run of the demo, whichever test has had it."""
    if not (home.demo / "year.json").exists():
        request.getfixturevalue("first")
    return home


@pytest.fixture(scope="module")
def data_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the original CSV files."""
    folder = tmp_path_factory.mktemp("oulad")
    unpack(folder)
    return folder


@pytest.fixture(scope="module")
def numbers(data_set: Path) -> Iterator[Numbers]:
    """What the dashboards must say about them."""
    numbers = Numbers(data_set)
    yield numbers
    numbers.close()


@pytest.fixture(scope="module")
def imported(
    projected: Settings, tables: Tables, numbers: Numbers, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A running worker that has applied two modules of the data set, a quick run one and a bit."""
    folder = tmp_path_factory.mktemp("modules")
    numbers.write_part(folder, ("AAA", "GGG"), one_in=pick(quick=20, thorough=1), whole="AAA")
    said = json.loads(succeed(projected, "import-oulad", "--from", str(folder), "--json"))
    tables.wait_until_applied(said["events"])
    return projected
