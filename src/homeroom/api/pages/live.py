"""Pages that stay as new as the tables: a stream of events says when what they show has changed.

A page marks the part that changes, and has a route of its own for its stream:

    <section id="board" data-live="{{ root }}/teacher/stream?seen={{ tag }}"
             hx-get="{{ root }}/teacher" hx-select="#board" hx-trigger="changed"
             hx-swap="morph:outerHTML">

    return live_page(request, read)

``read`` makes the same parts as the page does, and ``tag`` is `tag_of` them: what changed between
the page and its stream is told, too. What changes without any event, because a day has begun where
the viewer is, is told as well.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from hashlib import blake2b

import orjson
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access_log import user_id_of
from homeroom.api.auth import Principal
from homeroom.api.errors import ApiError
from homeroom.api.live.ending import FORBIDDEN, UNAUTHENTICATED, Ended, TooManyLive
from homeroom.api.live.event_stream import COMMENT, COMMENT_SECONDS, HEADERS, EventStream
from homeroom.api.pages.parts import PagePart
from homeroom.api.pages.site import site_of_app
from homeroom.api.services import Services, services_of_app
from homeroom.errors import DatabaseUnavailable, NotMigrated, RightsEnded, TokenRevoked
from homeroom.queries.database import TokenIdentity

# Between two reads, however often something moves; and while the database is away.
LOOK_SECONDS = 0.5
RETRY_SECONDS = 1.0
# All time zones differ from UTC by quarters of an hour.
QUARTER_SECONDS = 900
# After so many milliseconds a browser connects again.
BEGIN = b"retry: 2000\n\n"
AWAY = (DatabaseUnavailable, NotMigrated)

Reading = Callable[[], Awaitable[Sequence[PagePart]]]


def live_page(request: Request, read: Reading) -> Response:
    """The stream of a page, whose session was looked at.

    It sends `changed` where the parts tell something else than before, and `as-of` with the line
    that says how new they are where only that is another. `ended` says that the session is over.

    Raises ApiError 429 for one live connection too many.
    """
    if request.scope.get("head"):
        return Response(headers=HEADERS, media_type=EventStream.media_type)
    services = services_of_app(request)
    seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
    page = LivePage(services, request.state.session.principal, read, seen, _writer_of(request))
    try:
        page.enter()
    except TooManyLive as error:
        raise ApiError(429, str(error), {"Retry-After": "1"}) from None
    return EventStream(services.live, page, page.events(), page.leave)


def tag_of(*parts: PagePart) -> str:
    """What the parts tell, in short; how new they are does not count."""
    told = [(part.data, part.failure) for part in parts]
    return blake2b(orjson.dumps(told, option=orjson.OPT_UTC_Z), digest_size=12).hexdigest()


def turn_after(now: datetime) -> datetime:
    """The next moment at which a day may begin somewhere."""
    quarters = int(now.timestamp()) // QUARTER_SECONDS
    return datetime.fromtimestamp((quarters + 1) * QUARTER_SECONDS, UTC)


def freshness_of(parts: Sequence[PagePart]) -> PagePart:
    """How new the parts are together: as old as the oldest, as incomplete as any."""
    as_of = [part.as_of for part in parts if part.as_of]
    since = [part.incomplete_since for part in parts if part.incomplete_since]
    return PagePart(as_of=min(as_of, default=None), incomplete_since=min(since, default=None))


def _writer_of(request: Request) -> Callable[[PagePart], str]:
    renderer = site_of_app(request).renderer
    return lambda fresh: renderer.text(request, "parts/freshness.html", part=fresh)


class LivePage:
    """One page that somebody looks at.

    ``seen``: the tag of what it shows already, empty where it did not say. ``write``: makes the
    line that says how new the parts are.
    """

    def __init__(
        self, services: Services, caller: Principal, read: Reading, seen: str,
        write: Callable[[PagePart], str],
    ) -> None:  # fmt: skip
        self.person = user_id_of(caller)
        self.token: TokenIdentity = caller.token
        self.ended: Ended | None = None
        self._services = services
        self._expires_at_seconds = caller.expires_at_seconds
        self._clock = services.clock
        self._turns_at = turn_after(self._clock())
        self._read, self._write = read, write
        self._seen = seen
        self._line = ""
        self._woken = asyncio.Event()
        self._following = ExitStack()

    def enter(self) -> None:
        """Count as a live connection, and follow the positions. Raises TooManyLive."""
        self._services.live.add_client(self)
        self._following.enter_context(self._services.positions.following(self._woken))
        # What moved since the page was made.
        self._woken.set()

    def leave(self) -> None:
        """Give the place back."""
        self._following.close()
        self._services.live.remove_client(self)

    def look_at_rights(self) -> None:
        """Has the rights be looked at, although nothing has moved."""
        self._woken.set()

    def end(self, ended: Ended) -> None:
        """Ends the stream with the next event."""
        self.ended = self.ended or ended
        self._woken.set()

    async def events(self) -> AsyncIterator[bytes]:
        """What is sent, until the stream ends."""
        yield BEGIN
        while self.ended is None:
            if not await self._wait():
                yield COMMENT
            elif self.ended is None:
                event = await self._look()
                if event:
                    yield event
                await asyncio.sleep(LOOK_SECONDS)
        if self.ended.code in (UNAUTHENTICATED, FORBIDDEN):
            yield _event("ended", self.ended.reason)

    async def _wait(self) -> bool:
        """Whether there is something to do, before it is time for a comment."""
        left = self._expires_at_seconds - time.time()
        to_turn = (self._turns_at - self._clock()).total_seconds()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(COMMENT_SECONDS, left, to_turn))):
                await self._woken.wait()
        # However it was woken: where positions advance all the time, no wait is ever too long.
        if time.time() >= self._expires_at_seconds:
            self.end(Ended(UNAUTHENTICATED, "The session has expired"))
        elif (now := self._clock()) >= self._turns_at:
            self._turns_at = turn_after(now)
            self._woken.set()
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    async def _look(self) -> bytes:
        """Read anew, and say what is other than before; nothing while the database is away."""
        try:
            parts = await self._read()
        except (TokenRevoked, RightsEnded):
            self.end(Ended(UNAUTHENTICATED, "The session was revoked"))
            return b""
        except ApiError as error:
            self.end(Ended(UNAUTHENTICATED if error.status == 401 else FORBIDDEN, error.message))
            return b""
        except AWAY:
            parts = (PagePart(status=503),)
        if any(part.status == 503 for part in parts):
            # What is shown stays, and grows old.
            await asyncio.sleep(RETRY_SECONDS - LOOK_SECONDS)
            self._woken.set()
            return b""
        return self._told(parts)

    def _told(self, parts: Sequence[PagePart]) -> bytes:
        tag, line = tag_of(*parts), self._write(freshness_of(parts))
        changed, self._seen = self._seen not in ("", tag), tag
        if changed:
            self._line = line
            return _event("changed", tag, tag)
        if line == self._line:
            return b""
        self._line = line
        return _event("as-of", line, tag)


def _event(kind: str, data: str, id_: str = "") -> bytes:
    lines = [f"id: {id_}"] if id_ else []
    lines += [f"event: {kind}", *(f"data: {line}" for line in data.splitlines() or [""])]
    return ("\n".join(lines) + "\n\n").encode()
