"""The relay: publishes what the outbox holds, in order per subject, at least once.

It runs in every worker beside the projector; a lease picks the one that works. A row is marked
after the broker's acknowledgement: whatever ends the relay before that, the row is published again
by the next one, as the same event. Nothing that fails here reaches the projector.
"""

import asyncio
from collections import defaultdict
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from typing import Any

import psycopg
import structlog
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from psycopg import AsyncConnection

from homeroom.commands import (
    access_log,
    changes,
    ingested_ids,
    nudges,
    request_counts,
    tickets,
)
from homeroom.commands.lease import Lease
from homeroom.commands.numbering import Ends, Leveller, log_ends, reached
from homeroom.commands.outbox import SQL, outgoing
from homeroom.commands.own_notifications import EndedMemberships
from homeroom.database import connect
from homeroom.engine.applying.failures import backoff_seconds
from homeroom.engine.process import in_background, was_cancelled
from homeroom.settings import Settings
from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.errors import HomeroomError, PublishingFailed
from homeroom_kit.publishing.events import OutgoingEvent, event_type
from homeroom_kit.publishing.publisher import Publisher

ROWS_MAX = 5_000
PRUNED_ROWS_MAX = 5_000
PRUNE_EVERY_SECONDS = 60.0
# How long the relay sleeps: while it stands by, while it has nothing to do (a notification wakes
# it), and between two checks whether sequence numbers have caught up.
STANDBY_SECONDS = 0.5
IDLE_SECONDS = 1.0
LEVELLING_SECONDS = 0.05
END_SECONDS_MAX = 2.0
# What Kafka refuses for its size is tried again: a topic may take larger records by then.
REFUSED_SECONDS = 60.0
# A statement that takes longer waits for a lock that nobody should hold.
STATEMENT_SECONDS_MAX = 30
TRANSACTION_SECONDS_MAX = 10

# The live generation was made by a version without students.
NO_SUCH_TABLES = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
TROUBLE = (psycopg.Error, KafkaError, HomeroomError, OSError)

log = structlog.get_logger(__name__)


