"""A read finds its rows by index, also while something is incomplete; while nothing is, it does
not look for it at all.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from homeroom.api.records import assessments, reports, students
from homeroom.api.resources import lists as resources
from homeroom.api.schools import notifications
from homeroom.api.schools import reads as schools
from homeroom.api.teacher import lists
from homeroom.engine.generations.generation import ReadModel
from homeroom.queries.statement import ReadStatement, read_rows
from tests.integration.test_plans import (  # noqa: F401 - fixtures
    careless,
    filled,
    model,
    nodes,
    rows_read,
    schema,
)
from tests.property.incompleteness import USUAL
from tests.support import reads
from tests.support.strength import at_full_strength
from tests.support.students import NOON

WEEK = timedelta(weeks=1)
# So few rows that reading them whole is the best.
SMALL = {
    "incomplete", "positions", "live", "revoked_token", "revoked_subject", "teachers",
    "teacher_stats", "teacher_batch_totals",
}  # fmt: skip
# What one of a hundred teachers has, and what is joined to it, in tables of up to 50,000.
ROWS_READ_MAX = 12_000
FILTERS: dict[str, Any] = reads.FIRST_PAGE | {
    "filtered": True, "class_id": "C7", "q": "%ad%", "limit": 51,
}  # fmt: skip
# As many as may be asked for at once.
BATCH_IDS = [f"L{n}" for n in range(1, 501)]
READS = {
    **{name: (read, {"teacher_id": "T7"}) for name, read in reads.TEACHERS.items()},
    **{name: (read, {"teacher_id": "T7"} | FILTERS) for name, read in reads.TEACHERS_LISTS.items()},
    **{name: (read, {"student_id": "S7"}) for name, read in reads.STUDENTS.items()},
    **{
        name: (read, {"teacher_id": "T7", "status": "processing", "limit": 20})
        for name, read in reads.TEACHERS_BATCHES.items()
    },
    **{
        name: (read, {"batch_ids": BATCH_IDS, "service_id": "essays"})
        for name, read in reads.BATCHES.items()
    },
}


@pytest.fixture
def reader(
    filled: str,  # noqa: F811
    model: ReadModel,  # noqa: F811
    schema: str,  # noqa: F811
) -> Iterator[psycopg.Connection[Any]]:
    """The reader's role, where three rows of each entity are incomplete until the test ends."""
    with psycopg.connect(filled) as connection:
        connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
        for entity in model.catalog.entities:
            connection.execute(
                sql.SQL(
                    "INSERT INTO incomplete SELECT {name}, concat_ws('/', {key}), now(), true "
                    "FROM {table} LIMIT 3"
                ).format(
                    name=entity.name,
                    key=sql.SQL(", ").join(map(sql.Identifier, entity.key_names)),
                    table=sql.Identifier(entity.name),
                )
            )
        connection.execute("SET ROLE homeroom_reader")
        connection.execute("SET plan_cache_mode = force_generic_plan")
        yield connection
        connection.rollback()


def plan_of(
    connection: psycopg.Connection[Any],
    read: ReadStatement,
    parameters: dict[str, Any],
    text: bytes,
) -> dict[str, Any]:
    """The plan that the service has: made once for whatever parameters."""
    values = USUAL | parameters
    connection.execute(b"PREPARE asked AS " + text)
    given = sql.SQL(", ").join(sql.Literal(values[name]) for name in read.parameters)
    row = connection.execute(
        sql.SQL("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE asked ({})").format(given)
    ).fetchone()
    connection.execute("DEALLOCATE asked")
    assert row
    return dict(row[0][0]["Plan"])


def test_what_an_answer_lacks_is_found_by_index_and_not_looked_for_while_nothing_is_incomplete(
    reader: psycopg.Connection[Any],
) -> None:
    for name, (read, parameters) in READS.items():
        made = plan_of(reader, read, parameters, read.sql)
        scans = [scan for scan in careless(made) if scan.rpartition(" ")[2] not in SMALL]
        assert scans == [], name
        assert rows_read(made) <= ROWS_READ_MAX, name
        plain = plan_of(reader, read, parameters, read.unmarked)
        (look,) = (n for n in nodes(plain) if n.get("Relation Name") == "incomplete")
        assert look["Actual Rows"] <= 1, name
        assert rows_read(plain) < rows_read(made), name


