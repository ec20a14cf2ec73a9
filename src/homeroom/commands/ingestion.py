"""Events that services bring over HTTP: published once, and remembered by their ids."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import psycopg
import structlog
from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from psycopg import AsyncConnection

from homeroom.commands import ingested_ids
from homeroom.commands.database import CommandDatabase
from homeroom.commands.ingested_ids import SQL, KnownEvent
from homeroom.commands.lasting_publisher import LastingPublisher
from homeroom.database import prepare_session, signs_of_life
from homeroom.errors import BrokersBehind, BrokersUnavailable, EventsTooLarge
from homeroom.queries.database import ReadScope
from homeroom.settings import Settings
from homeroom_kit.errors import PublishingFailed
from homeroom_kit.publishing.events import OutgoingEvent, event_type
from homeroom_kit.publishing.order import content_digest
from homeroom_kit.publishing.publisher import Publisher

# Requests that publish at a time, each with a transaction of its own.
CONNECTIONS_MAX = 8
# Longer than the session lets a transaction take.
SECONDS_MAX = 130.0
END_SECONDS_MAX = 5.0
# Topics that homeroom did not make may take little more (Kafka's own `max.message.bytes`).
SURELY_TAKEN_BYTES = 900_000
TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)

log = structlog.get_logger(__name__)


class Taken(NamedTuple):
    """What became of an event. ``place``: topic, partition and offset, where the brokers said it.

    ``differs``: whether another event had its id, which is a mistake of the publisher's.
    """

    duplicate: bool
    place: tuple[str, int, int] | None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class _Bringing:
    """What one request brings: events by their identity, in their order."""

    service: str
    events: Mapping[bytes, OutgoingEvent]

    @property
    def topics(self) -> frozenset[str]:
        return frozenset([event_type(event.type).topic for event in self.events.values()])


class Ingestion:
    """Publishes for the services of one application.

    What the brokers are late with goes on behind its request, and is remembered when they have it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limit_seconds = settings.ingestion_acknowledgement_seconds_max
        self._publishers = LastingPublisher(settings)
        self._database = CommandDatabase(
            settings, name="ingestion", connections_max=CONNECTIONS_MAX, prepare=self._prepare,
            seconds_max=SECONDS_MAX,
        )  # fmt: skip
        self._slots = asyncio.Semaphore(CONNECTIONS_MAX)
        self._under_way: set[asyncio.Task[list[Taken]]] = set()
        self.in_flight_events = 0

    async def open(self) -> None:
        """Opens the pool; nothing is connected yet."""
        await self._database.open()

    async def close(self) -> None:
        """Waits a while for what is under way, and disconnects."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=END_SECONDS_MAX)
        for task in self._under_way:
            task.cancel()
        await self._publishers.close()
        await self._database.close()

    async def take(self, service: str, events: Sequence[OutgoingEvent]) -> list[Taken]:
        """Publish what was not published before; returns what became of each, in their order.

        ``events`` are checked. Those of a subject are published in their order. When it returns,
        the brokers have all of them, and their ids are remembered.

        Raises BrokersBehind, BrokersUnavailable, EventsTooLarge, DatabaseUnavailable or
        NotMigrated. Then any of them may have been published, or will be; they are to be sent
        again, all of them.
        """
        if not events:
            return []
        limit = self._settings.ingestion_in_flight_events_max
        # A request of its own may hold more than the limit.
        if self.in_flight_events and self.in_flight_events + len(events) > limit:
            raise BrokersBehind(f"{self.in_flight_events:,} events are under way already")
        self.in_flight_events += len(events)
        task = asyncio.create_task(self._take(service, events), name="publishing events")
        self._under_way.add(task)
        task.add_done_callback(lambda task: self._end(task, len(events)))
        done, _ = await asyncio.wait({task}, timeout=self._limit_seconds)
        if done:
            return task.result()
        task.add_done_callback(_note_late)
        if await self._publishers.answers():
            raise BrokersBehind(f"The events were not acknowledged in {self._limit_seconds:g} s")
        raise BrokersUnavailable

    async def remembered(self, service: str, events: Sequence[OutgoingEvent]) -> list[Taken | None]:
        """What is remembered of each, without publishing anything; None where nothing is.

        Raises BrokersBehind, DatabaseUnavailable or NotMigrated.
        """
        identities = [ingested_ids.identity_of(event) for event in events]
        try:
            async with asyncio.timeout(self._limit_seconds):
                await self._slots.acquire()
        except TimeoutError:
            raise BrokersBehind("All that may publish at a time wait for the brokers") from None
        try:
            async with self._database.connection(ReadScope(service_id=service)) as found:
                known = await ingested_ids.known(found, service, identities)
        finally:
            self._slots.release()
        return [
            _duplicate(known[identity], event) if identity in known else None
            for identity, event in zip(identities, events, strict=True)
        ]

    def _end(self, task: "asyncio.Task[list[Taken]]", count: int) -> None:
        self._under_way.discard(task)
        self.in_flight_events -= count

    async def _take(self, service: str, events: Sequence[OutgoingEvent]) -> list[Taken]:
        """Each once, though some may be here twice."""
        identities = [ingested_ids.identity_of(event) for event in events]
        first: dict[bytes, OutgoingEvent] = {}
        for identity, event in zip(identities, events, strict=True):
            first.setdefault(identity, event)
        published, known = await self._publish(_Bringing(service, first))
        taken = []
        for identity, event in zip(identities, events, strict=True):
            if first[identity] is event and identity in published:
                taken.append(Taken(duplicate=False, place=published[identity]))
                continue
            before = known.get(identity) or KnownEvent(
                content_digest(first[identity]), published.get(identity)
            )
            taken.append(_duplicate(before, event))
        return taken

    async def _publish(
        self, bringing: _Bringing
    ) -> tuple[dict[bytes, tuple[str, int, int] | None], dict[bytes, KnownEvent]]:
        """Where each new event is, and what is remembered of the others."""
        async with self._slots, self._publisher(bringing) as publisher:
            scope = ReadScope(service_id=bringing.service)
            async with self._database.connection(scope) as connection, connection.transaction():
                new = await self._claim(connection, bringing)
                others = bringing.events.keys() - new
                known = (
                    await ingested_ids.known(connection, bringing.service, others) if others else {}
                )
                sent = {i: event for i, event in bringing.events.items() if i in new}
                if not sent:
                    return {}, known
                async with signs_of_life(connection):
                    places = await self._send(publisher, list(sent.values()))
                found = dict(zip(sent, places, strict=True))
                said = [(i, place) for i, place in found.items() if place is not None]
                await ingested_ids.remember(connection, bringing.service, said)
                return found, known

    @asynccontextmanager
    async def _publisher(self, bringing: _Bringing) -> AsyncIterator[Publisher]:
        """The common one; one of its own for what may be refused, which ends a publisher."""
        sizes = (len(orjson.dumps(event.data)) for event in bringing.events.values())
        if max(sizes) <= SURELY_TAKEN_BYTES:
            yield await self._publishers.publisher(bringing.topics)
            return
        own = LastingPublisher(self._settings)
        try:
            yield await own.publisher(bringing.topics)
        finally:
            await own.close()

    async def _claim(
        self, connection: AsyncConnection[Any], bringing: _Bringing
    ) -> frozenset[bytes]:
        seconds = self._settings.ingestion_id_retention_seconds
        try:
            return await ingested_ids.claim(connection, bringing.service, bringing.events, seconds)
        except psycopg.errors.LockNotAvailable:
            raise BrokersBehind("Another request publishes some of these events") from None

    async def _send(
        self, publisher: Publisher, events: Sequence[OutgoingEvent]
    ) -> list[tuple[str, int, int] | None]:
        places = [
            publisher.place(event_type(event.type).topic, event.subject.encode())
            for event in events
        ]
        try:
            published = await publisher.publish(events)
        except PublishingFailed as error:
            # Its numbering of batches may be broken from here on.
            await self._publishers.give_up(publisher, error)
            if isinstance(error.__cause__, TOO_LARGE):
                raise EventsTooLarge from error
            raise BrokersUnavailable from error
        return [place if place[2] >= 0 else None for place in published.each(places)]

    async def _prepare(self, connection: AsyncConnection[Any]) -> None:
        await prepare_session(connection)
        milliseconds = {"milliseconds": str(int(1000 * self._limit_seconds))}
        await connection.execute(SQL["prepare_session"], milliseconds)


def _duplicate(before: KnownEvent, event: OutgoingEvent) -> Taken:
    return Taken(True, before.place, differs=before.content != content_digest(event))


def _note_late(task: "asyncio.Task[list[Taken]]") -> None:
    """Nobody waits any more for what became of it."""
    if not task.cancelled() and (error := task.exception()):
        log.warning("events not taken", error=str(error), error_type=type(error).__name__)
