"""What `explain` reads of the log and of definitions, at its edges."""

import time
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.reader import Span
from homeroom.engine.log.records import Partition, Record, StoredRecord
from homeroom.operations.explain import log
from homeroom.operations.explain.log import LogScan, merged
from homeroom.operations.explain.snapshot import ExplainRequest, read_snapshot
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.feed import Feed, record
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

RECORDS = 400
TIME = "2026-01-02T03:04:05Z"
NEWEST = """-- refresh class_id
-- When the last student came, in a way that only a whole group says.
SELECT e.class_id, max(e.enrolled_at) AS newest
FROM enrollment e WHERE e.ended_at IS NULL GROUP BY e.class_id
"""
SUMMED = """-- rows class_id
SELECT c.class_id, c.name, n.newest FROM class c LEFT JOIN newest n ON n.class_id = c.class_id
"""
GRADED = """-- totals exam_id
SELECT r.exam_id, round(avg(r.score), 1) AS average, max(r.score) AS best,
       (array_agg(r.student_id ORDER BY r.recorded_at DESC, r.student_id))[1] AS newest,
       count(DISTINCT r.graded_by) AS graders
FROM exam_result r WHERE r.score > 0 GROUP BY r.exam_id
"""

OF_TEACHERS = """-- totals teacher_id
SELECT e.created_by AS teacher_id, count(*) AS results, sum(r.score) AS scores
FROM exam_result r JOIN exam e ON e.exam_id = r.exam_id
WHERE e.created_by IS NOT NULL GROUP BY e.created_by
"""
BEST_OF_TEACHERS = OF_TEACHERS.replace("sum(r.score) AS scores", "max(r.score) AS best")
FIRST = """-- top 2 exam_id, score DESC
SELECT r.exam_id, r.student_id, r.score FROM exam_result r
"""


CROWDED = (
    "-- totals class_id\nWITH there AS (SELECT e.class_id, e.student_id FROM enrollment e "
    "WHERE e.ended_at IS NULL) SELECT t.class_id, count(*) AS students FROM there t "
    "GROUP BY t.class_id HAVING count(*) > 1"
)
KNOWN = (
    "-- rows class_id, student_id\nSELECT e.class_id, e.student_id, e.enrolled_at "
    "FROM enrollment e "
    "WHERE EXISTS (SELECT FROM class c WHERE c.class_id = e.class_id AND NOT c.deleted)"
)
# The planner makes a table more for each: of the rows before a join, of a group, of what there is.
MET = (
    "-- rows class_id, student_id\nSELECT e.class_id, e.student_id, c.class_id AS met_in, "
    "c.teacher_id, o.enrolled_at FROM enrollment e LEFT JOIN class c ON c.class_id = e.class_id "
    "JOIN enrollment o ON o.class_id = c.class_id AND o.student_id = e.student_id "
    "WHERE o.ended_at IS NULL"
)
SIZED = (
    "-- rows class_id\nWITH n AS (SELECT e.class_id, count(*) AS students FROM enrollment e "
    "WHERE e.ended_at IS NULL GROUP BY e.class_id) SELECT c.class_id, c.name, n.students "
    "FROM class c JOIN n ON n.class_id = c.class_id"
)
USED = (
    "-- rows class_id\nSELECT c.class_id, c.name FROM class c WHERE EXISTS "
    "(SELECT FROM enrollment e WHERE e.class_id = c.class_id AND e.ended_at IS NULL)"
)
WEEKLY = """-- totals class_id, week
SELECT e.class_id, date_trunc('week', e.enrolled_at AT TIME ZONE 'America/New_York') AS week,
       count(*) AS students
FROM enrollment e WHERE e.enrolled_at IS NOT NULL
GROUP BY e.class_id, date_trunc('week', e.enrolled_at AT TIME ZONE 'America/New_York')
"""


@pytest.fixture
async def partition(settings: Settings) -> Partition:
    """A partition of 400 records."""
    topic = f"{settings.topic_prefix}many"
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(**client_options(settings))
    await producer.start()
    for number in range(RECORDS):
        await producer.send(topic, str(number).encode())
    await producer.stop()
    return Partition(topic, 0)


class Taken:
    """Whoever takes records, as slowly as it is told to."""

    def __init__(self, seconds_each: float = 0.0) -> None:
        self.offsets: list[int] = []
        self._seconds_each = seconds_each

    def __call__(self, given: Record) -> None:
        assert given.value == str(given.offset).encode()
        self.offsets.append(given.offset)
        time.sleep(self._seconds_each)


