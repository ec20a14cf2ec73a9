"""Holds what is read of batches of essays against the model, as the reader's role reads it."""

from typing import Any

import psycopg

from homeroom.queries.statement import ReadResult, ReadStatement, read_rows
from tests.model import batches as model
from tests.model.batches import Rows
from tests.property.histories import BATCH_STATUSES, TEACHERS
from tests.support import reads

# Of the last there are essays alone.
BATCH_IDS = ("L1", "L2", "L3")
# No batch has that one.
STATUSES = (*BATCH_STATUSES, "paused")


def _read(
    database: psycopg.Connection[Any], read: ReadStatement, who: str = "", **asked: object
) -> ReadResult:
    values = {
        "generation": None, "jti": None, "subject": None, "issued_at": None, "student_id": "",
        "teacher_id": who, "organization_id": "", "admin_id": "", "service_id": "",
        "limit": 1000, "offset": 0, "status": None,
    } | asked  # fmt: skip
    with database.transaction(), psycopg.RawCursor(database) as cursor:
        cursor.execute("SET LOCAL ROLE homeroom_reader")
        cursor.execute(read.sql, [values[name] for name in read.parameters])
        names = read.names([column.name for column in cursor.description or ()])
        result = read_rows(names, cursor.fetchall())
    assert result is not None
    return result


def check_batches(database: psycopg.Connection[Any], rows: Rows) -> None:
    """Each list and each part of it, of everybody; what there is of each batch."""
    for who in TEACHERS:
        for name, rule in (("batches", model.board), ("user_batches", model.user_batches)):
            _check_list(database, name, who, rule(rows, who))
        for status in sorted({*model.CLIENTS.values()}):
            _check_list(database, "batches_of_status", who, model.board(rows, who, status), status)
        for status in STATUSES:
            expected = model.user_batches(rows, who, status)
            _check_list(database, "user_batches_of_status", who, expected, status)
    for ids in (list(BATCH_IDS), ["L2"], []):
        for name, rule_of_ids in (
            ("class_info", model.class_info), ("batch_status", model.batch_status),
        ):  # fmt: skip
            found = _read(database, reads.BATCHES[name], service_id="essays", batch_ids=ids).rows
            expected = rule_of_ids(rows, ids)
            assert sorted(found, key=_id) == sorted(expected, key=_id), (name, ids)


def _check_list(
    database: psycopg.Connection[Any], name: str, who: str, expected: list[dict[str, Any]],
    status: str | None = None,
) -> None:  # fmt: skip
    read = reads.TEACHERS_BATCHES[name]
    found = _read(database, read, who, status=status)
    assert found.about == {"total": len(expected)}, (name, who, status)
    assert found.rows == expected, (name, who, status)
    second = _read(database, read, who, status=status, limit=1, offset=1)
    assert (second.about, second.rows) == (found.about, expected[1:2]), (name, who, status)


def _id(row: dict[str, Any]) -> str:
    return str(row["batch_id"])
