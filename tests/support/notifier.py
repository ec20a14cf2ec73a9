"""A notifier within a test: people in the tables, messages for them, and what becomes of each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.pq import ExecStatus

from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import Event, StoredRecord
from homeroom.notifying.channels import open_senders
from homeroom.notifying.ledger import Ledger
from homeroom.notifying.messages import PersonalMessage, message_of
from homeroom.notifying.monitoring import DeliveryObserver
from homeroom.notifying.rendering import MessageTemplates
from homeroom.notifying.sending import Dispatcher, utc_now
from homeroom.settings import Settings
from tests.support.feed import Feed
from tests.support.live import Publishing
from tests.support.waiting import wait_for_async

SECRET = "whsec_dGhlIHRlc3RzJyBvd24gc2VjcmV0LCBsb25n"


def notifier_settings(settings: Settings, **changed: Any) -> Settings:
    """Settings of a notifier whose pauses are short."""
    short = {"notify_retry_seconds": 0.01, "notify_attempt_seconds": 5.0, "smtp_security": "none"}
    return settings.model_copy(update=short | changed)


class School(Publishing):
    """People, what they chose, and messages to them, in the log and in the tables."""

    def teacher(self, teacher_id: str, **changed: Any) -> Any:
        usual = {"name": f"Ada {teacher_id}", "email": f"{teacher_id.lower()}@school.example"}
        return self.event(
            "people", "teacher.registered", teacher_id, teacher_id=teacher_id,
            **usual | {"organization_id": None} | changed,
        )  # fmt: skip

    def student(self, student_id: str, **changed: Any) -> Any:
        usual = {
            "name": f"Eve {student_id}", "email": f"{student_id.lower()}@school.example",
            "track_id": None, "cohort": None, "mentor_id": None, "time_zone": None, "consents": {},
        }  # fmt: skip
        return self.event(
            "people", "student.registered", student_id, student_id=student_id, **usual | changed
        )

    def told(self, key: str, teacher_id: str | None = "T1", **changed: Any) -> Any:
        """A notification of this moment, at no school unless one is named."""
        now = datetime.now(UTC).isoformat()
        usual = {"teacher_id": teacher_id, "school_id": None, "created_at": now}
        return self.notification(key, **usual | changed)

    def nudge(self, student_id: str, nudge_id: str, kind: str = "review", **changed: Any) -> Any:
        due_at = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
        usual = {
            "title": f"About {nudge_id}", "url": "/missions/M1", "deep_link": "och://missions/M1",
            "due_at": due_at, "kind": kind,
        }  # fmt: skip
        return self.event(
            "nudges", "nudge.due", f"{student_id}/{nudge_id}", student_id=student_id,
            nudge_id=nudge_id, **usual | changed,
        )  # fmt: skip

    async def chooses(self, teacher_id: str, *channels: str, kind: str = "new_student") -> None:
        for channel in channels:
            await self.sql(
                "INSERT INTO homeroom.notification_preference VALUES (%s, %s, %s, true)",
                teacher_id, kind, channel,
            )  # fmt: skip

    async def student_chooses(self, student_id: str, *channels: str, kind: str = "review") -> None:
        for channel in channels:
            await self.sql(
                "INSERT INTO homeroom.student_notification_preference VALUES (%s, %s, %s, true)",
                student_id, kind, channel,
            )  # fmt: skip

    async def sql(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        done = await self.feed.writer.connection.execute(text.encode(), values)
        # Rows without columns are rows too.
        has_rows = done.pgresult is not None and done.pgresult.status == ExecStatus.TUPLES_OK
        return await done.fetchall() if has_rows else []

    async def deliveries(self) -> list[tuple[Any, ...]]:
        """Person, channel, state and problem of each, in the order of the persons."""
        return await self.sql(
            "SELECT person_id, channel, state, coalesce(problem, '') FROM homeroom.delivery "
            "ORDER BY person_id, channel, target, message_id"
        )


class Notifier:
    """A running notifier, which gets events as its handlers do."""

    def __init__(self, ledger: Ledger, dispatcher: Dispatcher, feed: Feed) -> None:
        self.ledger, self.dispatcher, self._feed = ledger, dispatcher, feed

    async def get(self, *records: StoredRecord) -> None:
        """Keeps the messages of these events."""
        for record in records:
            await self.ledger.receive(message_in(self._feed, record))
        self.dispatcher.wake()


def message_in(feed: Feed, record: StoredRecord) -> PersonalMessage:
    """The message that a record's event asks for."""
    event = Decoder(feed.model.catalog).decode(record)
    assert isinstance(event, Event), event
    message = message_of(event)
    assert message is not None
    return message


@asynccontextmanager
async def notifying(settings: Settings, feed: Feed, **more: Any) -> AsyncIterator[Notifier]:
    """A notifier of these settings while the block runs."""
    senders = open_senders(settings, MessageTemplates(settings))
    ledger = Ledger(settings.database_url, tuple(senders), settings.notify_attempt_seconds)
    observer = DeliveryObserver(tuple(senders), settings.database_url)
    dispatcher = Dispatcher(settings, ledger, senders, observer, more.get("clock", utc_now))
    task = asyncio.create_task(dispatcher.run())
    try:
        yield Notifier(ledger, dispatcher, feed)
    finally:
        task.cancel()
        await asyncio.wait({task})
        await dispatcher.drain(5)
        for sender in senders.values():
            await sender.close()
        await ledger.close()


async def until_ended(school: School, count: int) -> list[tuple[Any, ...]]:
    """Waits until so many deliveries have ended; returns all of them."""
    ends = ("sent", "failed", "uncertain", "passed_over")

    async def ended() -> bool:
        return sum(row[2] in ends for row in await school.deliveries()) >= count

    await wait_for_async(ended)
    return await school.deliveries()
