"""Habit logs, recorded as the students' own clients record them: by the command."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from homeroom.commands import habit_logs
from homeroom.commands.database import CommandDatabase
from homeroom.commands.publications import Publications
from homeroom.errors import HomeroomError, NumberingBehind
from homeroom.local.year.year import Request
from homeroom.publishing.publisher import OnProgressOf
from homeroom.settings import Settings

# A worker brings the numbers of a new database level with the log.
LEVEL_SECONDS_MAX = 60.0
PUBLISHED_SECONDS_MAX = 120.0
LOOK_SECONDS = 0.05

Offsets = dict[tuple[str, int], int]


async def record_habit_logs(
    settings: Settings, requests: Sequence[Request], on_progress: OnProgressOf
) -> Offsets:
    """Record all logs, and return their last offsets once they are in the log.

    Students and habits must be in the tables. Logs that were recorded before change nothing.
    Raises HomeroomError where one is refused, or where no worker publishes them.
    """
    total, done = sum(len(request.logs) for request in requests), 0
    on_progress(done, total)
    commands = set()
    database = CommandDatabase(settings)
    await database.open()
    try:
        for request in requests:
            recorded = await _record(database, request)
            if recorded.command_id is not None:
                commands.add(recorded.command_id)
            done += len(request.logs)
            on_progress(done, total)
        published = Publications(database, waiters_max=1)
        return await published.wait(frozenset(commands), PUBLISHED_SECONDS_MAX)
    finally:
        await database.close()


async def _record(database: CommandDatabase, request: Request) -> habit_logs.Recorded:
    deadline = time.monotonic() + LEVEL_SECONDS_MAX
    while True:
        try:
            async with database.connection() as connection:
                recorded = await habit_logs.record(
                    connection, request.student_id, request.logs, datetime.now(UTC)
                )
        except NumberingBehind:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(LOOK_SECONDS)
            continue
        for result in recorded.results:
            if result.status == "rejected":
                raise HomeroomError(f"The habit log {result.id} is refused: {result.error}")
        return recorded
