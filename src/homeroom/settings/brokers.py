"""Where Kafka is, how to log in there, and its topics."""

from functools import cached_property
from typing import Literal

from pydantic import Field, SecretStr

from homeroom.errors import ConfigurationError
from homeroom.settings.section import SettingsSection

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"]


class BrokerSettings(SettingsSection):
    """Where Kafka is, how to log in there, and its topics."""

    kafka_bootstrap_servers: str = Field("", description="Kafka brokers, `host:port`, by comma.")
    kafka_security_protocol: SecurityProtocol = Field(
        "PLAINTEXT", description="Protocol of the connections to the brokers."
    )
    kafka_sasl_mechanism: SaslMechanism = Field(
        "PLAIN",
        description="With a SASL protocol: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or "
        "AWS_MSK_IAM.",
    )
    kafka_sasl_username: str = Field("", description="The user, with a SASL protocol.")
    kafka_sasl_password: SecretStr = Field(
        SecretStr(""), description="The password, with a SASL protocol."
    )
    kafka_ca_file: str = Field(
        "",
        description="PEM file of the brokers' certificate authority; empty: the machine's own.",
    )
    kafka_certificate_file: str = Field(
        "", description="PEM file of the client's certificate, where the brokers ask for one."
    )
    kafka_key_file: str = Field(
        "", description="PEM file of its key; empty: the key is in the certificate's file."
    )
    kafka_key_password: SecretStr = Field(
        SecretStr(""), description="The password of the key, if it is encrypted."
    )
    kafka_oauth_token_url: str = Field(
        "", repr=False, description="With OAUTHBEARER: where the issuer gives tokens, `https://…`."
    )
    kafka_oauth_client_id: str = Field("", description="The client's id at the issuer.")
    kafka_oauth_client_secret: SecretStr = Field(
        SecretStr(""), description="The client's secret at the issuer."
    )
    kafka_oauth_scope: str = Field("", description="The scope to ask for; empty: none.")
    kafka_oauth_audience: str = Field("", description="The audience to ask for; empty: none.")
    kafka_oauth_ca_file: str = Field(
        "",
        description="PEM file of the issuer's certificate authority; empty: the machine's own.",
    )
    kafka_aws_region: str = Field(
        "", description="With AWS_MSK_IAM: the brokers' region; empty: as AWS's tools find it."
    )
    topic_prefix: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]*$", description="Prefix of every topic and group name."
    )
    topic_partitions: int = Field(
        4, ge=1, le=10_000, description="Partitions of the topics that `migrate` creates."
    )
    topic_replication_factor: int = Field(
        -1, ge=-1, le=100, description="Replicas of those topics; -1 is the broker's default."
    )
    sparse_topics: str = Field(
        "",
        description="Topics (without prefix, by comma) whose sequences may have gaps.",
    )

    @cached_property
    def sparse_topic_set(self) -> frozenset[str]:
        """Topics, without their prefix, in which sequences may have gaps."""
        return frozenset(name.strip() for name in self.sparse_topics.split(",") if name.strip())

    def require_kafka(self) -> str:
        """The brokers' addresses, or ConfigurationError."""
        if not self.kafka_bootstrap_servers:
            raise ConfigurationError(
                "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS is not set: give the brokers' addresses, for "
                "example localhost:9092."
            )
        return self.kafka_bootstrap_servers
