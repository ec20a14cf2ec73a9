"""One Flink for all tests, beside the Kafka and the PostgreSQL that all tests have."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from homeroom.local.flink import LocalFlink
from tests.flink.installed import HOME, JAVA


@pytest.fixture(scope="session")
def flink(run_folder: Path) -> Iterator[LocalFlink]:
    made = LocalFlink(run_folder / "flink", HOME, JAVA)
    made.start()
    yield made
    made.kill()
