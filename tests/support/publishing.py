"""Publishes records as any Kafka client may: good events, and what is none."""

import time
from collections.abc import Mapping

from aiokafka import AIOKafkaProducer

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.feed import record


async def publish_teacher(
    settings: Settings,
    key: str,
    sequence: int = 1,
    *,
    type_name: str = "teacher.registered.v1",
    value: bytes | None = None,
    age_seconds: float = 0,
    transaction: bool = False,
    headers: Mapping[str, bytes] | None = None,
) -> tuple[int, int]:
    """One record about a teacher; returns its partition and offset.

    ``value`` replaces the data; ``age_seconds``: how long ago it says that it was published;
    ``transaction``: alone in one, which leaves a control record behind it.
    """
    data = {"teacher_id": key, "name": "Ada", "email": None, "organization_id": None}
    made = record("people", type_name, key, sequence, value or data, **(headers or {}))
    producer = AIOKafkaProducer(
        **client_options(settings),
        transactional_id=f"{settings.topic_prefix}tests" if transaction else None,
    )
    await producer.start()
    try:
        if transaction:
            await producer.begin_transaction()
        sent = await producer.send_and_wait(
            f"{settings.topic_prefix}people",
            made.value,
            made.key,
            headers=[(name, told) for name, told in made.headers if told is not None],
            timestamp_ms=int((time.time() - age_seconds) * 1000),
        )
        if transaction:
            await producer.commit_transaction()
    finally:
        await producer.stop()
    return sent.partition, sent.offset
