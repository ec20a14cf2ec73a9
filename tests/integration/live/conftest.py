"""One service with live connections, and a writer that applies events as a worker does.

All tests of the folder share them and their event loop; each begins with an empty read model.
"""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from homeroom.local.components import Components, drop_database
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import Feed
from tests.support.live import SECRET, Live, Publishing, serving_live, wipe
from tests.support.templates import create_prepared

LOOP = "package"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Has all tests of this folder run in the loop of what they share."""
    for item in items:
        if item.path.parent.name == "live":
            item.add_marker(pytest.mark.asyncio(loop_scope=LOOP), append=False)


@pytest.fixture(scope="package")
def database_url(components: Components) -> Iterator[str]:
    """A prepared database."""
    name = f"live_{secrets.token_hex(6)}"
    yield create_prepared(components.database_url, name)
    drop_database(components.database_url, name)


@pytest.fixture(scope="package")
def settings(components: Components, database_url: str) -> Settings:
    """Settings for it; a teacher may ask as often as tests do."""
    return Settings(
        database_url=database_url,
        kafka_bootstrap_servers=components.kafka_bootstrap_servers,
        jwt_secret=SECRET,
        dashboard_requests_per_minute_max=0,
        notification_requests_per_minute_max=0,
    )


@pytest_asyncio.fixture(scope="package", loop_scope=LOOP)
async def writing(settings: Settings, database_url: str) -> AsyncIterator[Feed]:
    """What writes the read model."""
    assert settings
    feed = await Feed.open(database_url, read_model(settings))
    yield feed
    await feed.close()


@pytest_asyncio.fixture(scope="package", loop_scope=LOOP)
async def service(settings: Settings, writing: Feed) -> AsyncIterator[Live]:
    assert writing
    async with serving_live(settings) as service:
        yield service


@pytest_asyncio.fixture(loop_scope=LOOP)
async def feed(writing: Feed) -> Feed:
    """An empty read model, and what writes it."""
    await wipe(writing)
    return writing


@pytest_asyncio.fixture(loop_scope=LOOP)
async def publishing(feed: Feed) -> Publishing:
    """The same, with a school `O1` at which `T1` teaches."""
    made = Publishing(feed)
    await made.school("O1", "T1")
    return made


@pytest.fixture
def live(service: Live, publishing: Publishing) -> Live:
    """The service that reads it."""
    assert publishing
    return service
