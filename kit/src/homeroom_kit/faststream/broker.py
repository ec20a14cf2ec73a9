"""FastStream's broker, with the login and the guarantees of the kit's own clients."""

from collections.abc import Mapping
from typing import Any

from aiokafka.partitioner import DefaultPartitioner
from faststream.kafka import KafkaBroker
from faststream.security import (
    BaseSecurity,
    SASLOAuthBearer,
    SASLPlaintext,
    SASLScram256,
    SASLScram512,
)

from homeroom_kit.kafka import client_options, install_repairs
from homeroom_kit.publishing.publisher import REQUEST_BYTES_MAX
from homeroom_kit.settings import KafkaSettings

# What makes a record go where any other publisher puts it, and be there once.
PUBLISHING: Mapping[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "compression_type": "zstd",
    "max_request_size": REQUEST_BYTES_MAX,
    # murmur2 of the key, as Java's.
    "partitioner": DefaultPartitioner(),
}


def new_broker(settings: KafkaSettings, **options: Any) -> KafkaBroker:
    """A broker of FastStream for these brokers, not started.

    ``options`` are those of ``KafkaBroker``, and precede the kit's own. Topics are not created.
    Raises ConfigurationError where the brokers' address or what the login needs is missing or
    wrong.
    """
    install_repairs()
    of_client = client_options(settings)
    return KafkaBroker(
        of_client["bootstrap_servers"].split(","),
        **{
            "security": _security(of_client),
            "sasl_oauth_token_provider": of_client.get("sasl_oauth_token_provider"),
            "allow_auto_create_topics": False,
            **PUBLISHING,
            **options,
        },
    )


def _security(options: Mapping[str, Any]) -> BaseSecurity:
    """The login of a client of ours, as FastStream has it."""
    tls = {
        "ssl_context": options.get("ssl_context"),
        "use_ssl": options["security_protocol"].endswith("SSL"),
    }
    mechanism = options.get("sasl_mechanism")
    if mechanism is None:
        return BaseSecurity(**tls)
    if mechanism == "OAUTHBEARER":
        return SASLOAuthBearer(**tls)
    kind = {
        "PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512,
    }[mechanism]  # fmt: skip
    return kind(options["sasl_plain_username"], options["sasl_plain_password"], **tls)
