"""Holds what is read of teachers' assignments against the model."""

from typing import Any

import psycopg

from homeroom.api.assignments import choices, lists
from homeroom.queries.sections import apart
from homeroom.queries.statement import ReadResult, ReadStatement, read_rows
from tests.model import teaching as model
from tests.model.teacher import Rows
from tests.property.histories import TEACHERS

REALMS = ("", "O1", "O2")
USUAL: dict[str, Any] = {
    "generation": None, "jti": None, "subject": None, "issued_at": None, "student_id": "",
    "teacher_id": "", "organization_id": "", "admin_id": "", "service_id": "", "q": None,
    "user_id": None, "class_level_id": None, "subject_id": None, "limit": 1000,
}  # fmt: skip


def check_teaching(database: psycopg.Connection[Any], rows: Rows) -> None:
    """Each list, for an admin of each realm, and everybody's own assignments."""
    for realm in REALMS:
        admin = {"admin_id": "A1", "organization_id": realm}
        assert page_of(database, lists.ASSIGNED, **admin) == model.assigned(rows, realm), realm
        assert page_of(database, lists.WORKLOAD, **admin) == model.workload(rows, realm), realm
        for name, page in (("teachers", choices.TEACHERS), ("class_levels", choices.CLASSES),
                           ("subjects", choices.SUBJECTS)):  # fmt: skip
            assert page_of(database, page, **admin) == model.choices(rows, realm)[name], realm
        of_realm = {t["teacher_id"] for t in model.teachers(rows, realm)}
        for who in TEACHERS:
            known = read_as_reader(database, lists.TEACHER_KNOWN, user_id=who, **admin).rows
            assert bool(known) == (who in of_realm)
            if known:
                made = page_of(database, lists.HISTORY, user_id=who, **admin)
                assert made == model.history(rows, who, realm), (who, realm)
    for who in TEACHERS:
        own = model.own(rows, who)
        assert _own(database, lists.OWN_OF_TEACHER, teacher_id=who) == own, who
        assert _own(database, lists.OWN_OF_ADMIN, admin_id=who) == own, who
    _check_tables(database, rows)


def page_of(
    database: psycopg.Connection[Any], page: lists.Page, **asked: object
) -> list[dict[str, Any]]:
    """A whole list, with the ids as they are."""
    result = read_as_reader(database, page.read, **page.cursor.of(None), **asked)
    shown = [page.shown(row) for row in result.rows]
    return [_textual(row) for row in shown]


def _textual(row: dict[str, Any]) -> dict[str, Any]:
    ids = {name: str(value) for name, value in row.items()
           if value is not None and (name == "id" or name.endswith(("_id", "_by")))}  # fmt: skip
    inner = {name: [_textual(one) for one in value] for name, value in row.items()
             if isinstance(value, list)}  # fmt: skip
    return row | ids | inner


def _own(
    database: psycopg.Connection[Any], read: ReadStatement, **asked: object
) -> dict[str, list[dict[str, Any]]]:
    sections = apart(lists.SECTIONS, read_as_reader(database, read, **asked).rows)
    return {name: list({row["id"]: row for row in rows}.values())
            for name, rows in sections.items()}  # fmt: skip


def read_as_reader(
    database: psycopg.Connection[Any], read: ReadStatement, **asked: object
) -> ReadResult:
    """A read as the service runs it, with its role."""
    values = USUAL | asked
    with database.transaction(), psycopg.RawCursor(database) as cursor:
        cursor.execute("SET LOCAL ROLE homeroom_reader")
        cursor.execute(read.sql, [values[name] for name in read.parameters])
        names = read.names([column.name for column in cursor.description or ()])
        result = read_rows(names, cursor.fetchall())
    assert result is not None
    return result


def _check_tables(database: psycopg.Connection[Any], rows: Rows) -> None:
    """What rights rest on: links in force, who is of which school, marks, addresses."""
    for kind, target, _ in model.KINDS:
        found = database.execute(f"TABLE {kind}_assignments".encode())
        names = [column.name for column in found.description or ()]
        stored = {tuple(row[names.index(n)] for n in ("assignment_id", "teacher_id", target))
                  for row in found}  # fmt: skip
        assert stored == {
            (a["assignment_id"], a["teacher_id"], a[target])
            for who in TEACHERS for a, _ in model.links(rows, kind, who)
        }  # fmt: skip
    schools = {m["school_id"] for m in rows["membership"].values()}
    schools |= {row["organization_id"] for entity in ("class", "teacher")
                for row in rows[entity].values()} - {None}  # fmt: skip
    found = database.execute("SELECT organization_id, teacher_id FROM organization_teachers")
    assert set(found) == {
        (school, t["teacher_id"]) for school in schools for t in model.teachers(rows, school)
    }
    found = database.execute("SELECT organization_id, student_id FROM organization_students")
    assert set(found) == {(school, s) for school in schools for s in model.students(rows, school)}
    found = database.execute("SELECT student_id, email FROM student_contacts")
    assert dict(found) == model.contacts(rows)
    found = database.execute(
        "SELECT mark_id, student_id, class_id, subject_id, score, recorded_by, recorded_at "
        "FROM marks ORDER BY mark_id"
    )
    names = [column.name for column in found.description or ()]
    assert [*found] == [tuple(mark[name] for name in names) for mark in model.marks(rows)]
