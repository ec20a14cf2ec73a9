"""What the notifier tells of itself: metrics, traces and readiness."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from homeroom.database import connect_sync
from homeroom.notifying.deliveries import Delivery, DeliveryProblem
from homeroom.settings import Settings
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

SQL = load("ledger", __package__)
BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
OUTCOMES = ("sent", "retried", "waits", "failed", "uncertain", "passed_over")
DATABASE_SECONDS_MAX = 2

log = structlog.get_logger(__name__)


@dataclass
class DeliveryAttempt:
    """One attempt to deliver, and the span of it."""

    span: "Span | None"

    def failed(self, problem: DeliveryProblem) -> None:
        """Marks the span of an attempt that did not deliver."""
        if self.span is not None:
            from opentelemetry.trace import Status, StatusCode

            self.span.set_status(Status(StatusCode.ERROR, str(problem)))
            self.span.set_attribute("error.type", type(problem).__name__)


class DeliveryObserver:
    """Counts what the notifier does, in a registry of its own, and traces deliveries."""

    def __init__(self, channels: Sequence[str], database_url: str) -> None:
        self.registry = CollectorRegistry()
        self.tracer: Tracer | None = None
        self._received = Counter(
            "homeroom_messages_received_total",
            "Messages that events asked for; `passed_over`: too old, or for nobody",
            ["outcome"],
            registry=self.registry,
        )
        self._addressed = Counter(
            "homeroom_messages_addressed_total",
            "Messages of which it was found out whom they are for; `nobody`: over no channel",
            ["outcome"],
            registry=self.registry,
        )
        self._ended = Counter(
            "homeroom_delivery_attempts_total",
            "What became of attempts to deliver",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "homeroom_delivery_duration_seconds",
            "Time that an attempt took",
            ["channel"],
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )
        for channel in channels:
            self._seconds.labels(channel)
            for outcome in OUTCOMES:
                self._ended.labels(channel, outcome)
        self.registry.register(LedgerMetrics(database_url))
        ProcessCollector(registry=self.registry)

    def received(self, outcome: str) -> None:
        """Counts an event: `new`, `known` or `passed_over`."""
        self._received.labels(outcome).inc()

    def addressed(self, deliveries: Sequence[int]) -> None:
        """Counts messages by whether anybody wants them over a channel."""
        for count in deliveries:
            self._addressed.labels("somebody" if count else "nobody").inc()

    def recovered(self, channel: str, state: str) -> None:
        """Counts what a notifier left behind, where nobody knows its outcome."""
        if state == "uncertain":
            self._ended.labels(channel, state).inc()

    def ended(self, delivery: Delivery, outcome: str) -> None:
        """Counts an attempt."""
        self._ended.labels(delivery.channel, outcome).inc()

    @contextmanager
    def attempt(self, delivery: Delivery) -> Iterator[DeliveryAttempt]:
        """Times an attempt; its span belongs to the trace of whoever asked for the message."""
        began = time.perf_counter()
        span = self._span(delivery)
        try:
            yield DeliveryAttempt(span)
        finally:
            self._seconds.labels(delivery.channel).observe(time.perf_counter() - began)
            if span is not None:
                span.end()

    def _span(self, delivery: Delivery) -> "Span | None":
        if self.tracer is None:
            return None
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind

        from homeroom.monitoring.traces import publishers_context

        parent = delivery.traceparent
        return self.tracer.start_span(
            f"deliver {delivery.channel}",
            context=publishers_context(parent) if parent else Context(),
            kind=SpanKind.CLIENT,
            attributes={
                "homeroom.delivery": str(delivery.id),
                "homeroom.message": delivery.message_id,
                "homeroom.kind": delivery.kind,
                "homeroom.attempt": delivery.attempts,
            },
        )


@dataclass(frozen=True)
class LedgerFigures:
    """What waits in the ledger.

    ``backlog``: channel, state, count, and for how many seconds the oldest that is due has been so.
    """

    backlog: Sequence[tuple[str, str, int, float]]
    not_addressed: int
    not_addressed_oldest_seconds: float


class LedgerMetrics(Collector):
    """What waits in the ledger; left out where the database does not answer."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def describe(self) -> list[Any]:
        """Nothing is asked of the database before the first scrape."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges of this moment."""
        if (figures := self.figures()) is None:
            return
        kept, oldest = (
            GaugeMetricFamily(f"homeroom_{name}", text, labels=labels)
            for name, text, labels in (
                ("deliveries", "Deliveries that have not ended, by their state",
                 ["channel", "state"]),
                ("deliveries_oldest_due_seconds", "For how long the oldest has been due",
                 ["channel"]),
            )
        )  # fmt: skip
        for channel, state, count, seconds in figures.backlog:
            kept.add_metric([channel, state], count)
            if state == "due":
                oldest.add_metric([channel], max(0.0, seconds))
        yield from (kept, oldest)
        yield GaugeMetricFamily(
            "homeroom_messages_not_addressed",
            "Messages that wait for the tables",
            figures.not_addressed,
        )
        yield GaugeMetricFamily(
            "homeroom_messages_not_addressed_oldest_seconds",
            "For how long the oldest",
            figures.not_addressed_oldest_seconds,
        )

    def figures(self) -> LedgerFigures | None:
        """What the ledger has now; None where the database does not say."""
        try:
            with connect_sync(
                self._url, "homeroom metrics", connect_timeout=DATABASE_SECONDS_MAX
            ) as connection:
                backlog = connection.execute(SQL["backlog"]).fetchall()
                waiting = connection.execute(SQL["unaddressed"]).fetchone() or (0, 0.0)
        except (psycopg.Error, HomeroomError):
            return None
        return LedgerFigures(backlog, *waiting)


@contextmanager
def observing(
    observer: DeliveryObserver, settings: Settings, unready: Callable[[], str]
) -> Iterator[None]:
    """Opens the port of metrics and health, and traces, where they are configured."""
    from homeroom.monitoring import port, traces

    with ExitStack() as stack:
        if settings.metrics_port:
            number = stack.enter_context(
                port.listening(settings.host, settings.metrics_port, observer.registry, unready)
            )
            log.info("metrics listening", host=settings.host, port=number)
        observer.tracer = stack.enter_context(traces.tracing("homeroom-notify"))
        yield
