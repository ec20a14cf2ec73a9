"""Writes the live generation's tables directly, where a test is about reading only."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from tests.support.stopped import stopped

TEACHER = "T-1"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

USUAL: dict[str, dict[str, Any]] = {
    "teachers": {"teacher_id": TEACHER, "name": "Ada", "time_zone": None},
    "teacher_stats": {"teacher_id": TEACHER},
    "deactivated_teachers": {"teacher_id": TEACHER},
    "school_teachers": {
        "school_id": "O-1",
        "teacher_id": TEACHER,
        "name": "Northgate",
        "sorted_as": "Northgate",
        "time_zone": None,
    },
    "teacher_exams": {
        "teacher_id": TEACHER,
        "title": "Algebra",
        "subject": "Maths",
        "status": "draft",
        "kind": "exam",
        "total_questions": 10,
        "total_marks": 100,
        "results": 0,
    },
    "teacher_question_banks": {
        "teacher_id": TEACHER,
        "name": "Fractions",
        "subject": "Maths",
        "status": "active",
        "created_at": NOON,
        "total_questions": 0,
    },
    "teacher_classes": {
        "teacher_id": TEACHER,
        "name": "Maths 1",
        "code": "M1",
        "subject": "Maths",
        "created_at": NOON,
        "total_students": 0,
    },
    "teacher_assignments": {
        "teacher_id": TEACHER,
        "title": "Essay",
        "subject": "English",
        "status": "draft",
        "created_at": NOON,
        "total_submissions": 0,
        "total_students": 0,
    },
    "class_teachers": {"teacher_id": TEACHER},
    "student_classes": {"teacher_id": TEACHER},
    "teacher_student_names": {"teacher_id": TEACHER, "name": "Grace", "sorted_as": "Grace"},
    "assignment_classes": {"teacher_id": TEACHER},
    "submission": {"sequence": 1, "first_sequence": 1, "mask": 1},
    "teacher_questions": {"teacher_id": TEACHER},
    "exam_grades": {"teacher_id": TEACHER, "grades": 1},
    "assignment_grades": {"teacher_id": TEACHER, "grades": 1},
    "teacher_exam_grades": {"teacher_id": TEACHER, "grades": 1},
    "teacher_assignment_grades": {"teacher_id": TEACHER, "grades": 1, "created_at": NOON},
    "incomplete": {"since": NOON, "has_row": True},
}


class Tables:
    """The owner's hand in the read model of one database."""

    def __init__(self, database_url: str) -> None:
        self.connection = psycopg.connect(database_url, autocommit=True)
        self.generation = self._live()

    def _live(self) -> str:
        row = self.connection.execute("SELECT schema FROM homeroom.live").fetchone()
        assert row is not None
        return str(row[0])

    def insert(self, table: str, *rows: dict[str, Any]) -> None:
        """Rows with the usual values where they say nothing else."""
        for row in rows or ({},):
            values = USUAL[table] | row
            if table == "teacher_exams":
                values = {"sorted_at": values.get("scheduled_at") or "-infinity"} | values
            self.connection.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(self.generation, table),
                    sql.SQL(", ").join(map(sql.Identifier, values)),
                    sql.SQL(", ").join(map(sql.Placeholder, values)),
                ),
                values,
            )

    def reach(
        self, topic: str, partition: int, next_offset: int, newest_time: datetime | None = None
    ) -> None:
        """Move a position, and tell, as a worker does in one commit."""
        with self.connection.transaction():
            self.connection.execute(
                sql.SQL(
                    "INSERT INTO {} AS p (topic, partition, next_offset, newest_time) "
                    "VALUES (%s, %s, %s, %s) ON CONFLICT (topic, partition) DO UPDATE SET "
                    "next_offset = excluded.next_offset, "
                    "newest_time = greatest(p.newest_time, excluded.newest_time)"
                ).format(sql.Identifier(self.generation, "positions")),
                (topic, partition, next_offset, newest_time),
            )
            self.connection.execute(
                "SELECT pg_notify('homeroom_positions', %s)", (self.generation,)
            )

    def clear(self) -> None:
        """Nobody and nothing, as after ``homeroom migrate``; in one round trip."""
        self.generation = self._live()
        names = [(self.generation, table) for table in (*USUAL, "positions")]
        names += [("homeroom", "revoked_token"), ("homeroom", "revoked_subject")]
        each = (sql.SQL("DELETE FROM {}").format(sql.Identifier(*name)) for name in names)
        self.connection.execute(sql.SQL(";").join(each), prepare=False)

    def cut_readers(self) -> int:
        """End every connection of the query service; how many there were."""
        cut = self.connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'homeroom serve'"
        )
        return cut.rowcount

    @contextmanager
    def frozen(self, application: str) -> Iterator[None]:
        """Has the connections that there are of an application answer nothing within the block."""
        found = self.connection.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s", [application],
        ).fetchall()  # fmt: skip
        with stopped([pid for (pid,) in found]):
            yield

    def close(self) -> None:
        self.connection.close()
