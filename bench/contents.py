"""What ``bench.types`` and ``bench.sizes`` put into the tables.

``PARENTS`` are what others belong to, ``MEMBERS`` belong to one of them each. A text may name the
numbers of ``Numbers``: ``C{i}`` is a class of its own, ``C{p}`` the one that a member belongs to.
Parents with odd numbers are a school's, the others a standalone teacher's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one row.

    ``i``: its own; ``e``: one of an existing row; ``p``: that of its parents; ``o``: that of the
    teacher and the school whose it is; ``s``: that of its student; ``d``: that of its day.
    """

    teacher: str
    i: int
    e: int
    p: int
    o: int
    s: int
    d: int = 0


START = datetime(2026, 1, 1, tzinfo=UTC)
LATER = "2026-09-01T12:00:00Z"
Value = Any


def _at(numbers: Numbers) -> str:
    return (START + timedelta(seconds=numbers.i)).isoformat()


def _schools(numbers: Numbers) -> str | None:
    return f"{numbers.teacher}O{numbers.o}" if numbers.i % 2 else None


def _is_colleague(numbers: Numbers) -> bool:
    return numbers.s % 10 == 3


def _member(numbers: Numbers) -> str:
    return f"{numbers.teacher}{'T' if _is_colleague(numbers) else 'S'}{numbers.s}"


def _role(numbers: Numbers) -> str:
    return "teacher" if _is_colleague(numbers) else "student"


def _day(numbers: Numbers) -> str:
    return (START + timedelta(days=numbers.d)).date().isoformat()


