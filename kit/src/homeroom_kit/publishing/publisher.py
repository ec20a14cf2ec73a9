"""Publishes records in batches, in order within a subject, each exactly once.

Batches are built per partition here, not by ``AIOKafkaProducer.send``, which makes a future and
wakes a task for every record.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from homeroom_kit.errors import HomeroomError, PublishingFailed
from homeroom_kit.kafka import client_options, partition_of
from homeroom_kit.publishing.events import OutgoingEvent, OutgoingRecord, record
from homeroom_kit.settings import KafkaSettings

# Large enough that a request is worth its round trip, and far below the 2 MiB of a message.
BATCH_BYTES = 512 * 1024
REQUEST_BYTES_MAX = 2 * 1024 * 1024
# An idempotent producer retries for ever; publishing ends after this time without any answer.
SILENCE_SECONDS_MAX = 30.0
# After so many records the event loop runs the sender and on_progress.
BREATH_RECORDS = 512

OnProgress = Callable[[int], None]
"""Called with the number of events of this call that the brokers have acknowledged."""

OnProgressOf = Callable[[int, int], None]
"""The same, with the total as second argument."""


def of_total(on_progress: OnProgressOf | None, total: int) -> OnProgress | None:
    """Reports the total at once, and with each number from now on."""
    if on_progress is None:
        return None
    on_progress(0, total)
    return lambda count: on_progress(count, total)


@dataclass(slots=True)
class Published:
    """What was acknowledged: how many events, and the last offset of each partition.

    An offset is -1 where the broker had it already and did not say where. ``batches``: the offsets
    of each partition's batches in their order.
    """

    count: int = 0
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    batches: defaultdict[tuple[str, int], list[range]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def each(self, places: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int, int]]:
        """Topic, partition and offset of each event, by where the events of the call went.

        ``places``: that of each event (``Publisher.place``), in the order in which they were given.
        """
        offsets = {place: (n for one in of for n in one) for place, of in self.batches.items()}
        for place in places:
            yield *place, max(-1, next(offsets[place]))

    @property
    def wait_for(self) -> str:
        """The value of ``Homeroom-Wait-For`` of all of it (docs/contract.md, "Headers")."""
        known = sorted(place for place in self.offsets.items() if place[1] >= 0)
        return ",".join(f"{t}:{p}:{offset}" for (t, p), offset in known)


class Publisher:
    """A connection to the brokers that publishes events. Use it as ``async with``."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._partitions: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        """Connect, or raise HomeroomError."""
        self._producer = AIOKafkaProducer(
            **client_options(self._settings),
            client_id="homeroom-publisher",
            enable_idempotence=True,
            acks="all",
            # Measured on real events: zstd leaves a tenth (34 bytes of 345 each) at no cost that
            # shows, lz4 leaves 47 bytes and takes a fifth more CPU time.
            compression_type="zstd",
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES_MAX,
            request_timeout_ms=int(SILENCE_SECONDS_MAX * 1000),
        )
        try:
            await asyncio.wait_for(self._producer.start(), timeout=SILENCE_SECONDS_MAX)
        except asyncio.CancelledError:
            await self._producer.stop()
            raise
        except (KafkaError, TimeoutError) as error:
            await self._producer.stop()
            brokers = self._settings.kafka_bootstrap_servers
            raise HomeroomError(
                f"Kafka at {brokers} cannot be reached ({error}). Is it running, and is "
                "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS right?"
            ) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Disconnects; after an error it publishes no more of what was not acknowledged."""
        if kind is None:
            await self._producer.stop()
            return
        # aiokafka would go on sending, over new connections, when others have taken its place.
        if (sending := self._producer._sender.sender_task) is not None:
            # Cancelled once it waits for requests under way, and cancelled again it ends. Whoever
            # stopped the producer meanwhile would be cancelled with it.
            for _attempt in range(2):
                sending.cancel()
                await asyncio.wait({sending}, timeout=1)
        _fail_unsent(self._producer._message_accumulator)
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(1):
                await self._producer.stop()
        await self._producer.client.close()

    async def require_topics(self, topics: Collection[str]) -> None:
        """Raise HomeroomError unless all of these topics (without the prefix) exist."""
        try:
            # All topics, since asking for one by name may create it.
            cluster = await self._producer.client.fetch_all_metadata()
        except KafkaError as error:
            raise HomeroomError(f"Kafka does not say which topics it has ({error}).") from error
        prefix = self._settings.topic_prefix
        partitions = {topic: cluster.partitions_for_topic(prefix + topic) for topic in topics}
        missing = sorted(prefix + topic for topic, numbers in partitions.items() if not numbers)
        if missing:
            raise HomeroomError(
                f"Kafka has no topic {', '.join(missing)}. Run `homeroom migrate`, which creates "
                "the topics, or set HOMEROOM_TOPIC_PREFIX to the prefix that they have."
            )
        self._partitions.update({topic: len(partitions[topic] or ()) for topic in topics})

    def place(self, topic: str, key: bytes) -> tuple[str, int]:
        """Where events with this key go: the topic with its prefix, and the partition.

        ``topic`` is one that was required or published to before.
        """
        # The same partition that any other publisher would take.
        return self._settings.topic_prefix + topic, partition_of(key, self._partitions[topic])

    async def publish(
        self, events: Iterable[OutgoingEvent], *, on_progress: OnProgress | None = None
    ) -> Published:
        """Publish events in their order; returns when the brokers have acknowledged all of them.

        The events' data are not checked. Raises PublishingFailed where brokers, topics or events
        stop it before the end.
        """
        load = _Load(self._producer, on_progress)
        try:
            await self._fill(load, events)
            await load.finish()
        except KafkaTimeoutError as error:
            raise PublishingFailed(_silence(), load.published.count) from error
        except (KafkaError, HomeroomError) as error:
            raise PublishingFailed(error, load.published.count) from error
        return load.published

    async def _fill(self, load: "_Load", events: Iterable[OutgoingEvent]) -> None:
        for number, event in enumerate(events, start=1):
            made = record(event)
            if made.topic not in self._partitions:
                await self.require_topics([made.topic])
            place = self.place(made.topic, made.key)
            if not load.add(place, made):
                await load.send(place)
                load.add(place, made)
            if number % BREATH_RECORDS == 0:
                await asyncio.sleep(0)


