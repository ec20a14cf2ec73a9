"""A live generation that a worker has filled, and one beside it as a job of Flink's leaves it."""

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.settings import Settings
from tests.flink.histories import history
from tests.support.feed import Feed
from tests.support.flink_fed import create_fed
from tests.support.templates import prepare


@pytest.fixture
async def fed(settings: Settings, model: ReadModel) -> Settings:
    """The settings of a database in which both hold the same."""
    prepare(settings, model)
    feed = await Feed.open(settings.require_database(), model)
    await feed.apply(history(1))
    await feed.close()
    create_fed(settings)
    return settings
