"""Logging a habit from the page: one click, by the rules of the API, and shown at once."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tests.integration.pages.conftest import PagesClient, browsing
from tests.support import wait_for_async
from tests.support.a_student import ME, days_of_habit
from tests.support.students import NOON, Students

PATH = "/student/habits/H-1/log"
TODAY, TOMORROW = "2026-03-01", "2026-03-02"
# For how long a page waits.
SOON = {"Homeroom_Wait_Seconds": "0.05"}
COMMANDS = (
    "homeroom.outbox, homeroom.command, homeroom.habit_log_number, homeroom.habit_log_sent, "
    "homeroom.request_count"
)


@pytest.fixture
def owner(students: Students) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection; a student with a habit of three days up to yesterday."""
    students.hold(("student", {"student_id": ME}), *days_of_habit("H-1", "+++."))
    run = students.connection.execute
    run(f"TRUNCATE {COMMANDS}".encode())
    run("UPDATE homeroom.numbering SET identity = homeroom.identity()")
    run("INSERT INTO positions (topic, partition, next_offset) VALUES ('coaching', 0, 0)")
    yield students.connection
    run(f"TRUNCATE {COMMANDS}".encode())


def token(page: httpx.Response) -> str:
    """The CSRF token of the page's forms."""
    found = re.search('name="csrf_token" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


async def click(
    pages: PagesClient, done: str = "true", path: str = PATH, day: str = TODAY, **headers: str
) -> httpx.Response:
    """What a click on the button of a habit does, with a page that was just loaded."""
    fields = {"csrf_token": token(await pages.get("/student")), "done": done, "day": day}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await pages.client.post(path, data=fields, headers=sent)


def publish(owner: psycopg.Connection[Any], offset: int) -> None:
    """As the relay marks it."""
    owner.execute(
        "UPDATE homeroom.outbox SET published_at = now(), topic = 'coaching', partition = 0, "
        '"offset" = %s WHERE published_at IS NULL',
        (offset,),
    )


async def apply(pages: PagesClient, students: Students, done: bool = True) -> None:
    """What relay and worker do with a log of today, once somebody waits for it."""
    services = pages.app.state.services
    await wait_for_async(lambda: services.publications.waiting == 1)
    publish(students.connection, 7)
    await wait_for_async(lambda: services.positions.waiting == 1)
    log = {"habit_id": "H-1", "student_id": ME, "logged_on": TODAY, "done": done}
    run = students.connection.execute
    with students.connection.transaction():
        students.hold_further(("habit_log", log))
        run("INSERT INTO positions (topic, partition, next_offset) VALUES ('coaching', 0, 8)")
        run("SELECT pg_notify('homeroom_positions', %s)", (students.generation,))


def sent(owner: psycopg.Connection[Any]) -> list[Any]:
    """What was recorded."""
    return owner.execute(
        "SELECT data->>'habit_id', data->>'logged_on', data->'done' FROM homeroom.outbox "
        "ORDER BY id"
    ).fetchall()


def streak(page: str) -> list[str]:
    """The greatest streak, then that of each habit and what is known of today."""
    (card,) = re.findall(r"<dt><a [^>]*>Streak</a></dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    habits = re.findall(r'<span class="soft">\s*(<a [^>]*>Streak:.*?)</span>', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]*>", "", text).split()) for text in (card, *habits)]


async def test_a_click_shows_at_once_what_it_has_changed(student_pages, students, owner):
    before = (await student_pages.get("/student")).text
    assert streak(before) == ["3 days", "Streak: 3 days · not logged today"]
    clicked = asyncio.create_task(click(student_pages, HX_Request="true"))
    await apply(student_pages, students)
    answer = await clicked
    assert answer.status_code == 200, answer.text
    assert answer.text.lstrip().startswith('<section id="my-day"')
    assert streak(answer.text) == ["4 days", "Streak: 4 days · done today"]
    assert "something was done on 4 of 84 days" in answer.text
    assert "Undo" in answer.text
    assert 'hx-swap-oob="innerHTML:#outcome"' in answer.text
    assert "Recorded." in answer.text
    assert sent(owner) == [("H-1", TODAY, True)]


