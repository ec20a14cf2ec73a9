"""The real data set, by way of a real broker, is in the dashboards what its CSV files say.

What is expected is computed by another tool from the files (``tests/support/oulad_numbers.py``).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeroom.local import components, oulad
from homeroom.local.components import create_database
from homeroom.local.demo.schools import SCHOOLS, STUDENTS_PER_CLASS
from homeroom.local.demo.state import DATABASE
from homeroom.local.demo.teaching import COMMANDED
from homeroom.local.postgres import other_database
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.commands import Service, Tables
from tests.support.demo import Home, once
from tests.support.environment import variables_of
from tests.support.oulad_numbers import Numbers
from tests.support.strength import STRENGTH, at_full_strength

MODULES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG")


@pytest.fixture(scope="module")
def file_settings(filled: Home) -> Iterator[Settings]:
    """Those of servers that somebody else runs: the demo's own, which the first run has filled."""
    home = filled
    servers = components.start(home.demo)
    given = {
        "database_url": other_database(servers.database_url, DATABASE),
        "kafka_bootstrap_servers": servers.kafka_bootstrap_servers,
        "jwt_secret": "the tests' own key, longer than 32 bytes",
    }
    if STRENGTH != "quick":
        # There all of it is published and projected once more.
        fresh = create_database(servers.database_url, "given")
        given |= {"database_url": fresh, "topic_prefix": "given-", "topic_partitions": 2}
    yield Settings(**given)
    components.stop(home.demo)


@pytest.fixture(scope="module")
def data_set(home: Home, data_set: Path) -> Path:
    """The files of which the demo publishes the events."""
    return home.data or data_set


@pytest.fixture(scope="module")
def loaded(home: Home, file_settings: Settings) -> str:
    """The demo, on given servers: migrates, publishes, projects, verifies, and leaves the data."""
    return once(home, **variables_of(file_settings)).said


@pytest.fixture(scope="module")
def prepared(file_settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The settings of the database that the demo has filled, its first run in a quick one."""
    if STRENGTH != "quick":
        request.getfixturevalue("loaded")
    return file_settings


@at_full_strength
def test_the_demo_tells_what_it_did_on_given_servers(
    loaded: str, tables: Tables, data_set: Path
) -> None:
    assert "On your Kafka" in loaded
    events = len(oulad.Events(data_set))
    # The data set, and the students' year around it.
    assert tables.applied() > events
    if "published  nothing" in loaded:
        assert f"the log holds {tables.applied():,} events already" in loaded
        assert "projected  nothing" in loaded
    else:
        assert told(loaded, "published") > events
        filled = told(loaded, "published") + told(loaded, "recorded") + COMMANDED
        assert told(loaded, "projected") == filled
        assert told(loaded, "projected") == tables.applied()
    assert "DIFFERS" not in loaded
    stored = read_model(Settings()).plan().tables
    assert loaded.count("equal to its definition") == len(stored)


def told(loaded: str, what: str) -> int:
    """How many events or habit logs the demo says it has published, recorded or projected."""
    found = re.search(rf"^  {what}  +([0-9,]+) ", loaded, re.MULTILINE)
    assert found, what
    return int(found[1].replace(",", ""))


def test_no_event_was_refused(tables: Tables, numbers: Numbers) -> None:
    assert numbers.modules() == list(MODULES)
    for empty in (
        "dead_letters", "waiting", "gaps", "incomplete", "passed_over", "sequence_conflicts",
    ):  # fmt: skip
        assert tables.rows(empty) == []


@pytest.mark.parametrize("module", MODULES)
def test_a_teachers_numbers(service: Service, numbers: Numbers, module: str) -> None:
    teacher_id = f"T-{module}"
    assert service.data(teacher_id, "stats") == numbers.stats(module)
    assert service.data(teacher_id, "navigation-counts") == numbers.navigation(module)


@pytest.mark.parametrize("module", MODULES)
def test_a_teachers_lists(service: Service, numbers: Numbers, module: str) -> None:
    teacher_id = f"T-{module}"
    expected = {
        "classes": numbers.classes(module),
        "assignments": numbers.assignments(module),
        "exams": numbers.exams(module),
        "questionBanks": [],
    }
    for name, items in expected.items():
        path = {"questionBanks": "question-banks"}.get(name, name)
        for limit in (1, 5, 20):
            data = service.data(teacher_id, f"{path}/recent?limit={limit}")
            assert data == {name: items[:limit], "total": len(items[:limit])}


@pytest.mark.parametrize("module", MODULES)
def test_never_more_submissions_than_students(service: Service, module: str) -> None:
    """Though hundreds handed in before they left."""
    listed = service.data(f"T-{module}", "assignments/recent?limit=20")["assignments"]
    assert listed
    assert [a for a in listed if a["totalSubmissions"] > a["totalStudents"]] == []


def test_equal_days_are_ordered_by_id(numbers: Numbers) -> None:
    """So the lists above hold ties, and their order is tested with them."""
    listed = numbers.assignments("FFF")[:20]
    assert len({item["createdAt"] for item in listed}) < len(listed)


def test_a_status_chooses(service: Service, numbers: Numbers) -> None:
    path = "exams/recent?limit=20&status="
    assert service.data("T-DDD", f"{path}completed")["exams"] == numbers.exams("DDD")
    assert service.data("T-DDD", f"{path}scheduled") == {"exams": [], "total": 0}
    path = "assignments/recent?limit=20&status="
    published = service.data("T-DDD", f"{path}published")["assignments"]
    assert published == numbers.assignments("DDD")[:20]
    assert service.data("T-DDD", f"{path}graded") == {"assignments": [], "total": 0}


def test_every_class_and_assignment_has_its_totals(tables: Tables, numbers: Numbers) -> None:
    enrolled = numbers.rows("SELECT class_id, count(*) FROM enrolled GROUP BY class_id")
    enrolled += [(name, STUDENTS_PER_CLASS) for school in SCHOOLS for name in school.classes]
    # The tutorial's class is deleted; its enrollments go on.
    totals = [row for row in tables.rows("class_totals", "class_id, students")
              if row[0] != "C-TUTORIAL"]  # fmt: skip
    assert totals == sorted(enrolled)
    assert tables.rows("assignment_totals", "assignment_id, submissions, of_class") == numbers.rows(
        "SELECT h.id, count(*), count(e.student_id) FROM handed_in h JOIN assessed a USING (id) "
        "LEFT JOIN enrolled e ON e.class_id = a.class_id AND e.student_id = h.student_id "
        "WHERE h.kind <> 'Exam' GROUP BY h.id ORDER BY h.id"
    )
    assert tables.rows("exam_totals", "exam_id, results") == numbers.rows(
        "SELECT id, count(*) FROM handed_in WHERE kind = 'Exam' GROUP BY id ORDER BY id"
    )


def test_every_student_of_a_teacher_counts_once(tables: Tables, numbers: Numbers) -> None:
    assert tables.rows("teacher_students", "teacher_id, student_id, classes") == sorted(
        numbers.rows(
            "SELECT 'T-' || module, student_id, count(*) FROM enrolled GROUP BY module, student_id"
        )
    )
