"""Holds what the student's endpoints answer against the model."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg

from homeroom.api.student import dashboard, habits, missions, profile, progress
from homeroom.api.student.missions import Cursor
from homeroom.queries.database import NO_PARAMETERS
from homeroom.queries.statement import ReadResult, ReadStatement, read_rows
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


class StudentReader:
    """Reads a student's answers on one connection, as the reader's role, in its generation."""

    def __init__(
        self, connection: psycopg.Connection[Any], who: str, as_of: datetime | None
    ) -> None:
        self._connection = connection
        self._who = who
        self._as_of = as_of

    def read(
        self, read: ReadStatement, parameters: Mapping[str, object] = NO_PARAMETERS
    ) -> ReadResult:
        """One read of the student's rows."""
        values = {
            "generation": None,
            "student_id": self._who,
            "teacher_id": "",
            "organization_id": "",
            "admin_id": "",
            "service_id": "",
            "jti": None,
            "subject": None,
            "issued_at": None,
        }
        values |= parameters
        with self._connection.transaction(), psycopg.RawCursor(self._connection) as cursor:
            cursor.execute("SET LOCAL ROLE homeroom_reader")
            cursor.execute(read.sql, [values[name] for name in read.parameters])
            names = read.names([column.name for column in cursor.description or ()])
            result = read_rows(names, cursor.fetchall())
        assert result is not None
        return replace(result, as_of=self._as_of)

    def dashboard(self, now: datetime) -> Any:
        """The body of the dashboard at a moment."""
        result = self.read(dashboard.READ, dashboard.judged_at(now))
        about = result.about
        return about and dashboard.dashboard_of(self._who, about, now, result.as_of)


def check_students(database: psycopg.Connection[Any], rows: Rows, as_of: datetime | None) -> None:
    """Each answer's whole body, for everybody, at each of the moments."""
    for who in STUDENTS:
        reader = StudentReader(database, who, as_of)
        about = reader.read(profile.READ).about
        assert (about and profile.profile_of(about)) == model.profile(rows, who), who
        result = reader.read(progress.READ)
        body = result.about and progress.progress_of(result.about, result.rows)
        assert body == model.progress(rows, who), who
        for now in MOMENTS:
            logged = reader.read(habits.READ)
            listed = logged.about and habits.habits_of(logged.about, logged.rows, now)
            assert listed == model.habits(rows, who, now), (who, now)
            assert reader.dashboard(now) == model.dashboard(rows, who, now, as_of), (who, now)
        for now in MOMENTS[::2]:
            result = reader.read(missions.READ, missions.page_of(None, LIMIT, Cursor()))
            shown, following = missions.missions_of(result, LIMIT, now)
            assert shown == model.missions(rows, who, now), (who, now)
            assert following is None
