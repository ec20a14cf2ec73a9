"""Assessments are recorded by whoever has both the class and the subject, and by admins."""

import asyncio

import pytest

from tests.integration.api.records.conftest import ids, link
from tests.integration.api.records.test_what_is_seen import DENIED

GIVEN = {"student_id": "S-1", "class_level_id": 5, "subject_id": 1, "score": 85.5}


async def test_a_recorded_mark_is_an_event_and_then_a_row(teacher, records):
    answer = await teacher("2").ask("POST", "/api/assessments", GIVEN)
    assert answer.status_code == 201
    body = answer.json()
    recorded_at = body["data"].pop("recorded_at")
    assert body == {
        "success": True, "message": "Assessment recorded successfully",
        "data": {"id": 10, **GIVEN, "recorded_by": 2},
    }  # fmt: skip
    assert answer.headers["homeroom-position"].startswith("command-")
    ((name, subject, sequence, data),) = records.events()
    assert (name, subject, sequence) == ("mark.recorded.v1", "10", 1)
    assert data == {
        "mark_id": "10", "student_id": "S-1", "class_id": "5", "subject_id": "1", "score": 85.5,
        "recorded_by": "2", "recorded_at": recorded_at,
    }  # fmt: skip
    records.apply()
    assert ids(await teacher("2").data("/api/assessments"))[0] == 10


async def test_a_teacher_grades_assigned_classes_in_assigned_subjects_and_nothing_else(
    teacher, records
):
    for who, change in (
        ("2", {"class_level_id": 6}), ("2", {"subject_id": 2}), ("2", {"subject_id": 4}),
        ("2", {"student_id": "S-3"}), ("2", {"student_id": "S-0"}), ("2", {"class_level_id": 99}),
        ("2", {"subject_id": 99}), ("2", {"class_level_id": 8}),
        # A class without a subject, a subject without a class, neither, unknown.
        ("3", {"class_level_id": 6, "student_id": "S-2"}), ("T-sub", {}),
        ("T-none", {}), ("T-9", {}),
    ):  # fmt: skip
        answer = await teacher(who).ask("POST", "/api/assessments", GIVEN | change)
        assert (answer.status_code, answer.json()) == DENIED, (who, change)
    assert records.events() == []
    # A student of another class of the same teacher is none of this one.
    records.students.hold_further(link("class", 9, "2", "6"), link("class", 10, "2", "C-art"))
    for change in ({"student_id": "S-3"}, {"class_level_id": 6}):
        answer = await teacher("2").ask("POST", "/api/assessments", GIVEN | change)
        assert (answer.status_code, answer.json()) == DENIED, change
    assert records.events() == []


async def test_several_teachers_grade_one_class_and_subject(teacher, records):
    records.students.hold_further(link("class", 9, "3", "5"), link("subject", 9, "3", "1"))
    for who in ("2", "3"):
        assert (await teacher(who).ask("POST", "/api/assessments", GIVEN)).status_code == 201
    assert [(subject, data["recorded_by"]) for _, subject, _, data in records.events()] == [
        ("10", "2"), ("11", "3"),
    ]  # fmt: skip


async def test_an_admin_grades_whatever_exists_in_the_realm(admin, of_school, records):
    other = {"class_level_id": 6, "student_id": "S-2", "subject_id": 3}
    assert (await admin.ask("POST", "/api/assessments", GIVEN | other)).status_code == 201
    assert records.events()[0][3]["recorded_by"] == "A-0"
    own = {"class_level_id": "O-C", "student_id": "S-9"}
    assert (await of_school.ask("POST", "/api/assessments", GIVEN | own)).status_code == 201
    for caller, change, error in (
        (admin, {"class_level_id": 99}, "Class not found"),
        (admin, {"class_level_id": 8}, "Class not found"),
        (admin, {"subject_id": 4}, "Subject not found"),
        (admin, {"student_id": "S-0"}, "Student not found"),
        (of_school, {}, "Class not found"),
        (of_school, own | {"student_id": "S-1"}, "Student not found"),
    ):
        answer = await caller.ask("POST", "/api/assessments", GIVEN | change)
        assert (answer.status_code, answer.json()["error"]) == (404, error), change
    answer = await admin.ask("POST", "/api/assessments", GIVEN | {"class_level_id": 7})
    assert answer.status_code == 400
    assert answer.json()["error"] == "Invalid assessment. The student is not in this class."
    assert len(records.events()) == 2


@pytest.mark.parametrize("change", [
    {"score": 100.5}, {"score": -1}, {"score": "85"}, {"score": True}, {"score": None},
    {"student_id": ""}, {"class_level_id": 1.5}, {"subject_id": None}, {"student_id": "a b"},
])  # fmt: skip
async def test_what_is_no_mark_is_refused(teacher, records, change):
    answer = await teacher("2").ask("POST", "/api/assessments", GIVEN | change)
    assert (answer.status_code, list(answer.json())) == (400, ["success", "error"])
    assert records.events() == []


async def test_a_mark_that_is_sent_again_with_its_key_is_recorded_once(teacher, records):
    key = {"Idempotency-Key": "6b1d4e0a-5d6e-4d47-a7f5-1f8d1a1b5f0e"}
    answers = [
        await teacher("2").ask("POST", "/api/assessments", GIVEN, headers=key),
        *await asyncio.gather(
            *(teacher("2").ask("POST", "/api/assessments", GIVEN, headers=key) for _ in range(3))
        ),
    ]
    first = answers[0]
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.text for answer in answers} == {first.text}
    assert {answer.headers["homeroom-position"] for answer in answers} == {
        first.headers["homeroom-position"]
    }
    assert len(records.events()) == 1


async def test_requests_of_one_key_at_the_same_time_record_one_mark(teacher, records):
    answers = await asyncio.gather(
        *(teacher("2").ask("POST", "/api/assessments", GIVEN, headers={"Idempotency-Key": "k"})
          for _ in range(4))
    )  # fmt: skip
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(records.events()) == 1


async def test_a_key_names_one_mark_of_one_caller(teacher, records):
    records.students.hold_further(link("class", 9, "3", "5"), link("subject", 9, "3", "1"))
    key = {"Idempotency-Key": "k"}
    for who in ("2", "3"):
        assert (
            await teacher(who).ask("POST", "/api/assessments", GIVEN, headers=key)
        ).status_code == 201
    answer = await teacher("2").ask("POST", "/api/assessments", GIVEN | {"score": 86}, headers=key)
    assert answer.status_code == 422
    assert "use one key for each" in answer.text
    assert len(records.events()) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_a_key_that_can_be_none_is_refused(teacher, records, key):
    answer = await teacher("2").ask(
        "POST", "/api/assessments", GIVEN, headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 400
    assert "Idempotency-Key must be 1 to 255 printable characters" in answer.text
    assert records.events() == []
