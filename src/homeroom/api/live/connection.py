"""One live connection: what is to be told to a teacher at a school, and until when."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import orjson

from homeroom.api.access import Access
from homeroom.api.assignments.ids import to_wire
from homeroom.api.live.ending import FORBIDDEN, UNAUTHENTICATED, Ended
from homeroom.api.live.messages import Item, NotThere, read_items, touched
from homeroom.errors import DatabaseUnavailable, NotMigrated, RightsEnded, TokenRevoked
from homeroom.queries.changes import Change, ChangeFeed
from homeroom.queries.database import TokenIdentity

# Between two attempts to read while the database is away.
RETRY_SECONDS = 1.0


class LiveConnection:
    """One client that is told what changes for a teacher at a school.

    ``messages`` is what both kinds of transport send. A change is kept as the id of a row until the
    client can take a message, so a slow client costs little, and never gets what is out of date.
    """

    def __init__(
        self, feed: ChangeFeed, access: Access, school: dict[str, Any], expires_at_seconds: float
    ) -> None:
        self.access = access
        self.teacher_id = access.scope.teacher_id
        self.school = school
        self.ended: Ended | None = None
        self._feed = feed
        self._expires_at_seconds = expires_at_seconds
        self._changes: dict[tuple[str, str], Change] = {}
        # The newest change that is known here, and up to which all was told.
        self._newest = self._told_up_to = 0
        self._woken = asyncio.Event()
        self._begins_anew = False
        self._stats: dict[str, Any] | None = None

    @property
    def person(self) -> str:
        """The teacher."""
        return self.teacher_id

    @property
    def token(self) -> TokenIdentity:
        """What it was entered by."""
        return self.access.token

    def concerns(self, change: Change) -> bool:
        """Whether a change is of this teacher and school, as far as it says."""
        if change.teacher_id is not None and change.teacher_id != self.teacher_id:
            return False
        return change.school_id is None or change.school_id == self.school["id"]

    def tell(self, change: Change) -> None:
        """Has a change be told; the same row is told once, as it is then."""
        if not change.relation:
            self._begins_anew = True
        # What comes anew goes to the end.
        self._changes.pop((change.relation, change.key), None)
        self._changes[change.relation, change.key] = change
        self._newest = max(self._newest, change.id)
        self._woken.set()

    def look_at_rights(self) -> None:
        """Has the rights be looked at, although nothing has changed."""
        self._woken.set()

    def end(self, ended: Ended) -> None:
        """Ends the connection with the next message."""
        self.ended = self.ended or ended
        self._woken.set()

    async def messages(self, position: str | None, every_seconds: float) -> AsyncIterator[bytes]:
        """What is sent: `ready` first, then what changes, until the connection ends.

        ``position``: where the client was, if it was. ``every_seconds``: after so long without a
        message an empty one says that the connection lives. ``ended`` says why it has ended.
        """
        async for message in self._begin(position):
            yield message
        # They may have ended between the look at them and the first change that is told.
        self.look_at_rights()
        while self.ended is None:
            if not await self._wait(every_seconds):
                yield b""
            elif self.ended is None:
                for message in await self._next():
                    yield message

    async def _begin(self, position: str | None) -> AsyncIterator[bytes]:
        if position is None:
            self._newest = self._told_up_to = await self._feed.standing()
            yield self._ready(resumed=False)
            return
        missed = await self._feed.missed(position, self.teacher_id, self.school["id"])
        if missed.changes is None:
            self._newest = self._told_up_to = missed.newest
            yield self._ready(resumed=False)
            return
        self._told_up_to = missed.position
        yield _message("ready", position, self._about(resumed=True))
        for change in missed.changes:
            if self.concerns(change):
                self.tell(change)
        self._newest = max(self._newest, missed.newest)

    def _ready(self, *, resumed: bool) -> bytes:
        return _message("ready", self._feed.position(self._newest), self._about(resumed=resumed))

    def _about(self, *, resumed: bool) -> dict[str, Any]:
        school = {"id": to_wire(self.school["id"]), "name": self.school["name"]}
        return {"school": school, "resumed": resumed}

    async def _wait(self, seconds: float) -> bool:
        """Whether there is something to do, before so many seconds are over."""
        left = self._expires_at_seconds - time.time()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(seconds, left))):
                await self._woken.wait()
        # However it was woken: where something changes all the time, no wait is ever too long.
        if time.time() >= self._expires_at_seconds:
            self.end(Ended(UNAUTHENTICATED, "The token has expired"))
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    async def _next(self) -> Sequence[bytes]:
        """What has changed since; the last message says how far that is."""
        taken, self._changes = self._changes, {}
        newest, anew, self._begins_anew = self._newest, self._begins_anew, False
        told: Sequence[Item] = ()
        try:
            if anew:
                # The tables may be another database's, whose changes have other numbers.
                standing = await self._feed.standing()
            else:
                told = await read_items(self.access, self.school, touched(taken.values()))
        except TokenRevoked:
            self.end(Ended(UNAUTHENTICATED, "The token was revoked"))
        except (RightsEnded, NotThere):
            self.end(Ended(FORBIDDEN, "Access denied to this school"))
        except (DatabaseUnavailable, NotMigrated):
            # What was taken is told later, before what came since.
            self._changes = {**taken, **self._changes}
            self._begins_anew = self._begins_anew or anew
            await asyncio.sleep(RETRY_SECONDS)
            self._woken.set()
        else:
            return self._anew(standing) if anew else self._written(told, newest)
        return []

    def _anew(self, standing: int) -> Sequence[bytes]:
        self._stats, self._newest, self._told_up_to = None, standing, standing
        # Whoever has no right to what is new is told so next.
        self.look_at_rights()
        return [self._ready(resumed=False)]

    def _written(self, told: Sequence[Item], newest: int) -> list[bytes]:
        """Whoever breaks off between two of them gets them all again: only the last moves on."""
        sent = [item for item in told if item.kind != "stats" or item.data != self._stats]
        self._stats = next((i.data for i in told if i.kind == "stats"), self._stats)
        before, after = self._feed.position(self._told_up_to), self._feed.position(newest)
        self._told_up_to = newest
        last = len(sent) - 1
        return [
            _message(item.kind, after if n == last else before, item.data)
            for n, item in enumerate(sent)
        ]


def _message(kind: str, position: str, data: object) -> bytes:
    message = {"type": kind, "position": position, "data": data}
    return orjson.dumps(message, option=orjson.OPT_UTC_Z)
