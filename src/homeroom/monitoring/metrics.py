"""A worker's metrics for Prometheus."""

import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from homeroom.engine.applying.applier import Committed
from homeroom.engine.consuming.progress import Drift, WorkerProgress
from homeroom.engine.log.records import Reason
from homeroom.monitoring.database_metrics import DatabaseMetrics, RunningRebuild
from homeroom.settings.lag_thresholds import DEFAULT_THRESHOLDS, LagThreshold, read_thresholds

DURATION_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SIZE_BUCKETS_EVENTS = (1, 10, 100, 500, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000)

# Where nobody says otherwise.
USUAL_LAG = read_thresholds(DEFAULT_THRESHOLDS)

Metric = GaugeMetricFamily | CounterMetricFamily


class WorkerMetrics:
    """The metrics of one worker, in a registry of its own.

    Most are read from its WorkerProgress when Prometheus scrapes; only what a histogram or a label
    needs is noted with each batch.
    """

    def __init__(
        self,
        progress: Callable[[], WorkerProgress],
        silence_seconds_max: float,
        database_url: str,
        drift: Drift,
        threshold: Callable[[str], LagThreshold] = USUAL_LAG.of,
    ) -> None:
        """``threshold``: for how long a topic, as the broker names it, may be behind."""
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "homeroom_batch_duration_seconds",
            "Time of a batch's transaction, from its begin to its commit",
            buckets=DURATION_BUCKETS_SECONDS,
            registry=self.registry,
        )
        self._events = Histogram(
            "homeroom_batch_events",
            "Events of a batch",
            buckets=SIZE_BUCKETS_EVENTS,
            registry=self.registry,
        )
        self._letters = Counter(
            "homeroom_dead_letters_total",
            "Records that became dead letters",
            ["reason"],
            registry=self.registry,
        )
        for reason in Reason:
            self._letters.labels(str(reason))
        self.registry.register(_OfProgress(progress, silence_seconds_max))
        self.registry.register(_OfThresholds(progress, threshold))
        self.registry.register(_OfDrift(drift))
        self.registry.register(_OfDatabase(DatabaseMetrics(database_url)))
        ProcessCollector(registry=self.registry)

    def observe(self, committed: Committed) -> None:
        """Records a committed batch."""
        nanoseconds = committed.ended_nanoseconds - committed.started_nanoseconds
        self._seconds.observe(nanoseconds / 1e9)
        self._events.observe(committed.applied.events)
        for dead_letter in committed.applied.dead_letters:
            self._letters.labels(str(dead_letter.reason)).inc()


class _OfProgress(Collector):
    """Metrics of the worker's WorkerProgress at the moment of the scrape."""

    def __init__(self, progress: Callable[[], WorkerProgress], silence_seconds_max: float) -> None:
        self._progress = progress
        self._silence_seconds_max = silence_seconds_max

    def collect(self) -> Iterator[Metric]:
        progress = self._progress()
        yield GaugeMetricFamily(
            "homeroom_ready",
            "1 where an event that came now would be applied, as /readyz says",
            int(not progress.unready(self._silence_seconds_max)),
        )
        yield GaugeMetricFamily(
            "homeroom_long_batch_seconds",
            "For how long one event's batch, or another writer's, has kept it; 0: none does",
            progress.busy_seconds(),
        )
        generation = GaugeMetricFamily(
            "homeroom_generation_info", "The generation that is written", labels=["generation"]
        )
        if progress.generation is not None:
            generation.add_metric([progress.generation], 1)
        yield generation
        for name, text, value in (
            ("events_applied", "Events applied", progress.events),
            ("events_held_back", "Events that had to wait for an earlier one", progress.waiting),
            ("sequence_conflicts", "Events whose number another event has", progress.conflicts),
            ("passed_over", "Events of types that are not known", progress.passed_over),
            ("new_sources", "Sources that published on a topic first", progress.new_sources),
            ("batches", "Batches committed", progress.batches),
            ("rebalances", "Times that partitions were given out", progress.rebalances),
            ("stalls", "Times that the consumer was restarted for its silence", progress.stalls),
        ):
            yield CounterMetricFamily(f"homeroom_{name}", text, value)
        retries = CounterMetricFamily(
            "homeroom_retries", "Times that work was repeated after an error", labels=["error"]
        )
        for error, count in dict(progress.retries).items():
            retries.add_metric([error], count)
        yield retries
        yield from _partitions(progress)


def _partitions(progress: WorkerProgress) -> Iterator[Metric]:
    position, end, events, seconds, held = (
        GaugeMetricFamily(f"homeroom_{name}", text, labels=["topic", "partition"])
        for name, text in (
            ("position", "Offset of the next event to apply"),
            ("log_end", "Where what may be read ends"),
            ("lag_events", "Log end less position"),
            ("lag_seconds", "How long ago the oldest unapplied event was published, at most"),
            ("held_back_seconds", "For how long an open transaction has held back what follows"),
        )
    )
    now = time.time()
    ends = progress.ends
    for partition, offset in progress.reported.items():
        labels = [partition.topic, str(partition.partition)]
        position.add_metric(labels, offset)
        if partition in ends:
            end.add_metric(labels, ends[partition])
        if (lag := progress.lag_events(partition)) is not None:
            events.add_metric(labels, lag)
        if (lag_seconds := progress.lag_seconds(partition, now)) is not None:
            seconds.add_metric(labels, lag_seconds)
        if (since := progress.held_since.get(partition)) is not None:
            held.add_metric(labels, max(0.0, now - since))
    yield from (position, end, events, seconds, held)
    everywhere = GaugeMetricFamily(
        "homeroom_partition_lag_events",
        "Log end less position of every partition, whoever has it: the same in every worker",
        labels=["topic", "partition"],
    )
    for partition, lag in progress.lag_everywhere().items():
        everywhere.add_metric([partition.topic, str(partition.partition)], lag)
    yield everywhere


