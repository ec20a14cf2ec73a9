"""Where Kafka is and how to log in there: environment variables that begin with ``HOMEROOM_``."""

from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from homeroom_kit.errors import ConfigurationError

PREFIX = "HOMEROOM_"

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"]


class KafkaSettings(BaseSettings):
    """Where Kafka is, how to log in there, and the prefix of its topics.

    homeroom's own settings are these and more (docs/settings.md). What is secret is a SecretStr.
    """

    # A program may read more settings together: only then is a validator built.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, defer_build=True
    )

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

    def require_kafka(self) -> str:
        """The brokers' addresses, or ConfigurationError."""
        if not self.kafka_bootstrap_servers:
            raise ConfigurationError(
                "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS is not set: give the brokers' addresses, for "
                "example localhost:9092."
            )
        return self.kafka_bootstrap_servers


Read = TypeVar("Read", bound=BaseSettings)


def read_settings(settings: type[Read]) -> Read:
    """Reads settings from the environment; ConfigurationError names the invalid ones."""
    try:
        return settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: "
            + e["msg"].removeprefix("Value error, ")
            for e in error.errors()
        )
        raise ConfigurationError(f"Invalid settings: {problems}.") from None
