"""Dead letters and holes on the console: Retry and Discard, and what their records may contain."""

from functools import partial
from typing import Any

import structlog

from tests.integration.console.conftest import ConsoleClient, Teachers
from tests.support.feed import Feed
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for_async


async def mend(feed: Feed, teachers: Teachers, key: str, sequence: int) -> None:
    """Lets the kept record hold what its publisher meant."""
    value = teachers.event(key, sequence).value
    await feed.writer.connection.execute(
        "UPDATE dead_letters SET value = %s WHERE key = %s AND sequence = %s",
        (value, key, sequence),
    )


async def counts(console: ConsoleClient, letters: int) -> bool:
    """Whether the board counts so many, which it may read anew every few seconds."""
    shown = f'<dd id="dead-letters-count"><a href="#letters">{letters}</a></dd>'
    return shown in await console.text("/console")


async def rows(feed: Feed, query: str) -> list[Any]:
    return await feed.rows(query)


async def test_a_letter_is_retried_with_its_reason_and_the_number_changes(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1), teachers.event("T1", 2, name=5),
                      teachers.event("T1", 3, name="Eve")])  # fmt: skip
    letter = f"{teachers.topic}:0:1"
    board = await console.text("/console")
    assert letter in board
    await wait_for_async(partial(counts, console, 1), 60)
    asked = await console.text(f"/console/dead-letters/retry?id={letter}")
    assert "Why" in asked
    assert "invalid_data" in asked
    await mend(feed, teachers, "T1", 2)
    done = await console.post("/console/dead-letters/retry", id=letter, why="fixed by us")
    assert f"<strong>retry {letter}</strong>: Applied." in done
    assert "1 event that waited behind it was applied." in done
    assert "No dead letters, no holes." in done
    assert await rows(feed, "SELECT by, why, outcome FROM homeroom.retry") == [
        ("op-1", "fixed by us", "applied")
    ]
    await wait_for_async(partial(counts, console, 0), 60)


@at_full_strength
async def test_a_letter_that_is_still_wrong_says_why_as_the_command_does(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1), teachers.event("T1", 2, name=5)])
    letter = f"{teachers.topic}:0:1"
    done = await console.post("/console/dead-letters/retry", id=letter, why="try")
    assert "Still refused: " in done
    assert "No dead letters" not in done


async def test_a_gap_is_discarded_and_never_retried(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1), teachers.event("T1", 3, name="Eve")])
    refused = await console.post("/console/dead-letters/retry", 409, id="teacher/T1@2", why="x")
    assert "A gap has no record to retry" in refused
    assert "Retry teacher" not in await console.text("/console")
    done = await console.post("/console/dead-letters/discard", id="teacher/T1@2", why="never sent")
    assert "Discarded. 1 event that waited behind it was applied." in done
    assert await rows(feed, "SELECT by, why FROM homeroom.discard") == [("op-1", "never sent")]
    assert await rows(feed, "SELECT name FROM teacher") == [("Eve",)]
    again = await console.post(
        "/console/dead-letters/discard", 409, id="teacher/T1@2", why="never sent"
    )
    assert "There is no dead letter or gap" in again


@at_full_strength
async def test_what_became_of_a_letter_is_said_in_the_operators_language(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1), *(teachers.event("T1", n) for n in (3, 4))])
    console.pages.client.headers["Accept-Language"] = "sv"
    done = await console.post("/console/dead-letters/discard", id="teacher/T1@2", why="never sent")
    assert "<strong>kassera teacher/T1@2</strong>" in done
    assert "Kasserad. 2 händelser som väntade bakom tillämpades." in done
    refused = await console.post("/console/dead-letters/retry", 409, id="teacher/T1@9", why="x")
    assert "En lucka har ingen post att försöka med igen" in refused


async def test_a_decision_needs_a_reason_and_the_token_of_the_session(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1), teachers.event("T1", 3)])
    path, gap = "/console/dead-letters/discard", "teacher/T1@2"
    assert "Say why" in await console.post(path, 400, id=gap, why=" ")
    assert "not of this page" in await console.post(path, 403, token="0" * 64, id=gap, why="x")
    console.pages.sign_in("T1", "teacher")
    answer = await console.pages.client.post(path, data={"id": gap, "why": "x"})
    assert answer.status_code == 403
    assert await rows(feed, "SELECT 1 FROM homeroom.discard") == []


@at_full_strength
async def test_what_was_done_is_in_the_log_with_who_did_it(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1), teachers.event("T1", 3)])
    with structlog.testing.capture_logs() as lines:
        page = await console.post("/console/dead-letters/discard", id="teacher/T1@2", why="x")
    (line,) = [line for line in lines if line["event"] == "operator acted"]
    assert (line["by"], line["action"]) == ("op-1", "discard teacher/T1@2")
    assert line["outcome"].startswith("Discarded.")
    assert "op-1: <strong>discard teacher/T1@2</strong>" in page


async def test_a_record_from_outside_is_shown_and_never_obeyed(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    bad = teachers.event("T1", 1)._replace(
        value=b"\x1b[2J<script>alert(1)</script>\xe2\x80\xae" + b"x" * 9_000
    )
    await feed.apply([bad])
    for path in ("/console", f"/console/dead-letters?id={teachers.topic}:0:0"):
        page = await console.text(path)
        assert "\x1b" not in page
        assert "‮" not in page
        assert "<script>alert" not in page
        assert "x" * 5_000 not in page
    assert r"\u001b[2J&lt;script&gt;" in page
    assert r"\u202e" in page


async def test_what_is_no_id_is_said_on_a_page(console: ConsoleClient) -> None:
    page = await console.text("/console/dead-letters?id=" + "%1b%3Cb%3E", 404)
    assert "is not an id" in page
    assert "<b>" not in page
