"""The console: who sees it, what it shows, and what it says where something is missing."""

import asyncio
import re
from dataclasses import replace

from homeroom.settings import Settings
from tests.integration.console.conftest import ConsoleClient, Log, Teachers
from tests.integration.pages.conftest import browsing
from tests.support.feed import Feed
from tests.support.signing_in import PAGES_ON
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for_async

PAGES = (
    "/console", "/console/live", "/console/verify", "/console/subjects",
    "/console/subjects/teacher/T1", "/console/dead-letters?id=people:0:1",
    "/console/generations/swap", "/console/explain/teacher_stats/T1/students",
)  # fmt: skip


async def test_only_an_operator_sees_the_console(console: ConsoleClient) -> None:
    for role in ("teacher", "student", "admin"):
        console.pages.sign_in("somebody", role)
        for path in PAGES:
            assert "You may not see this page" in await console.text(path, 403)
    console.pages.client.cookies.clear()
    answer = await console.pages.get("/console")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/console")


async def test_the_board_shows_the_flow_lag_generations_and_outbox(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1), teachers.event("T2", 1)])

    async def status_is_read() -> str | None:
        page = await console.text("/console")
        return page if "Outbox" in page else None

    page = await wait_for_async(status_is_read, 30)
    assert page
    assert "<h1>Operators' console</h1>" in page
    for heading in ("Flow", "Lag", "Dead letters and holes", "Generations", "Verify"):
        assert re.search(rf"<h2[^>]*>{heading}</h2>", page), heading
    for kind, name in (("topic", "people"), ("entity", "teacher"), ("projection", "teachers")):
        assert re.search(rf'class="node {kind} "[^\n]*<text x="8" y="15">{name}</text>', page)
        assert re.search(rf'<td>{kind}</td><th scope="row">{name}</th>', page)
    assert "g0001" in page
    assert 'role="group" tabindex="0"' in page
    assert "<style" not in page
    assert "style=" not in page
    # With the style sheets and scripts it is the first view.
    assert len(page.encode()) < 75_000


WAITS = (
    "INSERT INTO homeroom.outbox (type, subject, sequence, time, data) VALUES "
    "('goal.dropped.v1', 'G-1', 1, now(), '{\"goal_id\": \"G-1\"}')"
)


@at_full_strength
async def test_what_is_late_is_coloured_and_what_waits_in_the_outbox_is_told(
    console: ConsoleClient, feed: Feed, log: Log, teachers: Teachers
) -> None:
    await log.hold(teachers.event("T1", 1))
    await log.publish(teachers.event("T2", 1))
    await feed.writer.connection.execute(WAITS)

    async def status_is_read() -> str | None:
        page = await console.text("/console/live")
        return page if "<dt>Outbox</dt>" in page else None

    page = await wait_for_async(status_is_read, 30)
    assert page
    assert "<dt>Outbox</dt><dd>1</dd>" in page
    assert "Outbox: the oldest event waits for" in page
    assert re.search(r'class="node topic critical"[^\n]*<text x="8" y="15">people</text>', page)
    assert re.search(rf'<tr class="critical">\s*<th scope="row">{teachers.topic}</th>', page)
    assert "<strong>critical</strong>" in page
    assert "Dead letters: 0, holes: 0, topics behind: 1." in page


@at_full_strength
async def test_rows_of_tables_are_counted(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event(f"T{number}", 1) for number in range(7)])

    async def counted() -> bool:
        # PostgreSQL's own counts come a moment after the commit.
        await feed.rows("SELECT pg_stat_force_next_flush()")
        console.pages.app.state.console.figures._now = None
        page = await console.text("/console/live")
        return bool(re.search(r'<th scope="row">teachers</th><td>[^<]*</td><td>7</td>', page))

    await wait_for_async(counted, 10)


async def test_a_service_without_the_operators_login_says_what_to_set(
    settings: Settings, feed: Feed
) -> None:
    assert feed
    bare = settings.model_copy(update=PAGES_ON | {
        "kafka_bootstrap_servers": "", "database_url": "",
        "serve_database_url": settings.database_url,
    })  # fmt: skip
    async with browsing(bare) as pages:
        pages.sign_in("op-1", "operator")
        client = ConsoleClient(pages)
        page = await client.text("/console")
        assert page.count("HOMEROOM_OPERATOR_DATABASE_URL") >= 4
        assert "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS" in page
        refused = await client.post("/console/verify", 409)
        assert "HOMEROOM_OPERATOR_DATABASE_URL" in refused
        life = await client.text("/console/subjects/teacher/T1")
        assert "reading" in life or "read" in life
        explained = await client.text("/console/explain/teacher_stats/T1/students", 503)
        assert "HOMEROOM_EXPLAIN_DATABASE_URL" in explained


async def test_verify_shows_what_differs_and_the_flow_shows_it_as_drift(
    console: ConsoleClient, feed: Feed, teachers: Teachers
) -> None:
    await feed.apply([teachers.event("T1", 1)])
    await feed.rows("UPDATE teachers SET name = 'Mallory' RETURNING 1")

    async def verified() -> bool:
        return "Verified at" in await console.text("/console/verify")

    page = await console.post("/console/verify", table="")
    assert "<strong>verify all tables</strong>: Begun." in page
    await wait_for_async(verified, 60)
    result = await console.text("/console/verify")
    assert "Tables that differ" in result
    assert re.search(r'<th scope="row">teachers</th>.*\n.*T1 name.*Mallory', result)
    assert 'href="/console/explain/teachers/T1/name"' in result
    shown = await console.text("/console/live")
    assert "drift 1" in shown
    assert re.search(r"Verified last at [^<]+ by op-1\.", shown)
    (row,) = re.findall(r'<th scope="row">teachers</th>(.*)</tr>', shown)
    assert re.fullmatch(r"(<td>[^<]*</td>){2}<td>1</td><td>at [^<]+ by op-1</td><td></td>", row)
    # Of another generation's tables it would say nothing.
    kept = console.pages.app.state.console.verified
    kept |= {name: replace(one, generation="g0000") for name, one in kept.items()}
    shown = await console.text("/console/live")
    assert "drift 1" not in shown
    assert "Nothing was verified here so far." in shown


@at_full_strength
async def test_verify_of_a_table_that_is_not_there_says_so(console: ConsoleClient) -> None:
    await console.post("/console/verify", table="nothing")

    async def ended() -> bool:
        return "Not verified: There is no projection nothing" in await console.text(
            "/console/verify"
        )

    await wait_for_async(ended, 30)


@at_full_strength
async def test_a_service_that_ends_does_not_wait_for_a_verify(
    console_settings: Settings, feed: Feed
) -> None:
    """Which waits for a lock that nobody lets go."""
    async with browsing(console_settings) as pages:
        pages.sign_in("op-1", "operator")
        client = ConsoleClient(pages)
        async with feed.writer.connection.transaction():
            await feed.writer.connection.execute("LOCK TABLE teachers IN ACCESS EXCLUSIVE MODE")
            await client.post("/console/verify", table="teachers")
            assert "Verifying, since" in await client.text("/console/verify")
            assert "runs already" in await client.post("/console/verify", 409)
            job = pages.app.state.console.jobs.find("verify")
            async with asyncio.timeout(15):
                await pages.app.state.console.jobs.close()
            assert job.failure == "It was ended before it was done."
