"""Import of a CSV file on Teacher Assignments, with its report of every line."""

import pytest

from homeroom.api.pages.admin.importing import LINES_MAX
from tests.integration.pages.conftest import post_endless
from tests.integration.pages.test_admin_assignments import made
from tests.support.school_pages import SchoolPages, text_of

PATH = "/admin/assignments/import"
HEADER = "user_id,class_level_id,subject_id\n"
LINES = HEADER + "2,7,2\n2,5,\n2,99,\n3,,\nT-old,7,\n"


@pytest.fixture
def admin(as_somebody) -> SchoolPages:
    return as_somebody("A-0", "admin")


async def test_the_report_tells_of_every_line_what_became_of_it(admin, records):
    answer = await admin.post(PATH, {}, files={"file": ("a.csv", LINES)})
    assert answer.status_code == 200, answer.text
    text = text_of(answer.text)
    assert "1 line assigned, 1 there already, 3 refused." in text
    for line in (
        "2 Assigned teacher 2: class 7, subject 2", "3 Skipped: there already teacher 2",
        "4 Refused There is no such class,", "5 Refused There is neither a class nor a subject.",
        "6 Refused There is no such teacher,",
    ):  # fmt: skip
        assert line in text, line
    assert made(records) == [("2", "7"), ("2", "2")]


async def test_no_connection_is_kept_for_longer_than_a_line(admin, records):
    # All lines together may take longer than a connection may be had for.
    pool = admin.client._transport.app.state.services.commands.pool
    pool.pop_stats()
    await admin.post(PATH, {}, files={"file": ("a.csv", HEADER + "2,7,\n" * 20)})
    assert made(records) == [("2", "7")]
    assert pool.get_stats()["requests_num"] >= 20


async def test_a_dry_run_writes_nothing(admin, records):
    answer = await admin.post(PATH, {"dry_run": "1"}, files={"file": ("a.csv", LINES)})
    text = text_of(answer.text)
    assert "Nothing was written." in text
    assert "2 Would be assigned teacher 2: class 7, subject 2" in text
    assert records.events() == []


async def test_an_admin_of_a_school_imports_only_what_is_its_own(as_somebody, records):
    admin = as_somebody("A-1", "admin", "O-1")
    lines = HEADER + "3,O-C,2\n3,5,\n2,O-C,\n"
    answer = await admin.post(PATH, {}, files={"file": ("a.csv", lines)})
    text = text_of(answer.text)
    assert "2 Assigned teacher 3: class O-C, subject 2" in text
    assert "3 Refused There is no such class, or none that you may see." in text
    assert "4 Refused There is no such teacher, or none that you may see." in text
    assert made(records) == [("3", "O-C"), ("3", "2")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Choose a file first"), (b"\xff\xfe", "The file is no text in UTF-8"),
        (b"name,age\n1,2\n", "user_id"),
        ((HEADER + "2,7,\n" * (LINES_MAX + 1)).encode(), "more than 1,000 lines"),
    ],
)  # fmt: skip
async def test_what_is_no_such_file_is_refused_whole(admin, records, content, why):
    answer = await admin.post(PATH, {}, files={"file": ("a.csv", content)})
    assert answer.status_code == 400
    assert why in text_of(answer.text)
    assert records.events() == []


async def test_a_form_that_does_not_say_how_long_it_is_is_refused(admin):
    assert (await post_endless(admin.client, PATH)).status_code == 411
