"""Which services may publish events over HTTP, and how many."""

from pydantic import Field

from homeroom.settings.section import SettingsSection


class IngestionSettings(SettingsSection):
    """Which services may publish events over HTTP, and how many."""

    ingestion: str = Field(
        "",
        description="Services that may publish over HTTP ([publishing](publishing.md#over-http)), "
        "each with its topics (without prefix): `exams=exams+question-banks, import=*`; empty: "
        "nobody may.",
    )
    ingestion_events_max: int = Field(
        1_000, ge=1, le=100_000, description="Events that one such request may hold."
    )
    ingestion_body_bytes_max: int = Field(
        4 * 1024 * 1024,
        ge=1024,
        le=64 * 1024 * 1024,
        description="The largest body of such a request.",
    )
    ingestion_in_flight_events_max: int = Field(
        10_000,
        ge=1,
        description="Events that one query service has under way to the brokers; what comes "
        "meanwhile is 429.",
    )
    ingestion_acknowledgement_seconds_max: float = Field(
        5.0,
        ge=0.1,
        le=60,
        description="What the brokers have not acknowledged after this time is 429, or 503 where "
        "they do not answer at all.",
    )
    ingestion_id_retention_seconds: int = Field(
        86_400,
        ge=1,
        description="How long the ids of events are remembered: one that comes again is a "
        "`duplicate`.",
    )
    ingestion_requests_per_minute_max: int = Field(
        0, ge=0, description="Requests of a service to publish events; 0: no limit."
    )