async def test_only_what_is_asked_for_is_read(
    settings: Settings, partition: Partition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "GAP_OFFSETS_MAX", 5)
    monkeypatch.setattr(log, "POLL_RECORDS_MAX", 3)
    taken = Taken()
    reader = LogScan({partition: [Span(300, 302), Span(10, 12), Span(12, 20), Span(390, 400)]})
    read = await reader.read(settings, taken, 30)
    assert (read.complete, read.problem) == (True, None)
    assert {10, 11, 19, 300, 301, 390, 399} <= set(taken.offsets)
    assert len(taken.offsets) == len(set(taken.offsets)) < 30
    (reached,) = read.reached
    assert (reached.first, reached.last, reached.reached, reached.lost) == (10, 399, 400, 0)


@at_full_strength
async def test_at_the_time_limit_what_was_read_counts(
    settings: Settings, partition: Partition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "POLL_RECORDS_MAX", 10)
    # All of it would take twenty seconds.
    taken = Taken(0.05)
    reader = LogScan({partition: [Span(0, 6), Span(RECORDS - 9, RECORDS)]})
    began = time.monotonic()
    read = await reader.read(settings, taken, 5)
    assert time.monotonic() - began < 15
    assert not read.complete
    assert "time limit of 5 seconds" in (read.problem or "")
    (reached,) = read.reached
    assert taken.offsets == list(range(reached.reached))
    assert 5 < reached.reached < RECORDS
    assert reader.covers([partition], Span(0, 6))
    assert not reader.covers([partition], Span(0, reached.reached + 1))


async def test_offsets_that_the_log_does_not_have_are_said(
    settings: Settings, partition: Partition
) -> None:
    """As where a topic was made anew."""
    taken = Taken()
    reader = LogScan({partition: [Span(395, 405)]})
    read = await reader.read(settings, taken, 30)
    assert (taken.offsets, read.complete) == ([395, 396, 397, 398, 399], False)
    assert "no longer has 5 of the offsets" in (read.problem or "")


async def test_a_topic_that_is_gone_ends_at_the_time_limit(settings: Settings) -> None:
    reader = LogScan({Partition(f"{settings.topic_prefix}gone", 0): [Span(0, 2)]})
    read = await reader.read(settings, Taken(), 1)
    assert not read.complete
    assert read.problem


def test_spans_that_touch_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "GAP_OFFSETS_MAX", 2)
    assert merged([Span(9, 10), Span(0, 5), Span(2, 4), Span(6, 7)]) == [Span(0, 7), Span(9, 10)]


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    given = read_model(settings.model_copy(update={"topic_prefix": ""}))
    own = {"newest": NEWEST, "summed": SUMMED, "graded": GRADED, "first": FIRST,
           "weekly": WEEKLY, "crowded": CROWDED, "known": KNOWN,
           "met": MET, "sized": SIZED, "used": USED,
           "of_teachers": OF_TEACHERS, "best_of_teachers": BEST_OF_TEACHERS}  # fmt: skip
    return ReadModel(given.catalog, {**given.definitions, **own})


@pytest.fixture
async def feed(settings: Settings, model: ReadModel) -> AsyncIterator[Feed]:
    prepare(settings, model)
    opened = await Feed.open(settings.database_url, model)
    yield opened
    await opened.close()


def a_class_and_another() -> list[StoredRecord]:
    """Two students in C1; one in C2, of which nothing else is known."""
    given = {"class_id": "C1", "organization_id": None, "teacher_id": "T1", "name": "a",
             "code": "a", "subject": "a", "created_at": TIME}  # fmt: skip
    enrolled = [
        record("classes", "enrollment.started.v1", f"{c}/{s}", 1,
               {"class_id": c, "student_id": s, "enrolled_at": TIME})
        for c, s in (("C1", "S1"), ("C1", "S2"), ("C2", "S1"))
    ]  # fmt: skip
    return [*enrolled, record("classes", "class.created.v1", "C1", 1, given)]


