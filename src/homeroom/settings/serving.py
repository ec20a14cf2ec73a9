"""Where the query service listens, and what its clients may ask of it."""

import re

from pydantic import Field, field_validator

from homeroom.settings.section import SettingsSection

# RFC 6454, section 6.1; without a path.
ORIGIN = re.compile(r"https?://[^/?#\s]+|\*")


class ServeSettings(SettingsSection):
    """Where the query service listens, and what its clients may ask of it."""

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
        10, ge=1, le=10_000, description="Maximum number of a person's live connections to it."
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
