"""Who sees which students and marks, over entity rows as plain dicts (tests/model/teaching.py)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from tests.model import teaching
from tests.model.teacher import Row, Rows, students_of_class


class Who(NamedTuple):
    """A teacher, or an admin of a realm."""

    teacher: str = ""
    admin: str = ""
    realm: str = ""


def rights_ended(rows: Rows, who: Who, student: str = "") -> bool:
    """Somebody who was deactivated, or is no admin of the realm any more."""
    for entity, one in (("teacher", who.teacher), ("student", student)):
        if one:
            return bool(rows[entity].get(one, {}).get("deactivated"))
    member = rows["membership"].get(f"{who.realm}/{who.admin}")
    if not who.admin or not who.realm or member is None:
        return False
    return member["revoked_at"] is not None or member["role"] != "admin"


def classes(rows: Rows, who: Who) -> list[Row]:
    """A teacher's by assignment, an admin's of the realm; by name."""
    if who.teacher:
        found = {c["class_id"]: c for _, c in teaching.links(rows, "class", who.teacher)}
        return [*found.values()]
    return teaching.classes(rows, who.realm)


def subjects(rows: Rows, who: Who) -> set[str]:
    """Those in which a teacher sees marks, by assignment."""
    return {s["subject_id"] for _, s in teaching.links(rows, "subject", who.teacher)}


def _registered(rows: Rows) -> list[Row]:
    found = [s for s in rows["student"].values() if not s["deactivated"]]
    return sorted(found, key=lambda s: (s["name"], s["student_id"]))


def _seen_students(rows: Rows, who: Who) -> list[Row]:
    if who.teacher:
        taught = {s for c in classes(rows, who) for s in students_of_class(rows, c["class_id"])}
    elif who.realm:
        taught = teaching.students(rows, who.realm)
    else:
        return _registered(rows)
    return [s for s in _registered(rows) if s["student_id"] in taught]


def students(rows: Rows, who: Who) -> list[dict[str, Any]]:
    """By name, each with the classes that the caller sees."""
    return [
        {
            "id": s["student_id"], "name": s["name"],
            "classes": [
                {"id": c["class_id"], "name": c["name"]} for c in classes(rows, who)
                if s["student_id"] in students_of_class(rows, c["class_id"])
            ],
        }
        for s in _seen_students(rows, who)
    ]  # fmt: skip


def _marks(rows: Rows, who: Who) -> list[Row]:
    seen = {c["class_id"] for c in classes(rows, who)}
    return [m for m in rows["mark"].values() if m["class_id"] in seen]


def assessments(rows: Rows, who: Who) -> list[dict[str, Any]]:
    """The newest first; a teacher's are in assigned subjects only."""
    found = _marks(rows, who)
    if who.teacher:
        found = [m for m in found if m["subject_id"] in subjects(rows, who)]
    found = sorted(found, key=lambda m: m["mark_id"])
    return [
        {
            "id": m["mark_id"], "student_id": m["student_id"], "class_level_id": m["class_id"],
            "subject_id": m["subject_id"], "score": m["score"], "recorded_by": m["recorded_by"],
            "recorded_at": m["recorded_at"],
        }
        for m in sorted(found, key=lambda m: m["recorded_at"], reverse=True)
    ]  # fmt: skip


def _entry(rows: Rows, student: Row, found: Sequence[Row]) -> dict[str, Any]:
    of_student = [m for m in found if m["student_id"] == student["student_id"]]
    scores = [Decimal(str(m["score"])) for m in of_student]
    mean = sum(scores, Decimal(0)) / len(scores) if scores else None
    return {
        "id": student["student_id"], "name": student["name"],
        "assessments": sorted(
            (m["subject_id"], rows["subject"].get(m["subject_id"], {}).get("name"), score)
            for m, score in zip(of_student, scores, strict=True)
        ),
        "average": mean and float(mean.quantize(Decimal("0.1"), ROUND_HALF_UP)),
    }  # fmt: skip


def class_reports(rows: Rows, who: Who) -> dict[str, list[dict[str, Any]]]:
    """By class: its registered students, with all its marks."""
    reports = {}
    for class_ in classes(rows, who):
        class_id = class_["class_id"]
        found = [m for m in rows["mark"].values() if m["class_id"] == class_id]
        inside = students_of_class(rows, class_id)
        reports[class_id] = [
            _entry(rows, s, found) for s in _registered(rows) if s["student_id"] in inside
        ]
    return reports


def student_reports(rows: Rows, who: Who) -> dict[str, dict[str, Any]]:
    """By student: all marks of the classes that the caller sees."""
    found = _marks(rows, who)
    return {s["student_id"]: _entry(rows, s, found) for s in _seen_students(rows, who)}
