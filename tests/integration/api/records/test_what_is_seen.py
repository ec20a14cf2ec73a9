"""Who sees which students, assessments and reports, as a client asks for them."""

import itertools
from typing import Any

import pytest

from tests.integration.api.records.conftest import ids, link
from tests.support.assigning import Asking

DENIED = (403, {
    "success": False,
    "error": "Access denied. You do not have permission to access this resource.",
})  # fmt: skip
NO_CLASSES = "No classes are assigned to you"
NOTHING = "No classes and subjects are assigned to you"


async def told(caller: Asking, path: str) -> tuple[int, Any]:
    answer = await caller.ask("GET", f"/api/{path}")
    return answer.status_code, answer.json()


async def test_a_teacher_sees_the_students_of_assigned_classes(teacher, records):
    (alan, barbara) = await teacher("2").data("/api/students")
    five = {"id": 5, "name": "Class 5"}
    assert alan == {"id": "S-1", "name": "Alan", "classes": [five]}
    # Who is in another class as well is shown with the assigned one alone.
    assert barbara == {"id": "S-2", "name": "Barbara", "classes": [five]}
    assert ids(await teacher("2").data("/api/students?class_level_id=5")) == ["S-1", "S-2"]
    assert ids(await teacher("3").data("/api/students")) == ["S-2"]
    # Two assignments, one student: once.
    records.students.hold_further(link("class", 9, "2", "6"))
    barbara = (await teacher("2").data("/api/students"))[1]
    assert ids(barbara["classes"]) == [5, 6]
    assert await teacher("2").data("/api/students/S-1") == {
        "id": "S-1", "name": "Alan", "email": "alan@home.example", "classes": [five],
    }  # fmt: skip


async def test_an_own_class_is_no_assignment(teacher, records):
    """Though row-level security shows it, for the teacher's own dashboard."""
    assert records
    for path in (
        "students?class_level_id=9", "students/S-3", "assessments?class_level_id=9",
        "reports/class/9", "reports/student/S-3",
    ):  # fmt: skip
        assert await told(teacher("2"), path) == DENIED, path
    mark = {"student_id": "S-3", "class_level_id": 9, "subject_id": 1, "score": 1}
    assert (await teacher("2").ask("POST", "/api/assessments", mark)).status_code == 403


async def test_without_assignments_lists_are_empty_and_say_so(teacher):
    for who, path, message in (
        ("T-none", "students", NO_CLASSES), ("T-sub", "students", NO_CLASSES),
        ("T-none", "assessments", NOTHING), ("T-sub", "assessments", NOTHING),
        ("3", "assessments", NOTHING),
    ):  # fmt: skip
        expected = (200, {"success": True, "data": [], "message": message})
        assert await told(teacher(who), path) == expected, (who, path)
    for path in ("students?class_level_id=5", "assessments?subject_id=1", "students/S-1"):
        assert await told(teacher("T-none"), path) == DENIED, path


async def test_a_teacher_sees_grades_of_an_assigned_class_and_an_assigned_subject(teacher, records):
    newest, oldest = await teacher("2").data("/api/assessments")
    assert (newest["id"], oldest["id"]) == (2, 1)
    assert newest == {
        "id": 2, "student_id": "S-2", "class_level_id": 5, "subject_id": 1, "score": 91.5,
        "recorded_by": 2, "recorded_at": "2026-03-01T12:02:00Z",
    }  # fmt: skip
    assert ids(await teacher("2").data("/api/assessments?class_level_id=5&subject_id=1")) == [2, 1]
    for filters in ("class_level_id=6", "subject_id=2", "class_level_id=5&subject_id=2"):
        assert await told(teacher("2"), f"assessments?{filters}") == DENIED, filters
    records.students.hold_further(link("subject", 9, "2", "2"), link("class", 9, "2", "6"))
    assert ids(await teacher("2").data("/api/assessments")) == [4, 3, 2, 1]


async def test_reports_are_those_of_assigned_classes_with_all_their_marks(teacher):
    report = await teacher("2").data("/api/reports/class/5")
    assert report["class"] == {"id": 5, "name": "Class 5"}
    assert report["students"] == [
        {"id": "S-1", "name": "Alan", "average": 70.1, "assessments": [
            {"subject_id": 2, "subject": "Art", "score": 60.25},
            {"subject_id": 1, "subject": "Maths", "score": 80}]},
        {"id": "S-2", "name": "Barbara", "average": 91.5, "assessments": [
            {"subject_id": 1, "subject": "Maths", "score": 91.5}]},
    ]  # fmt: skip
    assert await teacher("2").data("/api/reports/student/S-1") == report["students"][0]
    # Only what belongs to assigned classes.
    barbara = await teacher("2").data("/api/reports/student/S-2")
    assert (barbara["average"], len(barbara["assessments"])) == (91.5, 1)
    barbara = await teacher("3").data("/api/reports/student/S-2")
    assert (barbara["average"], len(barbara["assessments"])) == (70, 1)


async def test_a_student_without_marks_has_no_average(admin, records):
    records.students.hold_further(("student", {"student_id": "S-4", "name": "New"}))
    assert (await admin.data("/api/reports/student/S-4")) == {
        "id": "S-4", "name": "New", "assessments": [], "average": None,
    }  # fmt: skip
    assert (await admin.data("/api/reports/class/7"))["students"] == []
    assert records