class Relay:
    """One of several relays, of which one works at a time; `run` goes on until it is cancelled."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lease = Lease()
        self._publisher: Publisher | None = None
        self._unknown: dict[str, int] = {}
        self._forget()
        self._due = {"prune": 0.0, "nudge": 0.0}
        self._trouble = ""
        self._failures = 0
        self._nudging = True

    def _forget(self) -> None:
        """Forgets all that it knows of database and log.

        The database may have been restored since, and another relay may have published more.
        """
        self._leveller = Leveller(self._settings)
        self._ends: Ends | None = None
        self._ended_memberships = EndedMemberships()

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
            await connect(self._settings.require_database("relay"), "homeroom relay") as connection,
            AsyncExitStack() as stack,
        ):
            limits = (f"{STATEMENT_SECONDS_MAX}s", f"{TRANSACTION_SECONDS_MAX}s")
            await connection.execute(SQL["prepare_relay"], limits)
            await connection.execute(SQL["listen"])
            self._publisher = None
            self._forget()
            try:
                while True:
                    await self._turn(connection, stack)
            finally:
                with suppress(psycopg.Error):
                    await self._lease.release(connection)

    async def _turn(self, connection: AsyncConnection[Any], stack: AsyncExitStack) -> None:
        if not await self._lease.held(connection):
            self._forget()
            await asyncio.sleep(STANDBY_SECONDS)
            return
        level = await self._leveller.look(connection)
        busy, refused = False, None
        try:
            busy = await self._publish_some(connection, stack)
        except (HomeroomError, KafkaError) as error:
            # What cannot be published now does not keep the chores from being done.
            refused = error
        busy = await self._chores(connection) or busy
        if refused is not None:
            raise refused
        self._well()
        if not busy:
            await _notified(connection, IDLE_SECONDS if level else LEVELLING_SECONDS)

    async def _publish_some(self, connection: AsyncConnection[Any], stack: AsyncExitStack) -> bool:
        """Publishes and marks the oldest rows; returns whether there may be more."""
        known = list(EVENT_TYPES)
        await self._tell_of_unknown(connection, known)
        limits = {"limit": ROWS_MAX, "known": known, "refused": REFUSED_SECONDS}
        cursor = await connection.execute(SQL["unpublished"], limits)
        rows = await cursor.fetchall()
        if not rows:
            return False
        of_topics: defaultdict[str, list[tuple[int, OutgoingEvent]]] = defaultdict(list)
        for row in rows:
            event = outgoing(row)
            of_topics[event_type(event.type).topic].append((row[0], event))
        refused: Exception | None = None
        for some in of_topics.values():
            try:
                await self._publish_fitting(connection, stack, some)
            except (HomeroomError, KafkaError) as error:
                # A topic that is missing or forbidden does not delay the others.
                refused = refused or error
        if refused is not None:
            raise refused
        return len(rows) == ROWS_MAX

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
            await _publish(connection, self._publisher, some)
        except PublishingFailed as error:
            if not isinstance(error.__cause__, TOO_LARGE):
                raise
            # Its numbering of batches is broken from here on.
            self._publisher = None
            await stack.__aexit__(type(error), error, None)
        else:
            return frozenset()
        if len(some) == 1:
            number, event = some[0]
            await connection.execute(SQL["mark_refused"], (number,))
            log.warning("event refused for its size", type=event.type, subject=event.subject)
            return frozenset([_subject(event)])
        refused: frozenset[tuple[str, str]] = frozenset()
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            if left := [one for one in half if _subject(one[1]) not in refused]:
                refused |= await self._publish_fitting(connection, stack, left)
        return refused

    async def _tell_of_unknown(self, connection: AsyncConnection[Any], known: list[str]) -> None:
        """Logs which events wait for a version that knows their type, when that has changed."""
        cursor = await connection.execute(SQL["unknown"], {"known": known})
        unknown = dict(await cursor.fetchall())
        if unknown.keys() - self._unknown.keys():
            log.warning("outbox holds events of unknown types", types=unknown)
        self._unknown = unknown

    async def _chores(self, connection: AsyncConnection[Any]) -> bool:
        """Does periodic work that is due; returns whether there is more of it."""
        days = self._settings.outbox_retention_days
        busy = False
        if self._is_due("prune", PRUNE_EVERY_SECONDS):
            limits = {"days": days, "limit": PRUNED_ROWS_MAX}
            gone = await connection.execute(SQL["prune"], limits)
            await nudges.forget(connection)
            await tickets.prune(connection)
            seconds = self._settings.live_resume_seconds
            told = await changes.prune(connection, seconds, PRUNED_ROWS_MAX)
            log_days = self._settings.access_log_retention_days
            denied = await access_log.prune(connection, log_days, PRUNED_ROWS_MAX)
            counts = await request_counts.prune(connection, PRUNED_ROWS_MAX)
            ids = await ingested_ids.prune(connection, PRUNED_ROWS_MAX)
            pruned = (gone.rowcount, told, denied, counts, ids)
            busy = self._again_if(PRUNED_ROWS_MAX in pruned, "prune")
        busy = await self._tell_of_memberships(connection) or busy
        interval_seconds = self._settings.nudge_interval_seconds
        if interval_seconds and self._is_due("nudge", interval_seconds):
            busy = self._again_if(await self._nudge(connection), "nudge") or busy
        return busy

    async def _tell_of_memberships(self, connection: AsyncConnection[Any]) -> bool:
        """Tells teachers of memberships that ended; returns whether there is more of it."""
        try:
            return await self._ended_memberships.look(connection)
        except NO_SUCH_TABLES:
            # The live generation was made by a version without notifications.
            return False

    async def _nudge(self, connection: AsyncConnection[Any]) -> bool:
        """Looks for nudges; returns whether there are more. Failures do not delay the relay."""
        try:
            await nudges.require_tables(connection)
            if not await self._has_caught_up(connection):
                return False
            run = await nudges.look(connection)
        except NO_SUCH_TABLES as error:
            if self._nudging:
                log.warning("no nudges: `homeroom rebuild` makes the tables", error=str(error))
            self._nudging = False
            return False
        self._nudging = True
        return run.more

    async def _has_caught_up(self, connection: AsyncConnection[Any]) -> bool:
        """Whether the tables hold everything that was in the log when this relay began.

        After an outage the tables are out of date, and a nudge cannot be taken back.
        """
        if self._ends is None:
            self._ends = await log_ends(self._settings, nudges.TOPICS)
        if self._ends and not await reached(connection, self._ends):
            return False
        self._ends = {}
        return True

    def _is_due(self, what: str, every_seconds: float) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._due[what]:
            return False
        self._due[what] = now + every_seconds
        return True

    def _again_if(self, more: bool, what: str) -> bool:
        if more:
            self._due[what] = 0.0
        return more


async def _publish(
    connection: AsyncConnection[Any], publisher: Publisher, some: list[tuple[int, OutgoingEvent]]
) -> None:
    """Publishes and marks events of one topic, each with the id of its row."""
    published = await publisher.publish([event for _, event in some])
    if -1 in published.offsets.values():
        raise HomeroomError("Kafka does not say where it put events; they are sent again.")
    places = [_place(publisher, event) for _, event in some]
    await connection.execute(
        SQL["mark_published"],
        {
            "ids": [number for number, _ in some],
            "topics": [topic for topic, _ in places],
            "partitions": [partition for _, partition in places],
            # The last offset of this call in the partition, which is not below any event's own.
            "offsets": [published.offsets[place] for place in places],
        },
    )


def _subject(event: OutgoingEvent) -> tuple[str, str]:
    return event.type.split(".")[0], event.subject


def _place(publisher: Publisher, event: OutgoingEvent) -> tuple[str, int]:
    return publisher.place(event_type(event.type).topic, event.subject.encode())


async def _notified(connection: AsyncConnection[Any], seconds: float) -> None:
    """Returns when a command has committed, or after so many seconds."""
    async for _ in connection.notifies(timeout=seconds, stop_after=1):
        pass


def relaying(settings: Settings) -> AbstractAsyncContextManager[None]:
    """Relays the outbox while the block runs; errors of the relay do not reach the block."""
    return in_background(Relay(settings).run(), "relay", END_SECONDS_MAX)
