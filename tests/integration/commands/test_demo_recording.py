"""The demo's students record their habits: what is waited for, and what ends it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from homeroom.commands import numbering
from homeroom.commands.relay import relaying
from homeroom.local.demo.filling import record_habit_logs
from homeroom.local.demo.year import HabitLogs
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from tests.support.habits import log_of, read_log, register
from tests.support.strength import at_full_strength

STUDENTS = {"S-1": ["H-1"], "S-2": ["H-2"]}


def request(student_id: str, *days: str) -> HabitLogs:
    habit_id = STUDENTS[student_id][0]
    logs = (log_of(f"{habit_id}-{day}", habit_id=habit_id, logged_on=day) for day in days)
    return HabitLogs(student_id, list(logs))


REQUESTS = [request("S-1", "2026-03-01", "2026-03-02"), request("S-2", "2026-03-01")]


async def test_all_of_it_is_in_the_log_where_it_says(prepared: Settings) -> None:
    register(prepared.database_url, STUDENTS)
    progress: list[tuple[int, int]] = []
    async with relaying(prepared):
        offsets = await record_habit_logs(prepared, REQUESTS, lambda *done: progress.append(done))
        again = await record_habit_logs(prepared, REQUESTS, lambda *_: None)
    found = await read_log(prepared, "coaching", "habit_log")
    assert {one.subject for one in found} == {"H-1/2026-03-01", "H-1/2026-03-02", "H-2/2026-03-01"}
    assert len(found) == 3
    assert all(offsets[one.topic, one.partition] >= one.offset for one in found)
    assert again == offsets
    assert progress == [(0, 3), (2, 3), (3, 3)]


@at_full_strength
async def test_numbers_are_waited_for(prepared: Settings) -> None:
    register(prepared.database_url, STUDENTS)
    numbering.request_levelling(prepared.database_url)
    recording = asyncio.create_task(record_habit_logs(prepared, REQUESTS, lambda *_: None))
    await asyncio.sleep(0.5)
    assert not recording.done()
    assert await read_log(prepared, "coaching", "habit_log") == []
    async with relaying(prepared):
        assert await recording
    assert len(await read_log(prepared, "coaching", "habit_log")) == 3


@at_full_strength
async def test_a_log_that_is_refused_ends_it(prepared: Settings) -> None:
    register(prepared.database_url, STUDENTS)
    ahead = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    with pytest.raises(HomeroomError, match=rf"H-1-{ahead} is refused: .*later than tomorrow"):
        await record_habit_logs(prepared, [request("S-1", ahead), *REQUESTS], lambda *_: None)
