"""Holds what the student's queries answer against the model."""

from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg

from homeroom.queries import student
from homeroom.queries.composing import Found, Read, read_rows
from homeroom.queries.reading import NO_PARAMETERS, Whose
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
        self,
        read: Read,
        parameters: Mapping[str, object] = NO_PARAMETERS,
        *,
        whose: Whose,
        jti: str | None,
    ) -> Found:
        asked = {"generation": None, "student_id": whose.student_id, "teacher_id": "", "jti": jti}
        asked |= parameters
        with self._connection.transaction(), psycopg.RawCursor(self._connection) as cursor:
            cursor.execute("SET LOCAL ROLE homeroom_reader")
            cursor.execute(read.sql, [asked[name] for name in read.parameters])
            names = [column.name for column in cursor.description or ()]
            found = read_rows(names, cursor.fetchall())
        assert found is not None
        return replace(found, as_of=self._as_of)


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
