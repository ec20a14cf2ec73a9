"""Numbers of pages lead to what they are made of, for whoever sees them and for nobody else."""

import html
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET
from tests.integration.api.records.conftest import link, mark
from tests.integration.api.schools.conftest import TOLD, of_north, session
from tests.integration.pages.conftest import PagesClient, browsing
from tests.support import a_student, wait_for_async
from tests.support.applications import LOOP
from tests.support.signing_in import PAGES_ON
from tests.support.strength import at_full_strength
from tests.support.students import NOON, Students

LINK = re.compile(r'<a class="explained" href="([^"]+)" aria-label="([^"]+)">')
ROWS = re.compile(r"Made from ([\d,]+) rows? of (\w+)")
OF_SCHOOL = (
    session(1, "completed", NOON, title="Fractions"),
    session(2, "cancelled", NOON - timedelta(minutes=5)),
    session(3, "scheduled", NOON + timedelta(minutes=5)),
    ("attendance", {"session_id": "1", "student_id": "1", "present": True}),
    *(of_north("payment", payment_id=f"P-{n}", amount="20.50", currency="GBP", earned_at=at)
      for n, at in enumerate((NOON, NOON - timedelta(days=3), NOON))),
    of_north("notification", notification_id="7", title="Hello", message="A new student",
             kind="new_student", created_at=NOON),
    *(of_north("progress", class_id="C-1", student_id=str(n), level="good", completion=50.0 + n,
               updated_at=NOON, skills_mastered=[]) for n in (1, 2)),
    *(of_north("assessment", assessment_id=f"Q-{n}", student_id="1", class_id="C-1", score=score,
               max_score=100, assessed_at=NOON - timedelta(days=n))
      for n, score in enumerate((40, 30, 35, 20))),
    of_north("resource", resource_id="R-1", title="Notes", status="clean", file_name="a.pdf",
             media_type="application/pdf", size_bytes=48_000, uploaded_at=NOON),
)  # fmt: skip
# At the second school there is neither a trend nor a file, at the fifth nothing at all. Student 8
# was in Ada's class once, and S-7 in class 5.
OF_OTHER_SCHOOLS = (
    ("school", {"school_id": "5", "name": "East"}),
    ("membership", {"school_id": "5", "user_id": "T-1", "role": "teacher"}),
    session(8, "completed", NOON, "2"), session(9, "completed", NOON, "5"),
    ("resource", {"resource_id": "R-2", "teacher_id": "T-1", "school_id": "2", "title": "Notes",
                  "status": "clean", "size_bytes": 48_000, "uploaded_at": NOON}),
    of_north("progress", class_id="C-1", student_id="8", level="good", completion=50.0,
             updated_at=NOON, skills_mastered=[]),
    of_north("assessment", assessment_id="Q-8", student_id="8", class_id="C-1", score=40,
             max_score=100, assessed_at=NOON),
)  # fmt: skip
OF_WHO_LEFT = (mark(20, "S-7", "5", "2", 33), mark(21, "S-7", "5", "1", 44))
Get = Callable[[str], Awaitable[httpx.Response]]


def links_of(page: str) -> dict[str, str]:
    """Where the numbers of a page lead, and what each is called."""
    return {html.unescape(to): html.unescape(name) for to, name in LINK.findall(page)}


async def text_of(get: Get, path: str, status: int = 200) -> str:
    """A page; what takes too long to explain on a busy machine is asked for again."""

    async def asked() -> httpx.Response | None:
        answer = await get(path)
        return None if answer.status_code == 503 else answer

    answer = await wait_for_async(asked)
    assert answer
    assert answer.status_code == status, (path, answer.status_code, answer.text)
    return answer.text


async def followed(get: Get, paths: Iterable[str]) -> dict[str, str]:
    """All links of numbers on these pages, each of which leads to an explanation; and the rows of
    those that have some lead on.
    """
    found: dict[str, str] = {}
    for path in paths:
        found |= links_of(await text_of(get, path))
    for path, name in found.items():
        assert name.endswith(": why?"), name
        page = await text_of(get, path)
        assert ">Definition</h2>" in page, path
        for row in [*links_of(page)][:1]:
            assert "Events" in await text_of(get, row)
    return found


def explained(found: dict[str, str]) -> set[tuple[str, str]]:
    """What is explained: tables with columns, and the names of computed numbers."""
    parts = [path.partition("?")[0].split("/") for path in found]
    return {(one[2], one[-1]) for one in parts}


