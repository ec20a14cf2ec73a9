"""My day: what a student sees of everything, and what the tier hides."""

import asyncio
import re
from datetime import date, timedelta

import psycopg
import pytest

from tests.integration.pages.conftest import browsing
from tests.support import a_student, wait_for_async
from tests.support.a_student import ME, days_of_habit
from tests.support.students import NOON

NOBODY_LISTENS = "postgresql://nobody@127.0.0.1:9/none"
CANCEL_WAITING = """
    SELECT pg_cancel_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'homeroom serve'
        AND wait_event_type = 'Lock'
"""
HEADINGS = (
    "Habits", "Streak calendar", "Readiness", "Quick actions", "Goals of today", "Your plan",
    "Missions", "Curriculum", "Portfolio",
)  # fmt: skip


def texts(html: str, tag: str) -> list[str]:
    """What the elements of a tag say, without the tags inside them."""
    found = re.findall(rf"<{tag}[ >].*?</{tag}>", html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in found]


# Another text in every answer, of the same length.
TOKEN = re.compile(r"\b[0-9a-f]{128}\b")


def section(html: str, name: str) -> str:
    """A part of the day."""
    found = re.search(rf'<section id="{name}".*?(?=<section id=|</main>)', html, re.DOTALL)
    assert found is not None, name
    return found[0]


async def test_a_student_sees_the_whole_day(student_pages, students):
    students.hold(*a_student.school(), *a_student.student())
    students.reach(NOON)
    answer = await student_pages.get("/student")
    assert answer.status_code == 200, answer.text
    page = answer.text
    assert texts(page, "h1") == ["My day"]
    assert tuple(texts(page, "h2")) == HEADINGS
    assert texts(page, "h3") == [
        "Skill gaps", "In progress 1", "In review 2", "Changes requested 1", "Approved 1",
    ]  # fmt: skip
    assert texts(page, "dd") == ["71.5", "12 days", "1 / 2", "64.2%"]
    assert "as of" in page
    assert 'href="/explain/student_overview/S-1/readiness"' in section(page, "readiness")
    # What waits for a review counts with what is in one.
    assert 'href="/explain/computed/missions_in_review"' in section(page, "missions")
    assert 'href="/explain/student_overview/S-1/approved"' in section(page, "missions")
    assert "Sunday, March 1, 2026" in section(page, "habits")
    goals = texts(section(page, "goals"), "li")
    assert goals == ["Run open", "Sleep reached"]
    assert "1 of 2 reached" in section(page, "goals")
    assert texts(section(page, "curriculum"), "li") == [
        "Logs 100%", "Networks 28.4% Helps: Mission 6 , Mission 7",
    ]  # fmt: skip
    assert "4 of 8 approved" in section(page, "portfolio")
    assert "Health: 59%" in section(page, "portfolio")


async def test_missions_stand_in_the_columns_of_their_states(student_pages, students):
    students.hold(*a_student.school(), *a_student.student())
    page = (await student_pages.get("/student")).text
    columns = re.findall(r'<section class="column">.*?</section>', page, re.DOTALL)
    assert [texts(column, "h4") for column in columns] == [
        ["Mission 1"], ["Mission 2", "Mission 3"], ["Mission 4"], ["Mission 5"],
    ]  # fmt: skip
    assert "waits for a review" in columns[1]
    assert "Name the source" in columns[2]


