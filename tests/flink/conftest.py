"""One Flink for all tests, beside the Kafka and the PostgreSQL that all tests have."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flink.cluster import LocalFlink


@pytest.fixture(scope="session")
def flink(run_folder: Path) -> Iterator[LocalFlink]:
    made = LocalFlink(run_folder / "flink")
    made.start()
    yield made
    made.kill()
