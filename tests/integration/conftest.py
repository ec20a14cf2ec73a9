"""A writer over an empty generation, and applications, for tests of either."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from homeroom.engine.generations.generation import ReadModel
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.applications import LOOP, Applications
from tests.support.feed import Feed
from tests.support.templates import prepare


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings.model_copy(update={"topic_prefix": ""}))


@pytest.fixture
async def feed(settings: Settings, model: ReadModel) -> AsyncIterator[Feed]:
    prepare(settings, model)
    feed = await Feed.open(settings.require_database(), model)
    yield feed
    await feed.close()


@pytest_asyncio.fixture(scope="session", loop_scope=LOOP)
async def applications() -> AsyncIterator[Applications]:
    """The applications that tests share."""
    shared = Applications()
    yield shared
    await shared.end()
