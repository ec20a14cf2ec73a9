"""`homeroom explain` says what is kept back of a subject, and where its events are."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from homeroom.engine.log.records import StoredRecord
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.commands import Tables, homeroom, running, succeed
from tests.support.feed import record
from tests.support.strength import at_full_strength

TIME = "2026-01-02T03:04:05Z"
OTHERS = 20


def teacher(key: str, sequence: int) -> StoredRecord:
    verb = "registered" if sequence == 1 else "updated"
    data = {"teacher_id": key, "name": f"{sequence}", "email": None, "organization_id": None}
    return record("people", f"teacher.{verb}.v1", key, sequence, data)


def class_event(verb: str, sequence: int, key: str = "C1", **changed: Any) -> StoredRecord:
    data = {
        "class_id": key, "organization_id": None, "teacher_id": "T1", "name": "Algebra",
        "code": "A", "subject": "Maths", "created_at": TIME,
    }  # fmt: skip
    return record("classes", f"class.{verb}.v1", key, sequence, data | changed)


def enrolled(class_id: str, student_id: str, at: str = TIME) -> StoredRecord:
    data = {"class_id": class_id, "student_id": student_id, "enrolled_at": at}
    return record("classes", "enrollment.started.v1", f"{class_id}/{student_id}", 1, data)


async def send(settings: Settings, records: Sequence[tuple[StoredRecord, int]]) -> None:
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        for made, partition in records:
            topic = settings.topic_prefix + made.topic
            headers = list(made.headers)
            await producer.send_and_wait(topic, made.value, made.key, partition, headers=headers)


@pytest.fixture(scope="module")
def published(prepared: Settings, tables: Tables) -> Settings:
    """One teacher in two partitions, a class whose first event is bad, a teacher with a gap, and
    students who are in no class yet, since that event of theirs is bad.
    """
    records = [(teacher(f"O{number}", 1), 0) for number in range(OTHERS)]
    records += [(teacher("T1", 1), 1), (teacher("T1", 2), 0)]
    records += [(teacher("T2", 1), 0), (teacher("T2", 4), 0)]
    records += [(class_event("created", 1, name=5), 0), (class_event("archived", 2), 0)]
    records += [(class_event("created", 1, "C2"), 0), (enrolled("C2", "S1"), 0)]
    records += [(enrolled(class_id, "S2", "yesterday"), 0) for class_id in ("C2", "C3", "C4")]
    asyncio.run(send(prepared, records))
    with running(prepared, "worker"):
        tables.wait_until_applied(len(records))
    return prepared


def test_events_in_two_partitions_are_said_to_be_so_and_none_is_missed(published: Settings) -> None:
    explained = json.loads(succeed(published, "explain", "teacher", "T1", "--json"))
    assert explained["log"] | {"reached": []} == {"complete": True, "problem": None, "reached": []}
    assert explained["in_several_partitions"] == ["teacher T1"]
    (row,) = explained["rows"]
    assert row["fields"]["name"]["event"]["sequence"] == 2
    said = succeed(published, "explain", "teacher", "T1")
    assert "The events of teacher T1 are in several partitions: its publisher changed" in said
    assert "retention" not in said
    assert "several" not in succeed(published, "explain", "teacher", "O1")


@at_full_strength
def test_the_status_names_subjects_with_events_in_two_partitions(published: Settings) -> None:
    expected = [{"entity": "teacher", "topic": "people", "subjects": 1, "keys": ["T1"]}]
    assert json.loads(succeed(published, "status", "--json"))["in_several_partitions"] == expected
    said = succeed(published, "status")
    assert "1 subject with events in several partitions: the publisher changed" in said
    assert "  1  teacher in people: T1" in said


@pytest.mark.parametrize(
    "table", ["class", pytest.param("teacher_classes", marks=at_full_strength)]
)
def test_a_subject_without_a_row_shows_its_letter_and_what_waits(
    published: Settings, table: str
) -> None:
    said = succeed(published, "explain", table, "C1")
    assert f"{table} has no row C1. Not applied so far:" in said
    prefix = published.topic_prefix
    assert f"class C1: dead letter {prefix}classes:0:0 at 1: invalid_data: data.name" in said
    assert f"class C1: event {prefix}classes:0:1 with sequence 2 waits" in said
    explained = json.loads(succeed(published, "explain", table, "C1", "--json"))
    assert (explained["value"], explained["rows"]) == (None, [])
    assert [one["what"] for one in explained["unapplied"]] == ["dead_letter", "waiting"]


def test_a_gap_is_shown_beside_the_row(published: Settings) -> None:
    said = succeed(published, "explain", "teachers", "T2", "name")
    assert 'teachers T2 name = "1"' in said
    assert "teacher T2: gap teacher/T2@2: sequence 2 to 3 missing" in said
    assert "with sequence 4 waits" in said
    assert json.loads(succeed(published, "explain", "teachers", "O1", "--json"))["unapplied"] == []


@pytest.mark.parametrize("class_id", ["C2", pytest.param("C3", marks=at_full_strength)])
def test_a_student_who_is_not_counted_yet_is_listed_below_the_class(
    published: Settings, class_id: str
) -> None:
    """The key of the enrollment names the class, also where that has no total at all."""
    arguments = ("explain", "class_totals", class_id, "totalStudents")
    said = succeed(published, *arguments)
    letter = f"enrollment {class_id}/S2: dead letter {published.topic_prefix}classes:0:"
    assert [line.startswith(letter) for line in said.splitlines()].count(True) == 1
    assert ("has no row" in said) == (class_id == "C3")
    explained = json.loads(succeed(published, *arguments, "--json"))
    assert explained["value"] == (1 if class_id == "C2" else None)
    assert [one["key"] for one in explained["unapplied"]] == [f"{class_id}/S2"]


def test_what_is_kept_back_of_a_teacher_s_classes_is_below_the_teacher_s_numbers(
    published: Settings,
) -> None:
    explained = json.loads(succeed(published, "explain", "teacher_stats", "T1", "--json"))
    assert [one["key"] for one in explained["unapplied"]] == ["C2/S2"]


def test_what_nobody_knows_is_still_refused(published: Settings) -> None:
    done = homeroom(published, "explain", "teachers", "nobody")
    assert (done.returncode, "has no row" in done.stderr) == (1, True)
