"""The dashboard of a teacher shows the numbers of the API's answers, and what became of them."""

import re

import pytest
import pytest_asyncio

from tests.integration.pages.conftest import PagesClient, browsing
from tests.support.applications import LOOP
from tests.support.readmodel import NOON, TEACHER, Tables

STATS = {"classes": 3, "students": 1234, "assignments": 5, "exams": 7, "question_banks": 8,
         "questions": 9, "quizzes": 2, "reports": 4, "grades": 4321}  # fmt: skip
CARDS = {"Classes": "3", "Students": "1,234", "Assignments": "5", "Exams": "7",
         "Upcoming exams": "1", "Question banks": "8", "Questions": "9"}  # fmt: skip
BADGES = {"Classes": "3", "Students": "1,234", "Assignments": "5", "Schedule": "1", "Exams": "7",
          "Question banks": "8", "Grades": "4,321", "Quizzes": "2", "Reports": "4"}  # fmt: skip


@pytest_asyncio.fixture(loop_scope=LOOP)
async def teacher(pages: PagesClient, tables: Tables) -> PagesClient:
    """A teacher of something of everything, who is signed in."""
    tables.insert("teachers")
    tables.insert("teacher_stats", STATS)
    tables.insert(
        "teacher_exams", {"exam_id": "E-1", "title": "Waves & light", "status": "scheduled",
                          "scheduled_at": "2100-03-02T09:30:00Z"},
    )  # fmt: skip
    tables.insert(
        "teacher_assignments", {"assignment_id": "A-1", "total_submissions": 18,
                                "total_students": 25, "status": "published"},
    )  # fmt: skip
    tables.insert("teacher_classes", {"class_id": "C-1", "total_students": 25})
    tables.insert("teacher_question_banks", {"question_bank_id": "B-1", "total_questions": 12})
    tables.reach("classes", 0, 1, NOON)
    pages.sign_in()
    return pages


def pairs(pattern: str, html: str) -> dict[str, str]:
    return dict(re.findall(pattern, re.sub(r"\s+", " ", html)))


async def test_the_cards_and_the_menu_show_all_numbers(teacher: PagesClient) -> None:
    html = (await teacher.get("/teacher")).text
    cards = pairs(r"<dt>(?:<a [^>]+>)?([^<]+)(?:</a>)?</dt> <dd><a [^>]+>([\d,.]+)", html)
    assert cards == CARDS
    badges = pairs(r'<a [^>]+>([^<]+)</a> <span class="badge"><a [^>]+>([\d,.]+)</a></span>', html)
    assert badges == BADGES


async def test_the_newest_of_everything_is_listed(teacher: PagesClient) -> None:
    teacher.client.cookies.set("homeroom_time_zone", "Europe/Stockholm")
    html = (await teacher.get("/teacher")).text
    assert "Waves &amp; light" in html
    assert "18 of 25 handed in" in html
    assert 'width="72.0"' in html
    assert 'aria-label="25 students of Maths 1: why?"' in html
    assert "Fractions" in html
    assert "as of Mar 1, 2026, 1:00:00" in html


async def test_numbers_and_times_are_written_as_the_viewer_writes_them(
    teacher: PagesClient,
) -> None:
    html = (await teacher.get("/teacher", Accept_Language="sv")).text
    assert '<html lang="sv">' in html
    assert "1\xa0234" in html


async def test_an_incomplete_answer_says_so(teacher: PagesClient, tables: Tables) -> None:
    assert "incomplete since" not in (await teacher.get("/teacher")).text
    tables.insert("incomplete", {"entity": "exam", "key": "E-1"})
    assert "incomplete since" in (await teacher.get("/teacher")).text


async def test_while_the_database_is_away_the_page_says_so(teacher: PagesClient) -> None:
    async with browsing(teacher.settings) as alone:
        alone.sign_in()
        await alone.app.state.services.database.pool.close()
        answer = await alone.get("/teacher")
        assert answer.status_code == 200
        assert "The database is away." in answer.text
        assert "<h1>Dashboard</h1>" in answer.text


async def test_a_teacher_without_anything_sees_that(pages: PagesClient, tables: Tables) -> None:
    tables.insert("teachers")
    pages.sign_in()
    html = (await pages.get("/teacher")).text
    for text in ("exams", "assignments", "classes", "question banks"):
        assert f"There are no {text} yet." in html


@pytest.mark.parametrize("registered_in", [None, "O-1"])
async def test_a_teacher_of_a_school_is_led_there(
    pages: PagesClient, tables: Tables, registered_in: str | None
) -> None:
    tables.insert("teachers", {"organization_id": registered_in})
    pages.sign_in(TEACHER, "teacher", None if registered_in else "O-1")
    answer = await pages.get("/teacher")
    assert (answer.status_code, answer.headers["location"]) == (303, "/teacher/schools")


async def test_whose_token_was_revoked_signs_in_again(teacher: PagesClient, tables: Tables) -> None:
    tables.connection.execute(
        "INSERT INTO homeroom.revoked_subject (subject, revoked_at) VALUES (%s, now())", [TEACHER]
    )
    answer = await teacher.get("/teacher")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/teacher")
