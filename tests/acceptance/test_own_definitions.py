"""Definitions of one's own, in all that a generation goes through: a rebuild puts them beside the
project's, a worker keeps them, and they are verified, repaired and explained.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homeroom.engine.generations.registry import enter
from homeroom.settings import Settings
from tests.support.commands import Tables, running, succeed, tables_of
from tests.support.contents import contents
from tests.support.oulad_numbers import Numbers
from tests.support.strength import STRENGTH, pick
from tests.support.versions import Version, changed_projections

OWN = {
    # A join that is not stored, and one that is.
    "teacher_enrolled": "-- totals teacher_id\n"
    "SELECT c.teacher_id, count(*) AS students FROM enrollment e JOIN class c "
    "ON c.class_id = e.class_id AND NOT c.deleted "
    "WHERE e.ended_at IS NULL AND c.teacher_id IS NOT NULL GROUP BY c.teacher_id",
    "teacher_scores": "-- totals teacher_id\n"
    "SELECT a.created_by AS teacher_id, max(s.score) AS best, round(avg(s.score), 2) AS average, "
    "count(DISTINCT s.student_id) AS students FROM submission s JOIN assignment a "
    "ON a.assignment_id = s.assignment_id WHERE a.created_by IS NOT NULL GROUP BY a.created_by",
    "assignment_best": "-- top 3 assignment_id, score DESC\n-- feed student_id\n"
    "SELECT s.assignment_id, s.student_id, s.score FROM submission s WHERE s.score IS NOT NULL",
    "best_of_all": "-- top 5 score DESC NULLS LAST\n-- index student_id\n"
    "SELECT s.assignment_id, s.student_id, s.score, a.class_id FROM submission s "
    "JOIN assignment a ON a.assignment_id = s.assignment_id",
}
TEACHER = "T-AAA"
MADE = {*OWN, "teacher_scores_joined", "best_of_all_joined"}
TAMPERED = (
    "UPDATE teacher_enrolled SET students = students + 1 WHERE teacher_id = 'T-AAA'",
    "UPDATE teacher_scores SET average = 1, best = 2 WHERE teacher_id = 'T-AAA'",
    "DELETE FROM teacher_scores_joined WHERE (assignment_id, student_id) = "
    "(SELECT assignment_id, student_id FROM teacher_scores_joined ORDER BY 1, 2 LIMIT 1)",
    "DELETE FROM assignment_best WHERE (assignment_id, student_id) = "
    "(SELECT assignment_id, student_id FROM assignment_best ORDER BY 1, 2 LIMIT 1)",
    "UPDATE best_of_all SET score = 1 WHERE (assignment_id, student_id) = "
    "(SELECT assignment_id, student_id FROM best_of_all ORDER BY 1, 2 LIMIT 1)",
)


@pytest.fixture
def own(tmp_path: Path) -> Version:
    """A version with definitions of its own beside the project's."""
    folder = tmp_path / "projections"
    folder.mkdir()
    changed_projections(folder, "", "", "")
    for name, text in OWN.items():
        (folder / f"{name}.sql").write_text(text)
    return Version(folder)


@pytest.fixture
def tables(
    settings: Settings, numbers: Numbers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tables]:
    """A database with the half of a module, which the project's own worker has projected."""
    folder = tmp_path_factory.mktemp("module")
    numbers.write_part(folder, ("AAA",), one_in=pick(quick=24, thorough=1))
    succeed(settings, "migrate")
    said = succeed(settings, "import-oulad", "--from", str(folder), "--json")
    with tables_of(settings) as opened:
        with running(settings, "worker"):
            opened.wait_until_applied(json.loads(said)["events"])
        yield opened


