"""Every setting, in one class: environment variables that begin with ``HOMEROOM_``."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Literal, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from homeroom.errors import ConfigurationError
from homeroom.spelling import did_you_mean

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"]

# Who connects to the database with a login of its own.
Process = Literal["serve", "worker", "relay", "operator"]
PROCESSES: tuple[Process, ...] = get_args(Process)

PREFIX = "HOMEROOM_"
# Read where they are needed: the demo's folder of caches, and what the tests run on.
OTHER_VARIABLES = frozenset({"HOMEROOM_LOCAL_CACHE", "HOMEROOM_TEST_BACKEND"})
# What Kubernetes sets in every pod for a service whose name begins so.
SERVICE_LINK = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$")
# RFC 6454, section 6.1; without a path.
ORIGIN = re.compile(r"https?://[^/?#\s]+|\*")

MEDIA_TYPES = (
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/zip",
    "audio/mpeg",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/csv",
    "text/markdown",
    "text/plain",
    "video/mp4",
)


class Settings(BaseSettings):
    """The settings, with their defaults. docs/settings.md lists them.

    What is secret is a SecretStr; an address, which may hold a password, is not shown either
    (``repr=False``). `redaction` keeps all of them out of what is printed and logged.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: str = Field(
        "",
        repr=False,
        description="PostgreSQL 18, as a libpq URL or key=value string, for its owner: `migrate`; "
        "and for each process that has no address of its own.",
    )
    serve_database_url: str = Field(
        "",
        repr=False,
        description="The same for the login of `homeroom serve` ([logins](#logins)).",
    )
    worker_database_url: str = Field(
        "", repr=False, description="For the login of `homeroom worker`."
    )
    relay_database_url: str = Field(
        "", repr=False, description="For the login of the relay, which every worker has."
    )
    operator_database_url: str = Field(
        "",
        repr=False,
        description="For the login of operators' commands, and of `worker --rebuild`.",
    )
    read_database_url: str = Field(
        "",
        repr=False,
        description="Standbys that `homeroom serve` reads from, as a libpq URL, which may name "
        "several hosts; unless set, it reads from the database itself.",
    )
    read_lag_seconds_max: float = Field(
        30.0,
        gt=0,
        description="A query service whose standby is further behind the database is not ready.",
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
    long_batch_seconds_max: float = Field(
        3_600.0,
        ge=1,
        le=86_400,
        description="Time that one event may take whose consequences take longer than a session.",
    )
    log_compare_seconds: float = Field(
        300.0,
        ge=1,
        le=86_400,
        description="How often a worker looks whether topics are still those that it has read.",
    )
    dead_letter_bytes_max: int = Field(
        2 * 1024 * 1024,
        ge=1_024,
        le=2 * 1024 * 1024,
        description="How much of its record a dead letter keeps: the key, headers and the "
        "beginning of the value.",
    )
    letter_retention_days: int = Field(
        90, ge=0, description="Age at which `dead-letters purge` deletes closed dead letters."
    )
    outbox_retention_days: int = Field(
        7, ge=1, le=3_650, description="Age at which published rows of the outbox are deleted."
    )
    access_log_retention_days: int = Field(
        365, ge=1, le=36_500, description="Age at which entries of the access log are deleted."
    )
    nudge_interval_seconds: float = Field(
        30.0,
        ge=0,
        le=86_400,
        description="Pause between two searches for students to nudge; 0: no nudges.",
    )
    jwt_secret: SecretStr = Field(SecretStr(""), description="The key of HS256 tokens.")
    jwt_public_key: str = Field("", description="A PEM public key, for RS256 or ES256 tokens.")
    jwt_jwks_url: str = Field(
        "", repr=False, description="Where the keys of RS256 and ES256 tokens are."
    )
    jwt_jwks_outage_seconds_max: float = Field(
        3_600.0,
        ge=60,
        le=86_400,
        description="Keys that could not be fetched again for so long verify nothing any more.",
    )
    jwt_issuer: str = Field("", description="The `iss` a token must have; empty: not checked.")
    jwt_audience: str = Field("", description="The `aud` a token must have; empty: not checked.")
    jwt_jti_required: bool = Field(
        False, description="Whether tokens without a `jti`, which cannot be revoked, are refused."
    )
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
        SecretStr(""),
        description="`service-id=key` pairs of services, by comma; several of one service count, "
        "and `sha256:<hex>` may stand for the key.",
    )
    host: str = Field(
        "127.0.0.1", description="The address of the query service and of a worker's metrics."
    )
    port: int = Field(
        8000, ge=0, le=65_535, description="Port of the query service; 0 takes a free one."
    )
    internal_host: str = Field(
        "",
        description="The address of /internal, /metrics and /docs, with HOMEROOM_INTERNAL_PORT; "
        "empty: HOMEROOM_HOST.",
    )
    internal_port: int = Field(
        0,
        ge=0,
        le=65_535,
        description="Their port, at which nothing else is answered but /healthz and /readyz; 0: "
        "they are answered at HOMEROOM_PORT.",
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
    waiters_per_person_max: int = Field(
        20, ge=1, le=100_000, description="How many of those callers may be of one person."
    )
    live_connections_max: int = Field(
        800,
        ge=1,
        le=100_000,
        description="Maximum number of live connections to one query service; they count among "
        "HOMEROOM_CONNECTIONS_MAX.",
    )
    live_connections_per_teacher_max: int = Field(
        10, ge=1, le=10_000, description="Maximum number of a teacher's live connections to it."
    )
    live_silence_seconds: float = Field(
        60.0,
        ge=0.2,
        le=3_600,
        description="A live connection that answers no ping for this long is closed.",
    )
    live_send_seconds: float = Field(
        10.0,
        ge=0.1,
        le=300,
        description="A live connection that does not take a message within this time is cut off.",
    )
    live_resume_seconds: int = Field(
        3_600,
        ge=1,
        le=604_800,
        description="How long changes are kept for clients that come back with a position.",
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
    environment: str = Field(
        "production", description="What this installation is, which feature flags may choose by."
    )
    feature_flags: str = Field(
        "",
        description="Feature flags as JSON, or the path of a file with them ([feature flags]"
        "(#feature-flags)).",
    )
    dashboard_requests_per_minute_max: int = Field(
        60,
        ge=0,
        description="Requests of a teacher to the school dashboard, and WebSockets opened; 0: no "
        "limit.",
    )
    notification_requests_per_minute_max: int = Field(
        30, ge=0, description="Requests of a teacher about notifications; 0: no limit."
    )
    read_requests_per_minute_max: int = Field(
        0, ge=0, description="All other reads of a teacher or student; 0: no limit."
    )
    habit_logs_per_day_max: int = Field(
        2_000,
        ge=0,
        le=1_000_000,
        description="Habit logs of a student that are taken in a day; 0: no limit.",
    )
    s3_bucket: str = Field(
        "", description="The bucket of teachers' files, S3-compatible; empty: a folder."
    )
    s3_prefix: str = Field(
        "",
        pattern=r"^([A-Za-z0-9._-]+/)*$",
        description="What the keys of files begin with, such as a name and a slash.",
    )
    s3_endpoint_url: str = Field(
        "", repr=False, description="Where the store is; empty: Amazon's own."
    )
    s3_region: str = Field("", description="The region; empty: as AWS's tools find it.")
    s3_access_key_id: str = Field("", description="The key's id; empty: as AWS's tools find it.")
    s3_secret_access_key: SecretStr = Field(SecretStr(""), description="The key, with its id.")
    resource_folder: str = Field(
        "",
        description="The folder of teachers' files where no bucket is set, for local development; "
        "empty: `~/.cache/homeroom/resources`.",
    )
    resource_bytes_max: int = Field(
        100 * 1024 * 1024, ge=1, le=2**31 - 1, description="The largest file of a teacher."
    )
    resource_media_types: str = Field(
        ",".join(MEDIA_TYPES), description="The types of files that teachers may upload, by comma."
    )
    upload_address_seconds: int = Field(
        900, ge=1, le=86_400, description="How long an address to upload to is valid."
    )
    download_address_seconds: int = Field(
        300, ge=1, le=86_400, description="How long an address to download from is valid."
    )
    uploader_address_retention_days: int = Field(
        30,
        ge=0,
        le=3_650,
        description="How long the network address of whoever uploads a file is kept.",
    )
    clamd_address: str = Field(
        "",
        description="ClamAV's daemon, as `host:port` or the path of a socket; empty: only type and "
        "size of files are looked at.",
    )
    unscanned_seconds_max: int = Field(
        900, ge=1, description="`status` tells of files that nobody has scanned for so long."
    )
    slow_request_seconds: float = Field(
        1.0, ge=0, description="An answer that takes longer is logged and counted; 0: none."
    )
    slow_query_seconds: float = Field(
        2.0,
        ge=0,
        description="A query that takes longer is logged with its plan and counted; 0: none.",
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

    @cached_property
    def resource_media_type_set(self) -> frozenset[str]:
        """The types of files that teachers may upload."""
        names = self.resource_media_types.lower().split(",")
        return frozenset(name.strip() for name in names if name.strip())

    def require_database(self, process: Process | None = None) -> str:
        """The database's URL for a process, else its owner's; or ConfigurationError."""
        own = self.own_database(process) if process else ""
        if not own and not self.database_url:
            named = f"Neither {PREFIX}{process.upper()}_DATABASE_URL nor " if process else ""
            are = "is" if process else "is not"
            raise ConfigurationError(
                f"{named}HOMEROOM_DATABASE_URL {are} set: give the URL of a PostgreSQL 18, for "
                "example postgresql://homeroom:secret@localhost:5432/homeroom."
            )
        return own or self.database_url

    def own_database(self, process: Process) -> str:
        """The database's URL for the login of a process; empty where it has none of its own."""
        url: str = getattr(self, f"{process}_database_url")
        return url

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