async def test_of_many_missions_the_newest_are_shown_and_the_others_loaded(student_pages, students):
    of_all = {"student_id": ME, "status": "approved"}
    missions = [
        told
        for n in range(9)
        for told in (
            ("mission", {"mission_id": f"M-{n}", "title": f"Mission {n}"}),
            ("mission_progress", of_all | {"mission_id": f"M-{n}",
                                           "updated_at": NOON + n * timedelta(hours=1)}),
        )
    ]  # fmt: skip
    students.hold(("student", {"student_id": ME}), *missions)
    shown = section((await student_pages.get("/student")).text, "missions")
    assert texts(shown, "h4") == [f"Mission {n}" for n in range(8, 2, -1)]
    assert texts(shown, "button") == ["Load more"]
    assert 'action="/student/missions/approved"' in shown
    cursor = re.search(r'name="cursor" value="([^"]+)"', shown)
    assert cursor
    further = f"/student/missions/approved?cursor={cursor[1]}"
    loaded = (await student_pages.get(further, HX_Request="true")).text
    assert texts(loaded, "h4") == ["Mission 2", "Mission 1", "Mission 0"]
    assert "Load more" not in loaded
    page = (await student_pages.get(further)).text
    assert texts(page, "h1") == ["Missions"]
    assert texts(page, "h4") == texts(loaded, "h4")
    # What was loaded stays, when the day is shown anew.
    assert texts(shown, "h4") != texts(page, "h4")
    at_first = '<input type="hidden" name="shown_approved" value="6">'
    assert at_first in shown
    loaded = (await student_pages.get(f"{further}&shown_approved=6", HX_Request="true")).text
    assert '<input type="hidden" name="shown_approved" value="9">' in loaded
    anew = (await student_pages.get("/student?shown_approved=9", HX_Request="true")).text
    assert texts(section(anew, "missions"), "h4") == [f"Mission {n}" for n in range(8, -1, -1)]
    assert '<input type="hidden" name="shown_approved" value="9">' in anew
    for what in ("x", "-1", "1000", "²"):
        anew = (await student_pages.get(f"/student?shown_approved={what}", HX_Request="true")).text
        assert texts(section(anew, "missions"), "h4") == texts(shown, "h4")
    assert (await student_pages.get("/student/missions/nothing")).status_code == 404
    assert (await student_pages.get("/student/missions/approved?cursor=x")).status_code == 400


async def test_what_the_tier_hides_is_locked_and_nowhere_in_the_page(student_pages, students):
    students.hold(*a_student.school(), *a_student.student())
    hidden = ("Very neat", "92.5", "Coach 2", "Coach 3", "Because", "Paid until")
    page = (await student_pages.get("/student")).text
    for value in hidden:
        assert value in page
    assert "Locked" not in page

    students.hold_further(("subscription", {"student_id": ME, "tier": "free"}))
    page = (await student_pages.get("/student")).text
    for value in set(hidden) - {"Because"}:
        assert value not in page, value
    assert "Coach 1" in page
    assert len(re.findall("Mentor's review|Mentor&#39;s review", page)) == 2
    for part in ("actions", "plan", "missions"):
        assert "Locked" in section(page, part)


async def test_a_lock_does_not_tell_whether_there_is_something_behind_it(student_pages, students):
    mine = [("student", {"student_id": ME}), ("mission", {"mission_id": "M-1", "title": "One"})]
    approved = {"student_id": ME, "mission_id": "M-1", "status": "approved"}
    students.hold(*mine, ("mission_progress", approved))
    without = TOKEN.sub("", (await student_pages.get("/student")).text)
    reviewed = approved | {"mentor_score": 92.5, "mentor_feedback": "Very neat"}
    students.hold(*mine, ("mission_progress", reviewed))
    assert TOKEN.sub("", (await student_pages.get("/student")).text) == without


async def test_the_calendar_has_twelve_weeks_up_to_today(student_pages, students):
    told = days_of_habit("H-1", "++-.++") + days_of_habit("H-2", "+..-.+")
    students.hold(("student", {"student_id": ME, "time_zone": "Europe/Berlin"}), *told)
    calendar = section((await student_pages.get("/student")).text, "calendar")
    days = re.findall(r'calendar-day ([^"]*)".*?<title>(.*?):', calendar)
    # March 1 is a Sunday, so the last of the weeks is whole.
    assert len(days) == 12 * 7
    assert days[0][1] == "Monday, December 8, 2025"
    assert [kind for kind, _ in days[-7:]] == [
        "level-0", "level-4", "level-2", "level-0 missed", "level-0 missed", "level-2", "level-4",
    ]  # fmt: skip
    assert "something was done on 4 of 84 days" in calendar


async def test_the_day_is_the_students_own(student_pages, students):
    due = [
        ("goal", {"goal_id": f"G-{day}", "student_id": ME, "due_on": f"2026-03-0{day}",
                  "title": f"Of day {day}"})
        for day in (1, 2)
    ]  # fmt: skip
    for time_zone, shown, day in (
        ("Europe/Berlin", "Of day 1", "March 1"),
        ("Pacific/Kiritimati", "Of day 2", "March 2"),
    ):
        student = ("student", {"student_id": ME, "time_zone": time_zone})
        students.hold(student, *due, *days_of_habit("H-1", "+"))
        page = (await student_pages.get("/student")).text
        assert texts(section(page, "goals"), "li") == [f"{shown} open"]
        assert day in section(page, "habits")
        assert section(page, "calendar").count("<rect") == 77 + (
            date(2026, 3, int(day[-1])).weekday() + 1
        )


