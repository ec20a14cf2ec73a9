"""However large a school is, the first view of a page is under 100 kB."""

from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET
from tests.integration.pages.conftest import Browse, PagesClient
from tests.support.applications import LOOP
from tests.support.first_view import BY_ANOTHER_SITE, BY_USER, first_view
from tests.support.signing_in import PAGES_ON
from tests.support.students import Students

FILL = Path(__file__).with_name("large_school.sql").read_text()
BYTES_MAX = 100_000


def id_of(kind: str, number: int) -> str:
    """As `large_school.sql` makes it."""
    return str(UUID(md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest()))


TEACHER, CLASS, SUBJECT = id_of("teacher", 1), id_of("class", 1), id_of("subject", 1)
ADMIN = ("A-0", "admin")
OF_CLASS = f"class_level_id={CLASS}&subject_id={SUBJECT}"
ASSIGNMENTS = "/admin/assignments"


@pytest.fixture(scope="module")
def large_school(students_url: str) -> Iterator[Students]:
    students = Students(students_url)
    students.hold_many(FILL)
    yield students
    students.hold()
    students.close()


@pytest_asyncio.fixture(loop_scope=LOOP)
async def pages(large_school: Students, students_url: str, browse: Browse) -> PagesClient:
    """The pages of the large school."""
    assert large_school
    return await browse(Settings(database_url=students_url, jwt_secret=SECRET, **PAGES_ON))


@pytest.mark.parametrize(
    ("who", "path", "asked"),
    [
        # Where one arrives from the identity provider, nothing of the page is compressed.
        (ADMIN, ASSIGNMENTS, BY_ANOTHER_SITE),
        (ADMIN, ASSIGNMENTS, BY_USER),
        (ADMIN, f"{ASSIGNMENTS}?user_id={TEACHER}", BY_USER),
        (ADMIN, f"{ASSIGNMENTS}/workload", BY_ANOTHER_SITE),
        (ADMIN, "/students", BY_ANOTHER_SITE),
        ((TEACHER, "teacher"), "/teacher", BY_ANOTHER_SITE),
        ((TEACHER, "teacher"), "/students", BY_ANOTHER_SITE),
        ((TEACHER, "teacher"), f"/marks?{OF_CLASS}", BY_USER),
        ((TEACHER, "teacher"), f"/reports/classes/{CLASS}", BY_USER),
    ],
)
async def test_the_first_view_is_under_100_kb(
    pages: PagesClient, who: tuple[str, str], path: str, asked: str
) -> None:
    pages.sign_in(*who)
    sizes = await first_view(pages.client, path, asked)
    assert sum(sizes.values()) < BYTES_MAX, sizes


async def test_a_select_of_very_many_is_found_by_typing(pages: PagesClient) -> None:
    pages.sign_in(*ADMIN)
    page = (await pages.get(ASSIGNMENTS)).text
    chosen = id_of("teacher", 777)
    assert page.count("<option") < 300
    assert chosen not in page
    typed = f"{ASSIGNMENTS}/options?of=teacher&find_teacher=0777"
    found = (await pages.get(typed, HX_Request="true")).text
    assert f'<option value="{chosen}" selected>Teacher Number 0777</option>' in found
    assert "1 is found." in found
    many = (await pages.get(typed.replace("0777", "number"), HX_Request="true")).text
    assert many.count("<option") == 31
    assert "30 are found." in many
    assert "There are more" in many
    # Whoever has no scripts sends the form, and then chooses.
    page = (await pages.get(f"{ASSIGNMENTS}?find_teacher=0777&find_user=0778")).text
    assert f'<option value="{chosen}">Teacher Number 0777</option>' in page
    assert f'<option value="{id_of("teacher", 778)}">Teacher Number 0778</option>' in page
    # What was chosen keeps its name, wherever it stands in the list.
    filters = f"teacher={chosen}&class_level_id={id_of('class', 300)}"
    page = (await pages.get(f"{ASSIGNMENTS}?{filters}")).text
    assert f'<option value="{chosen}" selected>Teacher Number 0777</option>' in page
    assert f'<option value="{id_of("class", 300)}" selected>Class 300</option>' in page
    for wrong, status in (("?of=nothing", 404), ("", 404)):
        answer = await pages.get(f"{ASSIGNMENTS}/options{wrong}", HX_Request="true")
        assert answer.status_code == status


async def test_the_history_names_classes_that_no_select_has(
    pages: PagesClient, large_school: Students
) -> None:
    pages.sign_in(*ADMIN)
    page = (await pages.get(f"{ASSIGNMENTS}?user_id={id_of('teacher', 70)}")).text
    assert "Class Class 349" in page.partition('id="history"')[2]
    assert large_school