@pytest_asyncio.fixture(loop_scope=LOOP)
async def of_schools(students: Students, students_url: str, tmp_path: Path):
    """A teacher of two schools, who is signed in; the trend is switched on."""
    students.hold(*TOLD, *OF_SCHOOL, *OF_OTHER_SCHOOLS)
    students.reach(NOON)
    known = Settings(
        database_url=students_url, jwt_secret=SECRET, **PAGES_ON, resource_folder=str(tmp_path),
        feature_flags='{"resources": [{"schools": ["1"]}], '
                      '"advanced_analytics": [{"schools": ["1"]}], '
                      '"consolidated_api": [{"schools": ["1", "2"]}]}',
        dashboard_requests_per_minute_max=1_000,
    )  # fmt: skip
    async with browsing(known, lambda: NOON) as client:
        client.sign_in("T-1", "teacher", "1")
        yield client


async def test_each_number_of_my_day_leads_to_what_it_is_made_of(student_pages, students):
    students.hold(*a_student.school(), *a_student.student(), *a_student.student("S-2", "-other"))
    found = await followed(student_pages.get, ["/student", "/student/missions/in_review"])
    overview = {column for table, column in explained(found) if table == "student_overview"}
    assert overview == {
        "readiness", "readiness_trend", "completion", "in_progress", "changes_requested",
        "approved", "items", "items_approved", "portfolio_health",
    }  # fmt: skip
    for one in ("streak", "days_done", "goals_today", "missions_in_review", "readiness_scores"):
        assert ("computed", one) in explained(found), one
    assert ("student_modules", "percent") in explained(found)
    assert ("student_missions", "ai_score") in explained(found)
    # What a tier may hide is on no explanation.
    assert not any("mentor" in path for path in found)
    in_review = await text_of(student_pages.get, "/explain/computed/missions_in_review")
    assert ROWS.findall(in_review) == [("2", "student_missions")]
    await text_of(student_pages.get, "/explain/student_missions/M-4%2FS-1/mentor_score", 403)
    student_pages.sign_in("S-2", "student")
    for path in found:
        others = "S-1" in path or "H-1" in path
        page = await student_pages.get(path)
        if "computed" not in path and others:
            assert page.status_code == 403, path
        assert "S-1" not in page.text.replace("S-1-other", ""), path


@pytest.mark.parametrize(("column", "value", "rows"), [
    ("completion", "64.2", "2 rows of module_progress"),
    ("portfolio_health", "59", "8 rows of portfolio_item"),
    ("readiness_trend", "4", "2 rows of readiness"),
])  # fmt: skip
async def test_a_share_leads_to_the_rows_of_which_it_is_computed(
    student_pages, students, column, value, rows
):
    students.hold(*a_student.school(), *a_student.student())
    page = await text_of(student_pages.get, f"/explain/student_overview/S-1/{column}")
    assert f"{column} = <strong><code>{value}</code></strong>" in page
    assert rows in page


@at_full_strength
async def test_each_number_of_a_school_leads_to_its_rows(of_schools: PagesClient) -> None:
    school = "/teacher/schools/1"
    found = await followed(of_schools.get, [school, f"{school}/students", f"{school}/resources"])
    computed = {name for table, name in explained(found) if table == "computed"}
    assert computed == {
        "school_students", "sessions_today", "sessions_this_week", "completion_rate",
        "average_progress", "students_improving", "students_struggling", "assessments_trend",
        "earned_this_month", "earned_last_month", "pending_payments", "unread_notifications",
    }  # fmt: skip
    assert explained(found) >= {
        ("teacher_sessions", "attended"), ("school_classes", "students"),
        ("school_student_progress", "completion"), ("resources", "size_bytes"),
    }  # fmt: skip
    # As many rows as the number says.
    for name, rows in (
        ("school_students", "5"), ("sessions_today", "3"), ("sessions_this_week", "3"),
        ("completion_rate", "2"), ("average_progress", "2"), ("students_improving", "1"),
        ("students_struggling", "1"), ("assessments_trend", "4"), ("unread_notifications", "1"),
        ("earned_this_month", "2"), ("earned_last_month", "1"), ("pending_payments", "3"),
    ):  # fmt: skip
        (path,) = [path for path in found if f"/{name}?" in path]
        assert ROWS.findall(await text_of(of_schools.get, path))[0][0] == rows, name
    of_schools.sign_in("T-2", "teacher", "1")
    for path in found:
        await text_of(of_schools.get, path, 403)


