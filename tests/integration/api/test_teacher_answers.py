"""The six answers, byte for byte."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.readmodel import NOON, Tables

EMPTY = {
    "stats": b'{"success":true,"data":{"totalClasses":0,"totalStudents":0,"totalAssignments":0,'
    b'"totalExams":0,"upcomingExams":0,"totalQuestionBanks":0,"totalQuestions":0},'
    b'"message":"Dashboard statistics retrieved successfully"}',
    "exams/recent": b'{"success":true,"data":{"exams":[],"total":0},'
    b'"message":"Recent exams retrieved successfully"}',
    "question-banks/recent": b'{"success":true,"data":{"questionBanks":[],"total":0},'
    b'"message":"Recent question banks retrieved successfully"}',
    "classes/recent": b'{"success":true,"data":{"classes":[],"total":0},'
    b'"message":"Recent classes retrieved successfully"}',
    "assignments/recent": b'{"success":true,"data":{"assignments":[],"total":0},'
    b'"message":"Recent assignments retrieved successfully"}',
    "navigation-counts": b'{"success":true,"data":{"classes":0,"students":0,"assignments":0,'
    b'"schedule":0,"exams":0,"questionBank":0,"grades":0,"quizzes":0,"reports":0},'
    b'"message":"Navigation counts retrieved successfully"}',
}


@pytest.fixture(autouse=True)
def registered(tables: Tables) -> None:
    tables.insert("teachers")


@pytest.mark.parametrize("path", EMPTY)
async def test_a_teacher_without_anything_gets_zeros_and_empty_lists(api, path):
    answer = await api.dashboard(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == EMPTY[path]


async def test_the_stats_are_the_teachers_counts(api, tables):
    tables.insert(
        "teacher_stats",
        {"classes": 1, "students": 2, "assignments": 3, "exams": 4}
        | {"question_banks": 5, "questions": 6, "grades": 7, "quizzes": 8, "reports": 9},
        {"teacher_id": "T-2", "classes": 100},
    )
    assert (await api.dashboard("stats")).content == (
        b'{"success":true,"data":{"totalClasses":1,"totalStudents":2,"totalAssignments":3,'
        b'"totalExams":4,"upcomingExams":0,"totalQuestionBanks":5,"totalQuestions":6},'
        b'"message":"Dashboard statistics retrieved successfully"}'
    )
    assert (await api.dashboard("navigation-counts")).content == (
        b'{"success":true,"data":{"classes":1,"students":2,"assignments":3,"schedule":0,'
        b'"exams":4,"questionBank":5,"grades":7,"quizzes":8,"reports":9},'
        b'"message":"Navigation counts retrieved successfully"}'
    )


@pytest.mark.parametrize(
    ("marks", "told"), [("7.5", b"7.5"), ("100", b"100"), ("100.0", b"100"), ("0.07", b"0.07")]
)
async def test_marks_have_a_fraction_only_where_there_is_one(api, tables, marks, told):
    tables.insert("teacher_exams", {"exam_id": "E-1", "total_marks": Decimal(marks)})
    assert b'"totalMarks":' + told + b"}" in (await api.dashboard("exams/recent")).content


async def test_upcoming_is_scheduled_and_not_before_the_time_of_asking(api, tables):
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    tables.insert(
        "teacher_exams",
        {"exam_id": "past", "status": "scheduled", "scheduled_at": now - hour},
        {"exam_id": "soon", "status": "scheduled", "scheduled_at": now + hour},
        {"exam_id": "cancelled", "status": "cancelled", "scheduled_at": now + hour},
        {"exam_id": "theirs", "status": "scheduled", "scheduled_at": now + hour}
        | {"teacher_id": "T-2"},
    )
    assert (await api.dashboard("stats")).json()["data"]["upcomingExams"] == 1
    assert (await api.dashboard("navigation-counts")).json()["data"]["schedule"] == 1


async def test_an_exam_shows_all_its_fields_in_order(api, tables):
    at = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
    row = {"exam_id": "E-1", "class_id": "C-1", "class_name": "Maths 1", "status": "scheduled"}
    tables.insert("teacher_exams", row | {"scheduled_at": at})
    assert (await api.dashboard("exams/recent")).content == (
        b'{"success":true,"data":{"exams":[{"_id":"E-1","title":"Algebra","subject":"Maths",'
        b'"class":"Maths 1","scheduledDate":"2026-03-01T09:05:00Z","startTime":"09:05 AM",'
        b'"status":"scheduled","totalQuestions":10,"totalMarks":100}],"total":1},'
        b'"message":"Recent exams retrieved successfully"}'
    )


async def test_an_exam_without_date_and_class_says_null(api, tables):
    tables.insert("teacher_exams", {"exam_id": "E-1"})
    (exam,) = (await api.dashboard("exams/recent")).json()["data"]["exams"]
    assert (exam["class"], exam["scheduledDate"], exam["startTime"]) == (None, None, None)


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("00:00", "12:00 AM"),
        ("00:59", "12:59 AM"),
        ("10:00", "10:00 AM"),
        ("12:00", "12:00 PM"),
        ("13:07", "01:07 PM"),
        ("23:59", "11:59 PM"),
    ],
)
async def test_the_start_time_has_twelve_hours_of_two_digits_in_utc(api, tables, time, shown):
    at = datetime.fromisoformat(f"2026-07-01T{time}:00+00:00")
    tables.insert("teacher_exams", {"exam_id": "E-1", "scheduled_at": at})
    (exam,) = (await api.dashboard("exams/recent")).json()["data"]["exams"]
    assert exam["startTime"] == shown


@pytest.mark.parametrize(
    ("time_zone", "at", "shown"),
    [
        ("Europe/Lisbon", "2026-07-01T09:00:00Z", "10:00 AM"),
        ("Europe/Lisbon", "2026-01-01T09:00:00Z", "09:00 AM"),
        ("Asia/Kathmandu", "2026-07-01T09:00:00Z", "02:45 PM"),
        ("Pacific/Niue", "2026-07-01T09:00:00Z", "10:00 PM"),
        (None, "2026-07-01T09:00:00Z", "09:00 AM"),
        ("Mars/Olympus", "2026-07-01T09:00:00Z", "09:00 AM"),
        ("Pacific/Kiritimati", "9999-12-31T23:59:59Z", "11:59 PM"),
        ("America/New_York", "0001-01-01T00:00:00Z", "12:00 AM"),
    ],
)
async def test_the_start_time_is_told_where_the_teacher_lives(api, tables, time_zone, at, shown):
    tables.clear()
    tables.insert("teachers", {"time_zone": time_zone})
    tables.insert("teacher_exams", {"exam_id": "E-1", "scheduled_at": at})
    (exam,) = (await api.dashboard("exams/recent")).json()["data"]["exams"]
    assert (exam["scheduledDate"], exam["startTime"]) == (at, shown)


async def test_times_are_in_utc_with_a_fraction_only_where_it_is_not_zero(api, tables):
    whole = datetime.fromisoformat("2026-03-01T14:00:00+02:00")
    broken = datetime.fromisoformat("0987-03-01T14:00:00.250+00:00")
    tables.insert(
        "teacher_classes",
        {"class_id": "C-1", "created_at": whole},
        {"class_id": "C-2", "created_at": broken},
    )
    classes = (await api.dashboard("classes/recent")).json()["data"]["classes"]
    assert [c["createdAt"] for c in classes] == [
        "2026-03-01T12:00:00Z",
        "0987-03-01T14:00:00.250000Z",
    ]


async def test_exams_come_newest_date_first_unscheduled_last_and_equal_ones_by_id(api, tables):
    rows = {"b": NOON, "a": NOON, "B": NOON, "z": NOON + timedelta(days=1), "m": None, "l": None}
    for exam_id, at in rows.items():
        tables.insert("teacher_exams", {"exam_id": exam_id, "scheduled_at": at})
    exams = (await api.dashboard("exams/recent?limit=20")).json()["data"]["exams"]
    assert [e["_id"] for e in exams] == ["z", "B", "a", "b", "l", "m"]


@pytest.mark.parametrize(
    ("path", "table", "key", "name"),
    [
        ("question-banks/recent", "teacher_question_banks", "question_bank_id", "questionBanks"),
        ("classes/recent", "teacher_classes", "class_id", "classes"),
        ("assignments/recent", "teacher_assignments", "assignment_id", "assignments"),
    ],
)
async def test_other_lists_come_newest_first_and_equal_ones_by_id(
    api, tables, path, table, key, name
):
    for id_, at in {"b": NOON, "a": NOON, "z": NOON + timedelta(seconds=1)}.items():
        tables.insert(table, {key: id_, "created_at": at})
    tables.insert(table, {key: "theirs", "teacher_id": "T-2"})
    data = (await api.dashboard(path)).json()["data"]
    assert [item["_id"] for item in data[name]] == ["z", "a", "b"]
    assert data["total"] == 3


async def test_a_question_bank_shows_all_its_fields_in_order(api, tables):
    row = {"question_bank_id": "B-1", "class_label": "Year 7", "total_questions": 12}
    tables.insert("teacher_question_banks", row, {"question_bank_id": "B-2"})
    assert (await api.dashboard("question-banks/recent?limit=1")).content == (
        b'{"success":true,"data":{"questionBanks":[{"_id":"B-1","name":"Fractions",'
        b'"subject":"Maths","class":"Year 7","totalQuestions":12,"status":"active",'
        b'"createdAt":"2026-03-01T12:00:00Z"}],"total":1},'
        b'"message":"Recent question banks retrieved successfully"}'
    )


async def test_a_class_shows_all_its_fields_in_order(api, tables):
    tables.insert("teacher_classes", {"class_id": "C-1", "name": 'Maße "1"', "total_students": 3})
    assert (await api.dashboard("classes/recent")).content == (
        '{"success":true,"data":{"classes":[{"_id":"C-1","className":"Maße \\"1\\"",'
        '"classCode":"M1","subject":"Maths","totalStudents":3,'
        '"createdAt":"2026-03-01T12:00:00Z"}],"total":1},'
        '"message":"Recent classes retrieved successfully"}'
    ).encode()


async def test_an_assignment_shows_all_its_fields_in_order(api, tables):
    numbers = {"total_submissions": 4, "total_students": 5}
    tables.insert("teacher_assignments", {"assignment_id": "A-1", "due_at": NOON} | numbers)
    assert (await api.dashboard("assignments/recent")).content == (
        b'{"success":true,"data":{"assignments":[{"_id":"A-1","title":"Essay",'
        b'"subject":"English","class":null,"dueDate":"2026-03-01T12:00:00Z","status":"draft",'
        b'"totalSubmissions":4,"totalStudents":5,"createdAt":"2026-03-01T12:00:00Z"}],"total":1},'
        b'"message":"Recent assignments retrieved successfully"}'
    )


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 5),
        ("?limit=1", 1),
        ("?limit=20", 20),
        ("?limit=21", 20),
        ("?limit=007", 7),
        ("?limit=" + "9" * 5000, 20),
        ("?limit=2&limit=3", 3),
    ],
)
async def test_the_limit_is_five_if_not_said_and_twenty_at_most(api, tables, query, shown):
    tables.insert("teacher_classes", *({"class_id": f"C-{n}"} for n in range(25)))
    data = (await api.dashboard(f"classes/recent{query}")).json()["data"]
    assert (data["total"], len(data["classes"])) == (shown, shown)


@pytest.mark.parametrize("status", ["draft", "scheduled", "active", "completed", "cancelled", ""])
async def test_exams_can_be_asked_for_by_status(api, tables, status):
    for each in ("draft", "scheduled", "active", "completed", "cancelled"):
        tables.insert("teacher_exams", {"exam_id": each, "status": each})
    exams = (await api.dashboard(f"exams/recent?limit=9&status={status}")).json()["data"]["exams"]
    assert [e["status"] for e in exams] == (
        [status] if status else ["active", "cancelled", "completed", "draft", "scheduled"]
    )


@pytest.mark.parametrize("status", ["draft", "published", "graded"])
async def test_assignments_can_be_asked_for_by_status(api, tables, status):
    for each in ("draft", "published", "graded"):
        tables.insert("teacher_assignments", {"assignment_id": each, "status": each})
    data = (await api.dashboard(f"assignments/recent?status={status}")).json()["data"]
    assert [a["_id"] for a in data["assignments"]] == [status]
    assert data["total"] == 1
