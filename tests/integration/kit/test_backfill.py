"""Rows that a service has are said once and right: beside writers, and whenever it is killed."""

import os
import random
import re
import runpy
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from homeroom.local.components import Components, drop_database
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit import outbox
from homeroom_kit.backfill import announce, run
from homeroom_kit.contract.exams import (
    ExamDeleted,
    ExamScheduled,
    ExamStarted,
    ExamTeachersAssigned,
    ExamUpdated,
)
from homeroom_kit.errors import BackfillFailed
from tests.support import wait_for
from tests.support.feed import Feed, record
from tests.support.pages import DOCS
from tests.support.strength import at_full_strength, pick
from tests.support.templates import OWN_PREFIX, create_prepared

PAGE = (DOCS / "backfill.md").read_text()
ROWS = pick(quick=400, thorough=4_000)
ADD = """
INSERT INTO exams_exam (owner_id, title, questions, marks, status, starts_at, created_at)
SELECT mod(n, 7), 'Exam ' || n, mod(n, 30), mod(n, 90) + 0.5,
       (ARRAY['draft', 'active', 'completed'])[mod(n, 3) + 1],
       CASE WHEN mod(n, 3) > 0 THEN '2026-04-01T09:00:00Z'::timestamptz END, '2026-03-01T09:00:00Z'
FROM generate_series(1, %s) AS n
"""


# Rows at which the backfill is held and killed: writers leave them alone.
HELD = (150, 350)
DELETED_MAX = 20
WRITE_PAUSE_SECONDS = 0.01
WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND application_name = 'homeroom-kit backfill' AND wait_event_type = 'Lock'
"""


def block(kind: str, language: str) -> str:
    (found,) = re.findall(rf"<!-- {kind} -->\n```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "program.py"
    file.write_text(block("program: backfill", "python"))
    return file


@pytest.fixture
def exams(program: Path) -> Any:
    return runpy.run_path(str(program))["EXAMS"]


@pytest.fixture
def service(database_url: str, exams: Any) -> str:
    """The service after its migration, with rows of before."""
    with psycopg.connect(database_url) as connection:
        connection.execute(block("tables: backfill", "sql").encode())
        connection.execute(ADD, (ROWS,))
        connection.execute("INSERT INTO exams_exam_teachers SELECT id, 1 FROM exams_exam")
        connection.execute(outbox.ddl().encode())
        announce(connection, exams)
    return database_url


class Writer(threading.Thread):
    """Changes rows as the service does, and says so, until it is told to stop."""

    def __init__(self, url: str, seed: int) -> None:
        super().__init__()
        self.stop, self.left, self._deleted = threading.Event(), 0, 0
        self._url, self._dice = url, random.Random(seed)

    def run(self) -> None:
        with psycopg.connect(self._url) as connection:
            while not self.stop.wait(WRITE_PAUSE_SECONDS):
                number = self._dice.randrange(1, ROWS + 1)
                said = None if number in HELD else self._change(connection, number)
                if self._dice.random() < 0.2:
                    connection.rollback()
                else:
                    connection.commit()
                    self.left += said == 0

    def _change(self, connection: Connection[Any], number: int) -> int | None:
        row = connection.execute(
            "SELECT title, questions, marks FROM exams_exam WHERE id = %s FOR UPDATE", (number,)
        ).fetchone()
        if row is None:
            return None
        exam_id, kind = f"E-{number}", self._dice.randrange(5)
        if kind == 0:
            title = f"Exam {self._dice.random()}"
            connection.execute("UPDATE exams_exam SET title = %s WHERE id = %s", (title, number))
            return outbox.say(connection, ExamUpdated(
                exam_id=exam_id, class_id=None, title=title, subject="Maths", kind="exam",
                total_questions=row[1], total_marks=float(row[2]), duration_minutes=None,
            ))  # fmt: skip
        if kind == 1:
            # Only the other table, of which nothing locks the exam's row.
            connection.execute(
                "INSERT INTO exams_exam_teachers VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (number, self._dice.randrange(2, 9)),
            )
            found = connection.execute(
                "SELECT teacher_id FROM exams_exam_teachers WHERE exam_id = %s ORDER BY 1",
                (number,),
            )
            teachers = [f"T-{teacher}" for (teacher,) in found.fetchall()]
            return outbox.say(
                connection, ExamTeachersAssigned(exam_id=exam_id, assigned_teachers=teachers)
            )
        if kind == 2:
            at = f"2026-05-{self._dice.randrange(1, 29):02}T09:00:00+00:00"
            connection.execute(
                "UPDATE exams_exam SET starts_at = %s, status = 'draft' WHERE id = %s", (at, number)
            )
            return outbox.say(connection, ExamScheduled(exam_id=exam_id, scheduled_at=at))
        if kind == 3:
            connection.execute("UPDATE exams_exam SET status = 'active' WHERE id = %s", (number,))
            return outbox.say(connection, ExamStarted(exam_id=exam_id))
        if self._deleted == DELETED_MAX:
            return None
        self._deleted += 1
        connection.execute("DELETE FROM exams_exam WHERE id = %s", (number,))
        return outbox.say(connection, ExamDeleted(exam_id=exam_id))


def run_program(program: Path, url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, program], env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def to_the_end(program: Path, url: str) -> str:
    """Runs it, and returns what it printed."""
    running = run_program(program, url)
    printed, _ = running.communicate()
    assert running.returncode == 0
    return printed


def rows_read(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT rows_read FROM homeroom_kit.backfill").fetchone()
    assert row is not None
    return int(row[0])


def kill_at(number: int, program: Path, url: str) -> None:
    """Runs it, and kills it (SIGKILL) in the transaction that has come to this row."""
    with psycopg.connect(url) as writer, psycopg.connect(url, autocommit=True) as looking:
        # The backfill waits for whoever says something of the row, for as long as that takes.
        outbox.say(writer, ExamStarted(exam_id=f"E-{number}"))
        running = run_program(program, url)
        assert running.stdout is not None
        try:
            wait_for(lambda: looking.execute(WAITING).fetchone() == (1,), 60)
        finally:
            running.kill()
            running.wait()
            running.stdout.close()
        writer.rollback()


async def tables_of(url: str, settings: Settings) -> list[Any]:
    """What homeroom's engine makes of the outbox: exams, and what teachers see of them."""
    with psycopg.connect(url) as connection:
        said = connection.execute(
            "SELECT type, subject, sequence, data FROM homeroom_kit.outbox ORDER BY id"
        ).fetchall()
    model = read_model(settings.model_copy(update={"topic_prefix": "", "database_url": url}))
    feed = await Feed.open(url, model)
    try:
        applied = await feed.apply([record("exams", *one) for one in said])
        assert (len(applied.dead_letters), applied.waiting) == (0, 0)
        exams = await feed.rows(
            "SELECT exam_id, created_by, assigned_teachers, title, total_questions, total_marks, "
            "status, scheduled_at, created_at FROM exam WHERE NOT deleted ORDER BY exam_id"
        )
        seen = await feed.rows(
            "SELECT to_jsonb(t) FROM teacher_exams t ORDER BY exam_id, teacher_id"
        )
    finally:
        await feed.close()
    return [exams, seen]


