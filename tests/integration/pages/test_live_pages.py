"""The stream of a page says when what it shows has changed, and ends with the session."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from homeroom.api.pages.live import LivePage
from homeroom.api.revoking import revoke_subject
from homeroom.operations.differences import Scope
from homeroom.operations.repairing.repair import repair
from homeroom.queries.database import Database
from homeroom.settings import Settings
from tests.support import wait_for_async
from tests.support.applications import LOOP
from tests.support.live import Live, serving_live
from tests.support.page_streams import following, signed_in
from tests.support.readmodel import NOON, TEACHER, Tables
from tests.support.signing_in import PAGES_ON
from tests.support.strength import at_full_strength

STREAM = "/teacher/stream"


@pytest_asyncio.fixture(loop_scope=LOOP)
async def live(settings: Settings, tables: Tables) -> AsyncIterator[Live]:
    """A service whose teacher has a class, and nothing else."""
    tables.insert("teachers")
    tables.insert("teacher_stats", {"classes": 1})
    tables.reach("classes", 0, 1, NOON)
    async with serving_live(settings, **PAGES_ON) as live:
        yield live


def more_classes(tables: Tables, number: int) -> None:
    tables.connection.execute(
        f"UPDATE {tables.generation}.teacher_stats SET classes = %s",  # noqa: S608
        [number],
    )


def advance(tables: Tables, times: int) -> None:
    for number in range(1, times + 1):
        tables.reach("classes", 0, 1 + number, NOON + timedelta(seconds=number))


async def test_a_change_is_told_and_what_changes_nothing_only_how_new_all_is(live, tables):
    async with following(live, STREAM, TEACHER) as stream:
        first = await stream.next("as-of")
        assert 'data-as-of="2026-03-01T12:00:00+00:00"' in first.data
        tables.reach("classes", 0, 2, NOON + timedelta(seconds=5))
        newer = await stream.next("as-of")
        assert "12:00:05" in newer.data
        assert newer.id == first.id
        more_classes(tables, 2)
        tables.reach("classes", 0, 3, NOON + timedelta(seconds=6))
        changed = await stream.next("changed")
        assert changed.id != first.id


async def test_a_repair_is_told_although_nothing_advances(live, tables):
    more_classes(tables, 2)
    async with following(live, STREAM, TEACHER) as stream:
        await stream.next("as-of")
        # The watch's first look wakes the page, too: this one is the last that does.
        tables.reach("classes", 0, 2, NOON + timedelta(seconds=5))
        newer = await stream.next("as-of")
        # No entity says that there is a teacher.
        found = await asyncio.to_thread(
            repair, live.settings.database_url, Scope(("teacher_stats",)), "ada", "tests"
        )
        assert [(d.table, d.key) for d in found.differences] == [("teacher_stats", TEACHER)]
        changed = await stream.next("changed")
        assert changed.id != newer.id


async def test_what_changed_between_the_page_and_its_stream_is_told(live, tables):
    page = await live.http.get("/teacher", headers=signed_in(live))
    address = re.search(r'data-live="([^"]+)"', page.text)[1]
    async with following(live, address, TEACHER) as stream:
        await stream.next("as-of")
    more_classes(tables, 2)
    async with following(live, address, TEACHER) as stream:
        changed = await stream.next("changed")
    # A browser that comes back says what it saw last.
    async with following(live, address, TEACHER, Last_Event_ID=changed.id) as stream:
        assert (await stream.next("as-of")).id == changed.id


async def test_nothing_is_read_while_nothing_advances_and_little_while_much_does(
    live, tables, monkeypatch
):
    looks = 0
    read = Database.read

    async def counted(self, *given, **named):
        nonlocal looks
        looks += bool(given)
        return await read(self, *given, **named)

    monkeypatch.setattr(Database, "read", counted)
    async with following(live, STREAM, TEACHER) as stream:
        await stream.next("as-of")
        before = looks
        began_at = time.monotonic()
        await asyncio.to_thread(advance, tables, 200)
        told = await stream.next("as-of")
        while "12:03:20" not in told.data:
            told = await stream.next("as-of")
        seconds = time.monotonic() - began_at
        assert 1 <= looks - before <= 2 + 2 * seconds


@at_full_strength
async def test_the_stream_ends_with_the_session(live):
    async with following(live, STREAM, TEACHER) as stream:
        await stream.next("as-of")
        await asyncio.to_thread(revoke_subject, live.settings, TEACHER)
        await stream.next("ended")
        assert await stream.event() is None


@at_full_strength
async def test_a_session_that_expires_ends_its_stream(settings, tables):
    tables.insert("teachers")
    tables.insert("teacher_stats")
    # Long enough for a busy machine to begin the stream.
    short = PAGES_ON | {"session_seconds": 3}
    async with (
        serving_live(settings, **short, jwt_leeway_seconds=0) as live,
        following(live, STREAM, TEACHER) as stream,
    ):
        await stream.next("as-of")
        await stream.next("ended")
        assert await stream.event() is None


@at_full_strength
async def test_a_session_expires_while_positions_advance_all_the_time(
    settings, tables, monkeypatch
):
    tables.insert("teachers")
    tables.insert("teacher_stats")
    look = LivePage._look

    async def busy(self):
        told = await look(self)
        self.look_at_rights()
        return told

    monkeypatch.setattr(LivePage, "_look", busy)
    short = PAGES_ON | {"session_seconds": 3}
    async with (
        serving_live(settings, **short, jwt_leeway_seconds=0) as live,
        following(live, STREAM, TEACHER) as stream,
    ):
        await stream.next("as-of")
        await stream.next("ended")
        assert await stream.event() is None


async def test_streams_count_among_the_live_connections_of_a_person(settings, tables):
    tables.insert("teachers")
    tables.insert("teacher_stats")
    tables.reach("classes", 0, 1, NOON)
    limits = {"live_connections_per_teacher_max": 1}
    async with serving_live(settings, **PAGES_ON, **limits) as live:
        async with following(live, STREAM, TEACHER) as stream:
            await stream.next("as-of")
            refused = await live.http.get(STREAM, headers=signed_in(live))
            assert refused.status_code == 429
            assert "Retry-After" in refused.headers
        connections = live.app.state.services.live
        await wait_for_async(lambda: connections.count == 0)
        async with following(live, STREAM, TEACHER) as stream:
            await stream.next("as-of")


async def test_the_end_of_the_service_ends_its_streams(settings, tables):
    tables.insert("teachers")
    tables.insert("teacher_stats")
    tables.reach("classes", 0, 1, NOON)
    async with (
        serving_live(settings, **PAGES_ON) as live,
        following(live, STREAM, TEACHER) as stream,
    ):
        await stream.next("as-of")
        live.app.state.services.live.close()
        assert await stream.event() is None


async def test_after_an_outage_of_the_database_what_changed_meanwhile_is_told(live, tables):
    async with following(live, STREAM, TEACHER) as stream:
        await stream.next("as-of")
        more_classes(tables, 2)
        assert tables.cut_readers()
        await stream.next("changed")
