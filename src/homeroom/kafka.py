"""Kafka clients: their options, and the one place where consumers are made."""

import ssl
from typing import Any

from aiokafka import AIOKafkaConsumer

from homeroom import aiokafka_bootstrap, aiokafka_header_names
from homeroom.errors import ConfigurationError
from homeroom.settings import Settings

# For consumers that ask for the offsets of many topics: aiokafka learns of unknown topics one at a
# time, and pauses after each as after a failure, by default for a tenth of a second.
ASKING = {"retry_backoff_ms": 10}


def make_consumer(**options: Any) -> AIOKafkaConsumer:
    """A consumer with aiokafka's own options, not started; homeroom makes every consumer here."""
    aiokafka_header_names.install()
    return AIOKafkaConsumer(**options)


def client_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for any aiokafka client: the brokers and how to log in.

    Raises ConfigurationError where the brokers' address is not set or the CA file is not usable.
    """
    aiokafka_bootstrap.install()
    options: dict[str, Any] = {
        "bootstrap_servers": settings.require_kafka(),
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = _ssl_context(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        options["sasl_plain_password"] = settings.kafka_sasl_password.get_secret_value()
    return options


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.kafka_ca_file or None)
    except OSError as error:
        raise ConfigurationError(
            f"HOMEROOM_KAFKA_CA_FILE names {settings.kafka_ca_file}, which cannot be used: "
            f"{error}. Give a PEM file with the certificate of the brokers' authority."
        ) from None
