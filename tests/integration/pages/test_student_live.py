"""My day tells a browser that looks at it when it has changed, and only then."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest_asyncio

from homeroom.api.pages import live as live_pages
from homeroom.domain.days import midnight_after
from homeroom.settings import Settings
from tests.support import a_student
from tests.support.a_student import ME
from tests.support.applications import LOOP
from tests.support.live import Live, serving_live
from tests.support.page_streams import following, signed_in
from tests.support.signing_in import PAGES_ON
from tests.support.strength import at_full_strength
from tests.support.students import NOON, Students


@pytest_asyncio.fixture(loop_scope=LOOP)
async def live(students_url: str, students: Students) -> AsyncIterator[Live]:
    """A service whose student has something of everything."""
    students.hold(*a_student.school(), *a_student.student())
    reach(students, 1, NOON)
    settings = Settings(database_url=students_url)
    async with serving_live(settings, **PAGES_ON) as live:
        yield live


def reach(students: Students, next_offset: int, newest_time: datetime) -> None:
    """As a worker moves a position."""
    with students.connection.transaction():
        students.connection.execute("DELETE FROM positions")
        students.connection.execute(
            "INSERT INTO positions (topic, partition, next_offset, newest_time) "
            "VALUES ('people', 0, %s, %s)", (next_offset, newest_time),
        )  # fmt: skip
        students.connection.execute(
            "SELECT pg_notify('homeroom_positions', %s)", (students.generation,)
        )


async def test_a_change_of_the_day_is_told_and_an_event_of_others_is_not(live, students):
    page = await live.http.get("/student", headers=signed_in(live, ME, "student"))
    address = re.search(r'data-live="([^"]+)"', page.text)[1]
    async with following(live, address, ME, "student") as stream:
        await stream.next("as-of")
        reach(students, 2, NOON + timedelta(seconds=5))
        assert "12:00:05" in (await stream.next("as-of")).data
        students.hold_further(("portfolio_item", {"item_id": "P-new", "student_id": ME}))
        reach(students, 3, NOON + timedelta(seconds=6))
        await stream.next("changed")


@at_full_strength
async def test_a_day_that_begins_is_told_without_any_event(students_url, students, monkeypatch):
    """The test's clock jumps, which the stream sees when it is time for its next comment."""
    monkeypatch.setattr(live_pages, "COMMENT_SECONDS", 0.01)
    students.hold(*a_student.school(), *a_student.student())
    reach(students, 1, NOON)
    now = [NOON]
    async with serving_live(
        Settings(database_url=students_url), lambda: now[0], **PAGES_ON
    ) as live:
        page = await live.http.get("/student", headers=signed_in(live, ME, "student"))
        address = re.search(r'data-live="([^"]+)"', page.text)[1]
        async with following(live, address, ME, "student") as stream:
            await stream.next("as-of")
            # From here on nothing else has the stream look.
            reach(students, 2, NOON + timedelta(seconds=5))
            assert "12:00:05" in (await stream.next("as-of")).data
            now[0] = NOON + timedelta(days=1)
            await stream.next("changed")


def test_a_page_looks_whenever_a_day_begins_in_any_time_zone():
    before = datetime(2026, 11, 30, tzinfo=UTC) - timedelta(seconds=1)
    turns = [live_pages.turn_after(before)]
    while turns[-1] < before + timedelta(days=3):
        turns.append(live_pages.turn_after(turns[-1]))
    begins = {midnight_after(date(2026, 11, 30), ZoneInfo(name)) for name in available_timezones()}
    assert len(begins) > 30
    assert begins <= set(turns)
