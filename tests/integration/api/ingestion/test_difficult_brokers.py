"""Requests that meet slow brokers, or a topic that refuses their events, do no harm to others."""

import secrets

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from homeroom.commands.ingestion import CONNECTIONS_MAX, Ingestion
from homeroom.errors import BrokersBehind, EventsTooLarge
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from homeroom_kit.publishing.structured import event_of
from tests.support.ingesting import event, make_topics


async def test_who_asks_for_what_is_remembered_does_not_wait_for_ever(settings: Settings) -> None:
    """Requests of others hold all connections, as where brokers are slow."""
    hasty = settings.model_copy(update={"ingestion_acknowledgement_seconds_max": 0.2})
    ingestion = Ingestion(hasty)
    for _ in range(CONNECTIONS_MAX):
        await ingestion._slots.acquire()
    with pytest.raises(BrokersBehind):
        await ingestion.remembered("school", [])


async def test_an_event_that_its_topic_refuses_disturbs_nobody_else(settings: Settings) -> None:
    await make_topics(settings, "exams")
    await limit_records(settings, "exams", 100_000)
    said = {"type": "exam.deleted.v1", "data": {"exam_id": "E-large"}}
    small, large = (event_of(event("E-large", **said, id=id_)) for id_ in ("small", "large"))
    # Of random digits half remains when they are compressed.
    large.data["more"] = secrets.token_hex(500_000)
    ingestion = Ingestion(settings)
    await ingestion.open()
    await ingestion.take("other", [small])
    common = ingestion._publishers._publisher
    assert common is not None
    with pytest.raises(EventsTooLarge):
        await ingestion.take("other", [large])
    assert ingestion._publishers._publisher is common
    await ingestion.close()


async def limit_records(settings: Settings, topic: str, bytes_max: int) -> None:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    limit = {"max.message.bytes": str(bytes_max)}
    name = settings.topic_prefix + topic
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, limit)])
    await admin.close()
