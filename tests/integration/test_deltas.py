"""The temporary tables of a writer's session: made when needed, empty after each batch."""

from collections import Counter
from collections.abc import AsyncIterator

import orjson
import psycopg
import pytest

from homeroom.engine.applying import deltas, plans
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.log.records import StoredRecord
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import Feed, record
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

TIME = "2026-01-01T00:00:00Z"
TEMPORARY = """
SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
"""


@pytest.fixture
async def feed(settings: Settings) -> AsyncIterator[Feed]:
    model = read_model(settings.model_copy(update={"topic_prefix": ""}))
    prepare(settings, model)
    opened = await Feed.open(settings.require_database(), model)
    yield opened
    await opened.close()


def _submission(number: int) -> StoredRecord:
    key = {"assignment_id": "A", "student_id": f"S{number}"}
    data = key | {"submitted_at": TIME}
    return record("assignments", "submission.received.v1", "/".join(key.values()), 1, data)


async def _tables(session: BatchWriter) -> dict[str, tuple[int, int]]:
    """The session's temporary tables, with their rows and bytes."""
    cursor = await session.connection.execute(TEMPORARY.encode())
    tables = {}
    for (name,) in await cursor.fetchall():
        look = f"SELECT count(*), pg_relation_size('{name}') FROM {name}"  # noqa: S608
        found = await (await session.connection.execute(look.encode())).fetchone()
        assert found
        tables[name] = found
    return tables


async def test_a_session_makes_the_tables_that_its_batches_need(feed):
    assert await _tables(feed.writer) == {}
    await feed.apply([_submission(0)])
    made = await _tables(feed.writer)
    assert "_d_submission" in made
    assert "_d_exam" not in made
    await feed.apply([_submission(1)])
    assert (await _tables(feed.writer)).keys() == made.keys()


@pytest.mark.parametrize("dead_rows", [3, 1_000])
async def test_each_batch_leaves_its_tables_empty(feed, monkeypatch, dead_rows):
    monkeypatch.setattr(deltas, "DEAD_ROWS", dead_rows)
    count = b"SELECT submissions FROM assignment_totals WHERE assignment_id = 'A'"
    for n in range(4):
        await feed.apply([_submission(2 * n), _submission(2 * n + 1)])
        tables = await _tables(feed.writer)
        assert {name: rows for name, (rows, _) in tables.items() if rows} == {}
        assert await (await feed.writer.connection.execute(count)).fetchone() == (2 * n + 2,)
    assert (tables["_d_submission"][1] == 0) == (dead_rows == 3)


@at_full_strength
async def test_tables_that_were_rolled_back_are_made_again(feed):
    broken = b"ALTER TABLE assignment_totals ADD CHECK (submissions <> 1) NOT VALID"
    await feed.writer.connection.execute(broken)
    with pytest.raises(psycopg.errors.CheckViolation):
        await feed.apply([_submission(0)._replace(partition=1)])
    assert await _tables(feed.writer) == {}
    data = {"track_id": "K", "key": "k", "name": "x"}
    await feed.apply([record("curriculum", "track.published.v1", "K", 1, data)])
    await feed.apply([_submission(1), _submission(2)])
    assert {rows for rows, _ in (await _tables(feed.writer)).values()} == {0}


FILL = b"""
INSERT INTO class SELECT 'C' || i, NULL, 'T', 'Maths', 'M', 'M', now(), false, false, 1, 1, 0
FROM generate_series(1, 5000) AS i;
INSERT INTO enrollment SELECT 'C' || i, 'S', now(), NULL, NULL, 1, 1, 0
FROM generate_series(1, 5000) AS i;
"""
READ = b"""
SELECT sum(idx_tup_fetch + seq_tup_read)::bigint FROM pg_stat_xact_user_tables
WHERE relname NOT LIKE '\\_d\\_%'
"""


