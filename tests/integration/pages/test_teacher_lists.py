"""The lists behind the numbers of the menu: as many rows as the number says, found and filtered."""

import re
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from homeroom.api.pages.teacher.lists import LISTS
from tests.integration.pages.conftest import PagesClient, browsing
from tests.support.applications import LOOP
from tests.support.readmodel import NOON, TEACHER, Tables

FUTURE = "2100-03-02T09:30:00Z"
LOAD_MORE = r'<tr class="load-more">.*?<form method="get" action="([^"]+)".*?</tr>'
COUNTED = [shown for shown in LISTS if shown.path != "grades"]


@pytest_asyncio.fixture(loop_scope=LOOP)
async def teacher(pages: PagesClient, tables: Tables) -> PagesClient:
    """A teacher with 30 of everything, ten exams of each kind among them."""
    tables.insert("teachers")
    # What commits keep: so many as there are rows.
    stats = dict.fromkeys(("classes", "students", "assignments", "exams", "question_banks"), 30)
    tables.insert("teacher_stats", stats | {"quizzes": 10, "reports": 10, "grades": 99})
    kinds = (
        {"kind": "quiz"},
        {"status": "completed", "results": 3, "class_id": "C-1"},
        {"status": "scheduled", "scheduled_at": FUTURE},
    )
    for n in range(30):
        at = {"created_at": NOON + timedelta(minutes=n)}
        tables.insert(
            "teacher_exams", {"exam_id": f"E-{n}", "title": f"Exam {n:02}"} | kinds[n % 3]
        )
        tables.insert("teacher_classes", {"class_id": f"C-{n}", "name": f"Class {n:02}"} | at)
        tables.insert(
            "teacher_assignments",
            {"assignment_id": f"A-{n}", "title": f"Essay {n:02}", "class_id": f"C-{n}"} | at,
        )
        tables.insert("teacher_question_banks", {"question_bank_id": f"B-{n}"} | at)
        name = {"name": f"Student {n:02}", "sorted_as": f"Student {n:02}"}
        tables.insert("teacher_student_names", {"student_id": f"S-{n}"} | name)
        tables.insert("student_classes", {"student_id": f"S-{n}", "class_id": f"C-{n % 2}"})
    tables.insert("teacher_assignment_grades", {"assignment_id": "A-3", "grades": 17})
    pages.sign_in()
    return pages


async def shown(pages: PagesClient, path: str, **headers: str) -> tuple[list[str], str]:
    """The rows of a page by the first text of each, and the page."""
    answer = await pages.get(path, **headers)
    assert answer.status_code == 200, answer.text
    rows = re.findall(r'<th scope="row">(?:<a [^>]+>)?([^<]+)(?:</a>)?</th>', answer.text)
    return rows, answer.text


def total_of(html: str) -> str:
    found = re.search(r'class="total" role="status">(?:<a [^>]+>)?(\S+) found', html)
    assert found
    return found[1]


def next_of(html: str) -> str | None:
    """Where "Load more" leads, as a browser without scripts sends the form."""
    form = re.search(
        r'<tr class="load-more">.*?<form method="get" action="([^"]+)".*?</tr>', html, re.DOTALL
    )
    if form is None:
        return None
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return f"{form[1]}?{'&'.join('='.join(field) for field in fields)}"


@pytest.mark.parametrize("page", COUNTED, ids=lambda page: page.path)
async def test_a_list_has_as_many_rows_as_its_number_says(teacher: PagesClient, page: Any) -> None:
    path: str | None = f"/teacher/{page.path}"
    counts = await teacher.get(path or "")
    entry = rf'href="{path}"[^>]*>[^<]+</a> <span class="badge"><a [^>]+>(\d+)</a></span>'
    badge = re.search(entry, counts.text)
    assert badge
    assert f'href="{path}" aria-current="page"' in counts.text
    rows: list[str] = []
    while path is not None:
        found, html = await shown(teacher, path)
        assert total_of(html) == badge[1]
        rows += found
        path = next_of(html)
    assert len(rows) == int(badge[1])
    if page.path != "question-banks":
        assert len(set(rows)) == len(rows)


