"""The status of everything: log, tables, workers, dead letters, gaps and waiting events."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg
from aiokafka.errors import KafkaError

from homeroom.database import snapshot
from homeroom.engine.generations import positions
from homeroom.engine.generations.group import group_name, read_database_id
from homeroom.engine.generations.registry import live_generation, stored_plan
from homeroom.engine.log.last_applied import LastApplied
from homeroom.engine.log.records import Partition
from homeroom.engine.ordering.store import KeptBack, count_kept_back
from homeroom.errors import NotMigrated
from homeroom.monitoring.outbox_backlog import OutboxBacklog, count_backlog
from homeroom.monitoring.unscanned_resources import UnscannedResources, count_unscanned
from homeroom.operations.status import advice, publishers
from homeroom.operations.status.brokers import Brokers, LogExtent, Member
from homeroom.operations.status.flink_feed import FlinkFeed, read_flink_feed
from homeroom.operations.status.holders import Holder, holders
from homeroom.operations.status.publishers import (
    ConflictingEvents,
    PassedOverEvents,
    SplitSubjects,
    TopicSource,
)
from homeroom.settings import Settings
from homeroom.statements import load
from homeroom_kit import contract
from homeroom_kit.errors import ConfigurationError

SAMPLE_SECONDS = 1.0
BROKERS_SECONDS_MAX = 15.0
SQL = load("status", __package__)
DATABASE_SECONDS_MAX = 5


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """A partition. A field is None where its source, the database or Kafka, does not answer.

    ``end``: of what may be read; ``high_watermark``: of all that is there. ``held_since``: when the
    open transaction began that holds the rest back, if one does.
    """

    topic: str
    partition: int
    position: int | None
    end: int | None
    lag_events: int | None
    lag_seconds: float | None
    high_watermark: int | None = None
    held_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The database's part of the status, at one moment of the monotonic clock.

    ``topics``: those that the live generation reads, without the prefix; none if it does not say.
    """

    generation: str
    positions: Mapping[Partition, int]
    last: Mapping[Partition, LastApplied]
    counts: KeptBack
    passed_over: tuple[PassedOverEvents, ...]
    conflicting: tuple[ConflictingEvents, ...]
    in_several_partitions: tuple[SplitSubjects, ...]
    sources: tuple[TopicSource, ...]
    outbox: OutboxBacklog | None
    unscanned: UnscannedResources | None
    topics: frozenset[str]
    flink: FlinkFeed | None = None
    holders: tuple[Holder, ...] = ()
    database_id: str = ""
    taken_at_seconds: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """The whole status (docs/contract.md, "Commands"). ``problems``: what is missing, and why.

    ``flink``: where a job of Flink's feeds the live generation.
    """

    generation: str | None = None
    topics: tuple[PartitionStatus, ...] = ()
    rate_events_per_second: float | None = None
    dead_letters: int | None = None
    holes: int | None = None
    waiting: int | None = None
    workers: tuple[Member, ...] | None = None
    outbox: OutboxBacklog | None = None
    unscanned: UnscannedResources | None = None
    passed_over: tuple[PassedOverEvents, ...] = ()
    sequence_conflicts: tuple[ConflictingEvents, ...] = ()
    in_several_partitions: tuple[SplitSubjects, ...] = ()
    sources: tuple[TopicSource, ...] = ()
    flink: FlinkFeed | None = None
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class StatusReader:
    """Reads the status, and keeps the last sample for the rate.

    The rate is the movement of all positions per second between two samples: the last one and the
    current one, or, at the first reading, two that are a second apart. Positions are offsets, so
    the control records of transactions count too.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last: Sample | None = None
        self._compares = True

    async def read(self) -> SystemStatus:
        """The current status. Raises nothing: ``problems`` names what does not answer."""
        problems: list[str] = []
        async with AsyncExitStack() as stack:
            brokers, sampled = await asyncio.gather(
                self._connect(stack, problems), self._sample(problems)
            )
            before, sample = sampled
            broker_state = await self._read_brokers(brokers, sample, problems)
        rate = None
        if before and sample and before.generation == sample.generation:
            rate = _rate(before, sample)
        return _status(sample, broker_state, rate, problems, self._settings)

    async def _connect(self, stack: AsyncExitStack, problems: list[str]) -> Brokers | None:
        try:
            async with asyncio.timeout(BROKERS_SECONDS_MAX):
                return await Brokers.connect(self._settings, stack)
        except (KafkaError, OSError, ConfigurationError) as error:
            problems.append(self._kafka_problem(error))
            return None

    async def _sample(self, problems: list[str]) -> tuple[Sample | None, Sample | None]:
        """The previous sample and the current one; None where the database does not answer."""
        try:
            before = self._last
            if before is None:
                before = await asyncio.to_thread(take_sample, self._settings)
                await asyncio.sleep(SAMPLE_SECONDS)
            self._last = await asyncio.to_thread(take_sample, self._settings)
        except (psycopg.Error, NotMigrated, ConfigurationError) as error:
            self._last = None
            what = "" if isinstance(error, NotMigrated | ConfigurationError) else _NO_DATABASE
            problems.append(what + str(error).strip())
            return None, None
        return before, self._last

    async def _read_brokers(
        self, brokers: Brokers | None, sample: Sample | None, problems: list[str]
    ) -> "_BrokerState | None":
        if brokers is None:
            return None
        try:
            async with asyncio.timeout(BROKERS_SECONDS_MAX):
                # Once is enough, however often it is watched.
                compares, self._compares = self._compares, False
                return await _broker_state(brokers, self._settings, sample, compares)
        except (KafkaError, OSError) as error:
            problems.append(self._kafka_problem(error))
            return None

    def _kafka_problem(self, error: Exception) -> str:
        if isinstance(error, ConfigurationError):
            return str(error)
        reason = str(error) or f"no answer within {BROKERS_SECONDS_MAX:.0f} seconds"
        return (
            f"Kafka at {self._settings.kafka_bootstrap_servers} does not answer ({reason}): the "
            "log's ends, the lag and the workers are not known."
        )


_NO_DATABASE = (
    "The database does not answer: positions, rate, dead letters, gaps and waiting events are "
    "not known. "
)


@dataclass(frozen=True, slots=True)
class _BrokerState:
    """The state of the log and of the consumer group."""

    extents: Mapping[Partition, LogExtent]
    members: tuple[Member, ...] | None
    warnings: tuple[str, ...]


async def _broker_state(
    brokers: Brokers, settings: Settings, sample: Sample | None, compares: bool
) -> _BrokerState:
    # A live generation of another contract, as after a rollback, may read fewer topics, or more.
    read = (sample and sample.topics) or frozenset(contract.TOPICS)
    topics = sorted(f"{settings.topic_prefix}{topic}" for topic in read | set(contract.TOPICS))
    of_topics = await brokers.partitions(topics)
    existing = sorted({partition.topic for partition in of_topics})
    partitions = [p for p in of_topics if p.topic.removeprefix(settings.topic_prefix) in read]
    positions = sample.positions if sample else {}
    # Without a database no partition counts as behind, so that only the ends are requested.
    unknown = 0 if sample else 2**62
    extents = await brokers.extents({p: positions.get(p, unknown) for p in partitions})
    members = None
    if sample is not None:
        group = group_name(settings.topic_prefix, sample.generation, sample.database_id)
        members = tuple(await brokers.members(group))
    missing = ", ".join(topic for topic in topics if topic not in existing)
    warnings = [f"Topics are missing: {missing}. `homeroom migrate` creates them."]
    if not missing:
        warnings = []
    warnings += advice.nobodys(partitions, members)
    for partition in partitions:
        warnings += advice.held_back(partition, extents[partition])
        if partition in positions:
            position = positions[partition]
            warnings += advice.misplaced(partition, position, extents[partition])
    if sample is not None and compares:
        last = {p: sample.last[p] for p in partitions if p in sample.last}
        warnings += await advice.replaced(settings, last)
    return _BrokerState(extents, members, (*warnings, *await brokers.differing(existing)))


def take_sample(settings: Settings) -> Sample:
    """Reads the live generation in one snapshot.

    Raises psycopg's errors, ConfigurationError, or NotMigrated.
    """
    with snapshot(
        settings.require_database("operator"),
        "homeroom status",
        connect_timeout=DATABASE_SECONDS_MAX,
    ) as connection:
        connection.execute(SQL["limit_statements"], (f"{DATABASE_SECONDS_MAX}s",))
        generation = live_generation(connection)
        applied = positions.read_applied(connection, generation)
        passed_over = publishers.passed_over(connection, generation)
        conflicting = publishers.conflicting(connection, generation)
        sources = publishers.sources(connection, generation)
        counts = count_kept_back(connection, generation)
        holding = holders(connection, generation)
        flink = read_flink_feed(connection, generation)
        outbox = count_backlog(connection)
        unscanned = count_unscanned(connection, generation)
        plan = stored_plan(connection, generation)
        database_id = read_database_id(connection)
        split = publishers.in_several_partitions(
            connection, generation, plan.contract.get("entities", {})
        )
    stored = {partition: of.next for partition, of in applied.items()}
    last = {partition: of.last for partition, of in applied.items() if of.last}
    return Sample(
        generation, stored, last, counts, passed_over, conflicting, split, sources, outbox,
        unscanned, frozenset(plan.topics()), flink, holding, database_id,
    )  # fmt: skip


def _rate(before: Sample, now: Sample) -> float | None:
    seconds = now.taken_at_seconds - before.taken_at_seconds
    moved = sum(
        offset - before.positions.get(partition, 0) for partition, offset in now.positions.items()
    )
    return round(moved / seconds, 1) if seconds > 0 else None


def _status(
    sample: Sample | None,
    broker_state: _BrokerState | None,
    rate: float | None,
    problems: Sequence[str],
    settings: Settings,
) -> SystemStatus:
    extents = broker_state.extents if broker_state else {}
    partitions = sorted({*extents, *(sample.positions if sample else ())})
    counts = sample.counts if sample else None
    return SystemStatus(
        generation=sample.generation if sample else None,
        topics=tuple(_partition(p, sample, extents.get(p)) for p in partitions),
        rate_events_per_second=rate,
        dead_letters=counts.dead_letters if counts else None,
        holes=counts.gaps if counts else None,
        waiting=counts.waiting if counts else None,
        workers=broker_state.members if broker_state else None,
        outbox=sample.outbox if sample else None,
        unscanned=sample.unscanned if sample else None,
        passed_over=sample.passed_over if sample else (),
        sequence_conflicts=sample.conflicting if sample else (),
        in_several_partitions=sample.in_several_partitions if sample else (),
        sources=sample.sources if sample else (),
        flink=sample.flink if sample else None,
        warnings=(
            *(broker_state.warnings if broker_state else ()),
            *(holder.warning() for holder in (sample.holders if sample else ())),
            *advice.unscanned(sample.unscanned if sample else None, settings),
        ),
        problems=tuple(problems),
    )


def _partition(
    partition: Partition, sample: Sample | None, log: LogExtent | None
) -> PartitionStatus:
    """A partition without a position begins at 0."""
    position = sample.positions.get(partition, 0) if sample else None
    lag = max(0, log.end - position) if log is not None and position is not None else None
    seconds = log.oldest_seconds if log is not None and lag is not None else None
    if log is None:
        return PartitionStatus(*partition, position, None, lag, seconds)
    since = log.held_since and datetime.fromtimestamp(log.held_since, UTC)
    return PartitionStatus(
        *partition, position, log.end, lag, seconds, log.high_watermark, since or None
    )
