"""Every setting, in one class: environment variables that begin with ``HOMEROOM_``."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from homeroom.errors import ConfigurationError
from homeroom.spelling import did_you_mean

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

PREFIX = "HOMEROOM_"
# Read where they are needed: the demo's folder of caches, and what the tests run on.
OTHER_VARIABLES = frozenset({"HOMEROOM_LOCAL_CACHE", "HOMEROOM_TEST_BACKEND"})
# What Kubernetes sets in every pod for a service whose name begins so.
SERVICE_LINK = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$")
# RFC 6454, section 6.1; without a path.
ORIGIN = re.compile(r"https?://[^/?#\s]+|\*")


class Settings(BaseSettings):
    """The settings, with their defaults. docs/settings.md lists them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: str = Field("", description="PostgreSQL 18, as a libpq URL or key=value string.")
    kafka_bootstrap_servers: str = Field("", description="Kafka brokers, `host:port`, by comma.")
    kafka_security_protocol: SecurityProtocol = Field(
        "PLAINTEXT", description="Protocol of the connections to the brokers."
    )
    kafka_sasl_mechanism: SaslMechanism = Field(
        "PLAIN", description="SASL mechanism, with a SASL protocol."
    )
    kafka_sasl_username: str = Field("", description="The user, with a SASL protocol.")
    kafka_sasl_password: SecretStr = Field(
        SecretStr(""), description="The password, with a SASL protocol."
    )
    kafka_ca_file: str = Field(
        "",
        description="PEM file of the brokers' certificate authority; empty: the machine's own.",
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
    session_timeout_seconds: float = Field(
        10.0,
        ge=1,
        le=300,
        description="A worker that is silent for this long loses its partitions.",
    )
    batch_events_max: int = Field(
        5_000,
        ge=1,
        le=50_000,
        description="Maximum number of events in a batch while the lag is small.",
    )
    batch_events_behind_max: int = Field(
        20_000,
        ge=1,
        le=100_000,
        description="Maximum number of events in a batch while the lag is large.",
    )
    letter_retention_days: int = Field(
        90, ge=0, description="Age at which `dead-letters purge` deletes closed dead letters."
    )
    outbox_retention_days: int = Field(
        7, ge=1, le=3_650, description="Age at which published rows of the outbox are deleted."
    )
    nudge_interval_seconds: float = Field(
        30.0,
        ge=0,
        le=86_400,
        description="Pause between two searches for students to nudge; 0: no nudges.",
    )
    jwt_secret: SecretStr = Field(SecretStr(""), description="The key of HS256 tokens.")
    jwt_public_key: str = Field("", description="A PEM public key, for RS256 or ES256 tokens.")
    jwt_jwks_url: str = Field("", description="Where the keys of RS256 and ES256 tokens are.")
    jwt_issuer: str = Field("", description="The `iss` a token must have; empty: not checked.")
    jwt_audience: str = Field("", description="The `aud` a token must have; empty: not checked.")
    jwt_leeway_seconds: float = Field(
        5.0, ge=0, le=300, description="How far clocks may differ: for `exp`, `nbf` and `iat`."
    )
    jwt_teacher_id_claim: str = Field(
        "", description="The claim that holds a teacher's id, dotted; empty: `sub`."
    )
    jwt_student_id_claim: str = Field(
        "", description="The claim that holds a student's id, dotted; empty: `sub`."
    )
    jwt_role_claim: str = Field(
        "role", min_length=1, description="The claim that holds the role, dotted."
    )
    jwt_organization_claim: str = Field(
        "organization_id", min_length=1, description="The claim that holds the school, dotted."
    )
    internal_api_keys: SecretStr = Field(
        SecretStr(""), description="`service-id=key` pairs of services, by comma."
    )
    host: str = Field(
        "127.0.0.1", description="The address of the query service and of a worker's metrics."
    )
    port: int = Field(
        8000, ge=0, le=65_535, description="Port of the query service; 0 takes a free one."
    )
    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="The prefix of paths at which a proxy offers the service: `/homeroom`.",
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks, by comma, whose X-Forwarded-… headers count.",
    )
    hsts_seconds: int = Field(
        0, ge=0, description="`max-age` of Strict-Transport-Security; 0: the header is not sent."
    )
    connections_max: int = Field(
        1_000, ge=1, le=100_000, description="Connections of clients to one query service."
    )
    keep_alive_seconds: float = Field(
        5.0, gt=0, le=3_600, description="An idle connection is closed after this silence."
    )
    request_head_seconds: float = Field(
        5.0, ge=0.1, le=300, description="Time in which the head of a request must arrive."
    )
    request_body_bytes_per_second_min: int = Field(
        1_000, ge=1, description="The least rate at which the body of a request must arrive."
    )
    cors_origins: str = Field(
        "",
        description="Origins that browsers may send requests from, by comma, as "
        "`https://dashboard.example`; `*`: any.",
    )
    pool_connections_max: int = Field(
        10,
        ge=1,
        le=1_000,
        description="Maximum number of database connections of one query service.",
    )
    waiters_max: int = Field(
        200,
        ge=1,
        le=100_000,
        description="Maximum number of callers that wait for a position at once.",
    )
    metrics_port: int = Field(
        0, ge=0, le=65_535, description="Port of a worker's /metrics and /readyz; 0: none."
    )
    verify_interval_seconds: float = Field(
        0.0,
        ge=0,
        le=86_400,
        description="Pause of a worker between two verifications of a few rows; 0: none.",
    )
    verify_share: float = Field(
        0.01,
        gt=0,
        le=0.5,
        description="Maximum share of its time that such a worker spends verifying.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least serious log line that is written."
    )

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        for origin in filter(None, map(str.strip, value.split(","))):
            if not ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin!r} is no origin: write a scheme and a host, as "
                    "https://dashboard.example, without a path"
                )
        return value

    @cached_property
    def sparse_topic_set(self) -> frozenset[str]:
        """Topics, without their prefix, in which sequences may have gaps."""
        return frozenset(name.strip() for name in self.sparse_topics.split(",") if name.strip())

    def require_database(self) -> str:
        """The database's URL, or ConfigurationError."""
        if not self.database_url:
            raise ConfigurationError(
                "HOMEROOM_DATABASE_URL is not set: give the URL of a PostgreSQL 18, for example "
                "postgresql://homeroom:secret@localhost:5432/homeroom."
            )
        return self.database_url

    def require_kafka(self) -> str:
        """The brokers' addresses, or ConfigurationError."""
        if not self.kafka_bootstrap_servers:
            raise ConfigurationError(
                "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS is not set: give the brokers' addresses, for "
                "example localhost:9092."
            )
        return self.kafka_bootstrap_servers


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once; ConfigurationError names the invalid ones."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: "
            + e["msg"].removeprefix("Value error, ")
            for e in error.errors()
        )
        raise ConfigurationError(f"Invalid settings: {problems}.") from None


def unknown_variables(names: Iterable[str]) -> list[str]:
    """A sentence for each of the variables that looks like a setting and is none."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    return [
        f"{name} is no setting and has no effect.{did_you_mean(name.upper(), known)}"
        for name in sorted(names)
        if name.upper().startswith(PREFIX)
        and name.upper() not in known
        and not SERVICE_LINK.search(name.upper())
    ]
