"""A publisher moves from one version of an event type to the next, beside one that does not."""

import json
from pathlib import Path
from typing import Any

from homeroom.settings import Settings
from tests.support.commands import Tables, homeroom, succeed
from tests.support.explaining import explained
from tests.support.strength import at_full_strength

CREATED = {
    "organization_id": None, "created_by": "T1", "assigned_teachers": ["T1"], "class_id": None,
    "title": "Algebra", "subject": "Maths", "kind": "exam", "total_questions": 10,
    "total_marks": 100, "duration_minutes": None, "created_at": "2026-01-02T03:04:05Z",
}  # fmt: skip
MARCH, APRIL = "2026-03-01T09:00:00Z", "2026-04-01T09:00:00Z"


def event(sequence: int, type_name: str, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": f"exam-{sequence}", "source": "/services/exams",
        "type": type_name, "time": "2026-02-01T09:30:00Z", "subject": "E1",
        "sequence": str(sequence), "data": {"exam_id": "E1", **data},
    }  # fmt: skip


def publish(settings: Settings, file: Path, *events: dict[str, Any]) -> None:
    file.write_text("\n".join(map(json.dumps, events)))
    succeed(settings, "publish", str(file))


@at_full_strength
def test_both_versions_are_projected_and_named_as_they_were_sent(
    projected: Settings, tables: Tables, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    publish(
        projected, file,
        event(1, "exam.created.v1", **CREATED),
        event(2, "exam.scheduled.v1", scheduled_at=MARCH),
        event(3, "exam.scheduled.v2", starts_at=MARCH, ends_at=APRIL),
    )  # fmt: skip
    tables.wait_until_applied(3)
    assert fields_set(projected) == {
        "scheduled_at": (MARCH, "exam.scheduled.v2"), "ends_at": (APRIL, "exam.scheduled.v2"),
    }  # fmt: skip
    publish(projected, file, event(4, "exam.scheduled.v1", scheduled_at=APRIL))
    tables.wait_until_applied(4)
    assert fields_set(projected) == {
        "scheduled_at": (APRIL, "exam.scheduled.v1"), "ends_at": (None, "exam.scheduled.v1"),
    }  # fmt: skip
    succeed(projected, "verify", "--against-log")


def fields_set(settings: Settings) -> dict[str, tuple[Any, str]]:
    """What a schedule says of the exam, and the type that said it."""
    (row,) = explained(settings, "exam", "E1")["rows"]
    return {
        name: (row["fields"][name]["value"], row["fields"][name]["event"]["type"])
        for name in ("scheduled_at", "ends_at")
    }


def test_what_is_wrong_is_said_of_the_version_that_was_sent(
    prepared: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    wrong = event(5, "exam.scheduled.v1", starts_at=MARCH, ends_at=None)
    file.write_text(json.dumps(wrong))
    done = homeroom(prepared, "publish", str(file))
    assert done.returncode == 1
    assert "scheduled_at" in done.stdout + done.stderr
