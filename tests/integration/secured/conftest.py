"""The broker that all of these tests share, since each takes seconds to start."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from homeroom.local import process
from homeroom.local.kafka import LocalKafka
from homeroom.settings import Settings
from tests.support.authority import Authority
from tests.support.issuer import Issuer
from tests.support.secured import LISTENERS, Secured, properties
from tests.support.waiting import wait_for_async


@pytest.fixture(scope="package")
def secured(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    authority = Authority(folder)
    server = authority.issue("broker")
    issuer = Issuer(folder, server)
    ports = {name: process.choose_port(None) for name in LISTENERS}
    formatted = LocalKafka(run_folder / "formatted")
    formatted.create()
    allowed = f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={issuer.key_set.as_uri()}"
    broker = LocalKafka(
        run_folder / "secured" / "kafka",
        further=properties(ports, server, authority, issuer),
        java_options=[allowed],
    )
    shutil.copytree(formatted.data, broker.data)
    try:
        broker.start()
        addresses = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        yield Secured(addresses, authority, authority.issue("client"), issuer)
    finally:
        broker.kill()
        issuer.stop()
        shutil.rmtree(broker.folder)


@pytest.fixture
def settings() -> Settings:
    """Only the brokers are needed here; topics go with them."""
    return Settings(topic_partitions=1, topic_prefix="secured-")


@pytest_asyncio.fixture(autouse=True)
async def _all_closed() -> AsyncIterator[None]:
    """TLS says good-bye: a connection that was refused is closed some turns of the loop later."""
    yield
    transports = asyncio.get_running_loop()._transports  # type: ignore[attr-defined]
    await wait_for_async(lambda: all(one._sock is None for one in transports.values()))
