"""A browser's EventSource at the stream of a page, without the browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.support.live import SECONDS_MAX, Live
from tests.support.readmodel import TEACHER
from tests.support.signing_in import session_cookie


@dataclass(frozen=True)
class PageEvent:
    """An event of the stream."""

    kind: str
    data: str
    id: str


class PageStream:
    """What a stream says, event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def event(self) -> PageEvent | None:
        """The next event; None where the stream has ended."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(SECONDS_MAX):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if not line and "event" in fields:
                    return PageEvent(fields["event"], fields["data"], fields.get("id", ""))
                if name:
                    fields[name] = f"{fields[name]}\n{value}" if name in fields else value
        return None

    async def next(self, kind: str) -> PageEvent:
        """The next event, which must be of this kind."""
        event = await self.event()
        assert event is not None
        assert event.kind == kind, event
        return event


def signed_in(live: Live, sub: str = TEACHER, role: str = "teacher") -> dict[str, str]:
    """The headers of somebody who is signed in."""
    cookies = session_cookie(live.app, live.settings, sub, role)
    return {"Cookie": "; ".join(map("=".join, cookies.items()))}


@asynccontextmanager
async def following(
    live: Live, path: str, sub: str, role: str = "teacher", **headers: str
) -> AsyncIterator[PageStream]:
    """The stream at a path, for somebody who is signed in."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent |= signed_in(live, sub, role)
    async with live.http.stream("GET", path, headers=sent) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield PageStream(answer)
