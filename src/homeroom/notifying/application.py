"""The FastStream application: a handler per event type, at least once, and what delivers beside it.

A handler only keeps the message; its offset is committed after that. FastStream goes on with the
next record when a handler fails, so a failure is a `nack`, which seeks back to the record: nothing
is passed over while the database does not answer.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from faststream.message import StreamMessage

from homeroom.commands.numbering import log_ends
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import DeadLetter, Event
from homeroom.notifying.ledger import Ledger
from homeroom.notifying.messages import PersonalMessage, message_of
from homeroom.notifying.monitoring import DeliveryObserver
from homeroom.notifying.sending import TROUBLE, Dispatcher
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.contract.notifications import NotificationCreated
from homeroom_kit.contract.nudges import NudgeDue
from homeroom_kit.errors import BrokerError
from homeroom_kit.faststream.broker import new_broker as kit_broker
from homeroom_kit.tasks import backoff_seconds

EVENTS = (NotificationCreated, NudgeDue)
TOPICS = tuple(dict.fromkeys(event.topic for event in EVENTS))
GROUP = "homeroom-notify"
# What ends in good order, at most; less than orchestrators wait before they kill.
DRAIN_SECONDS_MAX = 20.0
# How long a record rests that raised what nobody foresaw.
UNFORESEEN_SECONDS = 5.0

log = structlog.get_logger(__name__)
Keep = Callable[[PersonalMessage], Awaitable[None]]


def new_broker(settings: Settings) -> KafkaBroker:
    """A broker that consumes alone, and logs in as all of homeroom does."""
    # Without types: handlers take what the decoder makes. FastStream's log would show whole
    # tracebacks of what is tried again.
    return kit_broker(
        settings,
        client_id="homeroom-notify",
        apply_types=False,
        serializer=None,
        logger=None,
        consumer_only=True,
    )


def subscribe(
    broker: KafkaBroker,
    settings: Settings,
    keep: Keep,
    group: str | None,
    passed_over: Callable[[], None],
) -> None:
    """One handler for each type of event; what is no such event is acknowledged."""
    decoder = Decoder(read_model(settings).catalog)
    subscriber = broker.subscriber(
        *(settings.topic_prefix + topic for topic in TOPICS),
        group_id=group,
        # Without a group nothing can be committed.
        ack_policy=AckPolicy.NACK_ON_ERROR if group else AckPolicy.MANUAL,
        # The first to begin delivers what was asked for lately; what is older is passed over.
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        session_timeout_ms=int(settings.session_timeout_seconds * 1000),
        heartbeat_interval_ms=int(settings.session_timeout_seconds * 1000 / 4),
        parser=_parsed,
        decoder=partial(_decoded, decoder),
    )

    async def on_message(event: Event) -> None:
        message = message_of(event)
        if message is None or _is_too_old(message, settings.notify_age_hours_max):
            passed_over()
            return
        await keep(message)

    async def insist_on(event: Event) -> None:
        """FastStream says nothing of what a handler raises, and gives it the record again."""
        try:
            await on_message(event)
        except TROUBLE:
            raise
        except Exception:
            place = event.record
            log.exception(
                "a message is not kept", topic=place.topic,
                partition=place.partition, offset=place.offset,
            )  # fmt: skip
            await asyncio.sleep(UNFORESEEN_SECONDS)
            raise

    for type_ in EVENTS:

        async def handler(event: Event) -> None:
            await insist_on(event)

        handler.__name__ = f"on_{type_.entity}"
        subscriber(handler, filter=partial(_is_of, type_.type))

    @subscriber
    async def on_other(event: Event | None) -> None:
        """The worker keeps dead letters; of other types nothing is delivered."""


def new_application(
    settings: Settings, ledger: Ledger, dispatcher: Dispatcher, observer: DeliveryObserver
) -> FastStream:
    """The whole notifier. Running it raises BrokerError where Kafka cannot be reached."""
    broker = new_broker(settings)
    failures = 0

    async def keep(message: PersonalMessage) -> None:
        nonlocal failures
        try:
            is_new = await ledger.receive(message)
        except TROUBLE as error:
            failures += 1
            dispatcher.note_trouble(error)
            await asyncio.sleep(backoff_seconds(failures))
            raise
        failures = 0
        observer.received("new" if is_new else "known")
        dispatcher.wake()

    group = settings.topic_prefix + GROUP
    subscribe(broker, settings, keep, group, lambda: observer.received("passed_over"))

    @asynccontextmanager
    async def delivering() -> AsyncIterator[None]:
        task = asyncio.create_task(dispatcher.run(), name="dispatcher")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})
            await dispatcher.drain(DRAIN_SECONDS_MAX)

    return FastStream(broker, logger=None, lifespan=delivering)


async def run_application(application: FastStream, settings: Settings) -> None:
    """Runs until SIGTERM or Ctrl-C. Raises BrokerError where Kafka or a topic is not there."""
    try:
        # aiokafka would wait for topics that nobody has made, and say nothing.
        await log_ends(settings, TOPICS)
        await application.run()
    except KafkaError as error:
        raise BrokerError(
            f"Kafka at {settings.kafka_bootstrap_servers} cannot be reached ({error}). Is it "
            "running, and is HOMEROOM_KAFKA_BOOTSTRAP_SERVERS right?"
        ) from error


def _is_too_old(message: PersonalMessage, hours: float) -> bool:
    """By when it was said, whenever it was published: a backfill says what was read long ago."""
    return message.said_at < datetime.now(UTC) - timedelta(hours=hours)


async def _parsed(
    record: ConsumerRecord, original: Callable[[Any], Awaitable[StreamMessage[Any]]]
) -> StreamMessage[Any]:
    """Without headers, which may be null or no text in Kafka: FastStream would fail on those."""
    message = await original(dataclasses.replace(record, headers=()))
    message.raw_message = record
    return message


async def _decoded(decoder: Decoder, message: StreamMessage[Any]) -> Event | None:
    decoded = decoder.decode(message.raw_message)
    if isinstance(decoded, DeadLetter):
        record = decoded.record
        log.warning(
            "not an event that can be delivered", topic=record.topic, partition=record.partition,
            offset=record.offset, reason=str(decoded.reason), detail=decoded.detail,
        )  # fmt: skip
    return decoded if isinstance(decoded, Event) else None


async def _is_of(type_name: str, message: StreamMessage[Any]) -> bool:
    event = await message.decode()
    return isinstance(event, Event) and event.type is not None and event.type.name == type_name
