"""`homeroom notify` as a process: its log, its teachers in the tables, its events in Kafka."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from homeroom.engine.generations.positions import begin
from homeroom.engine.log.records import Partition
from homeroom.operations.migrating.topics import prepare_topics
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from tests.support.feed import Feed
from tests.support.notifier import SECRET, School, notifier_settings
from tests.support.post_office import Mailbox, Receiver

TOPICS = ("notifications", "nudges")
FAR = 10**9


def process_settings(settings: Settings, mails: Mailbox, hooks: Receiver) -> Settings:
    """Settings of `homeroom notify` with e-mail and webhooks."""
    return notifier_settings(
        settings, smtp_host="127.0.0.1", smtp_port=mails.port, session_timeout_seconds=2.0,
        email_from="Our school <no-reply@school.example>",
        webhook_url=f"{hooks.address}/hook", webhook_secret=SecretStr(SECRET),
    )  # fmt: skip


@asynccontextmanager
async def school_in_tables(settings: Settings) -> AsyncIterator[School]:
    """A school whose tables hold all that will be in the log: no worker is needed."""
    await prepare_topics(settings, [settings.topic_prefix + topic for topic in TOPICS])
    feed = await Feed.open(
        settings.database_url, read_model(settings.model_copy(update={"topic_prefix": ""}))
    )
    try:
        for topic in TOPICS:
            for number in range(settings.topic_partitions):
                partition = Partition(settings.topic_prefix + topic, number)
                await begin(feed.writer.connection, partition, FAR)
        yield School(feed)
    finally:
        await feed.close()


def notifications(keys: Iterable[str], teacher_id: str = "T1", **changed: Any) -> list[Any]:
    """Events that tell a teacher something."""
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    usual = {
        "teacher_id": teacher_id, "school_id": None, "kind": "new_student", "title": "Told",
        "message": "A new student", "action_url": None, "created_at": now, "expires_at": None,
    }  # fmt: skip
    return [
        OutgoingEvent(
            type="notification.created.v1", source="/services/tests", id=f"told-{key}",
            subject=key, sequence=1, time=now, data={"notification_id": key} | usual | changed,
        )
        for key in keys
    ]  # fmt: skip
