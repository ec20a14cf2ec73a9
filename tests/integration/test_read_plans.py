"""A read finds its rows by index, also while something is incomplete; while nothing is, it does
not look for it at all.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from homeroom.engine.generations.generation import ReadModel
from homeroom.queries.statement import ReadStatement
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
FILTERS: dict[str, Any] = {
    "filtered": True, "kind": None, "upcoming": False, "has_results": False, "graded": False,
    "class_id": "C7", "q": "ad", "at": "infinity", "id": "", "nameless": False, "name": "",
    "limit": 51,
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