def done(version: Version, settings: Settings, *arguments: str) -> str:
    """What a command of this version says, once it has ended well."""
    ended = version.run(settings, *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def publish(settings: Settings, folder: Path, tables: Tables) -> int:
    """The best of a class is graded anew, and somebody enrolls; how many events there are then."""
    before = tables.applied()
    assignment, student, score = max(
        tables.rows("teacher_scores_joined", "assignment_id, student_id, score"),
        key=lambda row: row[2] or 0,
    )
    (sequence,) = tables.connection.execute(
        f"SELECT sequence FROM {tables.generation}.submission "  # noqa: S608
        "WHERE assignment_id = %s AND student_id = %s", (assignment, student),
    ).fetchone() or (0,)  # fmt: skip
    (class_id,) = tables.rows("teacher_classes", "class_id")[0]
    at = "2026-03-01T09:00:00Z"
    given = (
        ("submission.graded.v1", f"{assignment}/{student}", sequence + 1,
         {"assignment_id": assignment, "student_id": student, "score": float(score) - 50,
          "graded_by": TEACHER, "graded_at": at}),
        ("enrollment.started.v1", f"{class_id}/S-NEW", 1,
         {"class_id": class_id, "student_id": "S-NEW", "enrolled_at": at}),
    )  # fmt: skip
    events = [
        {"specversion": "1.0", "id": str(n), "source": "/tests", "time": at, "type": type_,
         "subject": subject, "sequence": str(number), "data": data}
        for n, (type_, subject, number, data) in enumerate(given)
    ]  # fmt: skip
    (folder / "more.jsonl").write_text("\n".join(map(json.dumps, events)))
    succeed(settings, "publish", str(folder / "more.jsonl"))
    return before + len(events)


def test_they_go_through_all_that_the_projects_own_do(
    settings: Settings, tables: Tables, own: Version, tmp_path: Path
) -> None:
    if STRENGTH != "quick":
        assert "accepted" in done(own, settings, "definitions", "check")
    done(own, settings, "rebuild", "--yes", "--from", "live")
    assert set(contents(settings.database_url)) >= MADE
    ((_, before),) = tables.rows("teacher_enrolled", "teacher_id, students")
    # Somebody may be in two of the classes.
    ((students,),) = tables.rows("teacher_stats", "students")
    with own.running(settings, "worker"):
        tables.wait_until_applied(publish(settings, tmp_path, tables))
    assert "differs" not in done(own, settings, "verify")
    assert tables.rows("teacher_enrolled", "teacher_id, students") == [(TEACHER, before + 1)]
    assert tables.rows("teacher_stats", "students") == [(students + 1,)]

    kept = contents(settings.database_url)
    enter(tables.connection, tables.generation, for_session=True)
    for statement in TAMPERED:
        assert tables.connection.execute(statement.encode()).rowcount == 1, statement
    ended = own.run(settings, "verify", "--json")
    found = {table["table"] for table in json.loads(ended.stdout) if table["differences"]}
    assert (ended.returncode, found) == (1, MADE - {"best_of_all_joined"})
    done(own, settings, "repair", "--all-drifted", "--by", "ada", "--why", "tests")
    assert contents(settings.database_url) == kept

    check_explained(own, settings, tables, before + 1)
    if STRENGTH == "quick":
        # A rebuild has made the tables from what is live. From the log it takes as long again.
        return
    report = json.loads(done(own, settings, "rebuild", "--yes", "--json"))["report"]
    assert differing(report) == []
    assert contents(settings.database_url) == kept


def check_explained(own: Version, settings: Settings, tables: Tables, students: int) -> None:
    def told(*arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(done(own, settings, "explain", *arguments, "--json"))
        return found

    enrolled = told("teacher_enrolled", TEACHER, "students")
    assert (enrolled["value"], enrolled["drift"]) == (students, [])
    assert [step["table"] for step in enrolled["through"]] == ["teacher_enrolled_joined"]
    keys = {row["key"] for row in enrolled["rows"] if row["entity"] == "enrollment"}
    assert len(keys) == students
    best = told("teacher_scores", TEACHER, "best")
    assert {row["entity"] for row in best["rows"]} == {"submission", "assignment"}
    key = "/".join(tables.rows("assignment_best", "assignment_id, student_id")[0])
    assert [row["key"] for row in told("assignment_best", key, "score")["rows"]] == [key]


def differing(report: dict[str, Any]) -> list[str]:
    return [t["table"] for t in report["tables"] if t["added"] or t["removed"] or t["changed"]]