# Each as a teacher with 50 classes of up to 80 students reads it, as an admin of the platform, and
# as one of a realm with one class.
CALLERS: dict[str, dict[str, Any]] = {
    "teacher": {"teacher_id": "T7"},
    "admin": {"admin_id": "A1"},
    "realm": {"admin_id": "A1", "organization_id": "O7"},
}
RECORDS: dict[str, tuple[ReadStatement, dict[str, Any]]] = {
    "students": (students.STUDENTS.read, {"class_level_id": None}),
    "students of a class": (students.STUDENTS.read, {"class_level_id": "C7"}),
    "one student": (students.STUDENT, {"id": "S7"}),
    "assessments": (assessments.ASSESSMENTS.read, {"class_level_id": None}),
    "assessments of a class": (assessments.ASSESSMENTS.read, {"class_level_id": "C7"}),
    "class report": (reports.OF_CLASS, {"id": "C7"}),
    "student report": (reports.OF_STUDENT, {"id": "S7"}),
}
FIRST_OF_RECORDS: dict[str, Any] = {
    "subject_id": None, "after_sorted_as": "", "after_id": "", "after_recorded_at": "infinity",
    "limit": 51,
}  # fmt: skip
# A page of a teacher's students, who are sorted; of anything else.
STUDENTS_ROWS_READ_MAX, RECORDS_ROWS_READ_MAX = 20_000, 4_000


@at_full_strength
def test_what_the_policy_lets_through_is_found_by_index(
    reader: psycopg.Connection[Any],
) -> None:
    for name, (read, asked) in RECORDS.items():
        for caller, who in CALLERS.items():
            made = plan_of(reader, read, FIRST_OF_RECORDS | asked | who, read.unmarked)
            scans = [scan for scan in careless(made) if scan.rpartition(" ")[2] not in SMALL]
            assert scans == [], (name, caller)
            most = STUDENTS_ROWS_READ_MAX if name == "students" else RECORDS_ROWS_READ_MAX
            assert 0 < rows_read(made) <= most, (name, caller)


# A school of two thousand; the teacher has one class of it, and hundreds of what is told of others.
SCHOOL: dict[str, Any] = {
    "teacher_id": "T7", "school_id": "O7", "students_limit": 51, "after_nameless": False,
    "after_sorted_as": "", "after_id": "", "now": NOON, "last_month_start": NOON - WEEK,
    **{f"{name}_start": NOON - WEEK for name in ("today", "week", "range", "month")},
    **{f"{name}_end": NOON + WEEK for name in ("today", "week", "range", "month")},
    "weeks": [NOON + n * WEEK for n in range(9)],
}  # fmt: skip
# What is incomplete may be of any of the teacher's twenty schools.
SCHOOL_ROWS_READ_MAX = 8_000


def test_a_dashboard_of_a_school_reads_what_the_teacher_has_there(
    reader: psycopg.Connection[Any],
) -> None:
    reads_of_school = (schools.CHOSEN_SCHOOL, schools.DASHBOARD, schools.DASHBOARD_WITH_TREND)
    for number, read in enumerate(reads_of_school):
        for text in (read.sql, read.unmarked):
            made = plan_of(reader, read, SCHOOL, text)
            scans = [scan for scan in careless(made) if scan.rpartition(" ")[2] not in SMALL]
            assert scans == [], number
            assert 0 < rows_read(made) <= SCHOOL_ROWS_READ_MAX, number


