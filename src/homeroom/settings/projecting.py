"""How workers apply events, what is kept how long, and what they tell of themselves."""

from pydantic import Field

from homeroom.settings.section import SettingsSection


class WorkerSettings(SettingsSection):
    """How workers apply events, what is kept how long, and what they tell of themselves."""

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
