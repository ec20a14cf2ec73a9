"""Puts a worker under observation for as long as it runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import structlog

from homeroom.engine.drift import Drift
from homeroom.engine.projector import Projector
from homeroom.monitoring import traces
from homeroom.settings import Settings

log = structlog.get_logger(__name__)

# A batch's transaction may take the session's timeout; a silence must be longer than one.
SILENCE_PER_SESSION_TIMEOUT = 1.5
SILENCE_SECONDS_MIN = 3.0


@contextmanager
def observed(projector: Projector, drift: Drift, settings: Settings) -> Iterator[None]:
    """Opens the worker's port and its traces where they are asked for, and closes them."""
    with ExitStack() as stack:
        if settings.metrics_port:
            stack.enter_context(_port(projector, drift, settings))
        traced = stack.enter_context(traces.exporting(settings.topic_prefix))
        if traced is not None:
            projector.observers.append(traced)
        yield


@contextmanager
def _port(projector: Projector, drift: Drift, settings: Settings) -> Iterator[None]:
    # Only who asks for them pays for these.
    from homeroom.monitoring import port
    from homeroom.monitoring.metrics import WorkerMetrics

    silence_seconds_max = max(
        SILENCE_SECONDS_MIN, settings.session_timeout_seconds * SILENCE_PER_SESSION_TIMEOUT
    )
    metrics = WorkerMetrics(
        lambda: projector.progress, silence_seconds_max, settings.require_database(), drift
    )
    projector.observers.append(metrics.observe)
    with port.listening(
        settings.host,
        settings.metrics_port,
        metrics.registry,
        lambda: projector.progress.unready(silence_seconds_max),
    ) as number:
        log.info("metrics listening", host=settings.host, port=number)
        yield