# The columns that are not named are null, or what the entity has for empty.
PARENTS: dict[str, dict[str, Value]] = {
    "teacher": {
        "teacher_id": "T{i}", "name": "Ada {i}", "email": "a@b.c", "organization_id": _schools,
    },
    "student": {
        "student_id": "S{i}", "name": "Bo {i}", "email": "b@b.c", "track_id": "K{p}", "cohort": "x",
        "mentor_id": "T{o}", "time_zone": "Zone/1", "consents": {},
    },
    "school": {"school_id": "O{i}", "name": "School {i}"},
    "class": {
        "class_id": "C{i}", "organization_id": _schools, "teacher_id": "T{o}", "name": "Class {i}",
        "code": "x", "subject": "Maths", "created_at": _at,
    },
    "session": {
        "session_id": "X{i}", "class_id": "C{p}", "organization_id": "O{o}", "teacher_id": "T{o}",
        "title": "x", "starts_at": _at, "ends_at": _at, "status": "scheduled",
    },
    "exam": {
        "exam_id": "E{i}", "organization_id": _schools, "created_by": "T{o}",
        "assigned_teachers": ["T{o}"], "class_id": "C{p}", "title": "x", "subject": "x",
        "kind": "exam", "total_questions": 1, "total_marks": 1, "created_at": _at,
        "status": "draft",
    },
    "assignment": {
        "assignment_id": "A{i}", "organization_id": _schools, "created_by": "T{o}",
        "class_id": "C{p}", "title": "x", "subject": "x", "created_at": _at, "status": "draft",
    },
    "mission": {
        "mission_id": "M{i}", "track_id": "K{p}", "title": "x", "difficulty": "beginner",
        "competencies": ["x"], "published_at": _at,
    },
    "question_bank": {
        "question_bank_id": "B{i}", "organization_id": _schools, "created_by": "T{o}", "name": "x",
        "subject": "x", "status": "active", "created_at": _at,
    },
    "track": {"track_id": "K{i}", "key": "k", "name": "Track {i}"},
    "module": {
        "module_id": "U{i}", "track_id": "K{p}", "title": "x", "position": 1,
        "recommended_missions": ["M{p}", "M{e}"],
    },
    "batch": {
        "batch_id": "L{i}", "teacher_id": "T{o}", "title": "x", "assignment_id": "A{p}",
        "essay_count": 30, "created_at": _at, "status": "processing_pipelines", "updated_at": _at,
    },
    "subject": {"subject_id": "J{i}", "name": "Subject {i}"},
    "habit": {"habit_id": "H{i}", "student_id": "S{s}", "name": "x", "started_on": _day},
    "notification": {
        "notification_id": "N{i}", "teacher_id": "T{o}", "school_id": "O{o}", "kind": "new_student",
        "title": "x", "message": "x", "created_at": _at,
    },
}  # fmt: skip
MEMBERS: dict[str, dict[str, Value]] = {
    "enrollment": {"class_id": "C{p}", "student_id": "S{s}", "enrolled_at": _at},
    "attendance": {"session_id": "X{p}", "student_id": "S{s}", "present": True, "recorded_at": _at},
    "exam_result": {
        "exam_id": "E{p}", "student_id": "S{s}", "score": 50, "graded_by": "T{o}",
        "recorded_at": _at,
    },
    "submission": {
        "assignment_id": "A{p}", "student_id": "S{s}", "submitted_at": _at, "score": 50,
        "graded_by": "T{o}", "graded_at": _at,
    },
    "mission_progress": {
        "mission_id": "M{p}", "student_id": "S{s}", "started_at": _at, "status": "in_progress",
        "updated_at": _at,
    },
    "membership": {"school_id": "O{p}", "user_id": _member, "role": _role, "granted_at": _at},
    "question": {
        "question_id": "Q{i}", "question_bank_id": "B{p}", "created_by": "T{o}", "created_at": _at,
    },
    "profile": {
        "student_id": "S{i}", "persona": "x", "skills_needed": ["x"], "alignment": 50,
        "recommended_track_id": "K{p}", "assessed_at": _at,
    },
    "habit_log": {
        "habit_id": "H{e}", "logged_on": _day, "student_id": "S{e}", "done": True,
        "recorded_at": _at,
    },
    "goal": {"goal_id": "G{i}", "student_id": "S{s}", "title": "x", "due_on": _day},
    "reflection": {"reflection_id": "R{i}", "student_id": "S{s}", "written_at": _at},
    "module_progress": {
        "module_id": "U{p}", "student_id": "S{s}", "percent": 50, "recorded_at": _at,
    },
    "portfolio_item": {
        "item_id": "I{i}", "student_id": "S{s}", "title": "x", "added_at": _at, "status": "pending",
    },
    "readiness": {"student_id": "S{e}", "scored_on": _day, "score": 50, "gaps": ["x"]},
    "subscription": {"student_id": "S{i}", "tier": "free", "started_at": _at},
    "recommendation": {
        "recommendation_id": "P{i}", "student_id": "S{s}", "title": "x", "reason": "x", "url": "x",
        "mission_id": "M{p}", "priority": "low", "told_at": _at,
    },
    "nudge": {
        "student_id": "S{s}", "nudge_id": "G{i}", "kind": "streak", "title": "x", "url": "x",
        "deep_link": "x", "due_at": _at,
    },
    "essay_association": {
        "batch_id": "L{p}", "essay_id": "Y{i}", "student_id": "S{s}", "class_id": "C{p}",
        "associated_at": _at,
    },
    "class_assignment": {
        "assignment_id": "D{i}", "teacher_id": "T{o}", "class_id": "C{e}", "made_by": "x",
        "made_at": _at,
    },
    "subject_assignment": {
        "assignment_id": "F{i}", "teacher_id": "T{o}", "subject_id": "J{p}", "made_by": "x",
        "made_at": _at,
    },
    "mark": {
        "mark_id": "Z{i}", "student_id": "S{s}", "class_id": "C{p}", "subject_id": "J{p}",
        "score": 50, "recorded_by": "T{o}", "recorded_at": _at,
    },
    "assessment": {
        "assessment_id": "V{i}", "student_id": "S{e}", "teacher_id": "T{o}", "school_id": "O{o}",
        "class_id": "C{p}", "title": "x", "kind": "x", "score": 5, "max_score": 10,
        "assessed_at": _at, "skills": ["x"],
    },
    "progress": {
        "student_id": "S{s}", "class_id": "C{p}", "teacher_id": "T{o}", "school_id": "O{o}",
        "level": "x", "completion": 50, "skills_mastered": ["x"], "updated_at": _at,
    },
    "payment": {
        "payment_id": "W{i}", "teacher_id": "T{o}", "school_id": "O{o}", "session_id": "X{p}",
        "amount": "25.50", "currency": "EUR", "earned_at": _at,
    },
    "notification_receipt": {
        "notification_id": "N{i}", "teacher_id": "T{o}", "read_at": _at, "dismissed_at": _at,
    },
    "notification_delivery": {
        "notification_id": "N{i}", "teacher_id": "T{o}", "channel": "email", "made_at": _at,
    },
    "resource": {
        "resource_id": "RS{i}", "teacher_id": "T{o}", "school_id": "O{o}", "title": "x",
        "file_name": "x", "media_type": "x", "size_bytes": 1, "storage_url": "x",
        "uploaded_at": _at, "status": "clean", "with_students": True, "class_ids": ["C{p}"],
    },
}  # fmt: skip
ROWS = PARENTS | MEMBERS


def filled(value: Value, numbers: Numbers) -> Value:
    """A value with its numbers; a text that is an id belongs to the teacher."""
    if isinstance(value, str) and "{" in value:
        named = value.format(**{n: getattr(numbers, n) for n in ("i", "e", "p", "o", "s", "d")})
        return named if " " in value else numbers.teacher + named
    if isinstance(value, list):
        return [filled(item, numbers) for item in value]
    return value(numbers) if callable(value) else value


def row(entity: str, numbers: Numbers) -> dict[str, Any]:
    """The columns of a row, as the event that made it said."""
    return {name: filled(value, numbers) for name, value in ROWS[entity].items()}