@pytest.mark.parametrize(("path", "status"), [
    ("/explain/computed/assessments_trend?school_id=2", 404),
    ("/explain/computed/sessions_today?school_id=2", 200),
    ("/explain/computed/sessions_today?school_id=5", 404),
    ("/explain/computed/unread_notifications?school_id=5", 200),
    ("/explain/teacher_sessions/8/attended", 200), ("/explain/teacher_sessions/9/attended", 404),
    ("/explain/resources/R-2/size_bytes", 404),
])  # fmt: skip
async def test_what_is_switched_off_at_a_school_is_not_explained(of_schools, path, status):
    await text_of(of_schools.get, path, status)


@pytest.mark.parametrize("path", [
    "/explain/school_student_progress/8%2F1%2FT-1/completion",
    "/explain/school_assessment_means/8%2F1%2FT-1/latest", "/explain/school_assessments/Q-8/score",
])  # fmt: skip
async def test_what_was_told_of_who_has_left_is_not_explained(of_schools, path):
    await text_of(of_schools.get, path, 403)
    await text_of(of_schools.get, path.replace("/8%", "/1%").replace("Q-8", "Q-1"))


async def test_a_mark_is_explained_where_a_list_or_a_report_shows_it(as_somebody, records):
    records.students.hold_further(*OF_WHO_LEFT)
    teacher = as_somebody("2", "teacher")
    cell = "/explain/computed/marks?class_id=5&student_id=S-7&subject_id="
    assert "There are no rows" in await text_of(teacher.client.get, f"{cell}2")
    assert "<code>44</code>" in await text_of(teacher.client.get, f"{cell}1")
    await text_of(teacher.client.get, "/explain/marks/21/score")
    await text_of(teacher.client.get, "/explain/marks/20/score", 403)
    # That of a subject of others, which the report of who is in the class shows.
    await text_of(teacher.client.get, "/explain/marks/3/score")
    denied = records.students.connection.execute(
        "SELECT user_id, resource FROM homeroom.access_log"
    ).fetchall()
    assert denied == [("2", "/explain/marks/20/score")]


@pytest.mark.parametrize(("who", "of"), [("2", "O-1"), ("T-org", None)])
async def test_a_teacher_of_a_school_has_no_number_of_standalone_ones(as_somebody, who, of):
    teacher = as_somebody(who, "teacher", of)
    for path in (f"teacher_stats/{who}/classes", "computed/upcoming_exams"):
        await text_of(teacher.client.get, f"/explain/{path}", 403)


async def test_a_key_that_postgresql_cannot_hold_is_nobodys(as_somebody):
    teacher = as_somebody("2", "teacher")
    await text_of(teacher.client.get, "/explain/marks/2%00/score", 403)
    # As a JSON array of a text without these characters.
    for text in ("\\u0000", "\\ud800"):
        key = quote(f'["{text}","2"]', safe="")
        await text_of(teacher.client.get, f"/explain/teacher_exams/{key}/total_marks", 403)


@at_full_strength
async def test_numbers_of_classes_and_marks_are_explained_as_far_as_they_are_seen(
    as_somebody, records
):
    records.students.hold_further(link("subject", 9, "2", "2"))
    pages = ["/teacher/teaching", "/students", "/marks", "/reports/classes/5",
             "/reports/students/S-1"]  # fmt: skip
    teacher = as_somebody("2", "teacher")
    found = await followed(teacher.client.get, pages)
    assert ("classes", "students") in explained(found)
    assert ("computed", "marks") in explained(found)
    cell = "/explain/computed/marks?class_id=5&student_id=S-1&subject_id=1"
    assert cell in found
    page = await text_of(teacher.client.get, cell)
    assert 'href="/explain/marks/1/score"' in page
    assert "<code>80</code>" in page
    await text_of(teacher.client.get, "/explain/computed/marks?subject_id=1", 400)
    await text_of(teacher.client.get, "/explain/computed/marks?class_id=!", 400)
    await text_of(teacher.client.get, "/explain/computed/workload_classes?user_id=2", 403)
    await text_of(teacher.client.get, "/explain/computed/nothing", 404)
    # Who teaches another class sees neither count nor mark.
    other = as_somebody("3", "teacher")
    for path in ("/explain/classes/5/students", "/explain/marks/1/score"):
        await text_of(other.client.get, path, 403)
    assert "There are no rows" in await text_of(other.client.get, cell)


