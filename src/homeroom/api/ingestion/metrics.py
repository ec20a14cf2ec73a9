"""What is measured of events that services publish over HTTP."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from homeroom_kit.contract import EVENT_TYPES

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# Labels stay few, whatever is sent.
UNKNOWN = "unknown"


class IngestionMetrics:
    """The figures, in the registry of the application. ``in_flight``: events under way."""

    def __init__(self, registry: CollectorRegistry, in_flight: Callable[[], int]) -> None:
        self._events = Counter(
            "homeroom_ingested_events",
            "Events that services brought over HTTP, by service, type and what became of them",
            ["service", "type", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "homeroom_ingestion_seconds",
            "Time until the brokers had a request's events, by service",
            ["service"],
            buckets=BUCKETS_SECONDS,
            registry=registry,
        )
        waiting = Gauge(
            "homeroom_ingestion_in_flight_events",
            "Events that services brought over HTTP and that the brokers do not have yet",
            registry=registry,
        )
        waiting.set_function(in_flight)

    def see_events(self, service: str, type_name: str | None, status: str, count: int) -> None:
        """Count events; a type that the contract does not know is `unknown`."""
        known = type_name if type_name in EVENT_TYPES else UNKNOWN
        self._events.labels(service, known, status).inc(count)

    def see_request(self, service: str, seconds: float) -> None:
        """Note how long a request's events took to the brokers."""
        self._seconds.labels(service).observe(seconds)
