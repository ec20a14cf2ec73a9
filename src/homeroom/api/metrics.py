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
        # Finding a label's figures takes longer than changing them.
        self._observed: dict[tuple[str, str, int], Histogram] = {}
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
        self._live = Gauge(
            "homeroom_live_connections", "Live connections of teachers", registry=self.registry
        )
        self._live_messages = Counter(
            "homeroom_live_messages",
            "Messages that were sent over live connections, by transport",
            ["transport"],
            registry=self.registry,
        )
        self._live_ended = Counter(
            "homeroom_live_connections_ended",
            "Live connections that have ended, by transport and code of the close",
            ["transport", "code"],
            registry=self.registry,
        )
        self._read_lag = Gauge(
            "homeroom_read_lag_seconds",
            "How far the standby that reads go to is behind the database",
            registry=self.registry,
        )
        self._limited = Counter(
            "homeroom_rate_limited",
            "Requests that were one too many in their minute, by limit",
            ["limit"],
            registry=self.registry,
        )
        self._refused_requests = Counter(
            "homeroom_requests_refused",
            "Requests that were refused because of who asks (401, 403, 429), by reason",
            ["reason"],
            registry=self.registry,
        )
        self._uncounted = Counter(
            "homeroom_rate_limit_uncounted",
            "Requests that could not be counted, and were answered",
            registry=self.registry,
        )
        self._slow_requests = Counter(
            "homeroom_slow_requests",
            "Answers that took longer than the setting says, by route",
            ["route"],
            registry=self.registry,
        )
        self._slow_queries = Counter(
            "homeroom_slow_queries",
            "Queries that took longer than the setting says",
            registry=self.registry,
        )
        self.registry.register(_Pool(pool_stats))

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer. Methods that nobody defined are one, so that labels stay few."""
        labels = route, method if method in METHODS else "other", status
        observed = self._observed.get(labels)
        if observed is None:
            observed = self._observed[labels] = self._requests.labels(*labels)
        observed.observe(seconds)

    def see_connections(self, count: int) -> None:
        """So many connections of clients there are."""
        self._connections.set(count)

    def refuse_connection(self, reason: str) -> None:
        """Count a connection that was refused."""
        self._refused.labels(reason).inc()

    def refuse_request(self, reason: str) -> None:
        """Count a request that was refused because of who asks."""
        self._refused_requests.labels(reason).inc()

    def see_live_connections(self, count: int) -> None:
        """So many live connections there are."""
        self._live.set(count)

    def send_live_message(self, transport: str) -> None:
        """Count a message that was sent over a live connection."""
        self._live_messages.labels(transport).inc()

    def end_live_connection(self, transport: str, code: int) -> None:
        """Count a live connection that has ended."""
        self._live_ended.labels(transport, str(code)).inc()

    def see_read_lag(self, seconds: float) -> None:
        """The standby is so far behind."""
        self._read_lag.set(seconds)

    def limit_request(self, limit: str) -> None:
        """Count a request that was one too many."""
        self._limited.labels(limit).inc()

    def miss_count(self) -> None:
        """Count a request that no limit could count."""
        self._uncounted.inc()

    def see_slow_request(self, route: str) -> None:
        """Count an answer that took too long."""
        self._slow_requests.labels(route).inc()

    def see_slow_query(self) -> None:
        """Count a query that took too long."""
        self._slow_queries.inc()

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