@at_full_strength
async def test_definitions_of_every_kind_are_gone_through(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    await feed.apply(a_class_and_another())

    found = read_snapshot(settings.database_url, model, ExplainRequest("summed", "C1", "newest"))

    assert str(found.explanation.value) == "2026-01-02 03:04:05+00:00"
    assert found.explanation.drift == []
    assert {(row.entity.name, row.key): set(row.values) for row in found.rows} == {
        ("class", "C1"): {"class_id"},
        ("enrollment", "C1/S1"): {"class_id", "enrolled_at", "ended_at"},
        ("enrollment", "C1/S2"): {"class_id", "enrolled_at", "ended_at"},
    }
    named = read_snapshot(settings.database_url, model, ExplainRequest("summed", "C1", "name"))
    assert [(row.entity.name, row.key) for row in named.rows] == [("class", "C1")]


async def test_what_is_computed_and_what_comes_first_lead_to_their_rows(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    given = (("S1", 40, "T1", 1), ("S2", 71, "T1", 2), ("S3", 60, "T2", 3), ("S4", 0, "T3", 4))
    await feed.apply([
        record("exams", "exam_result.recorded.v1", f"E1/{student}", 1,
               {"exam_id": "E1", "student_id": student, "score": score, "graded_by": teacher,
                "recorded_at": f"2026-01-0{day}T00:00:00Z"})
        for student, score, teacher, day in given
    ])  # fmt: skip

    def explained(column: str) -> tuple[object, list[tuple[str, object]], list[str], int]:
        asked = ExplainRequest("graded", "E1", column)
        found = read_snapshot(settings.database_url, model, asked)
        told = found.explanation
        counts = [(count.column, count.found) for count in told.counts]
        return told.value, counts, [row.key for row in found.rows], len(told.drift)

    everybody = ["E1/S1", "E1/S2", "E1/S3"]
    assert explained("best") == (71, [("best", 71)], ["E1/S2"], 0)
    assert explained("newest") == ("S3", [("newest", "S3")], ["E1/S3"], 0)
    assert explained("graders") == (2, [("graders", 2)], everybody, 0)
    totals = [("SUM(r.score)", 171), ("COUNT(r.score)", 3)]
    assert explained("average") == (57, totals, everybody, 0)

    wrong = f"UPDATE {feed.writer.schema}.graded SET average = 58, best = 72"  # noqa: S608
    await feed.writer.connection.execute(wrong.encode())
    assert (explained("average")[3], explained("best")[3], explained("graders")[3]) == (1, 1, 0)


async def test_a_week_leads_to_what_belongs_to_it(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    # Where the zone is, the second is still a Sunday.
    times = ("2026-01-04T23:00:00Z", "2026-01-05T04:00:00Z", "2026-01-05T05:00:00Z")
    await feed.apply([
        record("classes", "enrollment.started.v1", f"C1/S{n}", 1,
               {"class_id": "C1", "student_id": f"S{n}", "enrolled_at": at})
        for n, at in enumerate(times)
    ])  # fmt: skip
    asked = ExplainRequest("weekly", "C1/2025-12-29 00:00:00", "students")
    found = read_snapshot(settings.database_url, model, asked)
    assert (found.explanation.value, found.explanation.drift) == (2, [])
    assert [row.key for row in found.rows] == ["C1/S0", "C1/S1"]


async def test_groups_that_are_chosen_and_rows_that_exist_elsewhere_lead_to_their_rows(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    await feed.apply(a_class_and_another())

    def explained(table: str, key: str, column: str) -> tuple[object, set[str], int]:
        asked = ExplainRequest(table, key, column)
        found = read_snapshot(settings.database_url, model, asked)
        rows = {f"{row.entity.name} {row.key}" for row in found.rows}
        return found.explanation.value, rows, len(found.explanation.drift)

    both = {"enrollment C1/S1", "enrollment C1/S2"}
    assert explained("crowded", "C1", "students") == (2, both, 0)
    at = "2026-01-02 03:04:05+00:00"
    value, rows, drift = explained("known", "C1/S1", "enrolled_at")
    assert (str(value), rows, drift) == (at, {"enrollment C1/S1", "class C1"}, 0)
    wrong = f"UPDATE {feed.writer.schema}.crowded SET students = 9"  # noqa: S608
    await feed.writer.connection.execute(wrong.encode())
    assert explained("crowded", "C1", "students")[2] == 1


async def test_what_the_planner_makes_for_a_definition_leads_through_to_the_rows(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    await feed.apply(a_class_and_another())

    def explained(table: str, key: str, column: str) -> tuple[str, list[str], set[str], int]:
        asked = ExplainRequest(table, key, column)
        found = read_snapshot(settings.database_url, model, asked)
        through = [step.table for step in found.explanation.through]
        rows = {f"{row.entity.name} {row.key}" for row in found.rows}
        return str(found.explanation.value), through, rows, len(found.explanation.drift)

    both = {"enrollment C1/S1", "enrollment C1/S2"}
    at = "2026-01-02 03:04:05+00:00"
    assert explained("met", "C1/S1", "enrolled_at") == (
        at, ["met_joined"], {"enrollment C1/S1", "class C1"}, 0,
    )  # fmt: skip
    assert explained("sized", "C1", "students") == ("2", ["sized_n"], {*both, "class C1"}, 0)
    assert explained("used", "C1", "name") == ("a", ["used_enrollment"], {*both, "class C1"}, 0)

    schema = feed.writer.schema
    for wrong in (
        f"UPDATE {schema}.met_joined SET teacher_id = 'T9'",  # noqa: S608
        f"UPDATE {schema}.sized_n SET students = 3", f"DELETE FROM {schema}.used_enrollment",  # noqa: S608
    ):  # fmt: skip
        await feed.writer.connection.execute(wrong.encode())
    assert explained("met", "C1/S1", "teacher_id")[3] == 2
    assert explained("sized", "C1", "students")[3] == 2
    assert explained("used", "C1", "name")[3] == 1


async def test_a_join_and_a_leaderboard_lead_through_to_their_rows(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    exam = {"exam_id": "E1", "organization_id": None, "created_by": "T1", "assigned_teachers": [],
            "class_id": None, "title": "a", "subject": "a", "kind": "exam", "total_questions": 1,
            "total_marks": 100, "duration_minutes": None, "created_at": TIME}  # fmt: skip
    results = [
        record("exams", "exam_result.recorded.v1", f"E1/{student}", 1,
               {"exam_id": "E1", "student_id": student, "score": score, "graded_by": "T1",
                "recorded_at": TIME})
        for student, score in (("S1", 40), ("S2", 71), ("S3", 40))
    ]  # fmt: skip
    await feed.apply([*results, record("exams", "exam.created.v1", "E1", 1, exam)])

    def explained(table: str, key: str, column: str) -> tuple[object, list[str], list[str], int]:
        asked = ExplainRequest(table, key, column)
        found = read_snapshot(settings.database_url, model, asked)
        through = [step.table for step in found.explanation.through]
        rows = [f"{row.entity.name} {row.key}" for row in found.rows]
        return found.explanation.value, through, rows, len(found.explanation.drift)

    every = [f"exam_result E1/S{n}" for n in (1, 2, 3)]
    joined, stored = ["of_teachers_joined"], ["best_of_teachers_joined"]
    assert explained("of_teachers", "T1", "scores") == (151, joined, ["exam E1", *every], 0)
    assert explained("best_of_teachers", "T1", "best") == (71, stored, ["exam E1", every[1]], 0)
    assert explained("first", "E1/S1", "score") == (40, [], every[:1], 0)

    schema = feed.writer.schema
    for wrong in (
        f"UPDATE {schema}.of_teachers SET scores = 1", f"UPDATE {schema}.first SET score = 1",  # noqa: S608
        f"UPDATE {schema}.best_of_teachers_joined SET score = 72",  # noqa: S608
    ):  # fmt: skip
        await feed.writer.connection.execute(wrong.encode())
    assert explained("of_teachers", "T1", "scores")[3] == 1
    assert explained("first", "E1/S2", "score")[3] == 1
    assert explained("best_of_teachers", "T1", "best")[3] == 2


async def test_a_row_that_nothing_makes_is_drift(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    schema = feed.writer.schema
    for statement in (
        f"INSERT INTO {schema}.teacher_students VALUES ('T1', 'S1', 1, 1)",  # noqa: S608
        f"INSERT INTO {schema}.student_classes VALUES ('C1', 'S2', 'T1')",  # noqa: S608
    ):
        await feed.writer.connection.execute(statement.encode())
    for table, key in (("teacher_students", "T1/S1"), ("student_classes", "C1/S2")):
        column = "teacher_id" if table == "teacher_students" else None
        found = read_snapshot(
            settings.database_url, model, ExplainRequest(table, key, column)
        ).explanation
        (drift,) = found.drift
        assert (drift.table, drift.key, drift.should) == (table, key, None)
