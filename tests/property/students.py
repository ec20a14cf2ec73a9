"""Holds what the student's queries answer against the model."""

from collections.abc import Coroutine
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from homeroom.queries import student
from homeroom.queries.reading import NOBODY, Query, Snapshot, Whose
from homeroom.queries.student import Student
from tests.model import student as model
from tests.model.student import Rows

STUDENTS = ("S1", "T1")
# Just after midnight in UTC, so that it is another day in many zones; the moments at which clocks
# change in Berlin and in St. John's; the last moment of a day.
MOMENTS = tuple(
    datetime.fromisoformat(text)
    for text in (
        "2026-03-01T00:30:00+00:00", "2026-03-08T05:30:00+00:00", "2026-03-29T01:00:00+00:00",
        "2026-03-02T23:59:59.999999+00:00",
    )
)  # fmt: skip
# More rows than any student has, and a statement must not rest on it.
LIMIT = 200


class OnConnection:
    """A Database that reads on one connection, as the reader's role, in whichever generation."""

    def __init__(self, connection: psycopg.Connection[Any], as_of: datetime | None) -> None:
        self._connection = connection
        self._as_of = as_of

    async def read(
        self, *queries: Query, whose: Whose = NOBODY, jti: str | None = None
    ) -> Snapshot:
        assert jti is None
        with self._connection.transaction(), self._connection.cursor(row_factory=dict_row) as asked:
            asked.execute("SET LOCAL ROLE homeroom_reader")
            asked.execute("SELECT set_config('homeroom.student_id', %s, true)", (whose.student_id,))
            results = [asked.execute(q.sql, q.parameters).fetchall() for q in queries]
        return Snapshot("", self._as_of, results)


def told(reading: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits."""
    try:
        reading.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited")


def check_students(database: psycopg.Connection[Any], rows: Rows, as_of: datetime | None) -> None:
    """Each answer's whole body, for everybody, at each of the moments."""
    reader: Any = OnConnection(database, as_of)
    for who in STUDENTS:
        me = Student(who)
        assert told(student.profile(reader, me)).body == model.profile(rows, who), who
        assert told(student.progress(reader, me)).body == model.progress(rows, who), who
        for now in MOMENTS:
            shown = told(student.dashboard(reader, me, now)).body
            assert shown == model.dashboard(rows, who, now, as_of), (who, now)
        for now in MOMENTS[::2]:
            answer, following = told(student.missions(reader, me, None, LIMIT, None, now))
            assert answer.body == model.missions(rows, who, now), (who, now)
            assert following is None
