"""A prepared database and topics, and what a worker process runs, inside the test."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from psycopg import AsyncConnection

from homeroom.commands.habit_logs import Recorded, record
from homeroom.commands.relay import relaying
from homeroom.errors import NumberingBehind, UnknownStudent
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from tests.faults.workers import in_process
from tests.support import wait_for_async
from tests.support.habits import NOW
from tests.support.templates import prepare


@pytest.fixture
async def prepared(settings: Settings) -> Settings:
    """After `homeroom migrate`, topics and all."""
    settings = settings.model_copy(update={"nudge_interval_seconds": 0.0})
    prepare(settings)
    await migrate(settings, read_model(settings), project_folder("migrations"))
    return settings


@pytest.fixture
def working() -> Callable[[Settings], AbstractAsyncContextManager[None]]:
    """A projector and a relay: ``async with working(settings)``."""

    @asynccontextmanager
    async def both(settings: Settings) -> AsyncIterator[None]:
        async with in_process(settings), relaying(settings):
            yield

    return both


class Recording:
    """Records as the service does, over one connection."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self.connection = connection

    @classmethod
    @asynccontextmanager
    async def to(cls, settings: Settings) -> AsyncIterator["Recording"]:
        async with await AsyncConnection.connect(
            settings.database_url, autocommit=True
        ) as connection:
            yield cls(connection)

    async def record(self, *logs: object, student_id: str = "S-1") -> Recorded:
        return await record(self.connection, student_id, logs, NOW)

    async def as_soon_as_possible(self, *logs: object, student_id: str = "S-1") -> Recorded:
        """Once the student is known and numbers are level."""

        async def try_it() -> Recorded | None:
            try:
                return await self.record(*logs, student_id=student_id)
            except (NumberingBehind, UnknownStudent):
                return None

        recorded = await wait_for_async(try_it)
        assert recorded is not None
        return recorded

    async def unpublished(self) -> int:
        found = await self.connection.execute(
            "SELECT count(*) FROM homeroom.outbox WHERE published_at IS NULL"
        )
        return int((await found.fetchone() or (0,))[0])

    async def until_published(self) -> None:
        async def published() -> bool:
            return await self.unpublished() == 0

        await wait_for_async(published)
