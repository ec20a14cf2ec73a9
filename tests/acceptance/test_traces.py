"""A publisher's trace goes on in the worker, where the environment asks for it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.collector import STATUS_ERROR, Collector, attributes, traced
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


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


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


@at_full_strength
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


@at_full_strength
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
