"""What the query service measures of itself, in Prometheus's terms."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)

Metric = GaugeMetricFamily | CounterMetricFamily

# psycopg_pool's name of a figure, ours, and what it says.
POOL_GAUGES = (
    ("pool_size", "connections", "Database connections there are"),
    ("pool_available", "connections_idle", "Database connections nobody uses"),
    ("requests_waiting", "requests_waiting", "Reads that wait for a connection"),
)
POOL_COUNTERS = (
    ("requests_num", "requests", "Reads that asked for a connection"),
    ("requests_queued", "requests_queued", "Reads that had to wait for a connection"),
    ("requests_errors", "requests_errors", "Reads that got no connection in time"),
    ("connections_lost", "connections_lost", "Database connections found broken"),
    ("connections_errors", "connections_errors", "Attempts to connect that failed"),
)


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(
        self, pool_stats: Callable[[], dict[str, int]], waiters: Callable[[], int]
    ) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "homeroom_http_request_seconds",
            "Time to answer, by route, method and status",
            ["route", "method", "status"],
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )
        waiting = Gauge(
            "homeroom_waiters",
            "Callers that wait for the read model to hold an event",
            registry=self.registry,
        )
        waiting.set_function(waiters)
        self._connections = Gauge(
            "homeroom_http_connections", "Connections of clients", registry=self.registry
        )
        self._refused = Counter(
            "homeroom_http_connections_refused",
            "Connections that were ended because of what their clients did not do, by reason",
            ["reason"],
            registry=self.registry,
        )
        self.registry.register(_Pool(pool_stats))

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer. Methods that nobody defined are one, so that labels stay few."""
        known = method if method in METHODS else "other"
        self._requests.labels(route, known, str(status)).observe(seconds)

    def see_connections(self, count: int) -> None:
        """So many connections of clients there are."""
        self._connections.set(count)

    def refuse_connection(self, reason: str) -> None:
        """Count a connection that was refused."""
        self._refused.labels(reason).inc()

    def render(self) -> bytes:
        """All figures as text for Prometheus."""
        return generate_latest(self.registry)


class _Pool(Collector):
    """The pool's own statistics, read when asked."""

    def __init__(self, stats: Callable[[], dict[str, int]]) -> None:
        self._stats = stats

    def collect(self) -> Iterator[Metric]:
        stats = self._stats()
        for theirs, ours, text in POOL_GAUGES:
            yield GaugeMetricFamily(f"homeroom_pool_{ours}", text, stats.get(theirs, 0))
        for theirs, ours, text in POOL_COUNTERS:
            yield CounterMetricFamily(f"homeroom_pool_{ours}", text, stats.get(theirs, 0))
