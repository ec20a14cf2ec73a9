"""A page of teachers' assignments finds its rows by index, of the platform and of a realm."""

from typing import Any

import psycopg
import pytest

from homeroom.api.assignments import choices, lists
from homeroom.api.assignments.surface import Page
from tests.integration.test_plans import (  # noqa: F401
    careless,
    filled,
    model,
    nodes,
    rows_read,
    schema,
)
from tests.integration.test_read_plans import SMALL, plan_of, reader  # noqa: F401
from tests.support.strength import at_full_strength
from tests.support.students import NOON

ASKED: dict[str, Any] = {
    "admin_id": "A", "q": None, "user_id": None, "class_level_id": None, "subject_id": None,
    "limit": 5,
}  # fmt: skip
PAGES: dict[str, tuple[Page, dict[str, Any]]] = {
    "assigned": (lists.ASSIGNED, {}),
    "assigned of a teacher": (lists.ASSIGNED, {"user_id": "T7"}),
    "assigned to a class": (lists.ASSIGNED, {"class_level_id": "C7"}),
    "history": (lists.HISTORY, {"user_id": "T7"}),
    "teachers": (choices.TEACHERS, {}),
    "classes": (choices.CLASSES, {}),
    "subjects": (choices.SUBJECTS, {}),
}
# A row in the middle of each list.
MIDDLE: dict[str, Any] = {
    "sorted_as": "Ada", "user_id": "T5", "id": "T5", "made_at": NOON, "kind": "class",
    "assignment_id": "25",
}  # fmt: skip
# Five of 100 teachers with 50 classes and 50 subjects each, and what is joined to them.
ROWS_READ_MAX = 2_500


@at_full_strength
@pytest.mark.parametrize("realm", ["", "O24"])
@pytest.mark.parametrize("filled", ["analysed"], indirect=True)
def test_a_page_reads_its_rows_and_what_is_joined_to_them(
    reader: psycopg.Connection[Any],  # noqa: F811
    realm: str,
) -> None:
    for name, (page, filters) in PAGES.items():
        for cursor in (None, page.cursor.behind(MIDDLE)):
            asked = ASKED | filters | page.cursor.of(cursor) | {"organization_id": realm}
            made = plan_of(reader, page.read, asked, page.read.unmarked)
            scans = [scan for scan in careless(made) if scan.rpartition(" ")[2] not in SMALL]
            assert scans == [], name
            assert rows_read(made) <= ROWS_READ_MAX, name


@pytest.mark.parametrize("filled", ["analysed"], indirect=True)
def test_the_workload_reads_students_of_those_alone_who_may_be_on_the_page(
    reader: psycopg.Connection[Any],  # noqa: F811
) -> None:
    read, cursor = lists.WORKLOAD.read, lists.WORKLOAD.cursor
    asked = ASKED | cursor.of(None) | {"organization_id": ""}
    made = plan_of(reader, read, asked, read.unmarked)
    of_students = [n for n in nodes(made) if n.get("Relation Name") == "student_classes"]
    assert [n["Node Type"] for n in of_students if n["Node Type"] == "Seq Scan"] == []
    # Of a few of a hundred teachers, with the students of fifty classes each.
    assert sum(n["Actual Rows"] * n["Actual Loops"] for n in of_students) <= 20_000
