"""The brokers' topics: what the log needs of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from homeroom.settings import Settings
from homeroom_kit.errors import BrokerError
from homeroom_kit.kafka import TOPIC_CONFIGURATION, client_options

LARGEST_RECORD = "max.message.bytes"
METADATA_ATTEMPTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Topics:
    """What was created, every partition there is now, and how topics that were there differ."""

    created: tuple[str, ...]
    partitions: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...]


async def prepare_topics(settings: Settings, names: Sequence[str]) -> Topics:
    """Creates missing topics; raises BrokerError where the brokers refuse or do not answer."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        existing = set(await admin.list_topics())
        missing = [name for name in names if name not in existing]
        if missing:
            await _create(admin, missing, settings)
        partitions = await _partitions(admin, names)
        warnings = await differing(admin, [name for name in names if name in existing])
    except KafkaError as error:
        raise BrokerError(
            f"Kafka at {settings.kafka_bootstrap_servers} does not answer as it should: "
            f"{error}. Check HOMEROOM_KAFKA_BOOTSTRAP_SERVERS and "
            "HOMEROOM_KAFKA_SECURITY_PROTOCOL, and that the user may create topics."
        ) from error
    finally:
        await admin.close()
    return Topics(tuple(missing), partitions, tuple(warnings))


async def _create(admin: AIOKafkaAdminClient, names: Sequence[str], settings: Settings) -> None:
    answer = await admin.create_topics([_new_topic(name, settings) for name in names])
    for topic, code, *message in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"{topic}: {message[0] if message else error.description}")


def _new_topic(name: str, settings: Settings) -> NewTopic:
    topic = NewTopic(name, settings.topic_partitions, 1, topic_configs=TOPIC_CONFIGURATION)
    # The constructor refuses -1, the broker's own default, which the protocol knows (KIP-464).
    topic.replication_factor = settings.topic_replication_factor
    return topic


async def _partitions(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> tuple[tuple[str, int], ...]:
    """Every partition; a new topic's show up in the brokers' metadata a moment later."""
    for _ in range(METADATA_ATTEMPTS_MAX):
        described = await admin.describe_topics(list(names))
        if all(topic["partitions"] for topic in described):
            break
        await asyncio.sleep(0.05)
    return tuple(
        (topic["topic"], int(partition["partition"]))
        for topic in described
        for partition in topic["partitions"]
    )


async def differing(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> list[str]:
    """How topics differ from what the log needs, a sentence each."""
    return [
        f"The topic {topic} has {name}={values.get(name)}, but the log needs {needed}"
        f"{' or more' if name == LARGEST_RECORD else ''}: change it with your broker's tools, or "
        "events will be lost or refused."
        for topic, values in (await configurations(admin, topics)).items()
        for name, needed in TOPIC_CONFIGURATION.items()
        if not _suffices(name, values.get(name), needed)
    ]


def _suffices(name: str, value: str | None, needed: str) -> bool:
    if name == LARGEST_RECORD and value is not None:
        return int(value) >= int(needed)
    return value == needed


async def compacted(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> list[str]:
    """Those of the topics from which all but the newest record of a key may be removed."""
    return [
        topic
        for topic, values in (await configurations(admin, topics)).items()
        if "compact" in (values.get("cleanup.policy") or "")
    ]


async def configurations(
    admin: AIOKafkaAdminClient, topics: Sequence[str]
) -> dict[str, dict[str, str | None]]:
    """The configuration of each topic; without what the user may not read."""
    if not topics:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
    return {
        topic: {entry[0]: entry[1] for entry in entries}
        for answer in await admin.describe_configs(resources)
        for _, _, _, topic, entries in answer.resources
    }
