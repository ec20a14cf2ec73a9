"""A publisher's trace goes on in the worker, where the environment asks for it."""

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import (
    STOP_SECONDS,
    Tables,
    environment,
    own_group_name,
    running,
)
from tests.support.publishing import publish_teacher
from tests.support.strength import at_full_strength

SPAN_KIND_CONSUMER = 5
STATUS_ERROR = 2


def trace(number: int) -> str:
    return f"{number:032x}"


def traced(number: int, *, sampled: bool = True) -> dict[str, bytes]:
    """The header of a publisher's span; its own id has the same digits as its trace's."""
    told = f"00-{trace(number)}-{number:016x}-{'01' if sampled else '00'}"
    return {"ce_traceparent": told.encode()}


class Collector:
    """Receives spans by OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def take(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            for attribute in resource.resource.attributes:
                if attribute.key == "service.name":
                    self.services.add(attribute.value.string_value)
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)

    def of_trace(self, number: int) -> list[Any]:
        return [span for span in self.spans if span.trace_id.hex() == trace(number)]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


def attributes(span: Any) -> dict[str, Any]:
    return {a.key: a.value.string_value or a.value.int_value for a in span.attributes}


async def test_an_event_is_a_span_in_its_publishers_trace(
    prepared: Settings, tables: Tables, collector: Collector
) -> None:
    told = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        # A stall must not have spans sent again, nor a batch.
        "OTEL_EXPORTER_OTLP_TIMEOUT": "60",
        "HOMEROOM_SESSION_TIMEOUT_SECONDS": "60",
    }
    topic = f"{prepared.topic_prefix}people"
    with running(environment(prepared) | told, "worker") as worker:
        partition, offset = await publish_teacher(prepared, "T-1", headers=traced(1))
        await publish_teacher(prepared, "T-2", headers=traced(2, sampled=False))
        await publish_teacher(prepared, "T-3")
        await publish_teacher(prepared, "T-4", value=b"[]", headers=traced(4))
        tables.wait_until_applied(4)
        wait_for(lambda: collector.of_trace(1) and collector.of_trace(4))
        worker.terminate()
        assert worker.wait(STOP_SECONDS) == 0

    (span,) = collector.of_trace(1)
    assert span.name == f"process {topic}"
    assert span.parent_span_id.hex() == f"{1:016x}"
    assert span.kind == SPAN_KIND_CONSUMER
    assert span.status.code == 0
    assert {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(partition),
        "messaging.consumer.group.name": own_group_name(prepared, "g0001"),
        "messaging.kafka.message.key": "T-1",
    }.items() <= attributes(span).items()
    assert attributes(span)["messaging.kafka.offset"] == offset

    batches = {s.span_id: s for s in collector.spans if s.name == "homeroom apply"}
    (link,) = span.links
    batch = batches[link.span_id]
    assert (link.trace_id, batch.parent_span_id) == (batch.trace_id, b"")
    assert (span.start_time_unix_nano, span.end_time_unix_nano) == (
        batch.start_time_unix_nano,
        batch.end_time_unix_nano,
    )
    assert 0 < batch.end_time_unix_nano - batch.start_time_unix_nano < 60e9
    assert sum(attributes(b)["messaging.batch.message_count"] for b in batches.values()) == 4

    (letter,) = collector.of_trace(4)
    assert (letter.status.code, letter.status.message) == (
        STATUS_ERROR,
        "dead letter: invalid_data",
    )
    # Neither the publisher that does not record its trace, nor the one that has none.
    assert len(collector.spans) == len(batches) + 2
    assert collector.services == {"homeroom-worker"}


async def test_a_collector_that_does_not_answer_holds_nobody_up(
    prepared: Settings, tables: Tables
) -> None:
    # For a minute the exporter would try again.
    nowhere = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "60",
    }
    before = tables.applied()
    with running(environment(prepared) | nowhere, "worker") as worker:
        await publish_teacher(prepared, "T-9", headers=traced(9))
        tables.wait_until_applied(before + 1)
        worker.terminate()
        assert worker.wait(STOP_SECONDS) == 0


OFF = """
import sys
from homeroom.cli import app
from homeroom.monitoring import traces, worker
with traces.exporting(str) as observer:
    assert observer is None
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""
MISSING = """
import sys
sys.modules["opentelemetry"] = None
from homeroom_kit.errors import ConfigurationError
from homeroom.monitoring import traces
try:
    with traces.exporting(str):
        pass
except ConfigurationError as error:
    print(error)
"""


@at_full_strength
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
    ],
)
def test_without_being_asked_nothing_is_loaded(
    environment: dict[str, str], told: dict[str, str]
) -> None:
    subprocess.run([sys.executable, "-c", OFF], env=environment | told, check=True, timeout=60)


def test_packages_that_are_missing_are_named(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MISSING],
        env=environment | {"OTEL_TRACES_EXPORTER": "otlp"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "Install homeroom[otel]" in done.stdout