def _fail_unsent(accumulator: Any) -> None:
    """Tells whoever waits for a batch in aiokafka's queue that it will not be sent."""
    unsent = [batch for batches in accumulator._batches.values() for batch in batches]
    accumulator.fail_all(KafkaError("This publisher was given up."))
    for batch in unsent:
        # asyncio would complain of an error that nobody waited for.
        batch._drain_waiter.exception()


def _silence() -> HomeroomError:
    return HomeroomError(f"Kafka has not answered for {SILENCE_SECONDS_MAX:.0f} seconds.")


class _Load:
    """The events of one call: batches that are being filled, and batches that were sent."""

    def __init__(self, producer: AIOKafkaProducer, on_progress: OnProgress | None) -> None:
        self.published = Published()
        self._producer = producer
        self._on_progress = on_progress
        self._filling: dict[tuple[str, int], Any] = {}
        self._on_their_way: set[asyncio.Future[Any]] = set()
        self._error: BaseException | None = None

    def add(self, place: tuple[str, int], made: OutgoingRecord) -> bool:
        """Adds a record to its partition's batch; returns False where the batch is full."""
        batch = self._filling.get(place)
        if batch is None:
            batch = self._filling[place] = self._producer.create_batch()
        # No timestamp: Kafka's is the time of publishing (docs/contract.md, "The log").
        taken = batch.append(timestamp=None, key=made.key, value=made.value, headers=made.headers)
        return taken is not None

    async def send(self, place: tuple[str, int]) -> None:
        """Hands a batch to the producer. Waits while the partition's previous batch is queued."""
        if self._error is not None:
            raise self._error
        topic, partition = place
        batch = self._filling.pop(place)
        batch.close()
        sent = await self._producer.send_batch(batch, topic, partition=partition)
        self._on_their_way.add(sent)
        sent.add_done_callback(lambda sent: self._arrived(sent, place, batch.record_count()))

    def _arrived(self, sent: "asyncio.Future[Any]", place: tuple[str, int], count: int) -> None:
        self._on_their_way.discard(sent)
        if sent.cancelled():
            return
        if error := sent.exception():
            self._error = self._error or error
            return
        self.published.count += count
        first = sent.result().offset
        self.published.offsets[place] = first + count - 1 if first >= 0 else -1
        # Of a batch whose place nobody knows, as many numbers that are none.
        start = first if first >= 0 else -count
        self.published.batches[place].append(range(start, start + count))
        if self._on_progress is not None:
            self._on_progress(self.published.count)

    async def finish(self) -> None:
        """Sends the remaining batches, and waits until all are acknowledged."""
        for place in list(self._filling):
            await self.send(place)
        while self._on_their_way:
            arrived, _ = await asyncio.wait(
                self._on_their_way,
                timeout=SILENCE_SECONDS_MAX,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not arrived:
                raise _silence()
            if self._error is not None:
                raise self._error
