"""Kafka clients: their options, and the one place where consumers are made."""

from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.partitioner import murmur2

from homeroom_kit import (
    aiokafka_bootstrap,
    aiokafka_bounds,
    aiokafka_consumer_close,
    aiokafka_fetch_sessions,
    aiokafka_oauth_refusal,
)
from homeroom_kit.kafka_login.tls import BrokersContext
from homeroom_kit.kafka_login.tokens import token_source
from homeroom_kit.settings import KafkaSettings

# For consumers that ask for the offsets of many topics: aiokafka learns of unknown topics one at a
# time, and pauses after each as after a failure, by default for a tenth of a second.
ASKING = {"retry_backoff_ms": 10}
# The log is the source of truth: nothing may be removed from it (docs/contract.md, "The log").
TOPIC_CONFIGURATION = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "max.message.bytes": str(2 * 1024 * 1024),
}
BY_TOKEN = ("OAUTHBEARER", "AWS_MSK_IAM")


def make_consumer(**options: Any) -> AIOKafkaConsumer:
    """A consumer with aiokafka's own options, not started.

    homeroom makes every consumer here, but for those that FastStream makes.
    """
    install_repairs()
    return AIOKafkaConsumer(**options)


def install_repairs() -> None:
    """Has consumers of this process keep to bounds, fetch by sessions, and close in good order."""
    aiokafka_bounds.install()
    aiokafka_consumer_close.install()
    aiokafka_fetch_sessions.install()


def client_options(settings: KafkaSettings) -> dict[str, Any]:
    """Keyword arguments for any aiokafka client: the brokers and how to log in.

    Raises ConfigurationError where the brokers' address or what the login needs is missing or
    wrong.
    """
    aiokafka_bootstrap.install()
    options: dict[str, Any] = {
        "bootstrap_servers": settings.require_kafka(),
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = BrokersContext.of(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        options |= _login(settings)
    return options


def partition_of(key: bytes, partitions: int) -> int:
    """Where Kafka's default partitioner has a key, of a topic with so many partitions."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions


def _login(settings: KafkaSettings) -> dict[str, Any]:
    if settings.kafka_sasl_mechanism in BY_TOKEN:
        aiokafka_oauth_refusal.install()
        # On the wire the provider's own mechanism is the same.
        return {
            "sasl_mechanism": "OAUTHBEARER",
            "sasl_oauth_token_provider": token_source(settings),
        }
    return {
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": settings.kafka_sasl_password.get_secret_value(),
    }
