"""The status of everything: log, tables, workers, dead letters, gaps and waiting events."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import psycopg
from aiokafka.errors import KafkaError
from psycopg import sql as pg

from homeroom import contract
from homeroom.engine.generations import positions
from homeroom.engine.generations.registry import live_generation
from homeroom.engine.log.records import Partition
from homeroom.engine.ordering.store import KeptBack, count_kept_back
from homeroom.errors import ConfigurationError, NotMigrated
from homeroom.monitoring.outbox_backlog import OutboxBacklog, count_backlog
from homeroom.operations.status.brokers import Brokers, Member, Reach
from homeroom.settings import Settings
from homeroom.statements import composable, load

SQL = load("status", __package__)

SAMPLE_SECONDS = 1.0
BROKERS_SECONDS_MAX = 15.0
DATABASE_SECONDS_MAX = 5


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """A partition; None where the database or Kafka, which knows it, does not answer."""

    topic: str
    partition: int
    position: int | None
    end: int | None
    lag_events: int | None
    lag_seconds: float | None


@dataclass(frozen=True, slots=True)
class PassedOverEvents:
    """Events of an unknown type."""

    topic: str
    type: str
    events: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What the database holds at one moment of the monotonic clock."""

    generation: str
    positions: Mapping[Partition, int]
    counts: KeptBack
    passed_over: tuple[PassedOverEvents, ...]
    outbox: OutboxBacklog | None
    taken_at_seconds: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Status:
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
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class StatusReader:
    """Reads the status, and remembers the last reading for the rate.

    The rate is how far all positions moved between two samples, per second: those of two looks,
    or, at the first look, two taken a second apart. Positions are offsets, so the records that end
    transactions count too.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last: Sample | None = None

    async def look(self) -> Status:
        """The status now. ``problems`` names what does not answer; nothing is raised for it."""
        problems: list[str] = []
        async with AsyncExitStack() as stack:
            brokers, sampled = await asyncio.gather(
                self._connect(stack, problems), self._sample(problems)
            )
            before, sample = sampled
            seen = await self._see(brokers, sample, problems)
        rate = None
        if before and sample and before.generation == sample.generation:
            rate = _rate(before, sample)
        return _status(sample, seen, rate, problems)

    async def _connect(self, stack: AsyncExitStack, problems: list[str]) -> Brokers | None:
        try:
            async with asyncio.timeout(BROKERS_SECONDS_MAX):
                return await Brokers.connect(self._settings, stack)
        except (KafkaError, OSError, ConfigurationError) as error:
            problems.append(self._kafka_is_missing(error))
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

    async def _see(
        self, brokers: Brokers | None, sample: Sample | None, problems: list[str]
    ) -> "_Seen | None":
        if brokers is None:
            return None
        try:
            async with asyncio.timeout(BROKERS_SECONDS_MAX):
                return await _see(brokers, self._settings, sample)
        except (KafkaError, OSError) as error:
            problems.append(self._kafka_is_missing(error))
            return None

    def _kafka_is_missing(self, error: Exception) -> str:
        if isinstance(error, ConfigurationError):
            return str(error)
        said = str(error) or f"no answer within {BROKERS_SECONDS_MAX:.0f} seconds"
        return (
            f"Kafka at {self._settings.kafka_bootstrap_servers} does not answer ({said}): the "
            "log's ends, the lag and the workers are not known."
        )


_NO_DATABASE = (
    "The database does not answer: positions, rate, dead letters, holes and waiting events are "
    "not known. "
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the brokers answered."""

    reach: Mapping[Partition, Reach]
    members: tuple[Member, ...] | None
    warnings: tuple[str, ...]


async def _see(brokers: Brokers, settings: Settings, sample: Sample | None) -> _Seen:
    topics = [f"{settings.topic_prefix}{topic}" for topic in contract.TOPICS]
    partitions = await brokers.partitions(topics)
    existing = sorted({partition.topic for partition in partitions})
    positions = sample.positions if sample else {}
    # Without a database no partition counts as behind, so that only the ends are requested.
    unknown = 0 if sample else 2**62
    reach = await brokers.reach({p: positions.get(p, unknown) for p in partitions})
    members = None
    if sample is not None:
        group = f"{settings.topic_prefix}homeroom-{sample.generation}"
        members = tuple(await brokers.members(group))
    missing = ", ".join(topic for topic in topics if topic not in existing)
    warnings = [f"Topics are missing: {missing}. `homeroom migrate` creates them."]
    if not missing:
        warnings = []
    warnings += [w for p in partitions if p in positions for w in _misplaced(p, positions, reach)]
    return _Seen(reach, members, (*warnings, *await brokers.differing(existing)))


def _misplaced(
    partition: Partition, positions: Mapping[Partition, int], reach: Mapping[Partition, Reach]
) -> list[str]:
    """A warning for a position that the log does not hold: a worker would stop there."""
    position, log = positions[partition], reach[partition]
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
    with psycopg.connect(
        settings.require_database(),
        application_name="homeroom status",
        connect_timeout=DATABASE_SECONDS_MAX,
        options=f"-c statement_timeout={DATABASE_SECONDS_MAX}s",
    ) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        generation = live_generation(connection)
        stored = positions.read_all(connection, generation)
        over = connection.execute(
            composable(SQL["passed_over"]).format(
                passed_over=pg.Identifier(generation, "passed_over")
            )
        ).fetchall()
        counts = count_kept_back(connection, generation)
        outbox = count_backlog(connection)
    return Sample(generation, stored, counts, tuple(PassedOverEvents(*row) for row in over), outbox)


def _rate(before: Sample, now: Sample) -> float | None:
    seconds = now.taken_at_seconds - before.taken_at_seconds
    moved = sum(
        offset - before.positions.get(partition, 0) for partition, offset in now.positions.items()
    )
    return round(moved / seconds, 1) if seconds > 0 else None


def _status(
    sample: Sample | None, seen: _Seen | None, rate: float | None, problems: Sequence[str]
) -> Status:
    reach = seen.reach if seen else {}
    partitions = sorted({*reach, *(sample.positions if sample else ())})
    counts = sample.counts if sample else None
    return Status(
        generation=sample.generation if sample else None,
        topics=tuple(_partition(p, sample, reach.get(p)) for p in partitions),
        rate_events_per_second=rate,
        dead_letters=counts.dead_letters if counts else None,
        holes=counts.gaps if counts else None,
        waiting=counts.waiting if counts else None,
        workers=seen.members if seen else None,
        outbox=sample.outbox if sample else None,
        passed_over=sample.passed_over if sample else (),
        warnings=seen.warnings if seen else (),
        problems=tuple(problems),
    )


def _partition(partition: Partition, sample: Sample | None, log: Reach | None) -> PartitionStatus:
    """A partition without a position begins at 0."""
    position = sample.positions.get(partition, 0) if sample else None
    lag = max(0, log.end - position) if log is not None and position is not None else None
    seconds = log.oldest_seconds if log is not None and lag is not None else None
    return PartitionStatus(*partition, position, log.end if log else None, lag, seconds)
