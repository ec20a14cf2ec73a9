"""Typed publishers: an event of the contract goes out as the kit's own publisher sends it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from aiokafka.structs import RecordMetadata
from faststream import BaseMiddleware
from faststream.kafka import KafkaBroker
from faststream.kafka.publisher.usecase import DefaultPublisher
from faststream.kafka.response import KafkaPublishCommand

from homeroom_kit.contract.event import EventData
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.faststream.document import ContractDocument
from homeroom_kit.publishing.events import OutgoingRecord, record
from homeroom_kit.publishing.typed import outgoing_event
from homeroom_kit.settings import KafkaSettings

OfType = TypeVar("OfType", bound=EventData)
Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event with its number in its subject; what a handler returns that a publisher decorates.

    ``time``: when it happened, with an offset; else now. ``event_id``: else one of what is said: a
    handler that runs again for the same message says the same event. ``traceparent``: as in W3C
    Trace Context.
    """

    event: EventData
    sequence: int
    time: datetime | None = None
    event_id: str | None = None
    traceparent: str | None = None


class EventPublisher(Generic[OfType]):
    """Publishes events of one type. As a decorator it publishes what a handler returns."""

    def __init__(self, event_type: type[OfType], publisher: DefaultPublisher) -> None:
        self._event_type, self._publisher = event_type, publisher

    async def publish(
        self,
        event: OfType,
        *,
        sequence: int,
        time: datetime | None = None,
        event_id: str | None = None,
        traceparent: str | None = None,
    ) -> RecordMetadata:
        """Publishes an event; returns its place when the brokers have acknowledged it.

        The arguments are those of ``NumberedEvent``. Raises InvalidEvents before anything is sent
        where the event breaks the contract or is of another type, and aiokafka's KafkaError.
        """
        if type(event) is not self._event_type:
            raise InvalidEvents(
                f"type: this publishes {self._event_type.type}, not {type(event).type}"
            )
        numbered = NumberedEvent(event, sequence, time, event_id, traceparent)
        # What FastStream takes is anything that it could write as JSON: ours it never does.
        message: Any = numbered
        return await self._publisher.publish(message)

    def __call__(self, handler: Handler) -> Handler:
        """Publishes the ``NumberedEvent`` that a handler returns; stands below the subscriber."""
        decorated: Any = self._publisher(handler)
        return decorated  # type: ignore[no-any-return]


class ServiceEvents:
    """What a service publishes of the contract, over one broker of FastStream.

    ``source`` is the service, ``/services/exams``. A broker that was not made by ``new_broker``
    must keep FastStream's own partitioner, or the events of a subject are not where they belong.
    """

    def __init__(self, broker: KafkaBroker, settings: KafkaSettings, *, source: str) -> None:
        self._broker, self._source, self._prefix = broker, source, settings.topic_prefix
        self._types: list[type[EventData]] = []
        # As the outermost one: all others, such as those of traces, see the record's own topic.
        broker.insert_middleware(partial(_SendsEvents, events=self))

    def publisher(self, event_type: type[OfType]) -> EventPublisher[OfType]:
        """A publisher of one event type, ``ExamScheduled``; call it before the broker starts."""
        if not event_type.type:
            raise TypeError(f"{event_type.__name__} is no event type; take a class that is one.")
        if event_type not in self._types:
            self._types.append(event_type)
        # The document has the contract's own channel.
        of_topic = self._broker.publisher(self._prefix + event_type.topic, include_in_schema=False)
        return EventPublisher(event_type, of_topic)

    def document(self, **about: Any) -> ContractDocument:
        """The application's AsyncAPI document: ``FastStream(broker, specification=…)``.

        ``about`` are the arguments of FastStream's ``AsyncAPI``, such as title and version.
        """
        return ContractDocument(self._broker, types=self._types, prefix=self._prefix, **about)

    def record_of(self, numbered: NumberedEvent) -> OutgoingRecord:
        """The record of an event, with the prefix; raises InvalidEvents where it is none of ours.

        Of a type without a publisher the document would not tell.
        """
        event = numbered.event
        if type(event) not in self._types:
            raise InvalidEvents(f"type: the service has made no publisher of {type(event).type}")
        made = record(
            outgoing_event(
                event,
                source=self._source,
                sequence=numbered.sequence,
                time=numbered.time,
                event_id=numbered.event_id,
                traceparent=numbered.traceparent,
            )
        )
        return made._replace(topic=self._prefix + made.topic)


class _SendsEvents(BaseMiddleware[KafkaPublishCommand, Any]):
    """Makes records of events, and leaves all else that is published as it is."""

    def __init__(self, message: Any, /, *, events: ServiceEvents, context: Any) -> None:
        super().__init__(message, context=context)
        self._events = events

    async def publish_scope(
        self,
        call_next: Callable[[KafkaPublishCommand], Awaitable[Any]],
        cmd: KafkaPublishCommand,
    ) -> Any:
        bodies = cmd.batch_bodies
        if any(isinstance(body, EventData) for body in bodies):
            raise InvalidEvents("sequence: the event has none; publish NumberedEvent(event, …)")
        if any(isinstance(body, NumberedEvent) for body in bodies):
            if len(bodies) > 1:
                raise InvalidEvents("a batch has one key; publish events one by one")
            _become(cmd, self._events.record_of(bodies[0]))
        return await call_next(cmd)


def _become(command: KafkaPublishCommand, made: OutgoingRecord) -> None:
    command.body, command.key, command.destination = made.value, made.key, made.topic
    command.headers = {name: value.decode() for name, value in made.headers}
    # FastStream's own headers: the event has an id, and nobody answers it.
    command.correlation_id, command.reply_to = None, ""
    command.partition = command.timestamp_ms = None