async def test_an_admin_is_restricted_by_nothing(admin, records):
    assert records
    assert ids(await admin.data("/api/students")) == ["S-1", "S-2", "S-3", "S-9"]
    assert ids(await admin.data("/api/students?class_level_id=6")) == ["S-2"]
    assert ids(await admin.data("/api/assessments")) == [9, 5, 4, 3, 2, 1]
    assert ids(await admin.data("/api/assessments?class_level_id=5&subject_id=1")) == [2, 1]
    assert ids(await admin.data("/api/assessments?subject_id=2")) == [3]
    barbara = await admin.data("/api/reports/student/S-2")
    assert (barbara["average"], len(barbara["assessments"])) == (80.8, 2)
    assert (await admin.data("/api/students/S-1"))["email"] == "alan@home.example"
    unknown = {"success": False, "error": "Student not found"}
    for path in ("students/S-0", "reports/student/S-0"):
        assert await told(admin, path) == (404, unknown)
    for class_ in ("99", "8"):
        assert (await told(admin, f"reports/class/{class_}"))[1]["error"] == "Class not found"
    assert await admin.data("/api/students?class_level_id=99") == []


async def test_outside_an_admins_realm_nothing_exists(of_school, records):
    """S-9 is in a class of the school, S-3 a member of it."""
    assert records
    assert ids(await of_school.data("/api/students")) == ["S-3", "S-9"]
    assert (await of_school.data("/api/students"))[0]["classes"] == []
    assert ids(await of_school.data("/api/assessments")) == [5]
    for path in ("students?class_level_id=5", "assessments?class_level_id=5"):
        assert await of_school.data(f"/api/{path}") == []
    for path in ("students/S-1", "reports/student/S-1", "reports/class/5"):
        assert (await told(of_school, path))[0] == 404, path
    assert (await of_school.data("/api/reports/class/O-C"))["students"][0]["average"] == 50
    assert (await of_school.data("/api/reports/student/S-3"))["assessments"] == []


@pytest.mark.parametrize("change", [
    ("class_assignment", "class-1", {"removed_at": "2026-03-01T12:00:00Z", "removed_by": "A-0"}),
    ("class", "5", {"deleted": True}),
])  # fmt: skip
async def test_a_change_of_assignments_counts_for_the_next_request(teacher, records, change):
    """With the very same token and connection."""
    grace = teacher("2")
    paths = ("students/S-1", "reports/class/5", "reports/student/S-1", "students?class_level_id=5")
    etags = {}
    for path in (*paths, "students", "assessments"):
        answer = await grace.ask("GET", f"/api/{path}")
        assert answer.status_code == 200, path
        etags[path] = answer.headers["etag"]
    entity, key, rows = change
    records.change(entity, key, **rows)
    for path, etag in etags.items():
        remembered = await grace.ask("GET", f"/api/{path}", headers={"If-None-Match": etag})
        assert remembered.status_code == (403 if path in paths else 200), path
    for path in paths:
        assert await told(grace, path) == DENIED, path
    assert (await told(grace, "students"))[1]["message"] == NO_CLASSES
    assert (await told(grace, "assessments"))[1]["data"] == []
    records.change(entity, key, **dict.fromkeys(rows, None) if "deleted" not in rows
                   else {"deleted": False})  # fmt: skip
    assert (await told(grace, "students/S-1"))[0] == 200


async def test_a_retired_subject_takes_its_grades_from_teachers_but_not_from_reports(
    teacher, records
):
    records.change("subject", "1", retired=True)
    assert (await told(teacher("2"), "assessments"))[1]["message"] == NOTHING
    assert (await teacher("2").data("/api/reports/student/S-1"))["average"] == 70.1


async def test_lists_have_pages(admin, teacher):
    for caller, path, expected in (
        (admin, "students", ["S-1", "S-2", "S-3", "S-9"]),
        (admin, "assessments", [9, 5, 4, 3, 2, 1]),
        (teacher("2"), "students", ["S-1", "S-2"]),
        (teacher("2"), "assessments", [2, 1]),
    ):
        for size in (1, 2, 3):
            pages: list[list[Any]] = []
            next_page = f"/api/{path}?limit={size}"
            while next_page:
                answer = await caller.ask("GET", next_page)
                pages.append(ids(answer.json()["data"]))
                next_page = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
            assert all(len(page) == size for page in pages[:-1])
            assert [*itertools.chain(*pages)] == expected
    for query in ("limit=x", "cursor=x", "class_level_id=%25"):
        status, body = await told(admin, f"students?{query}")
        assert (status, list(body)) == (400, ["success", "error"]), query


async def test_a_report_has_the_headers_of_every_answer(admin, records):
    answer = await admin.ask("GET", "/api/reports/class/5")
    assert answer.headers["homeroom-generation"] == records.students.generation
    again = await admin.ask(
        "GET", "/api/reports/class/5", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    head = await admin.ask("HEAD", "/api/reports/class/5")
    assert (head.status_code, head.content) == (200, b"")
