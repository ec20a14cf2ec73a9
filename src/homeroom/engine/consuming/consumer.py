"""The loop that consumes for one generation: poll, decode, apply, repeat.

The loop owns the consumer: with positions in PostgreSQL a swallowed error loses events, so every
error either repeats the batch from the stored positions or ends the worker.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection
from typing import Any

import psycopg
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection, errors

from homeroom.database import connect
from homeroom.engine import log_messages
from homeroom.engine.applying.applier import BatchApplier, Committed, OnCommitted
from homeroom.engine.applying.discarding import carry_out
from homeroom.engine.applying.failures import may_pass
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.consuming.assignment import PartitionAssignment
from homeroom.engine.consuming.batch_size import BatchSize
from homeroom.engine.consuming.everywhere import Everywhere
from homeroom.engine.consuming.log_identity import LogIdentity
from homeroom.engine.consuming.options import WorkerOptions
from homeroom.engine.consuming.patience import Patience
from homeroom.engine.consuming.poller import Polled, Poller
from homeroom.engine.consuming.probe import Probe
from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.consuming.stall_detector import StallDetector
from homeroom.engine.decoding.batch import Batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.group import own_group
from homeroom.engine.generations.registry import REMOVED_MEANWHILE, open_generation
from homeroom.engine.log.reader import LogReader
from homeroom.engine.log.records import Partition
from homeroom.errors import ConsumerStalled, GenerationGone, PositionConflict
from homeroom_kit.kafka import make_consumer
from homeroom_kit.tasks import backoff_seconds, was_cancelled

log = structlog.get_logger(__name__)

COMMIT_EVERY_SECONDS = 5.0
STOP_SECONDS_MAX = 7.0
# The client library would try for as long as the brokers are away.
COMMIT_SECONDS_MAX = 0.5
LEAVE_SECONDS_MAX = 1.5


class GenerationConsumer:
    """One member of a generation's consumer group."""

    def __init__(
        self,
        model: ReadModel,
        options: WorkerOptions,
        on_batch: Callable[[WorkerProgress], None] = lambda _: None,
        *,
        generation: str | None = None,
    ) -> None:
        """``generation``: the live one, unless named."""
        self._model = model
        self._options = options
        self._on_batch = on_batch
        self._generation = generation
        self._decoder = Decoder(model.catalog)
        self.size = BatchSize(options.batch_events_max, options.batch_events_behind_max)
        self._given_up = 0
        self._unsettled = False
        self._stopping = asyncio.Event()
        self._connection: AsyncConnection[Any] | None = None
        self._applier: BatchApplier | None = None
        self.progress = WorkerProgress()
        self._patience = Patience(
            self.size, self.progress, options.session_timeout_seconds,
            options.long_batch_seconds_max,
        )  # fmt: skip
        self.observers: list[OnCommitted] = []

    def stop(self) -> None:
        """Ends the loop after the current batch."""
        self._stopping.set()

    def settle(self) -> None:
        """Has the loop carry out what was discarded while another generation was live."""
        self._unsettled = True

    async def run(self) -> None:
        """Consumes until ``stop``; raises HomeroomError where going on would skip events.

        A batch that is not done STOP_SECONDS_MAX after ``stop`` is rolled back: nothing is lost.
        """
        consuming = asyncio.create_task(self._consume_until_stopped())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({consuming, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not consuming.done():
                await asyncio.wait({consuming}, timeout=STOP_SECONDS_MAX)
            if not consuming.done():
                log.warning("batch in hand given up")
                consuming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await consuming
        finally:
            stopping.cancel()
            consuming.cancel()

    async def _consume_until_stopped(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            before = self.progress.batches
            try:
                await self._run_connected()
            except ConsumerStalled as error:
                self.progress.stalls += 1
                log_messages.stalled(error)
            except asyncio.CancelledError as error:
                if was_cancelled():
                    raise
                # A library's own task was cancelled and awaited: nobody asked us to end.
                failures += 1
                await self._wait_before_retry(error, failures)
            except (psycopg.Error, KafkaError, OSError) as error:
                if isinstance(error, REMOVED_MEANWHILE):
                    # Raises GenerationGone, unless a table alone is missing.
                    await self._disconnect()
                    await self._connect()
                if not may_pass(error):
                    raise
                failures = 1 if self.progress.batches > before else failures + 1
                await self._wait_before_retry(error, failures)
            finally:
                await self._disconnect()

    async def _wait_before_retry(self, error: BaseException, failures: int) -> None:
        self.progress.retries[type(error).__name__] += 1
        seconds = backoff_seconds(failures)
        log.warning(
            "interrupted, trying again",
            error=str(error).strip(),
            error_type=type(error).__name__,
            seconds=round(seconds, 1),
        )
        await self._pause(seconds)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _run_connected(self) -> None:
        """Consumes over one connection to the database and one membership of the group."""
        generation = await self._connect()
        assert self._connection is not None
        consumer = make_consumer(
            **self._options.kafka,
            group_id=self.progress.group,
            client_id="homeroom-worker",
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            session_timeout_ms=int(self._options.session_timeout_seconds * 1000),
            heartbeat_interval_ms=int(self._options.session_timeout_seconds * 1000 / 4),
            # Longer than the slowest batch: its transaction has a limit of its own.
            max_poll_interval_ms=int(self._options.long_batch_seconds_max * 1000) + 300_000,
            rebalance_timeout_ms=60_000,
            # Of each broker at once; what the records open to has a limit of its own.
            max_partition_fetch_bytes=8 * 1024 * 1024,
            fetch_max_bytes=16 * 1024 * 1024,
            fetch_max_wait_ms=100,
            # The client finds new topics and partitions when it reads the metadata again.
            metadata_max_age_ms=int(self._options.session_timeout_seconds * 3000),
        )
        identity = LogIdentity(
            consumer, self._connection, self._options.kafka, self._options.log_compare_seconds
        )
        assignment = PartitionAssignment(
            consumer, self._connection, identity, self._options.from_log_start
        )
        everywhere = Everywhere(
            consumer, self._connection, self._model.catalog.topics, self.progress
        )
        poller = Poller(consumer, self._decoder)
        try:
            await consumer.start()
            # Not before the start, which fails while one of the topics is missing.
            consumer.subscribe(list(self._model.catalog.topics), listener=assignment)
            log.info("worker started", generation=generation, group=self.progress.group)
            await self._consume(consumer, poller, assignment, identity, everywhere)
        finally:
            await poller.close()
            identity.close()
            everywhere.close()
            await self._commit_offsets(consumer, assignment)
            # Brokers that do not answer notice it when the session times out.
            with contextlib.suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(LEAVE_SECONDS_MAX if self._stopping.is_set() else None):
                    await consumer.stop()

    async def _connect(self) -> str:
        self._connection = await connect(self._options.database_url, "homeroom worker")
        generation, model = await open_generation(self._connection, self._model, self._generation)
        writer = BatchWriter(self._connection, model, generation)
        await self._patience.prepare(writer)
        if not writer.generation_id:
            raise GenerationGone(generation)
        self._applier = BatchApplier(writer, self._decoder, self._committed)
        self.progress.group = await own_group(
            self._connection, self._options.group_prefix, generation
        )
        self.progress.generation = generation
        return generation

    async def _disconnect(self) -> None:
        self.progress.disconnected()
        if self._connection is not None:
            await self._connection.close()
        self._connection = self._applier = None

    async def _consume(
        self, consumer: AIOKafkaConsumer, poller: Poller, assignment: PartitionAssignment,
        identity: LogIdentity, everywhere: Everywhere,
    ) -> None:  # fmt: skip
        loop = asyncio.get_running_loop()
        committed = loop.time()
        stall_detector = StallDetector(consumer, self._options.stall_seconds)
        assert self._connection is not None
        probe = Probe(consumer, self._connection, self.progress)
        while not self._stopping.is_set():
            # Before partitions are sought: what was read of them until then has no place any more.
            ahead = await poller.ahead()
            await assignment.seek_assigned()
            self.progress.turned(
                assignment.expected, assignment.is_complete, assignment.rebalances_since()
            )
            polled = ahead or await poller.poll(self.size.events_max)
            full = self.size.polled(len(polled.records), polled.is_full)
            looked_at = assignment.to_look_at(polled.partitions, full)
            await identity.look(assignment.expected, looked_at)
            batch = await self._batch(assignment, polled, looked_at)
            await probe.check(assignment.expected, batch)
            await everywhere.look()
            if batch is not None:
                poller.read_ahead(self.size.events_max)
                await self._apply_or_resume(batch, assignment)
                self._on_batch(self.progress)
            if self._unsettled:
                await self._settle()
            if len(looked_at) == len(assignment.expected):
                await stall_detector.look(assignment.expected, full)
            if loop.time() - committed > COMMIT_EVERY_SECONDS:
                committed = loop.time()
                await self._commit_offsets(consumer, assignment)

    async def _settle(self) -> None:
        assert self._applier is not None
        # As much as the command that discarded it may have taken.
        await self._applier.writer.limit(self._options.long_batch_seconds_max)
        await carry_out(
            self._applier.writer,
            self._model.catalog,
            lambda: LogReader.connect(self._options.kafka),
        )
        self._unsettled = False

    async def _batch(
        self, assignment: PartitionAssignment, polled: Polled, looked_at: Collection[Partition]
    ) -> Batch | None:
        """The polled records of the partitions that flow, or None where no position moved."""
        moves = await assignment.moves(looked_at)
        if not moves:
            return None
        return polled.of(moves)

    async def _apply_or_resume(self, batch: Batch, assignment: PartitionAssignment) -> None:
        """Applies a batch; on a conflict with another writer, resumes from the stored positions."""
        began = time.monotonic()
        assert self._applier is not None
        try:
            await self._patience.apply(self._applier, batch)
        except (PositionConflict, errors.DeadlockDetected, errors.SerializationFailure) as error:
            self.progress.retries[type(error).__name__] += 1
            log_messages.given_up(batch, error)
            assignment.resume()
            self._given_up += 1
            await self._pause(backoff_seconds(self._given_up) / 10)
        except psycopg.Error as error:
            self._patience.failed(batch, error, time.monotonic() - began)
            raise
        else:
            assignment.applied(batch.moves)
            self.size.fitted()
            self._given_up = 0

    def _committed(self, committed: Committed) -> None:
        """Reports a batch once it has committed."""
        self.progress.add(committed.applied)
        log_messages.dead_letters_written(committed.applied.dead_letters)
        log_messages.conflicts_found(committed.applied.conflicts)
        for observe in self.observers:
            observe(committed)

    async def _commit_offsets(
        self, consumer: AIOKafkaConsumer, assignment: PartitionAssignment
    ) -> None:
        """Commits offsets to the broker: for tools that show the lag; nothing here reads them."""
        offsets = {TopicPartition(*p): offset for p, offset in assignment.expected.items()}
        if offsets:
            with contextlib.suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(COMMIT_SECONDS_MAX):
                    await consumer.commit(offsets)