class _OfThresholds(Collector):
    """For how long each topic may be behind, which alerts compare with its lag."""

    def __init__(
        self, progress: Callable[[], WorkerProgress], threshold: Callable[[str], LagThreshold]
    ) -> None:
        self._progress = progress
        self._threshold = threshold

    def collect(self) -> Iterator[Metric]:
        warning, critical = (
            GaugeMetricFamily(f"homeroom_lag_{level}_seconds", text, labels=["topic"])
            for level, text in (
                ("warning", "Lag beyond which a topic is late (HOMEROOM_LAG_THRESHOLDS)"),
                ("critical", "Lag beyond which that is critical"),
            )
        )
        for topic in sorted({partition.topic for partition in self._progress().reported}):
            threshold = self._threshold(topic)
            warning.add_metric([topic], threshold.warning_seconds)
            critical.add_metric([topic], threshold.critical_seconds)
        yield from (warning, critical)


class _OfDrift(Collector):
    """Metrics of the verify that runs inside the worker."""

    def __init__(self, drift: Drift) -> None:
        self._drift = drift

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(
            "homeroom_verified_keys", "Rows compared with their definition", self._drift.keys
        )
        rows = GaugeMetricFamily(
            "homeroom_drift_rows",
            "Rows found to differ from their definition, and not found right again",
            labels=["table"],
        )
        for table, count in self._drift.rows.items():
            rows.add_metric([table], count)
        yield rows


class _OfDatabase(Collector):
    """Metrics of the database; left out where it does not answer, or takes too long for one."""

    def __init__(self, metrics: DatabaseMetrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        figures = self._metrics.figures()
        if figures is None:
            return
        if kept := figures.kept_back:
            # Beside the counter homeroom_dead_letters_total: two names in Prometheus's text format,
            # which is the one that is served (in OpenMetrics they would be one).
            yield GaugeMetricFamily(
                "homeroom_dead_letters", "Dead letters open now", kept.dead_letters
            )
            yield GaugeMetricFamily("homeroom_holes", "Holes open now", kept.gaps)
            yield GaugeMetricFamily("homeroom_waiting_events", "Events waiting now", kept.waiting)
        for name, text, size in (
            ("dead_letters", "dead letters, open and closed,", figures.dead_letters_bytes),
            ("waiting_events", "waiting events", figures.waiting_bytes),
            (
                "sequence_conflicts",
                "events whose number another event has",
                figures.sequence_conflicts_bytes,
            ),
        ):
            if size is not None:
                yield GaugeMetricFamily(
                    f"homeroom_{name}_bytes", f"What {text} take on the database's disk", size
                )
        if outbox := figures.outbox:
            yield GaugeMetricFamily(
                "homeroom_outbox_unpublished",
                "Events of commands that are not published yet",
                outbox.unpublished,
            )
            yield GaugeMetricFamily(
                "homeroom_outbox_unknown",
                "Of these, events of types that only a newer version knows",
                outbox.unknown,
            )
            yield GaugeMetricFamily(
                "homeroom_outbox_refused",
                "Of these, events that Kafka refuses for their size",
                outbox.refused,
            )
            yield GaugeMetricFamily(
                "homeroom_outbox_oldest_seconds",
                "How long ago the oldest of them was said; 0 without any",
                outbox.oldest_seconds,
            )
        if unscanned := figures.unscanned:
            yield GaugeMetricFamily(
                "homeroom_unscanned_resources",
                "Files of teachers that nobody has scanned yet",
                unscanned.files,
            )
            yield GaugeMetricFamily(
                "homeroom_unscanned_resources_oldest_seconds",
                "How long ago the oldest of them was uploaded; 0 without any",
                unscanned.oldest_seconds,
            )
        yield from _rebuild(figures.rebuild)


def _rebuild(rebuild: RunningRebuild | None) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "homeroom_rebuild_running", "1 while a rebuild has not ended", int(rebuild is not None)
    )
    if rebuild is None:
        return
    yield GaugeMetricFamily(
        "homeroom_rebuild_progress_age_seconds",
        "How long ago the rebuild last said how far it is",
        max(0.0, time.monotonic() - rebuild.beat_at_seconds),
    )
    events = GaugeMetricFamily(
        "homeroom_rebuild_events", "Events (or steps) of the rebuild's phase", labels=["state"]
    )
    events.add_metric(["done"], rebuild.done)
    if rebuild.total is not None:
        events.add_metric(["total"], rebuild.total)
    yield events