@pytest.fixture
def quiet(components: Components) -> Iterator[str]:
    name = f"{OWN_PREFIX}{secrets.token_hex(6)}"
    yield create_prepared(components.database_url, name)
    drop_database(components.database_url, name)


@at_full_strength
async def test_killed_twice_beside_writers_it_ends_as_a_quiet_run_does(
    service: str, quiet: str, program: Path, settings: Settings
) -> None:
    writers = [Writer(service, seed) for seed in (1, 2)]
    for writer in writers:
        writer.start()
    try:
        wait_for(lambda: all(writer.left for writer in writers), 60)
        for number in HELD:
            kill_at(number, program, service)
        assert 0 < rows_read(service) < ROWS
        assert "BackfillReport(rows_read=" in to_the_end(program, service)
    finally:
        for writer in writers:
            writer.stop.set()
            writer.join()
    copy(service, quiet)
    to_the_end(program, quiet)
    with psycopg.connect(service) as connection:
        created = connection.execute(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM homeroom_kit.outbox "
            "WHERE type = 'exam.created.v1' GROUP BY subject) AS each"
        ).fetchone()
    assert created == (1,)
    disturbed, expected = [await tables_of(url, settings) for url in (service, quiet)]
    assert disturbed == expected
    assert disturbed[0]


def copy(service: str, quiet: str) -> None:
    """The same rows in another service that nobody has disturbed."""
    with psycopg.connect(service) as source, psycopg.connect(quiet) as target:
        target.execute(block("tables: backfill", "sql").encode())
        target.execute(outbox.ddl().encode())
        for table in ("exams_exam", "exams_exam_teachers"):
            found = source.execute(f"SELECT * FROM {table}".encode()).fetchall()  # noqa: S608
            with target.cursor().copy(f"COPY {table} FROM STDIN".encode()) as rows:
                for row in found:
                    rows.write_row(row)


def test_what_is_committed_while_it_waits_is_what_it_says(service: str, exams: Any) -> None:
    with psycopg.connect(service) as writer, psycopg.connect(service, autocommit=True) as looking:
        # Nothing locks the exam's own row.
        writer.execute("INSERT INTO exams_exam_teachers VALUES (1, 5)")
        both = ExamTeachersAssigned(exam_id="E-1", assigned_teachers=["T-1", "T-5"])
        assert outbox.say(writer, both) == 0
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(run, service, exams)
            wait_for(lambda: looking.execute(WAITING).fetchone() == (1,), 60)
            writer.commit()
            assert running.result().rows_read == ROWS
        said = looking.execute(
            "SELECT type, sequence, data->'assigned_teachers' FROM homeroom_kit.outbox "
            "WHERE subject = 'E-1' ORDER BY id"
        ).fetchall()
        # From now on it says what it does.
        assert outbox.say(writer, both) == len(said) + 1
    assert said[0] == ("exam.created.v1", 1, ["T-1", "T-5"])
    assert [sequence for _, sequence, _ in said] == [1, 2, 3]


def test_what_it_must_not_say_stops_it_where_it_is(service: str, exams: Any) -> None:
    def started(row: Any) -> Iterator[Any]:
        yield ExamStarted(exam_id=f"E-{row['id']}")

    with pytest.raises(BackfillFailed, match=r"first event of exam 'E-\d+' is exam\.started\.v1"):
        run(service, replace(exams, events=started))
    with pytest.raises(BackfillFailed, match="it was announced for exam, and is for class"):
        run(service, replace(exams, entities=("class",)))
    assert rows_read(service) == 0
    report = run(service, exams, rows_max=70)
    assert (report.rows_read, report.not_found) == (ROWS, ())
    assert run(service, exams) == report
