"""Holds what answers say of incomplete rows against the model, as the reader's role reads them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from homeroom.queries.statement import ReadStatement, read_rows
from tests.model import resting
from tests.model.log import Log
from tests.model.resting import Subject, rests_on
from tests.model.teacher import Rows
from tests.property.batches import BATCH_IDS
from tests.property.histories import IN_TWO, TEACHERS
from tests.property.students import MOMENTS, STUDENTS
from tests.support import reads

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
USUAL: dict[str, Any] = reads.FIRST_PAGE | {
    "generation": None, "jti": None, "subject": None, "issued_at": None,
    "student_id": "", "teacher_id": "", "organization_id": "", "admin_id": "", "service_id": "",
    "status": None,
    "statuses": None, "changed_at": None, "mission_id": None, "limit": 1000, "actions": 5,
    "now": MOMENTS[0], "week_ago": MOMENTS[0], "soon": MOMENTS[0], "earliest": "2026-01-01",
    "latest": "2026-12-31", "offset": 0, "batch_ids": [],
}  # fmt: skip


class Answer(NamedTuple):
    """An answer to somebody, and since when it lacks something."""

    name: str
    who: str
    since: datetime | None
    expected: datetime | None
    is_exact: bool


def answers(database: psycopg.Connection[Any], log: Log, rows: Rows) -> Iterator[Answer]:
    """Every answer of every dashboard to everybody."""
    incomplete = {
        subject.place: EPOCH + timedelta(milliseconds=since)
        for subject in log.subjects.values()
        if (since := subject.incomplete_since()) is not None
    }
    with database.transaction():
        database.execute("SET LOCAL ROLE homeroom_reader")
        for column, people, statements, rules in (
            ("teacher_id", TEACHERS, reads.TEACHERS, resting.TEACHERS),
            ("teacher_id", TEACHERS, reads.TEACHERS_LISTS, resting.TEACHERS_LISTS),
            ("student_id", STUDENTS, reads.STUDENTS, resting.STUDENTS),
            ("teacher_id", TEACHERS, reads.TEACHERS_BATCHES, resting.TEACHERS_BATCHES),
            ("batch_ids", BATCH_IDS, reads.BATCHES, resting.BATCHES),
        ):
            assert statements.keys() == rules.keys()
            for who in people:
                for name, read in statements.items():
                    asked = {column: who}
                    if column == "batch_ids":
                        asked = {column: [who], "service_id": "essays"}
                    lacking = rests_on(rules[name], rows, who, incomplete)
                    yield Answer(
                        name, who, _since(database, read, asked),
                        min((incomplete[subject] for subject in lacking), default=None),
                        _are_exact(lacking),
                    )  # fmt: skip


def _are_exact(subjects: set[Subject]) -> bool:
    """Of a subject in two partitions either copy of an event may be the one that waits."""
    return not subjects & IN_TWO


def _since(
    database: psycopg.Connection[Any], read: ReadStatement, whose: Mapping[str, object]
) -> datetime | None:
    parameters = USUAL | whose
    with psycopg.RawCursor(database) as cursor:
        cursor.execute(read.sql, [parameters[name] for name in read.parameters])
        names = [column.name for column in cursor.description or ()]
        result = read_rows(names, cursor.fetchall())
    assert result is not None
    return result.incomplete_since
