"""Rows that somebody changed by hand are found, told, and put right; nothing else changes."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from homeroom.engine.generations.registry import enter
from homeroom.settings import Settings
from tests.support.commands import Tables, homeroom, running, succeed, tables_of
from tests.support.contents import contents
from tests.support.oulad_numbers import Numbers
from tests.support.strength import pick

MODULES = ("AAA",)
TAMPERED = {
    "a number": "UPDATE teacher_stats SET students = students + 1 WHERE teacher_id = 'T-AAA'",
    "a hidden count": "UPDATE assignment_totals SET _count = _count + 1 "
    "WHERE assignment_id = (SELECT min(assignment_id) FROM assignment_totals)",
    "a text and a time": "UPDATE teacher_classes SET name = 'x', created_at = now() "
    "WHERE class_id = 'AAA-2013J'",
    "a row that is gone": "DELETE FROM student_classes WHERE student_id = "
    "(SELECT min(student_id) FROM student_classes)",
    "a row too many": "INSERT INTO teachers SELECT (jsonb_populate_record(t, "
    '\'{"teacher_id": "T-ZZZ"}\')).* FROM teachers t LIMIT 1',
}


@pytest.fixture(scope="module")
def count(tmp_path_factory: pytest.TempPathFactory, numbers: Numbers) -> str:
    folder = tmp_path_factory.mktemp("module")
    numbers.write_part(folder, MODULES, one_in=pick(quick=4, thorough=1))
    return str(folder)


@pytest.fixture(scope="module")
def tables(prepared: Settings, count: str) -> Iterator[Tables]:
    """For all tests: each leaves them as they were."""
    said = succeed(prepared, "import-oulad", "--from", count, "--json")
    with tables_of(prepared) as tables, running(prepared, "worker"):
        tables.wait_until_applied(json.loads(said)["events"])
        yield tables


@pytest.fixture
def settings(prepared: Settings) -> Settings:
    return prepared


def tamper(tables: Tables, statement: str) -> None:
    enter(tables.connection, tables.generation, for_session=True)
    assert tables.connection.execute(statement.encode()).rowcount == 1, statement


def test_each_is_found_and_mended_and_nothing_else_changes(
    settings: Settings, tables: Tables
) -> None:
    before = contents(settings.database_url)
    for statement in TAMPERED.values():
        tamper(tables, statement)
    done = homeroom(settings, "verify", "--json")
    assert done.returncode == 1
    differences = [one for table in json.loads(done.stdout) for one in table["differences"]]
    told = {(one["table"], one["column"]) for one in differences}
    assert {
        ("teacher_stats", "students"), ("assignment_totals", "_count"), ("teacher_classes", "name"),
        ("teacher_classes", "created_at"), ("student_classes", None), ("teachers", None),
    } <= told  # fmt: skip
    (stats,) = [one for one in differences if one["table"] == "teacher_stats"]
    assert stats["key"] == "T-AAA"
    assert stats["have"] == stats["should"] + 1

    said = succeed(settings, "repair", "--all-drifted", "--by", "ada", "--why", "tests")

    assert "Repaired" in said
    assert contents(settings.database_url) == before
    assert "differs" not in succeed(settings, "verify")
    with psycopg.connect(settings.database_url) as connection:
        recorded = connection.execute(
            "SELECT \"table\", key, before -> 'students', after -> 'students', by, why "
            "FROM homeroom.repair WHERE \"table\" = 'teacher_stats'"
        ).fetchall()
    assert recorded == [("teacher_stats", "T-AAA", stats["have"], stats["should"], "ada", "tests")]
    assert "Nothing differs" in succeed(settings, "repair", "--all-drifted")


def test_one_row_is_compared_and_repaired_by_its_key(settings: Settings, tables: Tables) -> None:
    before = contents(settings.database_url)
    tamper(tables, TAMPERED["a text and a time"])
    tamper(tables, TAMPERED["a number"])
    one = ("--table", "teacher_classes", "--key")
    assert homeroom(settings, "verify", *one, "AAA-2013J").returncode == 1
    assert homeroom(settings, "verify", *one, "AAA-2014J").returncode == 0

    said = succeed(settings, "repair", "teacher_classes", "AAA-2013J")

    assert "Repaired 1 row." in said
    assert '"x"' in said
    left = homeroom(settings, "verify", "--json")
    differing = [table for table in json.loads(left.stdout) if table["unexpected"]]
    assert [table["table"] for table in differing] == ["teacher_stats"]
    succeed(settings, "repair", "teacher_stats", "T-AAA")
    assert contents(settings.database_url) == before


def test_a_table_is_repaired_with_those_that_read_it_and_no_other(
    settings: Settings, tables: Tables
) -> None:
    before = contents(settings.database_url)
    tables.connection.execute("UPDATE g0001.student_classes SET teacher_id = 'T-X'")
    for name in ("a number", "a text and a time", "a row too many"):
        tamper(tables, TAMPERED[name])

    told = json.loads(succeed(settings, "repair", "student_classes", "--json"))

    # These read it by way of teacher_students and class_totals, which nobody has changed.
    readers = {"teacher_stats", "teacher_classes"}
    assert {one["table"] for one in told} == {"student_classes", *readers}
    left = json.loads(homeroom(settings, "verify", "--json").stdout)
    assert [t["table"] for t in left if t["differences"]] == ["teachers"]
    succeed(settings, "repair", "teachers")
    assert contents(settings.database_url) == before


def test_a_sample_looks_at_a_share_of_the_keys(settings: Settings, tables: Tables) -> None:
    (whole,) = json.loads(succeed(settings, "verify", "--table", "student_classes", "--json"))
    (part,) = json.loads(
        succeed(settings, "verify", "--table", "student_classes", "--sample", "30%", "--json")
    )
    assert 0 < part["rows"] < whole["rows"] / 2
    assert tables.rows("student_classes") != []


def test_what_cannot_be_asked_for_is_said(settings: Settings, tables: Tables) -> None:
    assert tables.generation
    for arguments, code, words in [
        (("verify", "--table", "nothing"), 1, "There are: assignment_classes"),
        (("verify", "--key", "x"), 2, "--key needs one --table"),
        (("verify", "--sample", "none"), 2, "like 5% or 0.05"),
        (
            ("verify", "--table", "student_classes", "--key", "x"),
            1,
            "The key of student_classes is",
        ),
        (("repair",), 2, "give TABLE, TABLE and KEY, or --all-drifted"),
        (("repair", "teacher_stats", "--all-drifted"), 2, "give TABLE, TABLE and KEY, or"),
        (("repair", "nothing", "x"), 1, "There is no projection nothing"),
        (("repair", "nothing"), 1, "There is no projection nothing"),
    ]:
        done = homeroom(settings, *arguments)
        flat = " ".join(done.stderr.replace("│", " ").split())
        assert (done.returncode, words in flat) == (code, True), done.stderr