async def test_the_page_of_grades_shows_what_was_graded(teacher: PagesClient) -> None:
    rows, html = await shown(teacher, "/teacher/grades")
    assert rows == ["Essay 03"]
    graded = r'<td class="figure"><a [^>]+/teacher_assignment_grades/[^>]+>17</a></td>'
    assert re.search(graded, html)
    grades = r'You have given <a [^>]+/teacher_stats/[^>]+/grades"[^>]*>99</a> grades'
    assert re.search(grades, html)


async def test_load_more_loads_rows_alone_where_scripts_run(teacher: PagesClient) -> None:
    rows, html = await shown(teacher, "/teacher/assignments?q=essay")
    assert len(rows) == 20
    further = next_of(html)
    assert further
    assert "q=essay" in further
    more, fragment = await shown(teacher, further, HX_Request="true")
    assert len(more) == 10
    assert "<html" not in fragment
    assert next_of(fragment) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("exams?q=exam+07", ["Exam 07"]),
        ("exams?status=completed&q=07", ["Exam 07"]),
        ("exams?status=draft&q=07", []),
        ("exams?kind=quiz&q=exam+0", ["Exam 00", "Exam 03", "Exam 06", "Exam 09"]),
        ("exams?class_id=C-1&q=exam+0", ["Exam 01", "Exam 04", "Exam 07"]),
        ("assignments?class_id=C-4", ["Essay 04"]),
        ("classes?q=CLASS+2", [f"Class {n}" for n in range(29, 19, -1)]),
        ("students?class_id=C-1&q=student+0", [f"Student 0{n}" for n in (1, 3, 5, 7, 9)]),
    ],
)
async def test_search_and_filters_find(
    teacher: PagesClient, query: str, expected: list[str]
) -> None:
    rows, html = await shown(teacher, f"/teacher/{query}")
    assert rows == expected
    assert ("Nothing matches." in html) == (not expected)


async def test_one_letter_is_no_search_yet(teacher: PagesClient) -> None:
    rows, _ = await shown(teacher, "/teacher/classes?q=x")
    assert len(rows) == 20


async def test_what_was_chosen_stays_chosen(teacher: PagesClient) -> None:
    _, html = await shown(teacher, '/teacher/exams?status=draft&class_id=C-1&q="<b>')
    assert '<option value="draft" selected>Draft</option>' in html
    assert '<option value="C-1" selected>Class 01</option>' in html
    assert 'value="&#34;&lt;b&gt;"' in html


async def test_a_class_leads_to_its_students(teacher: PagesClient) -> None:
    _, html = await shown(teacher, "/teacher/classes?q=class+01")
    assert 'href="/teacher/students?class_id=C-1"' in html


@pytest.mark.parametrize("query", ["exams?status=lost", "exams?cursor=bad", "students?class_id=!"])
async def test_a_query_that_means_nothing_is_refused(teacher: PagesClient, query: str) -> None:
    answer = await teacher.get(f"/teacher/{query}")
    assert answer.status_code == 400
    assert "This cannot be shown" in answer.text


async def test_a_list_of_another_role_is_refused_and_of_nobody_asks_to_sign_in(
    pages: PagesClient,
) -> None:
    pages.sign_in("S-1", "student")
    assert (await pages.get("/teacher/exams")).status_code == 403
    pages.client.cookies.clear()
    answer = await pages.get("/teacher/exams?q=ab")
    assert answer.headers["location"] == "/sign-in?next=/teacher/exams%3Fq%3Dab"


async def test_while_the_database_is_away_a_list_says_so(teacher: PagesClient) -> None:
    async with browsing(teacher.settings) as alone:
        alone.sign_in()
        await alone.app.state.services.database.pool.close()
        answer = await alone.get("/teacher/exams")
        assert answer.status_code == 200
        assert "The database is away." in answer.text
        assert "<h1>Exams</h1>" in answer.text


async def test_another_teachers_class_shows_nobody(teacher: PagesClient, tables: Tables) -> None:
    theirs = {"teacher_id": "T-2", "student_id": "S-x", "class_id": "C-x"}
    tables.insert("student_classes", theirs)
    rows, _ = await shown(teacher, "/teacher/students?class_id=C-x")
    assert rows == []
    assert TEACHER != "T-2"
