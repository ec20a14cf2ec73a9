"""Flink's tables are homeroom's: of the same log, whatever is in it, and though it is killed."""

import random
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any
from zlib import crc32

import orjson
import pytest

from homeroom.engine.log.records import StoredRecord
from homeroom.local.demo import teaching
from homeroom.local.demo.batches import OuladBatches
from homeroom.local.demo.schools import Schools
from homeroom.local.demo.students import students_of_year
from homeroom.local.demo.year import Year
from homeroom.local.flink import LocalFlink
from homeroom.local.oulad import events_of
from homeroom.settings import Settings
from homeroom_kit import contract
from homeroom_kit.contract import EVENT_TYPES
from tests.flink.feeding import Side, reordered, run
from tests.flink.histories import history
from tests.property.histories import SUBJECTS, History
from tests.support.feed import record
from tests.support.strength import pick
from tests.support.waiting import wait_for

pytestmark = pytest.mark.flink
# The day before records of the tests are published, by their broker's time.
YEAR_END = date(2026, 1, 1)
# Definitions of forms that the project's own have not.
COMPUTED = {
    "result_averages": "-- totals exam_id\nSELECT r.exam_id, count(*) AS results, "
    "round(avg(r.score), 2) AS average, round(sum(r.score) / nullif(count(*), 0), 1) AS share, "
    "coalesce(round(avg(r.score) FILTER (WHERE r.score > 50), 3), -1) AS good FROM exam_result r "
    "GROUP BY r.exam_id;\nSELECT e.exam_id, round(avg(e.total_marks), 1) AS marks FROM exam e "
    "GROUP BY e.exam_id",
    "large_classes": "-- totals class_id\nSELECT e.class_id, count(*) AS students FROM "
    "enrollment e GROUP BY e.class_id HAVING count(*) > 3 AND round(count(e.ended_at)::numeric / "
    "nullif(count(*), 0), 2) < 0.9",
    "worth": "-- rows exam_id\nSELECT e.exam_id, round(e.total_marks / nullif("
    "e.total_questions, 0), 2) AS each_one, e.total_questions * round(e.total_marks, 1) AS "
    "product, abs(e.total_marks - 7.5) AS apart, floor(e.total_marks) AS whole FROM exam e",
}
# For a job to be planned, and to catch up.
WAIT_SECONDS = 60


def test_all_tables_of_the_demos_log_and_of_a_random_history_are_equal(
    settings: Settings, flink: LocalFlink
) -> None:
    rng = random.Random(seed := random.randrange(2**32))
    side = Side(settings)
    side.project([
        *_of_the_demo(pick(quick=10_000, thorough=None)), *reordered(history(seed), rng), *_shares()
    ])  # fmt: skip
    side.run(flink.url)
    assert not side.differences(), seed
    assert side.completions() == {"S-half": 50.1, "S-less": 50.0}
    rows = side.rows()
    assert sum(count > 0 for count in rows.values()) > len(rows) / 2, rows
    letters, unreadable = side.unreadable()
    assert unreadable == letters, seed
    engine, read = side.positions()
    assert read == engine, seed
    newest, told = side.newest()
    assert told == newest, seed
    assert side.incomplete() == (set(), set()), seed


def test_where_numbers_have_gaps_the_order_of_the_log_decides_as_the_worker_does(
    settings: Settings, flink: LocalFlink
) -> None:
    rng = random.Random(seed := random.randrange(2**32))
    steps = [
        (rng.randrange(len(SUBJECTS)), rng.randrange(100), rng.randrange(2**20))
        for _ in range(pick(quick=600, thorough=3_000))
    ]
    sparse = frozenset(contract.TOPICS)
    log = History.of(steps, fill=True, sparse_topics=sparse).log
    # Some of its publishers give microseconds, which a broker takes for the far future.
    records = [p.record._replace(timestamp=p.entry.published_at) for p in log]
    # Of two events with one number the first counts, whatever they say.
    records += [_enrolled(year) for year in (2001, 2002)]
    # Flink takes a minute of a processor to plan all tables; these have every way of folding.
    only = ("exam", "exam_result", "enrollment", "class", "notification_receipt", "batch")
    side = Side(settings.model_copy(update={"sparse_topics": ",".join(sparse)}), only)
    side.project(records)
    side.run(flink.url)
    assert not side.differences(), seed


def test_what_is_computed_of_totals_and_of_rows_is_equal(
    settings: Settings, flink: LocalFlink
) -> None:
    rng = random.Random(seed := random.randrange(2**32))
    side = Side(settings, tuple(COMPUTED), own=COMPUTED)
    side.project(
        [*reordered(history(seed), rng), *_of_the_demo(pick(quick=5_000, thorough=50_000))]
    )
    side.run(flink.url)
    assert not side.differences(), seed
    rows = side.rows()
    assert all(rows[name] for name in COMPUTED), rows
    assert rows["large_classes_groups"] > rows["large_classes"]


