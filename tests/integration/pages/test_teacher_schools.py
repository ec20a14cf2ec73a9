"""A teacher's page of a school: what is shown of it, and what is done there."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET
from tests.integration.api.schools.conftest import TOLD, of_north, session
from tests.integration.pages.conftest import PagesClient, browsing
from tests.integration.pages.test_student_live import reach
from tests.support.applications import LOOP
from tests.support.live import serving_live
from tests.support.page_streams import following, signed_in
from tests.support.signing_in import PAGES_ON
from tests.support.strength import thinned
from tests.support.students import NOON, Students

PDF = b"%PDF-1.7 a lesson"
FLAGS = '{"resources": [{"schools": ["1", "3"]}]}'
MORE = (
    session(1, "completed", NOON, title="Fractions & more"),
    ("attendance", {"session_id": "1", "student_id": "1", "present": True}),
    of_north("payment", payment_id="P-1", amount="42.50", currency="GBP", earned_at=NOON),
    of_north("notification", notification_id="7", title="Hello", message="A new student",
             kind="new_student", created_at=NOON),
    of_north("progress", class_id="C-1", student_id="1", level="good", completion=62.5,
             updated_at=NOON, skills_mastered=[]),
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope=LOOP)
async def teacher(
    students: Students, students_url: str, tmp_path: Path
) -> AsyncIterator[PagesClient]:
    """A teacher of two schools, who is signed in."""
    students.hold(*TOLD, *MORE)
    students.reach(NOON)
    students.connection.execute("UPDATE homeroom.numbering SET identity = homeroom.identity()")
    known = Settings(
        database_url=students_url, jwt_secret=SECRET, **PAGES_ON, feature_flags=FLAGS,
        resource_folder=str(tmp_path),
    )  # fmt: skip
    async with browsing(known, lambda: NOON) as client:
        client.sign_in("T-1", "teacher", "1")
        yield client


async def text_of(pages: PagesClient, path: str, status: int = 200) -> str:
    answer = await pages.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(answer.text.split())


async def send(pages: PagesClient, path: str, **sent: object) -> httpx.Response:
    """A form of the page; what it has recorded is not waited for, since nobody publishes it."""
    token = re.search(
        r'name="csrf_token" value="(\w+)"', (await pages.get("/teacher/schools/1")).text
    )
    assert token
    fields = {"csrf_token": token[1]} | dict(sent.pop("data", {}))  # type: ignore[call-overload]
    headers = {"Homeroom-Wait-Seconds": "0", "Host": "localhost"}
    return await pages.client.post(path, data=fields, headers=headers, **sent)  # type: ignore[arg-type]


def section(html: str, heading: str) -> str:
    found = re.search(rf"<section(?:(?!<section).)*<h2[^>]*>{heading}</h2>.*?</section>", html)
    assert found, heading
    return found[0]


async def test_a_teacher_is_led_to_the_first_school(teacher: PagesClient) -> None:
    for path in ("/teacher", "/teacher/schools"):
        answer = await teacher.get(path)
        assert answer.status_code == 303
    assert answer.headers["location"] == "/teacher/schools/1"


async def test_what_changes_at_a_school_is_told_to_whose_page_is_open(
    teacher: PagesClient, students: Students, students_url: str
) -> None:
    assert teacher
    async with (
        serving_live(Settings(database_url=students_url), **PAGES_ON) as live,
        following(live, "/teacher/schools/1/stream", "T-1") as stream,
    ):
        await stream.next("as-of")
        told = {"notification_id": "8", "title": "Hall B", "message": "Moved", "created_at": NOON}
        students.hold_further(of_north("notification", kind="class_update", **told))
        reach(students, 2, NOON + timedelta(seconds=5))
        await stream.next("changed")
        refused = await live.http.get("/teacher/schools/3/stream", headers=signed_in(live, "T-1"))
        assert refused.status_code == 200
        assert "event: ended" in refused.text


async def test_a_school_shows_its_parts(teacher: PagesClient) -> None:
    html = await text_of(teacher, "/teacher/schools/1")
    assert "<h1>North</h1>" in html
    assert re.findall(r"<dd>(?:<a [^>]+>)?([^<]+)", html)[:4] == ["5", "1", "1", "100%"]
    today = section(html, "Today's sessions")
    assert "Fractions &amp; more" in today
    assert "1 of 5" in today
    assert "62.5%" in section(html, "Progress")
    assert re.search(r"GBP</th><td class=\"figure\"><a [^>]+>42.50<", section(html, "Earnings"))
    assert "Hello" in section(html, "Notifications")
    assert "There are no resources yet." in section(html, "Resources")
    assert "as of 12:00:00" in html


async def test_the_switch_leads_to_each_school(teacher: PagesClient) -> None:
    html = await text_of(teacher, "/teacher/schools/1")
    switch = re.findall(r'<a href="/teacher/schools/(\d)"( aria-current="page")?>([^<]+)</a>', html)
    assert switch == [("1", ' aria-current="page"', "North"), ("2", "", "South")]
    assert "<h1>South</h1>" in await text_of(teacher, "/teacher/schools/2")


@pytest.mark.parametrize(
    "path",
    thinned(
        ["", "/students", "/notifications", "/resources"], lambda path: path in {"", "/students"}
    ),
)
async def test_a_school_of_others_is_refused(teacher: PagesClient, path: str) -> None:
    for school in ("3", "99"):
        html = await text_of(teacher, f"/teacher/schools/{school}{path}", 403)
        assert "You may not see this page" in html
    assert "This cannot be shown" in await text_of(teacher, "/teacher/schools/!/students", 400)


async def test_a_teacher_of_no_school_is_told_so(teacher: PagesClient) -> None:
    teacher.sign_in("T-2")
    assert "You teach at no school." in await text_of(teacher, "/teacher/schools")


async def test_students_of_the_school_are_listed(teacher: PagesClient) -> None:
    html = await text_of(teacher, "/teacher/schools/1/students")
    rows = re.findall(r'<th scope="row">([^<]+)</th>', html)
    assert rows == [f"Student 0{n}" for n in range(1, 6)]


async def test_a_notification_is_read_and_dismissed(teacher: PagesClient) -> None:
    html = await text_of(teacher, "/teacher/schools/1")
    assert "1 unread" in html
    for what in ("read", "dismiss"):
        answer = await send(teacher, f"/teacher/schools/1/notifications/7/{what}")
        assert (answer.status_code, answer.headers["location"]) == (
            303, "/teacher/schools/1?done=soon",
        )  # fmt: skip
    assert "It is recorded, and will show soon." in await text_of(
        teacher, "/teacher/schools/1?done=soon"
    )
    known = teacher.app.state.services.commands
    async with known.connection() as connection:
        cursor = await connection.execute(
            "SELECT type FROM homeroom.outbox WHERE type LIKE 'notification_receipt.%' ORDER BY id"
        )
        kinds = [kind for (kind,) in await cursor.fetchall()]
    assert kinds[-2:] == ["notification_receipt.read.v1", "notification_receipt.dismissed.v1"]


async def test_with_a_script_only_what_changed_comes_back(teacher: PagesClient) -> None:
    page = await teacher.get("/teacher/schools/1")
    token = re.search(r'"X-CSRF-Token": "(\w+)"', page.text)
    assert token
    answer = await teacher.client.post(
        "/teacher/schools/1/notifications/read-all",
        headers={"HX-Request": "true", "X-CSRF-Token": token[1], "Homeroom-Wait-Seconds": "0"},
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="school"')


@pytest.mark.parametrize("path", ["notifications/7/read", "notifications/read-all", "resources"])
async def test_a_form_of_another_site_changes_nothing(teacher: PagesClient, path: str) -> None:
    answer = await teacher.client.post(
        f"/teacher/schools/1/{path}",
        data={"csrf_token": "forged"},
    )
    assert answer.status_code == 403


async def test_somebody_elses_notification_is_not_there(teacher: PagesClient) -> None:
    answer = await send(teacher, "/teacher/schools/1/notifications/8/read")
    assert answer.status_code == 404


async def test_a_file_is_uploaded(teacher: PagesClient, tmp_path: Path) -> None:
    answer = await send(
        teacher, "/teacher/schools/1/resources", data={"title": "Lesson 1"},
        files={"file": ("lesson.pdf", PDF, "application/pdf")},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/teacher/schools/1?done=soon",
    )  # fmt: skip
    (kept,) = (tmp_path / "resources").iterdir()
    assert kept.read_bytes() == PDF


@pytest.mark.parametrize(
    ("file", "problem"),
    thinned(
        [
            (("", b"", "application/pdf"), "Choose a file first"),
            (("x.exe", b"MZ", "application/x-msdownload"), "Files of this type are not taken."),
            (("x.pdf", b"", "application/pdf"), "The file is empty."),
        ],
        lambda one: "type" in one[1],
    ),
)
async def test_a_file_that_does_not_do_is_refused_on_the_page(
    teacher: PagesClient, tmp_path: Path, file: tuple[str, bytes, str], problem: str
) -> None:
    answer = await send(teacher, "/teacher/schools/1/resources", files={"file": file})
    assert answer.status_code == 400
    assert problem in answer.text
    assert "<h1>North</h1>" in answer.text
    assert not (tmp_path / "resources").exists()


async def test_a_file_for_a_school_of_others_is_refused(
    teacher: PagesClient, tmp_path: Path
) -> None:
    answer = await send(
        teacher, "/teacher/schools/3/resources",
        files={"file": ("lesson.pdf", PDF, "application/pdf")},
    )  # fmt: skip
    assert answer.status_code == 403
    assert not (tmp_path / "resources").exists()


async def test_a_clean_file_is_fetched_and_another_is_not(
    teacher: PagesClient, students: Students
) -> None:
    said = {"file_name": "a.pdf", "media_type": "application/pdf", "size_bytes": len(PDF),
            "uploaded_at": NOON}  # fmt: skip
    students.hold_further(
        of_north("resource", resource_id="R-1", title="Clean", status="clean",
                 storage_url="folder:resources/R-1", **said),
        of_north("resource", resource_id="R-2", title="New", status="pending",
                 storage_url="folder:resources/R-2", **said),
    )  # fmt: skip
    html = section(await text_of(teacher, "/teacher/schools/1"), "Resources")
    download = "/teacher/schools/1/resources/R-1/download"
    assert re.findall(r'href="(/teacher/[^"]+)"', html) == [download]
    assert "Being scanned" in html
    answer = await teacher.get("/teacher/schools/1/resources/R-1/download")
    assert answer.status_code == 303
    # Signed until noon and a while, which is long ago.
    address = "http://localhost/api/teachers/resources/R-1/file?"
    assert answer.headers["location"].startswith(address)
    await text_of(teacher, "/teacher/schools/1/resources/R-2/download", 409)


async def test_a_feature_that_is_off_leaves_the_rest(teacher: PagesClient) -> None:
    html = await text_of(teacher, "/teacher/schools/2")
    assert "This part cannot be shown" in section(html, "Resources")
    assert "Upload a resource" not in html
    assert "There are no notifications." in section(html, "Notifications")