@at_full_strength
async def test_admins_see_explained_what_is_of_their_realm(as_somebody):
    pages = ["/admin/assignments?user_id=2", "/admin/assignments/workload", "/reports/classes/5",
             "/marks"]  # fmt: skip
    admin = as_somebody("A-0", "admin")
    found = await followed(admin.client.get, pages)
    assert explained(found) >= {
        ("classes", "students"), ("computed", "workload_classes"), ("computed", "marks"),
        ("computed", "workload_subjects"), ("computed", "workload_students"),
    }  # fmt: skip
    students = await text_of(admin.client.get, "/explain/computed/workload_students?user_id=2")
    assert ROWS.findall(students) == [("2", "student_classes")]
    # Definition and counts, but no operator's page of a subject.
    page = await text_of(admin.client.get, "/explain/classes/5/students")
    assert "2 rows of enrollment" in page
    assert "/console" not in page
    of_realm = as_somebody("A-1", "admin", "O-1")
    for path in ("/explain/classes/5/students", "/explain/marks/1/score",
                 "/explain/student_classes/5%2FS-1/student_id"):  # fmt: skip
        await text_of(of_realm.client.get, path, 403)
    own = "/explain/classes/O-C/students"
    assert own in await followed(of_realm.client.get, ["/admin/assignments"])
    students = "/explain/computed/workload_students?user_id=2"
    assert "There are no rows" in await text_of(of_realm.client.get, students)
    as_somebody("2", "student")
    await text_of(of_realm.client.get, own, 403)


async def test_operators_see_computed_numbers_of_whoever_they_name(student_pages, students):
    students.hold(
        *a_student.school(), *a_student.student(), *a_student.student("S-2", "-other"),
        ("student", {"student_id": "S-3", "deactivated": True}),
    )  # fmt: skip
    student_pages.sign_in("op-1", "operator")
    path = "/explain/computed/missions_in_review"
    page = await text_of(student_pages.get, path)
    assert ">Definition</h2>" in page
    assert "Id of the student whose number it is" in page
    assert not ROWS.findall(page)
    assert not links_of(page)
    for who, others in (("S-1", "S-2"), ("S-2", "S-1")):
        page = await text_of(student_pages.get, f"{path}?of={who}")
        assert ROWS.findall(page) == [("2", "student_missions")]
        rows = [*links_of(page)]
        assert all(row.startswith("/console/explain/student_missions/") for row in rows)
        assert all(f"%2F{who}/" in row and others not in row for row in rows), rows
    assert "There are no rows" in await text_of(student_pages.get, f"{path}?of=S-none")
    await text_of(student_pages.get, f"{path}?of=!", 400)
    await text_of(student_pages.get, f"{path}?of=S-3", 404)
    # Nobody else reads in another's place.
    student_pages.sign_in("S-2", "student")
    page = await text_of(student_pages.get, f"{path}?of=S-1")
    assert all("%2FS-2/" in row for row in links_of(page))


async def test_operators_see_numbers_of_admins_of_all_schools(as_somebody):
    operator = as_somebody("op-1", "operator")
    cell = "/explain/computed/marks?class_id=5&student_id=S-1&subject_id=1"
    page = await text_of(operator.client.get, cell)
    assert 'href="/console/explain/marks/1/score"' in page
    assert "whose number it is" not in page
    students = await text_of(
        operator.client.get, "/explain/computed/workload_students?user_id=2"
    )  # fmt: skip
    assert ROWS.findall(students) == [("2", "student_classes")]


async def test_of_who_has_nothing_the_number_says_so(as_somebody):
    teacher = as_somebody("T-none", "teacher")
    page = await text_of(teacher.client.get, "/explain/teacher_stats/T-none/classes")
    assert "totals teacher_id" in page
    assert "No events." in page
    await text_of(teacher.client.get, "/explain/teacher_stats/T-nobody/classes", 403)
    await text_of(teacher.client.get, "/explain/teacher_exams/E-1/total_marks", 403)


@pytest.mark.parametrize("path", ["/teacher", "/teacher/classes", "/teacher/schools",
                                  "/teacher/teaching", "/students", "/marks"])  # fmt: skip
async def test_the_menu_has_its_numbers_on_every_page(as_somebody, path):
    teacher = as_somebody("2", "teacher")
    page = await text_of(teacher.client.get, path)
    counts = re.findall(r'<span class="badge">(.*?)</span>', page, re.DOTALL)
    assert len(counts) == 9
    assert all("/explain/" in one for one in counts)
