"""The relay of homeroom's own outbox: the kit's, with what else one worker at a time has to do.

It runs in every worker beside the projector. Nothing that fails here reaches the projector.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection

from homeroom.commands import (
    access_log,
    changes,
    ingested_ids,
    nudges,
    request_counts,
    tickets,
)
from homeroom.commands.numbering import Ends, Leveller, log_ends, reached
from homeroom.commands.outbox import SOURCE
from homeroom.commands.own_notifications import EndedMemberships
from homeroom.database import connect
from homeroom.settings import Settings
from homeroom_kit.relaying.relay import Outbox, Relay
from homeroom_kit.tasks import in_background

PRUNED_ROWS_MAX = 5_000
PRUNE_EVERY_SECONDS = 60.0
END_SECONDS_MAX = 2.0

# The live generation was made by a version without students.
NO_SUCH_TABLES = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)

log = structlog.get_logger(__name__)


class RelayChores:
    """What the relay that works does for homeroom: numbers, nudges, notifications, old rows."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.forget()
        self._due = {"prune": 0.0, "nudge": 0.0}
        self._nudging = True

    def forget(self) -> None:
        """Forgets all that it knows of database and log.

        The database may have been restored since, and another relay may have published more.
        """
        self._leveller = Leveller(self._settings)
        self._ends: Ends | None = None
        self._ended_memberships = EndedMemberships()

    async def level(self, connection: AsyncConnection[Any]) -> bool:
        """Whether sequence numbers have caught up with the log."""
        return await self._leveller.look(connection)

    async def chores(self, connection: AsyncConnection[Any]) -> bool:
        """Does periodic work that is due; returns whether there is more of it."""
        busy = False
        if self._is_due("prune", PRUNE_EVERY_SECONDS):
            await nudges.forget(connection)
            await tickets.prune(connection)
            seconds = self._settings.live_resume_seconds
            told = await changes.prune(connection, seconds, PRUNED_ROWS_MAX)
            log_days = self._settings.access_log_retention_days
            denied = await access_log.prune(connection, log_days, PRUNED_ROWS_MAX)
            counts = await request_counts.prune(connection, PRUNED_ROWS_MAX)
            ids = await ingested_ids.prune(connection, PRUNED_ROWS_MAX)
            pruned = (told, denied, counts, ids)
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


def make_relay(settings: Settings) -> Relay:
    """A relay of homeroom's own outbox; ``run`` goes on until it is cancelled."""
    outbox = Outbox(
        schema="homeroom",
        source=SOURCE,
        remedy="Run `homeroom migrate` against it first.",
        retention_days=settings.outbox_retention_days,
    )

    async def connected() -> AsyncConnection[Any]:
        return await connect(settings.require_database("relay"), "homeroom relay")

    return Relay(settings, connected, outbox, RelayChores(settings))


def relaying(settings: Settings) -> AbstractAsyncContextManager[None]:
    """Relays the outbox while the block runs; errors of the relay do not reach the block."""
    return in_background(make_relay(settings).run(), "relay", END_SECONDS_MAX)
