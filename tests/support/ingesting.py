"""Services that publish over HTTP: their requests, and what the log then holds."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from fastapi import FastAPI

from homeroom.api.app import create_app
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.waiting import wait_for_async

PATH = "/internal/v1/events"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
KEY = "open-sesame-open-sesame-open-sesame"
KEYS = {"X-Service-ID": "school", "X-Internal-API-Key": KEY}
PARTITIONS = 3


def event(subject: str, sequence: int = 1, **changes: Any) -> dict[str, Any]:
    """What a service says of a teacher, in structured form."""
    return {
        "specversion": "1.0",
        "id": f"{subject}/{sequence}",
        "source": "/services/people",
        "type": "teacher.registered.v1" if sequence == 1 else "teacher.updated.v1",
        "subject": subject,
        "sequence": str(sequence),
        "time": "2026-03-01T09:00:00Z",
        "data": {
            "teacher_id": subject,
            "name": f"Ada {sequence}",
            "email": None,
            "organization_id": None,
        },
        **changes,
    }


class HttpPublisher:
    """A service that publishes over HTTP, and reads what is in the log."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self.client = client
        self.settings = settings

    async def post(
        self, content: object, media_type: str | None = BATCH, **headers: str | None
    ) -> httpx.Response:
        """POST, as JSON unless it is bytes; ``ce_id`` as a name is the header ce-id."""
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        sent: dict[str, Any] = {**KEYS, "Content-Type": media_type}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        known = {name: value for name, value in sent.items() if value is not None}
        return await self.client.post(PATH, content=body, headers=known)

    async def results(self, events: Sequence[object]) -> list[dict[str, Any]]:
        """What became of a batch, which must be answered."""
        answer = await self.post(events)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    async def statuses(self, events: Sequence[object]) -> list[str]:
        """The same, the status of each alone."""
        return [result["status"] for result in await self.results(events)]

    async def log(self, *subjects: str, topic: str = "people") -> list[Any]:
        """The records of these subjects, in the order of each partition."""
        records = await records_of(self.settings, topic)
        return [record for record in records if record.key.decode() in subjects]


@asynccontextmanager
async def publishing_to(app: FastAPI, settings: Settings) -> AsyncIterator[HttpPublisher]:
    """A service that publishes to an application that runs."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://homeroom") as client:
        yield HttpPublisher(client, settings)


@asynccontextmanager
async def http_publisher(settings: Settings) -> AsyncIterator[HttpPublisher]:
    """A service that publishes to an application of its own, with these settings."""
    app = create_app(settings)
    async with app.router.lifespan_context(app), publishing_to(app, settings) as publisher:
        yield publisher


async def records_of(settings: Settings, topic: str, partitions: int = PARTITIONS) -> list[Any]:
    """All records of a topic (without prefix), partition by partition."""
    async with AIOKafkaConsumer(**client_options(settings)) as consumer:
        places = [TopicPartition(settings.topic_prefix + topic, n) for n in range(partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        records: list[Any] = []
        while len(records) < sum(ends.values()):
            for batch in (await consumer.getmany(timeout_ms=1_000)).values():
                records.extend(batch)
        return sorted(records, key=lambda record: (record.partition, record.offset))


async def make_topics(settings: Settings, *topics: str, partitions: int = PARTITIONS) -> None:
    """Topics (without prefix), unless they are there; returns once the broker leads them."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    names = [settings.topic_prefix + name for name in topics]

    async def are_led() -> bool:
        described = await admin.describe_topics(names)
        return all(
            len(topic["partitions"]) == partitions
            and all(partition["leader"] >= 0 for partition in topic["partitions"])
            for topic in described
        )

    try:
        missing = set(names) - set(await admin.list_topics())
        if missing:
            await admin.create_topics([NewTopic(name, partitions, 1) for name in sorted(missing)])
        await wait_for_async(are_led)
    finally:
        await admin.close()
