"""What the notifier hears in the log: what is old it passes over, and nothing stops it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from structlog.testing import capture_logs

from homeroom.local.components import Components
from homeroom.notifying.application import GROUP, TOPICS, new_broker, subscribe
from homeroom.notifying.messages import PersonalMessage
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from homeroom_kit.publishing.events import record
from tests.support.notify_processes import notifications
from tests.support.waiting import wait_for_async


class Listener:
    """Keeps messages, but raises the errors first."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.kept: list[str] = []
        self.passed_over = 0

    async def keep(self, message: PersonalMessage) -> None:
        if self._errors:
            raise self._errors.pop()
        self.kept.append(message.id.removeprefix("notification/"))

    def pass_over(self) -> None:
        self.passed_over += 1


@pytest.fixture
def log_settings(settings: Settings, components: Components, topic_prefix: str) -> Settings:
    """With a log of this test's own."""
    brokers = components.kafka_bootstrap_servers
    changed = {"kafka_bootstrap_servers": brokers, "topic_prefix": topic_prefix}
    return settings.model_copy(update=changed)


async def create_topics(settings: Settings) -> None:
    """Topics of one partition, which take any timestamps, as those of others may."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    taken = {"message.timestamp.after.max.ms": str(2**63 - 1)}
    names = [settings.topic_prefix + topic for topic in TOPICS]
    try:
        await admin.create_topics([NewTopic(name, 1, 1, topic_configs=taken) for name in names])
    finally:
        await admin.close()


@asynccontextmanager
async def listening(settings: Settings, listener: Listener) -> AsyncIterator[None]:
    broker = new_broker(settings)
    group = settings.topic_prefix + GROUP
    subscribe(broker, settings, listener.keep, group, listener.pass_over)
    await broker.start()
    try:
        yield
    finally:
        await broker.stop()


async def put(settings: Settings, *events: tuple[Any, int]) -> None:
    """Events with the timestamps of their records, in milliseconds."""
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        for event, timestamp in events:
            made = record(event)
            await producer.send_and_wait(
                settings.topic_prefix + made.topic, made.value, made.key,
                headers=made.headers, timestamp_ms=timestamp,
            )  # fmt: skip


async def test_what_was_said_long_ago_is_passed_over_whenever_it_is_published(
    log_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeroom.notifying.application.UNFORESEEN_SECONDS", 0.0)
    await create_topics(log_settings)
    now = datetime.now(UTC)
    long_ago = (now - timedelta(hours=25)).isoformat().replace("+00:00", "Z")
    (old,) = notifications(["old"], created_at=long_ago)
    # What a backfill says has the time of its saying.
    published = int(now.timestamp() * 1000)
    fresh, strange = notifications(["fresh", "strange"])
    listener = Listener(ZeroDivisionError("unforeseen"))
    await put(
        log_settings, (replace(old, time=long_ago), published), (old, published),
        (fresh, published), (strange, 10**18),
    )  # fmt: skip
    with capture_logs() as logs:
        async with listening(log_settings, listener):
            await wait_for_async(lambda: len(listener.kept) == 2)
    assert (listener.kept, listener.passed_over) == (["fresh", "strange"], 2)
    (said,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert said["event"] == "a message is not kept"
    assert (said["partition"], said["offset"]) == (0, 2)