async def test_readiness_has_its_trend_line(student_pages, students):
    scores = {"2025-11-01": 5.0, "2025-12-20": 40, "2026-02-08": 60.5, "2026-02-28": 71.5}
    students.hold(
        ("student", {"student_id": ME}),
        *(("readiness", {"student_id": ME, "scored_on": on, "score": score})
          for on, score in scores.items()),
    )  # fmt: skip
    readiness = section((await student_pages.get("/student")).text, "readiness")
    assert 'points="0.0,60.0 214.3,29.2 300.0,12.8"' in readiness
    assert "from Dec 20, 2025 to Feb 28, 2026: 40 at the lowest, 71.5 at the highest" in readiness
    assert "In 7 days: +11" in readiness


async def test_each_part_of_an_empty_day_says_so(student_pages, students):
    students.hold(("student", {"student_id": ME}))
    page = (await student_pages.get("/student")).text
    for told in (
        "You have no habits yet.", "You have no score of the last twelve weeks.",
        "Nothing is urgent.", "No goal is due today.", "You are on no track with modules yet.",
        "Your portfolio is empty.",
    ):  # fmt: skip
        assert told in page
    assert page.count("None.") == 4


async def test_a_part_that_fails_leaves_the_others(student_pages, students, students_url):
    students.hold(*a_student.school(), *a_student.student())
    with (
        psycopg.connect(students_url, autocommit=True) as operator,
        students.connection.transaction(),
    ):
        students.connection.execute("LOCK TABLE student_habits IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(student_pages.get("/student"))

        def is_answered():
            # As PostgreSQL itself does after ten seconds.
            operator.execute(CANCEL_WAITING)
            return asked.done()

        await wait_for_async(is_answered)
        page = (await asked).text
    for part in ("habits", "calendar"):
        assert "The database is away." in section(page, part)
    assert texts(section(page, "goals"), "li") == ["Run open", "Sleep reached"]


async def test_with_the_database_away_each_part_says_so(student_pages):
    away = student_pages.settings.model_copy(update={"database_url": NOBODY_LISTENS})
    async with browsing(away) as pages:
        pages.sign_in(ME, "student")
        answer = await pages.get("/student")
    assert answer.status_code == 200
    assert tuple(texts(answer.text, "h2")) == HEADINGS
    for part in ("habits", "calendar", "readiness", "goals", "missions", "curriculum"):
        assert "The database is away." in section(answer.text, part)
    assert "no data yet" not in answer.text


async def test_nobody_registered_is_told_so(student_pages, students):
    students.hold()
    answer = await student_pages.get("/student")
    assert answer.status_code == 404
    assert "You are not registered as a student" in answer.text
    assert texts(answer.text, "h1") == ["My day"]


@pytest.mark.parametrize("role", ["teacher", "admin", "operator"])
async def test_it_is_for_students_alone(student_pages, role):
    student_pages.sign_in("S-1", role)
    answer = await student_pages.get("/student")
    assert answer.status_code == 403
    assert "You may not see this page" in answer.text


async def test_a_student_sees_nothing_of_another(student_pages, students):
    students.hold(*a_student.school(), *a_student.student(), *a_student.student("S-2", "-other"))
    assert "-other" not in (await student_pages.get("/student")).text
    student_pages.sign_in("S-2", "student")
    assert "Coach 1-other" in (await student_pages.get("/student")).text


async def test_a_recommendation_that_is_a_script_is_no_link(student_pages, students):
    told = [
        ("recommendation", {"recommendation_id": url, "student_id": ME, "title": url, "url": url})
        for url in ("javascript:alert(1)", "https://example.org/x", "//example.org", "/coach/9")
    ]
    paid = ("subscription", {"student_id": ME, "tier": "professional7", "started_at": NOON})
    students.hold(("student", {"student_id": ME}), paid, *told)
    actions = section((await student_pages.get("/student")).text, "actions")
    assert sorted(re.findall('href="([^"]*)"', actions)) == [
        "https://example.org/x", "och://coach/9",
    ]  # fmt: skip
    assert "javascript:alert(1)" in actions


async def test_with_htmx_it_is_the_day_alone(student_pages, students):
    students.hold(*a_student.school(), *a_student.student())
    answer = await student_pages.get("/student", HX_Request="true")
    assert answer.text.lstrip().startswith('<section id="my-day"')
    assert "<html" not in answer.text