# A page of notifications, and of those not read; a page of resources, and one file for its teacher
# and for a student.
FIRST_OF_SCHOOL: dict[str, Any] = {
    "teacher_id": "T7", "school_id": "O7", "limit": 21, "after_id": "", "now": NOON,
}  # fmt: skip
LISTS_OF_SCHOOL: dict[str, tuple[ReadStatement, dict[str, Any]]] = {
    "notifications": (notifications.READ, {"unread": False, "kind": None}),
    "unread": (notifications.READ, {"unread": True, "kind": "new_student"}),
    "resources": (resources.RESOURCES, {"after_uploaded_at": "infinity"}),
    "file of the teacher": (resources.FILE, {"resource_id": "F7"}),
    "file for a student": (
        resources.FILE, {"resource_id": "F7", "teacher_id": "", "student_id": "S7"},
    ),
}  # fmt: skip
LISTS_OF_SCHOOL_ROWS_READ_MAX = 3_000


def test_lists_of_a_school_are_found_by_index(reader: psycopg.Connection[Any]) -> None:
    for name, (read, asked) in LISTS_OF_SCHOOL.items():
        given = FIRST_OF_SCHOOL | {"after_created_at": "infinity"} | asked
        for text in (read.sql, read.unmarked):
            made = plan_of(reader, read, given, text)
            scans = [scan for scan in careless(made) if scan.rpartition(" ")[2] not in SMALL]
            assert scans == [], name
            assert 0 < rows_read(made) <= LISTS_OF_SCHOOL_ROWS_READ_MAX, name


# Of these the teacher has 5,000 exams, 700 students, and 20 classes with up to 80 of them.
PAGES = {
    "all_exams": lists.EXAMS,
    "exams_with_results": lists.EXAMS,
    "all_question_banks": lists.QUESTION_BANKS,
    "all_classes": lists.CLASSES,
    "all_assignments": lists.ASSIGNMENTS,
    "graded_assignments": lists.ASSIGNMENTS,
    "all_students": lists.STUDENTS,
    "students_of_class": lists.STUDENTS,
}

# The students of a class are sorted.
SORTED_WHOLE = {"students_of_class"}
# Five rows and what is looked up for them; else what every read reads of small tables.
PAGE_ROWS_READ_MAX = 250


def test_a_page_reads_no_more_the_more_pages_are_before_it(
    reader: psycopg.Connection[Any],
) -> None:
    """Row-level security too lets the index find where the page begins."""
    assert PAGES.keys() == reads.TEACHERS_LISTS.keys()
    for name, paged in PAGES.items():
        read = reads.TEACHERS_LISTS[name]
        everything: dict[str, Any] = FILTERS | {
            "teacher_id": "T1", "class_id": "C100", "q": None, "filtered": False, "limit": 10_000,
        }  # fmt: skip
        if name != "students_of_class":
            everything |= {"class_id": None}
        rows = rows_of(reader, read, everything)
        assert len(rows) >= 20, name
        far = everything | paged.cursor.of(paged.cursor.behind(rows[-6])) | {"limit": 5}
        assert rows_of(reader, read, far) == rows[-5:], name
        first_page, last_page = (
            rows_read(plan_of(reader, read, page, read.unmarked))
            for page in (everything | {"limit": 5}, far)
        )
        assert last_page <= first_page, name
        if name not in SORTED_WHOLE:
            assert first_page <= PAGE_ROWS_READ_MAX, name


def test_exams_to_come_are_a_range_of_the_index(reader: psycopg.Connection[Any]) -> None:
    asked: dict[str, Any] = FILTERS | {
        "teacher_id": "T1", "class_id": None, "q": None, "upcoming": True, "limit": 5,
    }  # fmt: skip
    # None of the teacher's 5,000 is to come.
    made = plan_of(reader, lists.EXAMS.read, asked, lists.EXAMS.read.unmarked)
    assert rows_read(made) <= PAGE_ROWS_READ_MAX


def rows_of(
    connection: psycopg.Connection[Any], read: ReadStatement, parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    values = USUAL | parameters
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(read.unmarked, [values[name] for name in read.parameters])
        names = read.names([column.name for column in cursor.description or ()])
        result = read_rows(names, cursor.fetchall())
    assert result
    return result.rows