async def test_it_works_without_scripts(student_pages, students, owner):
    answer = await click(student_pages)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert re.fullmatch(r"/student\?recorded=command-[0-9a-f]{32}", address)
    followed = asyncio.create_task(student_pages.get(address))
    await apply(student_pages, students)
    page = (await followed).text
    assert streak(page) == ["4 days", "Streak: 4 days · done today"]
    assert "Recorded." in page
    assert sent(owner) == [("H-1", TODAY, True)]


async def test_undone_the_day_counts_as_not_done_until_it_is_logged_again(
    student_pages, students, owner
):
    log = {"habit_id": "H-1", "student_id": ME, "logged_on": TODAY}
    students.hold_further(("habit_log", log | {"recorded_at": NOON - timedelta(hours=1)}))
    page = (await student_pages.get("/student")).text
    assert 'name="done" value="false"' in page
    clicked = asyncio.create_task(click(student_pages, done="false", HX_Request="true"))
    await apply(student_pages, students, done=False)
    page = (await clicked).text
    assert streak(page) == ["0 days", "Streak: 0 days · not done today"]
    assert 'name="done" value="true"' in page
    assert sent(owner) == [("H-1", TODAY, False)]


async def test_what_does_not_show_in_time_is_recorded_all_the_same(student_pages, owner):
    answer = await click(student_pages, HX_Request="true", **SOON)
    assert "Recorded. It will show soon." in answer.text
    assert sent(owner) == [("H-1", TODAY, True)]
    redirected = await click(student_pages, day=TOMORROW)
    assert redirected.status_code == 303
    followed = await student_pages.get(redirected.headers["location"], **SOON)
    assert "It will show soon." in followed.text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"path": "/student/habits/H-other/log"}, "You have no such habit any more."),
        ({"path": "/student/habits/a%20b/log"}, "What was sent cannot be used;"),
        ({"day": "2026-03-03"}, "That day is still to come."),
        ({"day": "2026-02-01"}, "That day is before the habit began."),
        ({"day": "yesterday"}, "What was sent cannot be used;"),
        ({"done": "perhaps"}, "What was sent cannot be used;"),
    ],
)
async def test_the_rules_are_those_of_the_api(student_pages, students, owner, given, why):
    students.hold_further(
        ("student", {"student_id": "S-2"}),
        ("habit", {"habit_id": "H-other", "student_id": "S-2"}),
        ("habit", {"habit_id": "H-1", "student_id": ME, "started_on": "2026-02-20"}),
    )
    for headers in ({"HX_Request": "true"}, {}):
        answer = await click(student_pages, **given, **headers)
        assert answer.status_code == 200
        assert f"Not recorded: {why}" in answer.text
    assert sent(owner) == []


async def test_the_quota_is_that_of_the_api(student_pages, owner):
    few = student_pages.settings.model_copy(update={"habit_logs_per_day_max": 1})
    async with browsing(few, lambda: NOON) as pages:
        pages.sign_in(ME, "student")
        assert "Recorded." in (await click(pages, HX_Request="true", **SOON)).text
        refused = (await click(pages, day=TOMORROW, HX_Request="true")).text
    assert "Not recorded: You have logged as often as is possible in a day;" in refused
    assert len(sent(owner)) == 1


async def test_a_form_that_is_not_of_the_page_records_nothing(student_pages, owner):
    answer = await student_pages.client.post(PATH, data={"day": TODAY, "done": "true"})
    assert answer.status_code == 403
    assert sent(owner) == []


async def test_only_students_log_habits(student_pages, owner):
    student_pages.sign_in("S-1", "teacher")
    answer = await student_pages.client.post(PATH, data={"day": TODAY, "done": "true"})
    assert answer.status_code == 403
    assert sent(owner) == []


async def test_while_nothing_can_be_recorded_the_page_says_so(student_pages, owner):
    owner.execute("UPDATE homeroom.numbering SET identity = 'of another database'")
    answer = await click(student_pages, HX_Request="true")
    assert "Not recorded: Nothing can be recorded for a while," in answer.text
    assert streak(answer.text)[0] == "3 days"
    assert sent(owner) == []


async def test_a_position_that_no_command_has_is_passed_over(student_pages, owner):
    assert owner
    for position in ("command-" + "0" * 32, "coaching:0:1", "<script>"):
        answer = await student_pages.client.get("/student", params={"recorded": position})
        assert answer.status_code == 200
        assert 'role="status"></div>' in answer.text
        assert "<script>" not in answer.text.partition("<main")[2]
