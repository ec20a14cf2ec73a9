"""Flink's tables are homeroom's: of the same log, whatever is in it, and though it is killed."""

import random
from itertools import islice
from zlib import crc32

import orjson
import pytest

from homeroom.engine.log.records import StoredRecord
from homeroom.flink.gateway import check
from homeroom.local.oulad import events_of
from homeroom.settings import Settings
from homeroom_kit import contract
from homeroom_kit.contract import EVENT_TYPES
from tests.flink.cluster import LocalFlink
from tests.flink.feeding import Side, reordered, run
from tests.flink.histories import history
from tests.property.histories import SUBJECTS, History
from tests.support.feed import record
from tests.support.strength import pick
from tests.support.waiting import wait_for

pytestmark = pytest.mark.flink
# To plan all tables takes Flink minutes. These, and what they rest on, are of every kind.
OF_EVERY_KIND = (
    "teacher_exams", "habit_runs", "student_readiness", "school_assessment_means",
    "school_student_progress", "teacher_batches", "organization_teachers", "teacher_stats",
)  # fmt: skip


def test_a_random_history_ends_in_equal_tables(settings: Settings, flink: LocalFlink) -> None:
    rng = random.Random(seed := random.randrange(2**32))
    side = Side(settings, pick(quick=OF_EVERY_KIND, thorough=()))
    side.project(reordered(history(seed), rng))
    side.run(flink.url)
    assert not side.differences(), seed
    rows = side.rows()
    assert sum(count > 0 for count in rows.values()) > len(rows) / 2, rows


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
    # Flink takes half a minute of a processor to plan all tables; these have every way of folding.
    only = ("exam", "exam_result", "enrollment", "class", "notification_receipt", "batch")
    side = Side(settings.model_copy(update={"sparse_topics": ",".join(sparse)}), only)
    side.project(records)
    side.run(flink.url)
    assert not side.differences(), seed


def test_a_job_that_is_killed_goes_on_from_its_last_checkpoint(
    settings: Settings, flink: LocalFlink
) -> None:
    side = Side(settings, ("class_totals", "exam_totals"))
    log = _of_the_demo(pick(quick=12_000, thorough=100_000))
    side.publish(log[: len(log) // 2])
    run(flink.url, side.script(bounded=False))
    wait_for(lambda: bool(flink.last_checkpoint()) and any(side.rows().values()), 60)
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
    wait_for(lambda: not side.differences(), 60)


def test_flink_plans_a_job_without_running_it(settings: Settings, flink: LocalFlink) -> None:
    script = Side(settings, ("teacher_batches", "habit_runs", "student_readiness")).script()
    plan = check(flink.url, script)
    assert all(f"_sink_{name}" in plan for name in script.tables)


def _of_the_demo(number: int) -> list[StoredRecord]:
    """The first events of the demo's log."""
    return [
        record(
            EVENT_TYPES[e.type].topic, e.type, e.subject, e.sequence,
            orjson.dumps(e.data), time=e.time, partition=crc32(e.subject.encode()) % 2,
        )
        for e in islice(events_of(None), number)
    ]  # fmt: skip
