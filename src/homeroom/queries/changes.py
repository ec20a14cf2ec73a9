"""The change feed, followed by one LISTEN connection for all live connections of a process.

A change's id ascends in the order of commits: it is drawn behind the lock of the live generation.
So whoever has seen one has seen all before it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import psycopg
import structlog

from homeroom.errors import DatabaseUnavailable
from homeroom.queries.database import Connection, Database, ReadScope, answering
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import compose
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

SQL = load("changes", __package__)
STANDING = compose(about=SQL["standing"], since=STATEMENT["since_never"])
MISSED = compose(about=SQL["standing"], rows=SQL["missed"], since=STATEMENT["since_never"])
# Who reads the feed, as row-level security knows it.
FOLLOWER = ReadScope(service_id="homeroom")
CHANGES_MAX = 5_000
BACKOFF_SECONDS_MAX = 2.0
# The feed is asked after this long at the latest: a frozen server notifies nobody.
SILENCE_SECONDS = 10.0
# For the feed to be followed, after the start of the service.
FOLLOWED_SECONDS_MAX = 3.0
TOKENS = "homeroom_tokens"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that a commit has changed, and whom it concerns.

    ``relation``: empty where another generation is live from here on.
    """

    id: int
    relation: str
    key: str
    teacher_id: str | None
    school_id: str | None


@dataclass(frozen=True, slots=True)
class Missed:
    """What a client missed that had seen all up to ``position``, until ``newest``.

    ``changes``: None where that is not known any more.
    """

    position: int
    newest: int
    changes: tuple[Change, ...] | None


class ChangeFeed:
    """Follows the feed while somebody wants it, and tells changes and revoked tokens.

    ``wanted``: whether anybody does. ``on_changes`` and ``on_revoked`` (a token's id, or whose it
    is; None where it may be any) are called in the process's loop and must return soon.
    """

    def __init__(
        self,
        database: Database,
        wanted: Callable[[], bool],
        on_changes: Callable[[Sequence[Change]], None],
        on_revoked: Callable[[str | None], None],
    ) -> None:
        self._database = database
        self._wanted = wanted
        self._on_changes = on_changes
        self._on_revoked = on_revoked
        # The newest change that was told; None while nobody wants any.
        self._told: int | None = None
        self._identity = ""
        self._followed = asyncio.Event()

    def position(self, change_id: int) -> str:
        """Where a client is, as it carries it."""
        return f"{change_id}-{self._identity}"

    async def standing(self) -> int:
        """The newest change; what comes after is told. Raises what Database.read raises."""
        await self._begin()
        return await self._newest()

    async def missed(self, position: str, teacher_id: str, school_id: str) -> Missed:
        """What a client missed that was at a position; what comes after is told.

        Raises what Database.read raises.
        """
        await self._begin()
        number, _, identity = position.partition("-")
        if not (number.isascii() and number.isdigit() and len(number) < 19) or (
            identity != self._identity
        ):
            newest = await self._newest()
            return Missed(newest, newest, None)
        told = int(number)
        parameters = {"after": told, "teacher_id": teacher_id, "school_id": school_id}
        result = await self._database.read(MISSED, parameters, scope=FOLLOWER)
        assert result.about is not None
        oldest, newest = result.about["oldest"], result.about["newest"]
        changes = tuple(Change(**row) for row in result.rows)
        known = oldest - 1 <= told <= newest and all(change.relation for change in changes)
        return Missed(told, newest, changes if known else None)

    async def _begin(self) -> None:
        """Has all be told from here on, before anything is looked at: so nothing is between."""
        try:
            async with asyncio.timeout(FOLLOWED_SECONDS_MAX):
                await self._followed.wait()
        except TimeoutError:
            raise DatabaseUnavailable from None
        if self._told is None:
            newest = await self._newest()
            self._told = newest if self._told is None else self._told

    async def _newest(self) -> int:
        result = await self._database.read(STANDING, scope=FOLLOWER)
        assert result.about is not None
        return int(result.about["newest"])

    async def run(self) -> None:
        """Follow until cancelled; a lost connection is made again, and nothing is left out.

        Who was away for longer than changes are kept begins anew.
        """
        backoff_seconds = 0.1
        while True:
            try:
                async with await self._database.connect() as connection:
                    async with answering():
                        for statement in ("follow", "listen_to_changes", "listen_to_tokens"):
                            await connection.execute(SQL[statement])
                        await self._identify(connection)
                        await self._look_for_pruned(connection)
                    # What was revoked while nobody listened.
                    self._on_revoked(None)
                    backoff_seconds = 0.1
                    await self._follow(connection)
            except (psycopg.Error, HomeroomError, OSError) as error:
                log.warning("changes_not_followed", error=str(error), retry=backoff_seconds)
            await asyncio.sleep(backoff_seconds)
            backoff_seconds = min(2 * backoff_seconds, BACKOFF_SECONDS_MAX)

    async def _identify(self, connection: Connection) -> None:
        row = await (await connection.execute(SQL["identity"])).fetchone()
        assert row is not None
        identity = blake2b(row[0].encode(), digest_size=4).hexdigest()
        if self._identity and identity != self._identity:
            # Restored: what was told may never have been.
            self._begin_anew()
        self._identity = identity
        self._followed.set()

    async def _look_for_pruned(self, connection: Connection) -> None:
        """Has all begin anew where some of what came meanwhile is not kept any more."""
        row = await (await connection.execute(SQL["standing"])).fetchone()
        assert row is not None
        if self._told is not None and row[0] - 1 > self._told:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._told = None
        self._on_changes([Change(0, "", "", None, None)])

    async def _follow(self, connection: Connection) -> None:
        while True:
            await self._tell(connection)
            async for notice in connection.notifies(timeout=SILENCE_SECONDS, stop_after=1):
                if notice.channel == TOKENS:
                    self._on_revoked(notice.payload)

    async def _tell(self, connection: Connection) -> None:
        if not self._wanted():
            self._told = None
        while self._told is not None:
            parameters = {"after": self._told, "limit": CHANGES_MAX}
            async with answering():
                rows = await (await connection.execute(SQL["after"], parameters)).fetchall()
            if rows:
                self._told = rows[-1][0]
                self._on_changes([Change(*row) for row in rows])
            if len(rows) < CHANGES_MAX:
                return
