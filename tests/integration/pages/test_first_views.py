"""However large a school is, the first view of a page is under 100 kB."""

from collections.abc import AsyncIterator, Iterator
from hashlib import md5
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET
from tests.integration.pages.conftest import PagesClient, browsing
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


@pytest.fixture
async def pages(large_school: Students, students_url: str) -> AsyncIterator[PagesClient]:
    """The pages of the large school."""
    assert large_school
    on = Settings(database_url=students_url, jwt_secret=SECRET, **PAGES_ON)
    async with browsing(on) as browser:
        yield browser


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
    print(path, asked, sum(sizes.values()), sizes)
    assert sum(sizes.values()) < BYTES_MAX, sizes
