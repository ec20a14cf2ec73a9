"""Provides metrics, readiness and traces of a worker while it runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import structlog

from homeroom.engine.consuming.progress import Drift
from homeroom.engine.consuming.worker import Worker
from homeroom.monitoring import traces
from homeroom.settings import Settings

log = structlog.get_logger(__name__)

# A batch's transaction may take as long as the session timeout; readiness allows for more.
SILENCE_PER_SESSION_TIMEOUT = 1.5
SILENCE_SECONDS_MIN = 3.0


@contextmanager
def observed(worker: Worker, drift: Drift, settings: Settings) -> Iterator[None]:
    """Opens the worker's port and its traces if they are configured, and closes them."""
    with ExitStack() as stack:
        if settings.metrics_port:
            stack.enter_context(_port(worker, drift, settings))
        traced = stack.enter_context(traces.exporting(lambda: worker.progress.group))
        if traced is not None:
            worker.observers.append(traced)
        yield


@contextmanager
def _port(worker: Worker, drift: Drift, settings: Settings) -> Iterator[None]:
    # Imported only if they are configured.
    from homeroom.monitoring import port
    from homeroom.monitoring.metrics import WorkerMetrics

    silence_seconds_max = max(
        SILENCE_SECONDS_MIN, settings.session_timeout_seconds * SILENCE_PER_SESSION_TIMEOUT
    )
    thresholds = settings.thresholds()
    metrics = WorkerMetrics(
        lambda: worker.progress, silence_seconds_max, settings.require_database("worker"), drift,
        lambda topic: thresholds.of(topic.removeprefix(settings.topic_prefix)),
    )  # fmt: skip
    worker.observers.append(metrics.observe)
    with port.listening(
        settings.host,
        settings.metrics_port,
        metrics.registry,
        lambda: worker.progress.unready(silence_seconds_max),
    ) as number:
        log.info("metrics listening", host=settings.host, port=number)
        yield
