"""The rules of teachers' assignments, over entity rows as plain dicts (tests/model/teacher.py).

A realm is the id of a school, or empty for the platform's.
"""

from collections.abc import Iterator
from typing import Any

from tests.model.teacher import Row, Rows, is_deactivated, students_of_class

KINDS = (("class", "class_id", "deleted"), ("subject", "subject_id", "retired"))


def teachers(rows: Rows, realm: str) -> list[Row]:
    """Who is registered, and of the realm, by name."""
    found = [t for t in rows["teacher"].values() if not t["deactivated"]
             and (not realm or is_of(rows, realm, t))]  # fmt: skip
    return sorted(found, key=lambda t: (t["name"], t["teacher_id"]))


def is_of(rows: Rows, realm: str, teacher: Row) -> bool:
    """By the account, or as a member."""
    return teacher["organization_id"] == realm or is_member(rows, realm, teacher["teacher_id"])


def is_member(rows: Rows, realm: str, who: str) -> bool:
    member = rows["membership"].get(f"{realm}/{who}")
    return member is not None and member["revoked_at"] is None


def students(rows: Rows, realm: str) -> set[str]:
    """A school's: registered members, and whoever is in one of its classes."""
    found = {
        s["student_id"] for s in rows["student"].values()
        if not s["deactivated"] and is_member(rows, realm, s["student_id"])
    }  # fmt: skip
    for class_ in classes(rows, realm):
        found |= students_of_class(rows, class_["class_id"])
    return found


def classes(rows: Rows, realm: str) -> list[Row]:
    found = [c for c in rows["class"].values() if not c["deleted"]
             and (not realm or c["organization_id"] == realm)]  # fmt: skip
    return sorted(found, key=lambda c: (c["name"], c["class_id"]))


def subjects(rows: Rows) -> list[Row]:
    found = [s for s in rows["subject"].values() if not s["retired"]]
    return sorted(found, key=lambda s: (s["name"], s["subject_id"]))


def links(rows: Rows, kind: str, teacher_id: str, realm: str = "") -> Iterator[tuple[Row, Row]]:
    """The assignments of a teacher that are in force, each with what it links, by its name."""
    if not any(t["teacher_id"] == teacher_id for t in teachers(rows, "")):
        return
    there = classes(rows, realm) if kind == "class" else subjects(rows)
    for target in there:
        made = rows[f"{kind}_assignment"].values()
        for one in sorted(made, key=lambda a: a["assignment_id"]):
            mine = one["teacher_id"] == teacher_id and one["removed_at"] is None
            if mine and one[f"{kind}_id"] == target[f"{kind}_id"]:
                yield one, target


def _class(rows: Rows, class_: Row) -> dict[str, Any]:
    return {"id": class_["class_id"], "name": class_["name"],
            "student_count": len(students_of_class(rows, class_["class_id"]))}  # fmt: skip


def _subject(subject: Row) -> dict[str, Any]:
    return {"id": subject["subject_id"], "name": subject["name"]}


def _username(teacher: Row) -> str:
    return str(teacher["teacher_id"] if teacher["email"] is None else teacher["email"])


def assigned(rows: Rows, realm: str) -> list[dict[str, Any]]:
    """What an admin sees: of each teacher, in any order what has the same name and id."""
    return [
        {
            "user_id": t["teacher_id"], "username": _username(t), "full_name": t["name"],
            "classes": [
                _class(rows, c) | {"assignment_id": a["assignment_id"]}
                for a, c in links(rows, "class", t["teacher_id"], realm)
            ],
            "subjects": [
                _subject(s) | {"assignment_id": a["assignment_id"]}
                for a, s in links(rows, "subject", t["teacher_id"])
            ],
        }
        for t in teachers(rows, realm)
    ]  # fmt: skip


def own(rows: Rows, teacher_id: str, realm: str = "") -> dict[str, list[dict[str, Any]]]:
    """What somebody is assigned to, each once."""
    of_classes = {c["class_id"]: c for _, c in links(rows, "class", teacher_id, realm)}
    of_subjects = {s["subject_id"]: s for _, s in links(rows, "subject", teacher_id)}
    return {"classes": [_class(rows, c) for c in of_classes.values()],
            "subjects": [_subject(s) for s in of_subjects.values()]}  # fmt: skip


def workload(rows: Rows, realm: str) -> list[dict[str, Any]]:
    """Most classes first, then subjects, then students; each once."""
    found = []
    for t in teachers(rows, realm):
        mine = own(rows, t["teacher_id"], realm)
        taught: set[str] = set()
        for class_ in mine["classes"]:
            taught |= students_of_class(rows, class_["id"])
        found.append({
            "user_id": t["teacher_id"], "username": _username(t), "full_name": t["name"],
            "classes": len(mine["classes"]), "subjects": len(mine["subjects"]),
            "students": len(taught),
        })  # fmt: skip
    numbers = ("classes", "subjects", "students")
    return sorted(found, key=lambda one: (*(-one[n] for n in numbers), one["user_id"]))


def history(rows: Rows, teacher_id: str, realm: str) -> list[dict[str, Any]]:
    """All that was ever made, the newest first; in a realm that of its classes, deleted or not."""
    found = []
    for kind, target, _ in KINDS:
        for one in rows[f"{kind}_assignment"].values():
            class_ = rows["class"].get(one[target], {}) if kind == "class" else {}
            outside = realm and kind == "class" and class_.get("organization_id") != realm
            if one["teacher_id"] == teacher_id and not outside:
                told = ("assignment_id", "made_at", "made_by", "removed_at", "removed_by")
                found.append(
                    {"kind": kind, "target_id": one[target]} | {name: one[name] for name in told}
                )
    found.sort(key=lambda one: (one["kind"], one["assignment_id"]))
    return sorted(found, key=lambda one: one["made_at"], reverse=True)


def choices(rows: Rows, realm: str) -> dict[str, list[dict[str, Any]]]:
    """The lists that admins choose from."""
    return {
        "teachers": [{"id": t["teacher_id"], "name": t["name"], "email": t["email"]}
                     for t in teachers(rows, realm)],
        "class_levels": [_class(rows, c) for c in classes(rows, realm)],
        "subjects": [_subject(s) for s in subjects(rows)],
    }  # fmt: skip


def marks(rows: Rows) -> list[Row]:
    """All of them, by id."""
    return sorted(rows["mark"].values(), key=lambda m: m["mark_id"])


def contacts(rows: Rows) -> dict[str, str]:
    """The addresses of registered students who have one."""
    return {
        s["student_id"]: s["email"] for s in rows["student"].values()
        if s["email"] is not None and not is_deactivated(rows, s["student_id"])
    }  # fmt: skip
