"""An application over a school in which teachers share files, with each store."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from socket import socket
from typing import Any

import pytest
import pytest_asyncio

from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET, client_of
from tests.support.applications import LOOP, Applications
from tests.support.assigning import School
from tests.support.sharing import Sharing
from tests.support.students import Students


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """A packaged S3-compatible server with a bucket of ours."""
    from moto.server import ThreadedMotoServer

    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


def s3_settings(address: str) -> dict[str, Any]:
    """As an operator sets them."""
    return {
        "s3_bucket": "files", "s3_prefix": "homeroom/", "s3_endpoint_url": address,
        "s3_region": "us-east-1", "s3_access_key_id": "id", "s3_secret_access_key": "secret",
    }  # fmt: skip


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resources")


@pytest.fixture
def folder(_folder: Path) -> Path:
    """The folder of the store, without files; its key stays as it is."""
    for inner in _folder.iterdir():
        if inner.is_dir():
            shutil.rmtree(inner)
    return _folder


@pytest.fixture
def stored(folder: Path) -> dict[str, Any]:
    """The settings of the store."""
    return {"resource_folder": str(folder)}


@pytest.fixture
def changed() -> dict[str, Any]:
    """Other settings; a test's module may say them."""
    return {}


@pytest_asyncio.fixture(loop_scope=LOOP)
async def sharing(
    students: Students,
    students_url: str,
    stored: dict[str, Any],
    changed: dict[str, Any],
    applications: Applications,
) -> AsyncIterator[Sharing]:
    settings = Settings(database_url=students_url, jwt_secret=SECRET, **stored, **changed)
    school = School(students)
    async with client_of(await applications.of(settings)) as client:
        yield Sharing(school, settings, client)
