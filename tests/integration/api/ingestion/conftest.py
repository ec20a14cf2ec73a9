"""The query service with brokers, and a service that may publish on some topics."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from homeroom.local.components import Components
from homeroom.settings import Settings
from tests.support import topics
from tests.support.ingesting import KEY, HttpPublisher, http_publisher, make_topics
from tests.support.readmodel import Tables


@pytest.fixture(scope="session")
def ingestion_prefix(components: Components) -> Iterator[str]:
    """Of topics that all of these tests publish on, each test about subjects of its own."""
    prefix = f"i{secrets.token_hex(3)}-"
    yield prefix
    topics.delete(components.kafka_bootstrap_servers, prefix)


@pytest.fixture
def settings(
    components: Components, read_model_url: str, ingestion_prefix: str, tables: Tables
) -> Settings:
    assert tables.generation
    return Settings(
        database_url=read_model_url,
        jwt_secret="the tests' own key, longer than 32 bytes",
        kafka_bootstrap_servers=components.kafka_bootstrap_servers,
        topic_prefix=ingestion_prefix,
        internal_api_keys=SecretStr(f"school={KEY},other={KEY},nobody={KEY}"),
        ingestion="school=people+classes, other=*",
    )


@pytest.fixture
async def made_topics(settings: Settings) -> Settings:
    """The settings, under which `people` and `classes` are there."""
    await make_topics(settings, "people", "classes")
    return settings


@pytest.fixture
async def publisher(made_topics: Settings) -> AsyncIterator[HttpPublisher]:
    """The service `school`, and the query service that it publishes to."""
    async with http_publisher(made_topics) as started:
        yield started
