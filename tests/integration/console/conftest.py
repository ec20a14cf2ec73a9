"""The operators' console of an application inside the test, over events that the test applies."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import StoredRecord
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.integration.pages.conftest import PagesClient, browsing
from tests.support.feed import Feed, record
from tests.support.signing_in import PAGES_ON
from tests.support.templates import prepare


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings)


@pytest.fixture
def console_settings(settings: Settings) -> Settings:
    """Settings of a service with pages, which looks at the log only while somebody looks at it."""
    return settings.model_copy(update=PAGES_ON | {"console_sample_seconds": 0.0})


@pytest.fixture
async def feed(settings: Settings, model: ReadModel) -> AsyncIterator[Feed]:
    prepare(settings, model)
    opened = await Feed.open(settings.require_database(), model)
    yield opened
    await opened.close()


class ConsoleClient:
    """An operator who looks at the console without scripts."""

    def __init__(self, pages: PagesClient) -> None:
        self.pages = pages

    async def text(self, path: str, status: int = 200) -> str:
        """A page, which must have this status."""
        answer = await self.pages.get(path)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.text

    async def post(self, path: str, status: int = 303, token: str = "", **fields: str) -> str:
        """Send a form with the session's CSRF token; the page where it leads to."""
        page = await self.text("/console/subjects")
        found = re.search(r'name="csrf_token" value="(\w+)"', page)
        assert found
        data = {"csrf_token": token or found[1]} | fields
        answer = await self.pages.client.post(path, data=data)
        assert answer.status_code == status, (answer.status_code, answer.text)
        if status != 303:
            return answer.text
        return await self.text(answer.headers["location"])


@pytest.fixture
async def console(console_settings: Settings, feed: Feed) -> AsyncIterator[ConsoleClient]:
    """The console, and an operator who is signed in."""
    assert feed
    async with browsing(console_settings) as pages:
        pages.sign_in("op-1", "operator")
        yield ConsoleClient(pages)


class Teachers:
    """Makes events of teachers, in the topic of this test."""

    def __init__(self, settings: Settings) -> None:
        self.topic = f"{settings.topic_prefix}people"

    def event(self, key: str, sequence: int, verb: str = "updated", **changed: Any) -> StoredRecord:
        """An event of a teacher; the first one registers."""
        verb = "registered" if sequence == 1 and verb == "updated" else verb
        data = {"teacher_id": key, "name": f"name {sequence}", "email": None,
                "organization_id": None}  # fmt: skip
        return record(self.topic, f"teacher.{verb}.v1", key, sequence, data | changed)


@pytest.fixture
def teachers(settings: Settings) -> Teachers:
    return Teachers(settings)


class Log:
    """Publishes records into a topic of one partition, and applies them from the same places."""

    def __init__(self, settings: Settings, feed: Feed, *, made: bool = False) -> None:
        """``made``: whether the topics are there already."""
        self._settings = settings
        self._feed = feed
        self._made = made
        self._topics: set[str] = set()

    async def hold(self, *records: StoredRecord) -> None:
        await self.publish(*records)
        await self._feed.apply(records)

    async def publish(self, *records: StoredRecord) -> None:
        """Has the log hold them, and nobody apply them."""
        if not self._made:
            await self._make(sorted({one.topic for one in records} - self._topics))
        producer = AIOKafkaProducer(**client_options(self._settings))
        await producer.start()
        for one in records:
            headers = [(name, value) for name, value in one.headers if value is not None]
            await producer.send_and_wait(
                one.topic, one.value, one.key, partition=0, headers=headers,
                timestamp_ms=one.timestamp,
            )  # fmt: skip
        await producer.stop()

    async def _make(self, topics: Sequence[str]) -> None:
        admin = AIOKafkaAdminClient(**client_options(self._settings))
        await admin.start()
        await admin.create_topics([NewTopic(topic, 1, 1) for topic in topics])
        await admin.close()
        self._topics.update(topics)


@pytest.fixture
def log(settings: Settings, feed: Feed) -> Log:
    return Log(settings, feed)
