"""The rules of the teacher's dashboard, over entity rows as plain dicts.

``rows[entity][key]`` is a row with all its columns, key columns too; times are datetimes.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Row]]


def standing(rows: Rows, entity: str) -> Iterator[Row]:
    """Rows that count: not deleted, and of no organization."""
    for row in rows[entity].values():
        if not row["deleted"] and row["organization_id"] is None:
            yield row


def classes(rows: Rows, teacher: str) -> list[Row]:
    return [c for c in standing(rows, "class") if c["teacher_id"] == teacher]


def exams(rows: Rows, teacher: str) -> list[Row]:
    """Created by or assigned to the teacher; once where both."""
    return [
        e for e in standing(rows, "exam")
        if e["created_by"] == teacher or teacher in e["assigned_teachers"]
    ]  # fmt: skip


def created_by(rows: Rows, entity: str, teacher: str) -> list[Row]:
    return [row for row in standing(rows, entity) if row["created_by"] == teacher]


def is_deactivated(rows: Rows, student: str) -> bool:
    """Whoever nobody registered (yet) is not."""
    return student in rows["student"] and bool(rows["student"][student]["deactivated"])


def students_of_class(rows: Rows, class_id: str) -> set[str]:
    """Those with a started, not ended enrollment who are not deactivated."""
    return {
        e["student_id"] for e in rows["enrollment"].values()
        if e["class_id"] == class_id and e["ended_at"] is None
        and not is_deactivated(rows, e["student_id"])
    }  # fmt: skip


def students(rows: Rows, teacher: str) -> set[str]:
    """Distinct students of the teacher's classes."""
    found: set[str] = set()
    for class_ in classes(rows, teacher):
        found |= students_of_class(rows, class_["class_id"])
    return found


def upcoming_exams(rows: Rows, teacher: str, now: datetime) -> int:
    """Status scheduled and a date that is not before now."""
    return sum(
        1 for e in exams(rows, teacher) if e["status"] == "scheduled" and e["scheduled_at"] >= now
    )


def grades(rows: Rows, teacher: str) -> int:
    """Results and submissions that the teacher graded; no withdrawn ones, and their exam or
    assignment is known, not deleted and standalone."""
    exams_ = {e["exam_id"] for e in standing(rows, "exam")}
    assignments = {a["assignment_id"] for a in standing(rows, "assignment")}
    results = [
        r for r in rows["exam_result"].values()
        if r["graded_by"] == teacher and r["exam_id"] in exams_
    ]  # fmt: skip
    submissions = [
        s for s in rows["submission"].values()
        if s["graded_by"] == teacher and s["withdrawn_at"] is None
        and s["assignment_id"] in assignments
    ]  # fmt: skip
    return len(results) + len(submissions)


def _has_result(rows: Rows, exam_id: str) -> bool:
    return any(r["exam_id"] == exam_id for r in rows["exam_result"].values())


def stats(rows: Rows, teacher: str, now: datetime) -> dict[str, int]:
    return {
        "totalClasses": len(classes(rows, teacher)),
        "totalStudents": len(students(rows, teacher)),
        "totalAssignments": len(created_by(rows, "assignment", teacher)),
        "totalExams": len(exams(rows, teacher)),
        "upcomingExams": upcoming_exams(rows, teacher, now),
        "totalQuestionBanks": len(created_by(rows, "question_bank", teacher)),
        "totalQuestions": len(created_by(rows, "question", teacher)),
    }


def navigation_counts(rows: Rows, teacher: str, now: datetime) -> dict[str, int]:
    mine = exams(rows, teacher)
    return {
        "classes": len(classes(rows, teacher)),
        "students": len(students(rows, teacher)),
        "assignments": len(created_by(rows, "assignment", teacher)),
        "schedule": upcoming_exams(rows, teacher, now),
        "exams": len(mine),
        "questionBank": len(created_by(rows, "question_bank", teacher)),
        "grades": grades(rows, teacher),
        "quizzes": sum(1 for e in mine if e["kind"] == "quiz"),
        "reports": sum(
            1 for e in mine if e["status"] == "completed" and _has_result(rows, e["exam_id"])
        ),
    }


def _class(rows: Rows, class_id: str | None) -> Row | None:
    """The class that an exam or an assignment names; none where it is deleted or unknown."""
    found = rows["class"].get(class_id) if class_id else None
    return None if found is None or found["deleted"] else found