def test_a_job_that_is_killed_goes_on_from_its_last_checkpoint(
    settings: Settings, flink: LocalFlink
) -> None:
    side = Side(settings, ("class_totals", "exam_totals"))
    log = _of_the_demo(pick(quick=12_000, thorough=100_000))
    side.publish(log[: len(log) // 2])
    often = {"execution.checkpointing.interval": "500 ms"}
    run(flink.url, side.script(bounded=False, **often))
    wait_for(lambda: bool(flink.last_checkpoint()) and any(side.rows().values()), WAIT_SECONDS)
    # What comes now is in no checkpoint yet, and takes a second or two to be written.
    side.publish(log[len(log) // 2 :])
    flink.kill()
    checkpoint = flink.last_checkpoint()
    side.apply(log)
    assert side.differences(), "the job had done everything before it was killed"
    flink.start()
    # A bounded source that goes on from a checkpoint is not told that there is no more.
    going_on = {"execution.state-recovery.path": checkpoint}
    run(flink.url, side.script(bounded=False, **going_on))
    wait_for(lambda: not side.differences(), WAIT_SECONDS)
    engine, read = side.positions()
    assert read == engine
    # The job has no end.
    flink.kill()
    flink.start()


def test_who_misses_an_event_is_told_until_it_comes(settings: Settings, flink: LocalFlink) -> None:
    rng = random.Random(seed := random.randrange(2**32))
    side = Side(settings, ("class_totals", "exam_totals", "student_readiness", "goal", "mission"))
    log = history(seed, bad=0)
    late = rng.sample(range(len(log)), len(log) // 4)
    side.project([r for n, r in enumerate(log) if n not in late])
    engine, _ = side.incomplete()
    assert engine, seed
    run(flink.url, side.script(bounded=False))
    # A row that a later event creates is there already.
    wait_for(lambda: side.incomplete()[1] == engine, WAIT_SECONDS)
    wait_for(lambda: not side.wrongly_told_rows(), WAIT_SECONDS)
    side.publish(log[n] for n in late)
    wait_for(lambda: not side.incomplete()[1], WAIT_SECONDS)
    # The job has no end.
    flink.kill()
    flink.start()


def _enrolled(year: int) -> StoredRecord:
    key = {"class_id": "C-twice", "student_id": "S-twice"}
    data = key | {"enrolled_at": f"{year}-01-01T00:00:00Z"}
    return record("classes", "enrollment.started.v1", "/".join(key.values()), 1, data)


def _shares() -> Iterator[StoredRecord]:
    """Of two students the one's completion is in the middle between two tenths, the other's less by
    what a quotient has no decimals for.
    """

    def event(type_: str, subject: str, **fields: Any) -> StoredRecord:
        keys = zip(EVENT_TYPES[type_].key_names, subject.split("/"), strict=True)
        return record(EVENT_TYPES[type_].topic, type_, subject, 1, {**dict(keys), **fields})

    yield event("track.published.v1", "K-half", key="half", name="Half")
    for n in range(3):
        of_module = {"title": "A module", "position": n, "recommended_missions": []}
        yield event("module.published.v1", f"U-half-{n}", track_id="K-half", **of_module)
    for who, last in (("S-half", 0.05), ("S-less", 0.04999999999999999)):
        of_student = {"name": who, "track_id": "K-half", "consents": {}, **dict.fromkeys(
            ("email", "cohort", "mentor_id", "time_zone")
        )}  # fmt: skip
        yield event("student.registered.v1", who, **of_student)
        for n, percent in enumerate((75.05, 75.05, last)):
            done = {"percent": percent, "recorded_at": "2026-01-01T00:00:00Z"}
            yield event("module_progress.recorded.v1", f"U-half-{n}/{who}", **done)


def _of_the_demo(number: int | None) -> list[StoredRecord]:
    """The demo's log without what is recorded by commands; else its first events.

    The first ones are of the data set, which the others go on from.
    """
    data_set = events_of(None)
    students = students_of_year(None)
    parts = (
        data_set, Year(YEAR_END, students), OuladBatches(data_set.submissions()),
        teaching.events(), Schools(YEAR_END, students),
    ) if number is None else (islice(data_set, number),)  # fmt: skip
    return [
        record(
            EVENT_TYPES[e.type].topic, e.type, e.subject, e.sequence,
            orjson.dumps(e.data), time=e.time, partition=crc32(e.subject.encode()) % 2,
        )
        for part in parts for e in part
    ]  # fmt: skip
