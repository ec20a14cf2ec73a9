"""The committed schemas are the contract's, and say the same as its models."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from pydantic import ValidationError

from homeroom_kit.contract import EVENT_TYPES

COMMITTED = Path(__file__).parents[2] / "schemas" / "events"


def test_there_is_a_schema_for_each_event_type() -> None:
    assert {path.stem for path in COMMITTED.iterdir()} == set(EVENT_TYPES)


@pytest.mark.parametrize("path", sorted(COMMITTED.iterdir()), ids=lambda path: path.stem)
def test_a_schema_is_a_valid_one_and_names_its_type(path: Path) -> None:
    schema = orjson.loads(path.read_bytes())
    jsonschema_rs.meta.validate(schema)
    model = EVENT_TYPES[path.stem]
    assert schema["title"] == path.stem
    assert schema["$id"] == f"urn:homeroom:event:{path.stem}"
    assert schema["x-homeroom"]["topic"] == model.topic
    assert schema["x-homeroom"]["subject"] == "/".join(model.key_names)
    assert schema["x-homeroom"]["sets"] == model.sets


EXAM = {
    "exam_id": "e-1",
    "organization_id": None,
    "created_by": "T-AAA",
    "assigned_teachers": ["T-BBB"],
    "class_id": None,
    "title": "Algebra",
    "subject": "Mathematics",
    "kind": "quiz",
    "total_questions": 10,
    "total_marks": 100,
    "duration_minutes": None,
    "created_at": "2026-01-02T03:04:05.678+01:00",
}
GRADE = {
    "assignment_id": "a-1",
    "student_id": "s_1",
    "score": 99.5,
    "graded_by": None,
    "graded_at": "2026-01-02T03:04:05Z",
}
STUDENT = {
    "student_id": "s-1",
    "name": "Ada",
    "email": None,
    "track_id": None,
    "cohort": None,
    "mentor_id": None,
    "time_zone": None,
    "consents": {"portfolio": True},
}


@pytest.mark.parametrize(
    ("event_type", "data", "good"),
    [
        ("exam.created.v1", EXAM, True),
        ("exam.created.v1", {**EXAM, "colour": "red"}, True),
        ("exam.created.v1", {k: v for k, v in EXAM.items() if k != "class_id"}, False),
        ("exam.created.v1", {**EXAM, "exam_id": "e/1"}, False),
        ("exam.created.v1", {**EXAM, "exam_id": "e" * 65}, False),
        ("exam.created.v1", {**EXAM, "title": "x" * 10_000}, True),
        ("exam.created.v1", {**EXAM, "title": "x" * 10_001}, False),
        ("exam.created.v1", {**EXAM, "title": "a\x00b"}, False),
        ("exam.created.v1", {**EXAM, "kind": "test"}, False),
        ("exam.created.v1", {**EXAM, "total_marks": "100"}, False),
        ("exam.created.v1", {**EXAM, "total_marks": 2**31}, False),
        ("exam.created.v1", {**EXAM, "assigned_teachers": ["t"] * 1_000}, True),
        ("exam.created.v1", {**EXAM, "assigned_teachers": ["t"] * 1_001}, False),
        ("exam.created.v1", {**EXAM, "created_at": "2026-01-02 03:04:05"}, False),
        ("exam.created.v1", {**EXAM, "created_at": 1_767_323_045}, False),
        ("submission.graded.v1", GRADE, True),
        ("submission.graded.v1", {**GRADE, "score": None}, True),
        ("submission.graded.v1", {**GRADE, "score": 0}, True),
        ("submission.graded.v1", {**GRADE, "score": 100.5}, False),
        ("submission.graded.v1", {**GRADE, "score": -1}, False),
        ("submission.graded.v1", {**GRADE, "graded_at": None}, False),
        ("student.registered.v1", STUDENT, True),
        ("student.registered.v1", {**STUDENT, "consents": {"portfolio": "yes"}}, False),
        ("student.registered.v1", {**STUDENT, "consents": None}, False),
    ],
)
def test_schema_and_model_agree(event_type: str, data: dict[str, Any], good: bool) -> None:
    schema = orjson.loads((COMMITTED / f"{event_type}.json").read_bytes())
    assert jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(data) is good
    if good:
        EVENT_TYPES[event_type].model_validate_json(orjson.dumps(data))
    else:
        with pytest.raises(ValidationError):
            EVENT_TYPES[event_type].model_validate_json(orjson.dumps(data))
