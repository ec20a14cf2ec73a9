"""Holds what is read of students and marks, and whose rights have ended, against the model."""

from decimal import Decimal
from typing import Any

import psycopg

from homeroom.api.records import assessments, reports, students
from homeroom.queries.database import NOTHING
from tests.model import records as model
from tests.model.records import Who
from tests.model.teacher import Rows
from tests.property.histories import TEACHERS
from tests.property.students import STUDENTS
from tests.property.teaching import REALMS, page_of, read_as_reader

CLASSES = ("C1", "C2", "C3", "C9")
ASKING = (*(Who(teacher=who) for who in TEACHERS), *(Who(admin="T1", realm=r) for r in REALMS))


def check_records(database: psycopg.Connection[Any], rows: Rows) -> None:
    """Each list and report, for each teacher and an admin of each realm."""
    for who in ASKING:
        scope = {"teacher_id": who.teacher, "admin_id": who.admin, "organization_id": who.realm}
        result = read_as_reader(database, NOTHING, **scope)
        assert result.ended == model.rights_ended(rows, who), who
        assert page_of(database, students.STUDENTS, **scope) == model.students(rows, who), who
        seen = page_of(database, assessments.ASSESSMENTS, **scope)
        assert seen == model.assessments(rows, who), who
        _check_reports(database, rows, who, scope)
    for student in STUDENTS:
        ended = read_as_reader(database, NOTHING, student_id=student).ended
        assert ended == model.rights_ended(rows, Who(), student), student


def _check_reports(
    database: psycopg.Connection[Any], rows: Rows, who: Who, scope: dict[str, str]
) -> None:
    of_classes, of_students = model.class_reports(rows, who), model.student_reports(rows, who)
    for class_id in CLASSES:
        result = read_as_reader(database, reports.OF_CLASS, id=class_id, **scope)
        of_class = of_classes.get(class_id)
        assert (result.about is None) == (of_class is None), (who, class_id)
        assert [_entry(row) for row in result.rows] == (of_class or []), (who, class_id)
    for student in STUDENTS:
        result = read_as_reader(database, reports.OF_STUDENT, id=student, **scope)
        shown = [_entry(row) for row in result.rows]
        expected = [of_students[student]] if student in of_students else []
        assert shown == expected, (who, student)
        one = read_as_reader(database, students.STUDENT, id=student, **scope)
        assert len(one.rows) == (student in of_students), (who, student)


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    found = [
        (a["subject_id"], a["subject"], Decimal(str(a["score"]))) for a in row["assessments"] or ()
    ]
    average = row["average"] if row["average"] is None else float(row["average"])
    return row | {"assessments": sorted(found), "average": average}
