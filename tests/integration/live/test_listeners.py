"""Those who listen notice a server that is frozen, and go on over another connection."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from homeroom.queries import changes, database
from homeroom.queries.changes import Change, ChangeFeed
from homeroom.queries.database import Connection, Database
from homeroom.queries.places import WaitingPlaces
from homeroom.queries.positions import PositionWatch
from homeroom.settings import Settings
from tests.support.live import SECONDS_MAX, Publishing
from tests.support.stopped import stopped


class Listened(Database):
    """Remembers the sessions of those who listen."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.sessions: asyncio.Queue[int] = asyncio.Queue()

    async def connect(self) -> Connection:
        connection = await super().connect()
        await self.sessions.put(connection.info.backend_pid)
        return connection


@asynccontextmanager
async def listened(settings: Settings) -> AsyncIterator[Listened]:
    found = Listened(settings)
    await found.open()
    yield found
    await found.close()


@asynccontextmanager
async def running(listener: ChangeFeed | PositionWatch) -> AsyncIterator[None]:
    task = asyncio.create_task(listener.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listeners that wait a moment for a server, where others wait ten seconds or more."""
    monkeypatch.setattr(database, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(changes, "SILENCE_SECONDS", 0.5)


async def test_the_change_feed_is_followed_over_another_connection(
    settings: Settings, publishing: Publishing
) -> None:
    told: list[Change] = []
    came = asyncio.Event()

    def tell(found: Sequence[Change]) -> None:
        told.extend(found)
        came.set()

    async with listened(settings) as found:
        feed = ChangeFeed(found, lambda: True, tell, lambda _: None)
        async with running(feed), asyncio.timeout(SECONDS_MAX):
            await feed.standing()
            with stopped([await found.sessions.get()]):
                await publishing.apply(publishing.notification("N1"))
                await came.wait()
    assert "N1" in {change.key for change in told}


async def test_positions_are_watched_over_another_connection(
    settings: Settings, publishing: Publishing
) -> None:
    async with listened(settings) as found:
        watch = PositionWatch(found, found, WaitingPlaces(1, 1))
        moved = asyncio.Event()
        async with running(watch), asyncio.timeout(SECONDS_MAX):
            with watch.following(moved):
                session = await found.sessions.get()
                await moved.wait()
                moved.clear()
                with stopped([session]):
                    await publishing.apply(publishing.notification("N1"))
                    await moved.wait()
