"""Sends a span per batch and per traced event by OTLP over HTTP, if the environment asks for it.

OpenTelemetry's own variables configure it (``OTEL_EXPORTER_OTLP_ENDPOINT`` and the like).
Without them nothing of OpenTelemetry is imported; its packages are the extra ``homeroom[otel]``.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from homeroom.engine.applying.applier import Committed, OnCommitted
from homeroom.engine.log.records import DeadLetter, Record
from homeroom.engine.log.trace_context import sampled, traceparent
from homeroom_kit.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Link, Span, Tracer

log = structlog.get_logger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
EXPORTER = "OTEL_TRACES_EXPORTER"
# A batch may hold thousands of traced events. The exporter's queue (OTEL_BSP_MAX_QUEUE_SIZE, by
# default 2,048) drops spans when it is full, so each batch may take only a part of it.
EVENT_SPANS_PER_BATCH_MAX = 256
FLUSH_SECONDS_MAX = 2.0


def is_configured(environ: Mapping[str, str]) -> bool:
    """Whether traces are configured; raises ConfigurationError for an unknown exporter."""
    exporter = environ.get(EXPORTER, "").strip()
    if exporter == "none" or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    if exporter not in ("", "otlp"):
        raise ConfigurationError(
            f"{EXPORTER} is {exporter}, which this worker does not have: choose otlp or none."
        )
    return bool(exporter) or any(environ.get(name) for name in ENDPOINTS)


@contextmanager
def exporting(group: Callable[[], str]) -> Iterator[OnCommitted | None]:
    """Yields an observer for committed batches, or None where traces are off.

    ``group``: the name of the worker's consumer group.

    At the end it sends the remaining spans, for two seconds at most. Raises ConfigurationError
    where the environment asks for traces and the packages are missing.
    """
    with tracing("homeroom-worker") as tracer:
        yield None if tracer is None else Traces(tracer, group).observe


@contextmanager
def tracing(service: str) -> Iterator["Tracer | None"]:
    """Yields what makes spans of a process, or None where traces are off.

    ``service``: its name, unless the environment says another. Ends and raises as `exporting`.
    """
    if not is_configured(os.environ):
        yield None
        return
    try:
        provider = _provider(service)
    except ImportError as error:
        raise ConfigurationError(
            f"The environment asks for traces (OTEL_…), and a package is missing: {error}. "
            f"Install homeroom[otel], or set {EXPORTER}=none."
        ) from error
    log.info("traces on")
    try:
        yield provider.get_tracer("homeroom")
    finally:
        # The SDK exceeds its own time limits while a collector does not answer.
        sending = threading.Thread(target=provider.shutdown, daemon=True)
        sending.start()
        sending.join(FLUSH_SECONDS_MAX)


def _provider(service: str) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    resource = Resource.create({} if named else {"service.name": service})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


class Traces:
    """Makes the spans of a batch once it is committed, with the transaction's begin and end."""

    def __init__(self, tracer: "Tracer", group: Callable[[], str]) -> None:
        self._tracer = tracer
        self._group = group

    def observe(self, committed: Committed) -> None:
        """Sends the batch's span, and for each traced event a span in its publisher's trace."""
        from opentelemetry.context import Context
        from opentelemetry.trace import Link, SpanKind

        common = {
            "messaging.system": "kafka",
            "messaging.operation.type": "process",
            "messaging.consumer.group.name": self._group(),
        }
        batch = self._tracer.start_span(
            "homeroom apply",
            # Empty: the batch belongs to no publisher's trace.
            context=Context(),
            kind=SpanKind.CONSUMER,
            attributes=common
            | {
                "messaging.operation.name": "apply",
                "messaging.batch.message_count": len(committed.batch.records),
                "homeroom.generation": committed.generation,
                "homeroom.dead_letters": len(committed.applied.dead_letters),
                "homeroom.waiting_events": committed.applied.waiting,
            },
            start_time=committed.started_nanoseconds,
        )
        self._events(committed, common, batch, Link(batch.get_span_context()))
        batch.end(committed.ended_nanoseconds)

    def _events(
        self, committed: Committed, common: Mapping[str, str], batch: "Span", link: "Link"
    ) -> None:
        dead_letters = {
            _place(dead_letter.record): dead_letter
            for dead_letter in committed.applied.dead_letters
        }
        traced = 0
        for record in committed.batch.records:
            trace_parent = traceparent(record)
            if trace_parent is None or not sampled(trace_parent):
                continue
            if traced == EVENT_SPANS_PER_BATCH_MAX:
                batch.set_attribute("homeroom.event_spans_left_out", True)
                return
            traced += 1
            span = self._event(record, trace_parent, common, link, committed.started_nanoseconds)
            if (dead_letter := dead_letters.get(_place(record))) is not None:
                _mark(span, dead_letter)
            span.end(committed.ended_nanoseconds)

    def _event(
        self,
        record: Record,
        trace_parent: str,
        common: Mapping[str, str],
        link: "Link",
        started: int,
    ) -> "Span":
        from opentelemetry.trace import SpanKind

        return self._tracer.start_span(
            f"process {record.topic}",
            context=publishers_context(trace_parent),
            kind=SpanKind.CONSUMER,
            links=[link],
            attributes={
                **common,
                "messaging.operation.name": "process",
                "messaging.destination.name": record.topic,
                "messaging.destination.partition.id": str(record.partition),
                "messaging.kafka.offset": record.offset,
                "messaging.kafka.message.key": (record.key or b"").decode("utf-8", "replace"),
            },
            start_time=started,
        )


def publishers_context(trace_parent: str) -> "Context":
    """The publisher's span, as the parent of homeroom's span."""
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    _, trace_id, span_id, *_ = trace_parent.split("-")
    parent = SpanContext(
        int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(1)
    )
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _place(record: Record) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _mark(span: "Span", dead_letter: DeadLetter) -> None:
    """A record that became a dead letter is an error in its publisher's trace."""
    from opentelemetry.trace import Status, StatusCode

    span.set_status(Status(StatusCode.ERROR, f"dead letter: {dead_letter.reason}"))
    span.set_attribute("error.type", str(dead_letter.reason))
