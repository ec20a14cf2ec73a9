"""A writer over an empty generation, for tests that apply records and look at tables."""

from collections.abc import AsyncIterator

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.readmodel import read_model
from homeroom.settings import Settings
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
