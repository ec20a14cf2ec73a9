"""`homeroom explain`: values of the Open University's classes, down to the events in the log."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from homeroom.engine.generations.registry import enter
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.commands import Tables, homeroom, succeed
from tests.support.explaining import explained, students
from tests.support.oulad_numbers import Numbers
from tests.support.strength import at_full_strength

CLASS = "AAA-2013J"


def publish(settings: Settings, tables: Tables, file: Path, *lines: dict[str, Any]) -> None:
    """Publishes events and waits until they are applied."""
    count = tables.applied()
    file.write_text("\n".join(map(json.dumps, lines)))
    succeed(settings, "publish", str(file))
    tables.wait_until_applied(count + len(lines))


def enrollment(student: str, sequence: int, verb: str, **data: Any) -> dict[str, Any]:
    subject = f"{CLASS}/{student}"
    return {
        "specversion": "1.0", "id": f"{verb}-{student}-{sequence}", "source": "/services/tests",
        "type": f"enrollment.{verb}.v1", "time": "2026-03-01T09:30:00Z", "subject": subject,
        "sequence": str(sequence), "data": {"class_id": CLASS, "student_id": student, **data},
    }  # fmt: skip


async def in_the_log(settings: Settings, event: dict[str, Any]) -> Any:
    """The record that Kafka holds at a place."""
    consumer = AIOKafkaConsumer(**client_options(settings))
    await consumer.start()
    at = TopicPartition(event["topic"], event["partition"])
    consumer.assign([at])
    consumer.seek(at, event["offset"])
    record = await consumer.getone()
    await consumer.stop()
    return record


def test_the_students_of_a_class_are_those_that_are_counted(
    imported: Settings, numbers: Numbers
) -> None:
    found = explained(imported, "teacher_classes", CLASS, "totalStudents")
    (expected,) = [c for c in numbers.classes("AAA") if c["_id"] == CLASS]
    assert found["value"] == expected["totalStudents"] > 300
    assert (found["table"], found["key"], found["column"]) == (
        "teacher_classes", CLASS, "total_students"
    )  # fmt: skip
    assert "LEFT JOIN class_totals" in found["definition"]
    assert len(students(found)) == found["value"]
    assert found["found"] == {"class": 1, "enrollment": found["value"]}
    (count,) = found["counts"]
    assert (count["table"], count["value"], count["rows"]) == (
        "class_totals", found["value"], {"student_classes": found["value"]}
    )  # fmt: skip
    assert found["drift"] == []
    assert not found["cut"]
    assert found["log"]["complete"]
    (given,) = [row for row in found["rows"] if row["entity"] == "class"]
    # The name does not matter for how many there are.
    assert set(given["fields"]) == {"class_id", "deleted", "organization_id"}
    events = [f["event"] for row in found["rows"] for f in row["fields"].values()]
    assert {e["type"] for e in events} == {"class.created.v1", "enrollment.started.v1"}


async def test_every_event_stands_in_the_log_where_it_is_said(imported: Settings) -> None:
    found = explained(imported, "teacher_classes", CLASS, "total_students")
    for _, fields in sorted(students(found).items())[:: len(found["rows"]) // 5]:
        event = fields["ended_at"]["event"]
        record = await in_the_log(imported, event)
        headers = {name: value.decode() for name, value in record.headers}
        assert headers["ce_id"] == event["id"]
        assert headers["ce_type"] == event["type"] == "enrollment.started.v1"
        assert headers["ce_sequence"] == str(event["sequence"])
        assert headers["ce_time"] == event["time"]


@at_full_strength
def test_a_teachers_students_are_counted_once_however_many_classes_they_share(
    imported: Settings, numbers: Numbers
) -> None:
    found = explained(imported, "teacher_stats", "T-AAA", "totalStudents")
    assert found["value"] == numbers.stats("AAA")["totalStudents"]
    assert len({key.split("/")[1] for key in students(found)}) == found["value"]
    assert found["through"][0]["table"] == "teacher_students"
    assert found["through"][0]["found"] == found["value"]
    assert found["drift"] == []


def test_one_more_and_one_less_student_are_explained_by_the_events_that_made_them(
    imported: Settings, tables: Tables, tmp_path: Path
) -> None:
    before = explained(imported, "teacher_stats", "T-AAA", "students")
    started = enrollment("S-NEW", 1, "started", enrolled_at="2026-03-01T09:30:00Z")
    publish(imported, tables, tmp_path / "one", started)

    after = explained(imported, "teacher_stats", "T-AAA", "students")

    assert after["value"] == before["value"] + 1
    (new,) = set(students(after)) - set(students(before))
    assert new == f"{CLASS}/S-NEW"
    field = students(after)[new]["ended_at"]
    assert field["value"] is None
    assert field["event"] == {
        "topic": f"{imported.topic_prefix}classes", "partition": field["event"]["partition"],
        "offset": field["event"]["offset"], "id": "started-S-NEW-1",
        "type": "enrollment.started.v1", "time": "2026-03-01T09:30:00Z", "sequence": 1,
    }  # fmt: skip
    at = field["event"]["partition"], field["event"]["offset"] + 1
    assert (f"{imported.topic_prefix}classes", *at) in tables.rows(
        "positions", "topic, partition, next_offset"
    )

    ended = enrollment("S-NEW", 2, "ended", ended_at="2026-03-02T09:30:00Z", reason="moved")
    publish(imported, tables, tmp_path / "two", ended)

    again = explained(imported, "teacher_stats", "T-AAA", "students")
    assert (again["value"], students(again)) == (before["value"], students(before))
    row = explained(imported, "enrollment", new)
    assert row["definition"] is None
    assert row["value"]["reason"] == "moved"
    (fields,) = students(row).values()
    assert {name: f["event"]["id"] for name, f in fields.items()} == {
        "class_id": "started-S-NEW-1", "student_id": "started-S-NEW-1",
        "enrolled_at": "started-S-NEW-1", "ended_at": "ended-S-NEW-2", "reason": "ended-S-NEW-2",
    }  # fmt: skip


@at_full_strength
def test_a_whole_row_and_a_sum_are_explained(imported: Settings, numbers: Numbers) -> None:
    whole = explained(imported, "teacher_stats", "T-AAA", "--limit", "10000")
    assert whole["column"] is None
    assert whole["value"]["teacher_id"] == "T-AAA"
    assert whole["value"]["classes"] == numbers.stats("AAA")["totalClasses"]
    counts = {c["column"]: c for c in whole["counts"] if c["table"] == "teacher_stats"}
    assert all(c["value"] == c["found"] for c in counts.values())
    assert {"classes", "students", "assignments", "exams", "grades"} <= set(counts)
    grades = explained(imported, "teacher_stats", "T-AAA", "grades", "--limit", "10")
    terms = {s["table"]: s["rows"] for s in grades["through"]}
    assert set(terms) == {"teacher_assignment_grades", "assignment_grades"}
    listed = terms["teacher_assignment_grades"]
    assert sum(row["values"]["grades"] for row in listed) == grades["value"]
    # All submissions of two classes are too many to list, and that is said.
    assert grades["found"]["submission"] > 1000
    assert grades["cut"]
    assert sum(row["entity"] == "submission" for row in grades["rows"]) == 10


def test_people_read_it_as_a_short_list(imported: Settings) -> None:
    said = succeed(imported, "explain", "teacher_classes", CLASS, "totalStudents")
    assert said.startswith(f"teacher_classes {CLASS} total_students = ")
    assert "FROM class c" in said
    assert "more: --json" in said
    assert "enrollment.started.v1" in said
    assert len(said.splitlines()) < 50


@pytest.fixture
def tampered(imported: Settings, tables: Tables) -> Iterator[None]:
    """Somebody wrote into the tables by hand; put right again in the end."""
    enter(tables.connection, tables.generation, for_session=True)
    done = tables.connection.execute(
        "UPDATE class_totals SET students = students + 7 WHERE class_id = %s", (CLASS,)
    )
    assert done.rowcount == 1
    yield
    succeed(imported, "repair", "--all-drifted")


@at_full_strength
@pytest.mark.usefixtures("tampered")
def test_a_value_that_is_not_what_its_rows_come_to_is_said(imported: Settings) -> None:
    found = explained(imported, "class_totals", CLASS, "students")
    (drift,) = found["drift"]
    assert drift == {
        "table": "class_totals", "key": CLASS, "column": "students",
        "have": found["value"], "should": found["value"] - 7,
    }  # fmt: skip
    assert len(students(found)) == found["value"] - 7
    # Below a value that rests on it, and in a row that now differs from its definition.
    above = explained(imported, "teacher_classes", CLASS, "total_students")
    assert {(d["table"], d["column"]) for d in above["drift"]} == {
        ("class_totals", "students"), ("teacher_classes", "total_students")
    }  # fmt: skip
    said = succeed(imported, "explain", "class_totals", CLASS, "students")
    assert f"`homeroom verify --table class_totals --key {CLASS}`" in said


@at_full_strength
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no_such", "x"), "There is no table no_such. There are: assignment_classes"),
        (("teacher_stats", "T-NOBODY"), "has no row whose teacher_id is T-NOBODY"),
        (("teacher_stats", "T-AAA/x"), "teacher_stats has no row whose teacher_id is T-AAA/x"),
        (("student_classes", "x"), "The key of student_classes is class_id/student_id"),
        (("teacher_stats", "T-AAA", "moods"), "has no column moods. It has: teacher_id, classes"),
        (("teacher_stats", "T-AAA", "_count"), "has no column _count"),
        (("enrollment", f"{CLASS}/S-X"), "has no row whose class_id/student_id is"),
    ],
)
def test_what_is_not_there_is_said(
    imported: Settings, arguments: tuple[str, ...], words: str
) -> None:
    done = homeroom(imported, "explain", *arguments)
    assert (done.returncode, words in done.stderr) == (1, True), done.stderr


@at_full_strength
def test_a_rebuilt_generation_is_explained_alike(imported: Settings) -> None:
    """What it keeps of where events stand comes of other statements than the live ones."""
    asked = ("teacher_stats", "T-AAA", "students"), ("teacher_assignments", "1752")
    before = [explained(imported, *one) for one in asked]
    succeed(imported, "rebuild", "--yes", "--require-equal")
    after = [explained(imported, *one) for one in asked]
    generations = [{one.pop("generation") for one in told} for told in (before, after)]
    assert generations[0].isdisjoint(generations[1])
    assert after == before
