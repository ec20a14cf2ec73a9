"""A read finds its rows by index, also while something is incomplete; while nothing is, it does
not look for it at all.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

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

# So few rows that reading them whole is the best.
SMALL = {
    "incomplete", "positions", "live", "revoked_token", "revoked_subject", "teachers",
    "teacher_stats",
}  # fmt: skip
# What one of a hundred teachers has, and what is joined to it, in tables of up to 50,000.
ROWS_READ_MAX = 12_000
FILTERS: dict[str, Any] = reads.FIRST_PAGE | {
    "filtered": True, "class_id": "C7", "q": "%ad%", "limit": 51,
}  # fmt: skip
READS = {
    **{name: (read, {"teacher_id": "T7"}) for name, read in reads.TEACHERS.items()},
    **{name: (read, {"teacher_id": "T7"} | FILTERS) for name, read in reads.TEACHERS_LISTS.items()},
    **{name: (read, {"student_id": "S7"}) for name, read in reads.STUDENTS.items()},
}


@pytest.fixture
def reader(
    filled: None,  # noqa: ARG001, F811
    database_url: str,
    model: ReadModel,  # noqa: F811
    schema: str,  # noqa: F811
) -> Iterator[psycopg.Connection[Any]]:
    """The reader's role, where three rows of each entity are incomplete."""
    with psycopg.connect(database_url, autocommit=True) as connection:
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
