"""The status of everything: log, tables, workers, dead letters, gaps and waiting events."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import psycopg
from aiokafka.errors import KafkaError

from homeroom import contract
from homeroom.engine.generations import positions
from homeroom.engine.generations.registry import live_generation, stored_plan
from homeroom.engine.log.records import Partition
from homeroom.engine.ordering.store import KeptBack, count_kept_back
from homeroom.engine.process import snapshot
from homeroom.errors import ConfigurationError, NotMigrated
from homeroom.monitoring.outbox_backlog import OutboxBacklog, count_backlog
from homeroom.operations.status import publishers
from homeroom.operations.status.brokers import Brokers, LogExtent, Member
from homeroom.operations.status.publishers import ConflictingEvents, PassedOverEvents, SplitSubjects
from homeroom.settings import Settings

SAMPLE_SECONDS = 1.0
BROKERS_SECONDS_MAX = 15.0
DATABASE_SECONDS_MAX = 5


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """A partition. A field is None where its source, the database or Kafka, does not answer."""

    topic: str
    partition: int
    position: int | None
    end: int | None
    lag_events: int | None
    lag_seconds: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    """The database's part of the status, at one moment of the monotonic clock.

    ``topics``: those that the live generation reads, without the prefix; none if it does not say.
    """

    generation: str
    positions: Mapping[Partition, int]
    counts: KeptBack
    passed_over: tuple[PassedOverEvents, ...]
    conflicting: tuple[ConflictingEvents, ...]
    in_several_partitions: tuple[SplitSubjects, ...]
    outbox: OutboxBacklog | None
    topics: frozenset[str]
    taken_at_seconds: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """The whole status (docs/contract.md, "Commands"). ``problems``: what is missing, and why."""

    generation: str | None = None
    topics: tuple[PartitionStatus, ...] = ()
    rate_events_per_second: float | None = None
    dead_letters: int | None = None
    holes: int | None = None
    waiting: int | None = None
    workers: tuple[Member, ...] | None = None
    outbox: OutboxBacklog | None = None
    passed_over: tuple[PassedOverEvents, ...] = ()
    sequence_conflicts: tuple[ConflictingEvents, ...] = ()
    in_several_partitions: tuple[SplitSubjects, ...] = ()
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
        return _status(sample, broker_state, rate, problems)

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
                return await _broker_state(brokers, self._settings, sample)
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
    brokers: Brokers, settings: Settings, sample: Sample | None
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
        group = f"{settings.topic_prefix}homeroom-{sample.generation}"
        members = tuple(await brokers.members(group))
    missing = ", ".join(topic for topic in topics if topic not in existing)
    warnings = [f"Topics are missing: {missing}. `homeroom migrate` creates them."]
    if not missing:
        warnings = []
    warnings += [w for p in partitions if p in positions for w in _misplaced(p, positions, extents)]
    return _BrokerState(extents, members, (*warnings, *await brokers.differing(existing)))


def _misplaced(
    partition: Partition, positions: Mapping[Partition, int], extents: Mapping[Partition, LogExtent]
) -> list[str]:
    """A warning for a position that the log does not hold: a worker would stop there."""
    position, log = positions[partition], extents[partition]
    if log.start <= position <= log.end:
        return []
    return [
        f"{partition.topic} partition {partition.partition}: the position is {position}, and the "
        f"broker has {log.start} to {log.end}. Events were removed, or the topic was made anew: "
        "restore the log, or fill an empty database from it."
    ]


def take_sample(settings: Settings) -> Sample:
    """Reads the live generation in one snapshot.

    Raises psycopg's errors, ConfigurationError, or NotMigrated.
    """
    with snapshot(
        settings.require_database(),
        "homeroom status",
        connect_timeout=DATABASE_SECONDS_MAX,
        options=f"-c statement_timeout={DATABASE_SECONDS_MAX}s",
    ) as connection:
        generation = live_generation(connection)
        stored = positions.read_all(connection, generation)
        passed_over = publishers.passed_over(connection, generation)
        conflicting = publishers.conflicting(connection, generation)
        counts = count_kept_back(connection, generation)
        outbox = count_backlog(connection)
        plan = stored_plan(connection, generation)
        split = publishers.in_several_partitions(
            connection, generation, plan.contract.get("entities", {})
        )
    return Sample(
        generation, stored, counts, passed_over, conflicting, split, outbox,
        frozenset(plan.topics()),
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
        passed_over=sample.passed_over if sample else (),
        sequence_conflicts=sample.conflicting if sample else (),
        in_several_partitions=sample.in_several_partitions if sample else (),
        warnings=broker_state.warnings if broker_state else (),
        problems=tuple(problems),
    )


def _partition(
    partition: Partition, sample: Sample | None, log: LogExtent | None
) -> PartitionStatus:
    """A partition without a position begins at 0."""
    position = sample.positions.get(partition, 0) if sample else None
    lag = max(0, log.end - position) if log is not None and position is not None else None
    seconds = log.oldest_seconds if log is not None and lag is not None else None
    return PartitionStatus(*partition, position, log.end if log else None, lag, seconds)