def _enrolled(key: str) -> list[StoredRecord]:
    """A class of one student."""
    created = {"class_id": key, "organization_id": None, "teacher_id": "T", "name": "x"}
    created |= {"code": "x", "subject": "x", "created_at": TIME}
    started = {"class_id": key, "student_id": "S", "enrolled_at": TIME}
    return [
        record("classes", "class.created.v1", key, 1, created),
        record("classes", "enrollment.started.v1", f"{key}/S", 1, started),
    ]


@pytest.mark.parametrize("cause", ["growth", "a large batch"])
async def test_a_plan_does_not_outlive_the_tables_that_it_was_made_for(feed, monkeypatch, cause):
    # Plans that were made while tables were empty read all 5,000 classes for one that is new.
    monkeypatch.setattr(plans, "LOOK_EVERY_SECONDS", 0 if cause == "growth" else 3_600)
    monkeypatch.setattr(plans, "SMALL_BATCH", 3)
    for n in range(3):
        await feed.apply(_enrolled(f"A{n}"))
    connection = feed.writer.connection
    await connection.execute(FILL)
    if cause == "a large batch":
        await feed.apply(_enrolled("B1") + _enrolled("B2"))
    async with connection.transaction():
        await feed.apply(_enrolled("D"))
        (read,) = await (await connection.execute(READ)).fetchone()
    assert 0 < read < 200


READ_OF_EACH = b"""
SELECT relname, coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_xact_user_tables
"""


async def _reading(feed: Feed, event: StoredRecord) -> Counter[str]:
    """How many rows of which table are read to apply an event."""
    connection = feed.writer.connection
    async with connection.transaction():
        before = Counter(dict(await (await connection.execute(READ_OF_EACH)).fetchall()))
        await feed.apply([event])
        after = Counter(dict(await (await connection.execute(READ_OF_EACH)).fetchall()))
    return +(after - before)


@at_full_strength
async def test_a_change_costs_nothing_where_its_column_is_not_read(feed):
    created, started = _enrolled("C")
    data = {"class_id": "C", "organization_id": "O", "teacher_id": "T", "name": "x", "code": "x"}
    data |= {"subject": "x", "created_at": TIME}
    await feed.apply([created._replace(value=orjson.dumps(data)), started])
    students = {"student_classes", "organization_enrollments", "school_class_students"}

    renamed = {"class_id": "C", "name": "Algebra", "code": "x", "subject": "x"}
    read = await _reading(feed, record("classes", "class.updated.v1", "C", 2, renamed))
    assert read.keys() & {"school_classes", *students} == {"school_classes"}
    assert await feed.rows("SELECT name FROM school_classes") == [("Algebra",)]
    assert await feed.rows("SELECT class_id FROM organization_enrollments") == [("C",)]

    gone = record("classes", "class.deleted.v1", "C", 3, {"class_id": "C"})
    assert (await _reading(feed, gone)).keys() >= {"school_classes", *students}
    assert await feed.rows("SELECT class_id FROM organization_enrollments") == []


# One mission that all modules recommend, and one of each module's own.
ONE_OF_MANY = b"""
INSERT INTO mission SELECT 'M' || i, NULL, 'x', 'beginner', '{}', 5, now(), false, 1, 1, 0
FROM generate_series(0, 2000) AS i;
INSERT INTO module SELECT 'U' || i, 'K', 'x', i, ARRAY['M0', 'M' || i], false, 1, 1, 0
FROM generate_series(1, 2000) AS i;
INSERT INTO module_recommendations SELECT * FROM module_recommendations_def;
INSERT INTO module_missions SELECT * FROM module_missions_def;
ANALYZE
"""


async def test_many_rows_of_one_value_cost_in_proportion_to_them_not_to_their_square(feed):
    await feed.writer.connection.execute(ONE_OF_MANY)
    retired = record("missions", "mission.retired.v1", "M0", 2, {"mission_id": "M0"})
    read = await _reading(feed, retired)
    assert await feed.rows("SELECT count(*) FROM module_missions") == [(2_000,)]
    assert 2_000 <= read["module_missions"] <= 3 * 2_000
