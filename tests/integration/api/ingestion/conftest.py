"""The query service with brokers, and a service that may publish on some topics."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import pytest_asyncio
from pydantic import SecretStr

from homeroom.local.components import Components
from homeroom.settings import Settings
from tests.support import topics
from tests.support.applications import LOOP, Applications
from tests.support.ingesting import KEY, HttpPublisher, make_topics, publishing_to
from tests.support.readmodel import Tables


@pytest.fixture(scope="session")
def ingestion_prefix(components: Components) -> Iterator[str]:
    """Of topics that all of these tests publish on, each test about subjects of its own."""
    brokers = components.kafka_bootstrap_servers
    settings = Settings(kafka_bootstrap_servers=brokers, topic_prefix=f"i{secrets.token_hex(3)}-")
    # In a thread of its own, since the tests' event loop is none of ours.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, make_topics(settings, "people", "classes")).result()
    yield settings.topic_prefix
    topics.delete(brokers, settings.topic_prefix)


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
        # However busy the machine is.
        ingestion_acknowledgement_seconds_max=60,
    )


@pytest_asyncio.fixture(loop_scope=LOOP)
async def publisher(settings: Settings, applications: Applications) -> AsyncIterator[HttpPublisher]:
    """The service `school`, and the query service that it publishes to."""
    async with publishing_to(await applications.of(settings), settings) as started:
        yield started
