"""Generations on the console: a rebuild that waits is swapped in, and rolled back again."""

import asyncio
import re
from functools import partial

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.errors import RebuildRefused
from homeroom.operations.migrating.topics import prepare_topics
from homeroom.operations.rebuilding.comparing import Report
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import LOADING, ActiveRebuild, RebuildOptions
from homeroom.settings import Settings
from tests.integration.console.conftest import ConsoleClient, Log, Teachers
from tests.support.feed import Feed
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for_async


async def deed(console: ConsoleClient, text: str) -> bool:
    """Whether what came of it is told: that it has begun is told before."""
    return text in await console.text("/console/live")


@at_full_strength
async def test_where_there_is_nothing_to_decide_it_says_what_the_command_says(
    console: ConsoleClient,
) -> None:
    board = await console.text("/console")
    assert "homeroom rebuild" in board
    assert "There was no rebuild yet." in board
    assert ">Swap<" not in board
    assert ">Roll Back<" not in board
    assert "There is no generation to go back to." in await console.text(
        "/console/generations/roll-back"
    )
    assert "No rebuild was compared" in await console.post("/console/generations/swap", 409)
    begun = await console.post("/console/generations/roll-back")
    assert "<strong>roll back</strong>: Begun." in begun
    refused = "There is no generation to go back to: g0001 is the only one that is kept."
    await wait_for_async(partial(deed, console, refused), 60)


@at_full_strength
async def test_a_rebuild_that_runs_tells_how_long_its_phase_still_takes(
    console: ConsoleClient, settings: Settings
) -> None:
    url = settings.require_database()
    with ActiveRebuild.take(url, RebuildOptions(), lambda _: "g0002", lambda *_: None) as active:
        active.begin_phase(LOADING, 500)
        active.progress(100)
        active.connection.execute(
            "UPDATE homeroom.rebuild SET phase_began_at = beat_at - interval '100 s'"
        )
        board = await console.text("/console/live")
    assert "100 of 500, 1/s, 7 min left of this phase" in " ".join(board.split())


def leave(_: Report | None) -> None:
    raise RebuildRefused("the answer was no")


@pytest.fixture
async def waiting_rebuild(settings: Settings, model: ReadModel, feed: Feed) -> None:
    """A rebuild was compared, and nobody made it live; the live tables have one wrong name."""
    await prepare_topics(settings, model.catalog.topics)
    teachers = Teachers(settings)
    await Log(settings, feed, made=True).hold(teachers.event("T1", 1, name="Ada"))
    await feed.rows("UPDATE teachers SET name = 'Mallory' RETURNING 1")
    options = RebuildOptions(processes=1)
    with pytest.raises(RebuildRefused):
        await asyncio.to_thread(rebuild, settings, model, options, lambda *_: None, leave)


@pytest.mark.usefixtures("waiting_rebuild")
async def test_a_rebuild_that_waits_is_swapped_in_and_rolled_back(console: ConsoleClient) -> None:
    board = await console.text("/console")
    assert re.search(r'<th scope="row">teachers</th><td class="right">1</td>', board)
    assert "Mallory</code> → <code>Ada" in board
    assert 'href="/console/explain/teachers/T1/name"' in board
    assert ">Swap<" in board
    asked = await console.text("/console/generations/swap")
    assert "g0002 is brought up to date" in asked
    stale = await console.post("/console/generations/swap", 409, generation="g0009")
    assert "Another rebuild" in stale
    assert "Begun." in await console.post("/console/generations/swap", generation="g0002")
    untouched = "Rows would go or change although neither the contract nor the definition"
    await wait_for_async(partial(deed, console, untouched), 60)
    await console.post("/console/generations/swap", generation="g0002", accept_differences="1")
    await wait_for_async(partial(deed, console, "g0002 is live. Roll Back goes back."), 60)
    board = await console.text("/console")
    assert ">Swap<" not in board
    assert ">Roll Back<" in board
    await console.post("/console/generations/roll-back")
    await wait_for_async(partial(deed, console, "g0001 is live again. g0002 is kept"), 60)
