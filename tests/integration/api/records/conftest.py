"""A school with assignments and marks, and clients of everybody who may come."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.api.assignments.conftest import admin, asking, of_school, school
from tests.support.assigning import Asking, School, Told
from tests.support.students import NOON

__all__ = ["admin", "asking", "of_school", "school"]


def link(kind: str, number: int, teacher: str, target: str) -> Told:
    """An assignment of a teacher to a class or a subject."""
    key = {"assignment_id": f"{kind}-{number}", "teacher_id": teacher, f"{kind}_id": target}
    return f"{kind}_assignment", key | {"made_by": "A-0", "made_at": NOON}


def mark(number: int, student: str, class_: str, subject: str, score: float) -> Told:
    """A mark; of a greater number it is newer."""
    return "mark", {
        "mark_id": str(number), "student_id": student, "class_id": class_, "subject_id": subject,
        "score": score, "recorded_by": "2", "recorded_at": NOON + timedelta(minutes=number),
    }  # fmt: skip


# 2 has class 5 and Maths, 3 class 6 and no subject, T-sub Maths alone, T-none nothing.
TOLD: tuple[Told, ...] = (
    ("teacher", {"teacher_id": "T-sub", "name": "Sub"}),
    ("teacher", {"teacher_id": "T-none", "name": "None"}),
    ("student", {"student_id": "S-1", "name": "Alan", "email": "alan@home.example"}),
    ("membership", {"school_id": "O-1", "user_id": "S-3", "role": "student"}),
    # An own class is no assignment.
    ("class", {"class_id": "9", "name": "Own", "teacher_id": "2"}),
    ("enrollment", {"class_id": "9", "student_id": "S-3"}), mark(9, "S-3", "9", "1", 99),
    link("class", 1, "2", "5"), link("subject", 1, "2", "1"),
    link("class", 2, "3", "6"),
    link("subject", 2, "T-sub", "1"),
    link("class", 3, "T-org", "O-C"), link("subject", 3, "T-org", "1"),
    mark(1, "S-1", "5", "1", 80), mark(2, "S-2", "5", "1", 91.5), mark(3, "S-1", "5", "2", 60.25),
    mark(4, "S-2", "6", "1", 70), mark(5, "S-9", "O-C", "1", 50), mark(6, "S-1", "8", "1", 10),
)  # fmt: skip


@pytest.fixture
def records(school: School) -> School:
    """The school with these rows too, and an empty access log."""
    school.students.connection.execute("TRUNCATE homeroom.access_log")
    school.students.hold_further(*TOLD)
    return school


@pytest.fixture
def teacher(records: School, asking: Callable[..., Asking]) -> Callable[[str], Asking]:
    """A client of a teacher."""
    assert records
    return lambda who: asking(who, "teacher")


def ids(rows: list[dict[str, Any]]) -> list[Any]:
    return [row["id"] for row in rows]
