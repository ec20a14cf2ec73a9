"""Assignments from a CSV file: line by line, through the command that admins use."""

import json
from pathlib import Path

import pytest

from homeroom.settings import Settings
from tests.support.assigning import School
from tests.support.commands import homeroom
from tests.support.students import Students

FILE = """user_id,class_level_id,subject_id
2,5,1
2,6,
3,,2
2,5,1
2,5,3
99,5,
2,99,1
S-1,5,
T-org,O-C,
,5,
2,,
a b,5,
2,5,1,7
"""
REPORT = """line 2: assigned: teacher 2 to class 5, subject 1
line 3: assigned: teacher 2 to class 6
line 4: assigned: teacher 3 to subject 2
line 5: exists: teacher 2
line 6: assigned: teacher 2 to subject 3
line 7: refused: Teacher not found
line 8: refused: Class not found
line 9: refused: Invalid assignment. The user is not a teacher.
line 10: assigned: teacher T-org to class O-C
line 11: refused: user_id must be an id
line 12: refused: neither a class nor a subject
line 13: refused: user_id must be an id
line 14: refused: more values than columns
"""


@pytest.fixture
def school(students: Students) -> School:
    return School(students)


@pytest.fixture
def settings(students_url: str) -> Settings:
    return Settings(database_url=students_url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "assignments.csv"
    made.write_text(FILE, encoding="utf-8-sig")
    return made


def test_each_line_is_assigned_or_refused_and_reported(
    school: School, settings: Settings, file: Path
) -> None:
    dry = homeroom(settings, "import-assignments", str(file), "--dry-run", "--made-by", "A-9")
    would = "5 would be assigned, 1 there already, 7 refused.\n"
    assert (dry.returncode, dry.stdout) == (1, REPORT + would), dry.stderr
    assert school.events() == []

    done = homeroom(settings, "import-assignments", str(file), "--made-by", "A-9")
    assert (done.returncode, done.stdout) == (
        1, REPORT + "5 assigned, 1 there already, 7 refused.\n",
    )  # fmt: skip
    made = {
        (data["teacher_id"], data.get("class_id"), data.get("subject_id"), data["made_by"])
        for _, _, _, data in school.events()
    }
    assert made == {
        ("2", "5", None, "A-9"), ("2", None, "1", "A-9"), ("2", "6", None, "A-9"),
        ("3", None, "2", "A-9"), ("2", None, "3", "A-9"), ("T-org", "O-C", None, "A-9"),
    }  # fmt: skip

    again = homeroom(settings, "import-assignments", str(file), "--made-by", "A-9")
    assert again.stdout.endswith("0 assigned, 6 there already, 7 refused.\n")
    assert len(school.events()) == 6


def test_a_school_imports_what_is_of_it(school: School, settings: Settings) -> None:
    text = "class_level_id, user_id\n5,3\nO-C,3\nO-C,2\n"
    done = homeroom(
        settings, "import-assignments", "-", "--made-by", "A-1", "--organization-id", "O-1",
        "--json", text=text,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout, done.stderr
    said = json.loads(done.stdout)
    assert said["dry_run"] is False
    assert [(one["line"], one["status"]) for one in said["lines"]] == [
        (2, "refused"), (3, "assigned"), (4, "refused"),
    ]  # fmt: skip
    assert len(school.events()) == 1
    good = homeroom(
        settings, "import-assignments", "-", "--made-by", "A-1", text="user_id,subject_id\n3,1\n"
    )
    assert good.returncode == 0, good.stderr


def test_a_line_that_is_no_csv_stops_no_other(school: School, settings: Settings) -> None:
    text = 'user_id,subject_id\n2,1\n"3"x,1\n\n3,2\n007,1\n2,9007199254740992\n2,"3'
    done = homeroom(settings, "import-assignments", "-", "--made-by", "A-1", text=text)
    said = [line.split(": ")[:2] for line in done.stdout.splitlines()[:-1]]
    assert said == [
        ["line 2", "assigned"], ["line 3", "refused"], ["line 5", "assigned"],
        ["line 6", "refused"], ["line 7", "refused"], ["line 8", "refused"],
    ], done.stdout  # fmt: skip
    assert done.returncode == 1
    assert len(school.events()) == 2


def test_what_is_no_file_of_assignments_is_refused(school: School, settings: Settings) -> None:
    for text in (
        "", "user_id\n2\n", "teacher,class\n2,5\n", "class_level_id,subject_id\n5,1\n",
        "user_id,subject_id,subject_id\n2,1,3\n", 'user_id,"subject_id" x\n2,1\n',
    ):  # fmt: skip
        done = homeroom(settings, "import-assignments", "-", "--made-by", "A-1", text=text)
        assert done.returncode == 1
        assert "must name the columns: user_id, class_level_id, subject_id" in done.stderr
    assert homeroom(settings, "import-assignments", "none.csv", "--made-by", "A").returncode == 1
    for who in ("a b", ""):
        done = homeroom(
            settings, "import-assignments", "-", "--made-by", who, text="user_id,subject_id\n2,1\n"
        )
        assert done.returncode == 2, who
    assert school.events() == []
