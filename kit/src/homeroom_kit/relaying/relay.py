"""The relay: publishes what an outbox holds, in order per subject, at least once.

It may run in several processes; a lease picks the one that works. A row is marked after the
broker's acknowledgement: whatever ends the relay before that, the row is published again by the
next one, as the same event.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from psycopg import AsyncConnection

from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.errors import HomeroomError, PublishingFailed
from homeroom_kit.publishing.events import OutgoingEvent, event_type
from homeroom_kit.publishing.publisher import Publisher
from homeroom_kit.relaying.hooks import NoHooks, RelayHooks
from homeroom_kit.relaying.lease import Lease
from homeroom_kit.relaying.rows import outgoing
from homeroom_kit.settings import KafkaSettings
from homeroom_kit.statements import load_for
from homeroom_kit.tasks import backoff_seconds, was_cancelled

ROWS_MAX = 5_000
PRUNED_ROWS_MAX = 5_000
PRUNE_EVERY_SECONDS = 60.0
# How long the relay sleeps: while it stands by, while it has nothing to do (a notification wakes
# it), and between two turns of a program that is not level yet.
STANDBY_SECONDS = 0.5
IDLE_SECONDS = 1.0
LEVELLING_SECONDS = 0.05
# What Kafka refuses for its size is tried again: a topic may take larger records by then.
REFUSED_SECONDS = 60.0
# A topic that is missing or forbidden: without it, its events would be all that is ever selected.
RESTING_SECONDS = 5.0
# Counting events of unknown types reads all that is unpublished.
UNKNOWN_EVERY_SECONDS = 60.0
# A statement that takes longer waits for a lock that nobody should hold.
STATEMENT_SECONDS_MAX = 30
TRANSACTION_SECONDS_MAX = 10
# PostgreSQL 17.
TRANSACTION_LIMIT_VERSION_MIN = 170_000

TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
TROUBLE = (psycopg.Error, KafkaError, HomeroomError, OSError)

log = structlog.get_logger(__name__)


Connect = Callable[[], Awaitable[AsyncConnection[Any]]]
"""Opens a connection in autocommit mode."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Where the events stand: the schema of the tables, and the ``source`` that the events get.

    ``remedy`` is what to do where there are no such tables. Rows are deleted
    ``retention_days`` after they were published.
    """

    schema: str
    source: str
    remedy: str
    retention_days: int


class Relay:
    """One of several relays, of which one works at a time; `run` goes on until it is cancelled."""

    def __init__(
        self,
        settings: KafkaSettings,
        connect: Connect,
        outbox: Outbox,
        hooks: RelayHooks | None = None,
    ) -> None:
        self._settings, self._connect, self._outbox = settings, connect, outbox
        self._hooks: RelayHooks = hooks or NoHooks()
        self._sql = load_for(outbox.schema, "relay", __package__)
        self._lease = Lease(outbox.schema, outbox.remedy)
        self._publisher: Publisher | None = None
        self._unknown: dict[str, int] = {}
        self._unknown_at_seconds = 0.0
        # Topics that have just failed, and until when nothing of theirs is tried.
        self._resting: dict[str, float] = {}
        self._prune_at_seconds = 0.0
        self._trouble = ""
        self._failures = 0

    async def run(self) -> None:
        """Relays, and retries after every error; each kind of error is logged once."""
        while True:
            try:
                await self._run_connected()
            except TROUBLE as error:
                self._say(error)
            except (Exception, asyncio.CancelledError) as error:
                if was_cancelled():
                    raise
                # A bug in the relay or in a library must not end it for good.
                if self._trouble != type(error).__name__:
                    log.exception("outbox not relayed, trying again")
                self._trouble = type(error).__name__
            self._failures += 1
            await asyncio.sleep(backoff_seconds(self._failures))

    def _say(self, error: Exception) -> None:
        """Logs a new kind of error; the text of one kind may differ with each attempt."""
        kind, cause = type(error).__name__, error.__cause__ or error
        trouble = f"{kind}: {type(cause).__name__}"
        if self._trouble != trouble:
            text = str(error).strip()
            log.warning("outbox not relayed, trying again", error=text, error_type=kind)
        self._trouble = trouble

    def _well(self) -> None:
        if self._trouble:
            log.info("outbox relayed again")
        self._trouble, self._failures = "", 0

    async def _run_connected(self) -> None:
        """Relays over one connection to the database, and one to the brokers when first needed."""
        async with (
            await self._connect() as connection,
            AsyncExitStack() as stack,
        ):
            await self._prepare(connection)
            self._publisher = None
            self._hooks.forget()
            try:
                while True:
                    await self._turn(connection, stack)
            finally:
                with suppress(psycopg.Error):
                    await self._lease.release(connection)

    async def _prepare(self, connection: AsyncConnection[Any]) -> None:
        await connection.execute(self._sql["prepare_relay"], (f"{STATEMENT_SECONDS_MAX}s",))
        if connection.info.server_version >= TRANSACTION_LIMIT_VERSION_MIN:
            limit = (f"{TRANSACTION_SECONDS_MAX}s",)
            await connection.execute(self._sql["limit_transactions"], limit)
        await connection.execute(self._sql["listen"])

    async def _turn(self, connection: AsyncConnection[Any], stack: AsyncExitStack) -> None:
        if not await self._lease.held(connection):
            self._hooks.forget()
            await asyncio.sleep(STANDBY_SECONDS)
            return
        level = await self._hooks.level(connection)
        busy, refused = False, None
        try:
            busy = await self._publish_some(connection, stack)
        except (HomeroomError, KafkaError) as error:
            # What cannot be published now does not keep the chores from being done.
            refused = error
        busy = await self._prune(connection) or busy
        busy = await self._hooks.chores(connection) or busy
        if refused is not None:
            raise refused
        if not self._resting:
            self._well()
        if not busy:
            await _notified(connection, IDLE_SECONDS if level else LEVELLING_SECONDS)

    async def _publish_some(self, connection: AsyncConnection[Any], stack: AsyncExitStack) -> bool:
        """Publishes and marks the oldest rows; returns whether there may be more."""
        loop = asyncio.get_running_loop()
        self._resting = {t: until for t, until in self._resting.items() if until > loop.time()}
        known = list(EVENT_TYPES)
        wanted = [name for name in known if event_type(name).topic not in self._resting]
        limits = {"limit": ROWS_MAX, "known": known, "wanted": wanted, "refused": REFUSED_SECONDS}
        cursor = await connection.execute(self._sql["unpublished"], limits)
        rows = await cursor.fetchall()
        if len(rows) < ROWS_MAX or loop.time() > self._unknown_at_seconds:
            self._unknown_at_seconds = loop.time() + UNKNOWN_EVERY_SECONDS
            await self._tell_of_unknown(connection, known)
        if not rows:
            return False
        of_topics: defaultdict[str, list[tuple[int, OutgoingEvent]]] = defaultdict(list)
        for row in rows:
            event = outgoing(row, self._outbox.source)
            of_topics[event_type(event.type).topic].append((row[0], event))
        refused: Exception | None = None
        failed = 0
        for topic, some in of_topics.items():
            try:
                await self._publish_fitting(connection, stack, some)
            except (HomeroomError, KafkaError) as error:
                # A topic that is missing or forbidden does not delay the others.
                self._resting[topic] = loop.time() + RESTING_SECONDS
                refused = refused or error
                failed += 1
                await self._leave_publisher(stack, error)
        if refused is not None:
            if failed == len(of_topics):
                raise refused
            self._say(refused)
        return len(rows) == ROWS_MAX

    async def _leave_publisher(self, stack: AsyncExitStack, error: Exception) -> None:
        """Lets a publisher go whose numbering of batches is broken from here on."""
        self._publisher = None
        await stack.__aexit__(type(error), error, None)

    async def _publish_fitting(
        self,
        connection: AsyncConnection[Any],
        stack: AsyncExitStack,
        some: list[tuple[int, OutgoingEvent]],
    ) -> frozenset[tuple[str, str]]:
        """Publishes events of one topic, but for those that Kafka refuses for their size.

        Returns their entities and subjects, of which nothing that follows was published either.
        """
        if self._publisher is None:
            self._publisher = await stack.enter_async_context(Publisher(self._settings))
        try:
            await self._publish(connection, self._publisher, some)
        except PublishingFailed as error:
            if not isinstance(error.__cause__, TOO_LARGE):
                raise
            await self._leave_publisher(stack, error)
        else:
            return frozenset()
        if len(some) == 1:
            number, event = some[0]
            await connection.execute(self._sql["mark_refused"], (number,))
            log.warning("event refused for its size", type=event.type, subject=event.subject)
            return frozenset([_subject(event)])
        refused: frozenset[tuple[str, str]] = frozenset()
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            if left := [one for one in half if _subject(one[1]) not in refused]:
                refused |= await self._publish_fitting(connection, stack, left)
        return refused

    async def _publish(
        self,
        connection: AsyncConnection[Any],
        publisher: Publisher,
        some: list[tuple[int, OutgoingEvent]],
    ) -> None:
        """Publishes and marks events of one topic, each with the id of its row."""
        published = await publisher.publish([event for _, event in some])
        if -1 in published.offsets.values():
            raise HomeroomError("Kafka does not say where it put events; they are sent again.")
        places = [_place(publisher, event) for _, event in some]
        await connection.execute(
            self._sql["mark_published"],
            {
                "ids": [number for number, _ in some],
                "topics": [topic for topic, _ in places],
                "partitions": [partition for _, partition in places],
                # The last offset of this call in the partition, which is not below any event's own.
                "offsets": [published.offsets[place] for place in places],
            },
        )

    async def _tell_of_unknown(self, connection: AsyncConnection[Any], known: list[str]) -> None:
        """Logs which events wait for a version that knows their type, when that has changed."""
        cursor = await connection.execute(self._sql["unknown"], {"known": known})
        unknown = dict(await cursor.fetchall())
        if unknown.keys() - self._unknown.keys():
            log.warning("outbox holds events of unknown types", types=unknown)
        self._unknown = unknown

    async def _prune(self, connection: AsyncConnection[Any]) -> bool:
        """Deletes old rows now and then; returns whether there are more."""
        now = asyncio.get_running_loop().time()
        if now < self._prune_at_seconds:
            return False
        limits = {"days": self._outbox.retention_days, "limit": PRUNED_ROWS_MAX}
        gone = await connection.execute(self._sql["prune"], limits)
        more = gone.rowcount == PRUNED_ROWS_MAX
        self._prune_at_seconds = 0.0 if more else now + PRUNE_EVERY_SECONDS
        return more


def _subject(event: OutgoingEvent) -> tuple[str, str]:
    return event.type.split(".")[0], event.subject


def _place(publisher: Publisher, event: OutgoingEvent) -> tuple[str, int]:
    return publisher.place(event_type(event.type).topic, event.subject.encode())


async def _notified(connection: AsyncConnection[Any], seconds: float) -> None:
    """Returns when a command has committed, or after so many seconds."""
    async for _ in connection.notifies(timeout=seconds, stop_after=1):
        pass