def _newest_first(items: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """By a time, newest first, those without one last; equal ones by `_id`."""
    by_id = sorted(items, key=lambda item: item["_id"])
    dated = [item for item in by_id if item[by] is not None]
    undated = [item for item in by_id if item[by] is None]
    return sorted(dated, key=lambda item: item[by], reverse=True) + undated


def recent_exams(rows: Rows, teacher: str) -> list[dict[str, Any]]:
    items, zone = [], _zone(rows["teacher"].get(teacher))
    for exam in exams(rows, teacher):
        class_, at = _class(rows, exam["class_id"]), exam["scheduled_at"]
        items.append({
            "_id": exam["exam_id"], "title": exam["title"], "subject": exam["subject"],
            "class": class_["name"] if class_ else None, "scheduledDate": at,
            "startTime": _clock(at, zone) if at else None, "status": exam["status"],
            "totalQuestions": exam["total_questions"], "totalMarks": exam["total_marks"],
        })  # fmt: skip
    return _newest_first(items, "scheduledDate")


def _zone(teacher: Row | None) -> tzinfo:
    """The teacher's, while registered; what is no name of one counts as UTC."""
    name = teacher["time_zone"] if teacher and not teacher["deactivated"] else None
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, LookupError):
        return UTC


def _clock(instant: datetime, zone: tzinfo) -> str:
    """``09:05 AM``: twelve hours, two digits each; in UTC where the calendar ends."""
    try:
        at = instant.astimezone(zone)
    except OverflowError:
        at = instant
    return f"{(at.hour + 11) % 12 + 1:02d}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def recent_question_banks(rows: Rows, teacher: str) -> list[dict[str, Any]]:
    items = []
    for bank in created_by(rows, "question_bank", teacher):
        questions = [
            q for q in rows["question"].values()
            if q["question_bank_id"] == bank["question_bank_id"] and not q["deleted"]
        ]  # fmt: skip
        items.append({
            "_id": bank["question_bank_id"], "name": bank["name"], "subject": bank["subject"],
            "class": bank["class_label"], "totalQuestions": len(questions),
            "status": bank["status"], "createdAt": bank["created_at"],
        })  # fmt: skip
    return _newest_first(items, "createdAt")


def recent_classes(rows: Rows, teacher: str) -> list[dict[str, Any]]:
    items = [
        {
            "_id": c["class_id"], "className": c["name"], "classCode": c["code"],
            "subject": c["subject"], "totalStudents": len(students_of_class(rows, c["class_id"])),
            "createdAt": c["created_at"],
        }
        for c in classes(rows, teacher)
    ]  # fmt: skip
    return _newest_first(items, "createdAt")


def submissions(rows: Rows, assignment: Row) -> list[Row]:
    """Those that count: not withdrawn and, where the assignment is a class's, of its students."""
    class_ = _class(rows, assignment["class_id"])
    handed_in = [
        s for s in rows["submission"].values()
        if s["assignment_id"] == assignment["assignment_id"] and s["withdrawn_at"] is None
    ]  # fmt: skip
    if class_ is None:
        return handed_in
    in_class = students_of_class(rows, class_["class_id"])
    return [s for s in handed_in if s["student_id"] in in_class]


def recent_assignments(rows: Rows, teacher: str) -> list[dict[str, Any]]:
    items = [_assignment(rows, a) for a in created_by(rows, "assignment", teacher)]
    return _newest_first(items, "createdAt")


def _assignment(rows: Rows, assignment: Row) -> dict[str, Any]:
    class_ = _class(rows, assignment["class_id"])
    return {
        "_id": assignment["assignment_id"], "title": assignment["title"],
        "subject": assignment["subject"], "class": class_["name"] if class_ else None,
        "dueDate": assignment["due_at"], "status": assignment["status"],
        "totalSubmissions": len(submissions(rows, assignment)),
        "totalStudents": len(students_of_class(rows, class_["class_id"])) if class_ else 0,
        "createdAt": assignment["created_at"],
    }  # fmt: skip


def graded_assignments(rows: Rows, teacher: str) -> list[dict[str, Any]]:
    """Those of which the teacher graded a submission, whoever created them; with how many."""
    items = []
    for assignment in standing(rows, "assignment"):
        graded = [
            s for s in rows["submission"].values()
            if s["assignment_id"] == assignment["assignment_id"] and s["graded_by"] == teacher
            and s["withdrawn_at"] is None
        ]  # fmt: skip
        if graded:
            items.append(_assignment(rows, assignment) | {"grades": len(graded)})
    return _newest_first(items, "createdAt")


def all_students(rows: Rows, teacher: str, class_id: str | None = None) -> list[dict[str, Any]]:
    """By name, those whom nobody registered last, with the classes they share with the teacher."""
    found = students(rows, teacher)
    if class_id is not None:
        own = class_id in {c["class_id"] for c in classes(rows, teacher)}
        found = students_of_class(rows, class_id) if own else set()
    items = []
    for student in found:
        shared = [
            {"_id": c["class_id"], "className": c["name"]} for c in classes(rows, teacher)
            if student in students_of_class(rows, c["class_id"])
        ]  # fmt: skip
        items.append({
            "_id": student, "name": rows["student"].get(student, {}).get("name"),
            "classes": sorted(shared, key=lambda c: (c["className"], c["_id"])),
        })  # fmt: skip
    return sorted(items, key=lambda s: (s["name"] is None, s["name"] or "", s["_id"]))
