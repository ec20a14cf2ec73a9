"""Cost follows change: what a batch runs finds its rows by index, however large the tables."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, Connection, sql

from homeroom.database import connect
from homeroom.engine.applying.writer import BatchWriter, as_columns
from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.log.records import StoredRecord
from homeroom.engine.ordering import rule_sql
from homeroom.engine.ordering.fold import fold
from homeroom.operations.differences import projections
from homeroom.operations.migrating.migrate import migrate_database
from homeroom.operations.verifying.background import SQL, STATEMENT_LIMIT, between
from homeroom.operations.verifying.verify import differing
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom.statements import composable as query
from tests.model.contract import TYPES
from tests.support.feed import record
from tests.support.templates import prepare, replace

# 50,000 of everything that students do, in 2,000 classes of 100 teachers. Each student is in two or
# three classes, and handed in something in each.
FILL = """
INSERT INTO teacher SELECT 'T' || i, 'Ada', NULL, NULL, NULL, false, 1, 1, 0 FROM generate_series(1, 100) i;
INSERT INTO class SELECT 'C' || i, NULL, 'T' || i % 100 + 1, 'Maths', 'M', 'M', now(), false, false, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO enrollment SELECT 'C' || (i % 20000 + i / 20000) % 2000 + 1, 'S' || i % 20000, now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO exam (exam_id, created_by, assigned_teachers, class_id, title, subject, kind, created_at,
                  total_questions, total_marks, status, deleted, sequence, first_sequence, mask)
    SELECT 'E' || i, 'T' || i % 100 + 1, '{T1,T2}', 'C' || i % 2000 + 1, 'x', 'x', 'exam', now(), 1, 1,
           'completed', false, 1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO exam_result SELECT 'E' || i % 5000 + 1, 'S' || i / 5000, 50, 'T' || i % 100 + 1, now(), 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO assignment (assignment_id, created_by, class_id, title, subject, created_at, status, deleted,
                        sequence, first_sequence, mask)
    SELECT 'A' || i, 'T' || i % 100 + 1, 'C' || (i - 1) % 2000 + 1, 'x', 'x', now(), 'draft', false, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO submission SELECT 'A' || (i % 20000 + i / 20000) % 2000 + 1 + i % 2 * 2000, 'S' || i % 20000, now(), 50,
    'T' || i % 100 + 1, now(), NULL, 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO question_bank SELECT 'B' || i, NULL, 'T' || i % 100 + 1, 'x', 'x', NULL, 'draft', now(), false,
    1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO question SELECT 'Q' || i, 'B' || i % 2000 + 1, NULL, 'T' || i % 100 + 1, now(), false, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO track SELECT 'K' || i, 'k', 'x', false, 1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO student SELECT 'S' || i, 'Ada', 'x', 'K' || i % 5000 + 1, NULL, 'T' || i % 5000 + 1, 'Zone/' || i % 500,
    '{}', false, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO teacher SELECT 'X' || i, 'Ada', NULL, NULL, NULL, true, 1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO student SELECT 'D' || i, 'Ada', NULL, NULL, NULL, NULL, NULL, '{}', true, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO enrollment SELECT 'C' || i % 2000 + 1, 'D' || i, now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO profile SELECT 'S' || i, 'x', 'x', '{}', 50, 'K' || i % 5000 + 1, 'x', now(), 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO mission SELECT 'M' || i, NULL, 'x', 'beginner', '{}', 5, now(), false, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO mission_progress (mission_id, student_id, status, updated_at, sequence, first_sequence, mask)
    SELECT 'M' || i % 2000 + 1, 'S' || i, 'approved', now(), 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO module SELECT 'U' || i, 'K' || i % 5000 + 1, 'x', i, ARRAY['M' || i % 2000 + 1, 'M' || i % 1999 + 1], false,
    1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO module_progress SELECT 'U' || i % 5000 + 1, 'S' || i, 50, now(), 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO habit SELECT 'H' || i, 'S' || i, 'x', '2026-01-01', false, 1, 1, 0 FROM generate_series(1, 5000) i;
INSERT INTO habit_log SELECT 'H' || h, '2026-01-' || lpad(d::text, 2, '0'), 'S' || h, d % 7 > 0, now(), 1, 1, 0
    FROM generate_series(1, 5000) h, generate_series(1, 20) d;
INSERT INTO goal SELECT 'G' || i, 'S' || i, 'x', '2026-01-01', NULL, false, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO reflection SELECT 'R' || i, 'S' || i, now(), 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO portfolio_item SELECT 'P' || i, 'S' || i, 'x', now(), 'approved', false, 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO readiness SELECT 'S' || i, '2026-01-' || lpad(d::text, 2, '0'), 50, '{}', NULL, 1, 1, 0
    FROM generate_series(1, 5000) i, generate_series(1, 20) d;
INSERT INTO subscription SELECT 'S' || i, 'free', now(), NULL, NULL, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO class SELECT 'OC' || i, 'O' || i, 'T' || i % 100 + 1, 'Maths', 'M', 'M', now(), false, false, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO enrollment SELECT 'OC' || i % 2000 + 1, 'S' || i, now(), NULL, NULL, 1, 1, 0 FROM generate_series(1, 10000) i;
INSERT INTO membership SELECT 'O' || i % 2000 + 1, 'T' || i % 100 + 1, 'teacher', now(), NULL, 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO membership SELECT 'O' || i % 2000 + 1, 'S' || i, 'student', now(), NULL, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO membership SELECT 'P' || i, 'T' || i % 100 + 1, 'teacher', now(), now(), 1, 1, 0
    FROM generate_series(1, 2000) i;
INSERT INTO subject SELECT 'J' || i, 'x', false, 1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO class_assignment SELECT i, 'T' || i % 100 + 1, 'C' || i % 2000 + 1, 'x', now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO subject_assignment SELECT i, 'T' || i % 100 + 1, 'J' || i % 2000 + 1, 'x', now(), NULL, NULL, 1, 1, 0
    FROM generate_series(1, 5000) i;
INSERT INTO mark SELECT i, 'S' || i, 'C' || i % 2000 + 1, 'J' || i % 2000 + 1, 50, 'x', now(), 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO recommendation SELECT 'N' || i, 'S' || i, 'x', 'x', 'x', NULL, 'low', NULL, false, 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO batch (batch_id, teacher_id, essay_count, created_at, status, updated_at, deleted, sequence,
                   first_sequence, mask)
    SELECT 'L' || i, 'T' || i % 100 + 1, 30, now() - i * interval '1 hour',
           (ARRAY['processing_pipelines', 'cancelled', 'other'])[i % 3 + 1], now(), false, 1, 1, 0
    FROM generate_series(1, 20000) i;
INSERT INTO essay_association (batch_id, essay_id, student_id, class_id, associated_at, removed, sequence,
                               first_sequence, mask)
    SELECT 'L' || i % 4999 + 1, 'Y' || i, 'S' || i % 20000, 'C' || i % 2000 + 1, now(), false, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO school SELECT 'O' || i, 'x', NULL, false, 1, 1, 0 FROM generate_series(1, 2000) i;
INSERT INTO session (session_id, class_id, organization_id, teacher_id, title, starts_at, ends_at, status, sequence,
                     first_sequence, mask)
    SELECT 'X' || i, 'OC' || i % 2000 + 1, 'O' || i % 2000 + 1, 'T' || i % 100 + 1, 'x',
           now() - i * interval '1 minute', now() - i * interval '1 minute',
           (ARRAY['completed', 'scheduled', 'cancelled'])[i % 3 + 1], 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO attendance SELECT 'X' || i, 'S' || i % 20000, true, now(), 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO assessment SELECT 'V' || i, 'S' || i % 10000 + 1, 'T' || i % 100 + 1, 'O' || i % 2000 + 1,
    'OC' || i % 2000 + 1, 'x', 'x', 5, 10, now() - i * interval '1 minute', '{}', 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO progress SELECT 'S' || i, 'OC' || i % 2000 + 1, 'T' || i % 100 + 1, 'O' || i % 2000 + 1, 'x',
    50, '{}', now(), 1, 1, 0 FROM generate_series(1, 10000) i;
INSERT INTO payment SELECT 'Y' || i, 'T' || i % 100 + 1, 'O' || i % 2000 + 1, NULL, 25.50, 'EUR',
    now() - i * interval '1 minute', CASE WHEN i % 2 = 0 THEN now() END, 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO resource (resource_id, teacher_id, school_id, title, file_name, media_type, size_bytes, storage_url,
                      uploaded_at, status, with_students, class_ids, removed, sequence, first_sequence, mask)
    SELECT 'F' || i, 'T' || i % 100 + 1, 'O' || i % 2000 + 1, 'x', 'x', 'x', 1, 'x',
           now() - i * interval '1 minute', (ARRAY['clean', 'clean', 'pending'])[i % 3 + 1], true,
           ARRAY['OC' || i % 2000 + 1, 'C' || i % 2000 + 1], false, 1, 1, 0 FROM generate_series(1, 20000) i;
INSERT INTO notification SELECT 'N' || i, CASE WHEN i % 9 > 0 THEN 'T' || i % 100 + 1 END, 'O' || i % 2000 + 1,
    'new_student', 'x', 'x', NULL, now(), NULL, 1, 1, 0 FROM generate_series(1, 50000) i;
INSERT INTO notification_receipt SELECT 'N' || i, 'T' || i % 100 + 1, now(), NULL, 1, 1, 0
    FROM generate_series(1, 50000) i;
INSERT INTO notification_delivery SELECT 'N' || i, 'T' || i % 100 + 1, 'email', now(), 1, 1, 0
    FROM generate_series(1, 50000) i;
"""  # noqa: E501
CHANGES = (
    ("teacher.updated.v1", "T1"), ("class.reassigned.v1", "C5"), ("class.updated.v1", "C9"),
    ("enrollment.ended.v1", "C7/S6"), ("enrollment.ended.v1", "C8/S7"), ("exam.updated.v1", "E17"),
    ("exam.teachers_assigned.v1", "E18"), ("exam.deleted.v1", "E19"),
    ("exam_result.recorded.v1", "E20/S1"), ("exam_result.recorded.v1", "E21/S2"),
    ("assignment.updated.v1", "A7"), ("assignment.deleted.v1", "A8"),
    ("submission.withdrawn.v1", "A9/S8"), ("submission.graded.v1", "A11/S10"),
    ("question_bank.deleted.v1", "B5"), ("question.moved.v1", "Q6"), ("question.deleted.v1", "Q7"),
    ("student.updated.v1", "S7"), ("student.deactivated.v1", "S12"),
    ("student.registered.v1", "D13"), ("track.published.v1", "K3"),
    ("profile.assessed.v1", "S9"), ("mission_progress.submitted.v1", "M12/S11"),
    ("mission.updated.v1", "M3"), ("mission.retired.v1", "M4"), ("module.published.v1", "U5"),
    ("module_progress.recorded.v1", "U14/S13"), ("habit.stopped.v1", "H15"),
    ("habit_log.recorded.v1", "H16/2026-01-07"), ("goal.completed.v1", "G17"),
    ("reflection.written.v1", "R18"), ("portfolio_item.approved.v1", "P19"),
    ("readiness.scored.v1", "S20/2026-01-02"), ("subscription.ended.v1", "S21"),
    ("recommendation.dismissed.v1", "N22"), ("membership.revoked.v1", "O23/T23"),
    ("membership.revoked.v1", "O24/S23"), ("class_assignment.removed.v1", "25"),
    ("subject_assignment.removed.v1", "26"), ("subject.retired.v1", "J27"),
    ("mark.recorded.v1", "28"), ("batch.status_changed.v1", "L23"),
    ("batch.deleted.v1", "L24"), ("essay_association.removed.v1", "L26/Y25"),
    ("session.notes_added.v1", "X30"), ("session.cancelled.v1", "X31"),
    ("attendance.recorded.v1", "X32/S32"), ("assessment.given.v1", "V33"),
    ("progress.updated.v1", "S34/OC35"), ("payment.processed.v1", "Y35"),
    ("school.updated.v1", "O36"), ("resource.shared.v1", "F36"), ("notification.created.v1", "N37"),
    ("notification_receipt.read.v1", "N38/T39"), ("notification_delivery.made.v1", "N39/T40/email"),
)  # fmt: skip
VALUES: dict[str, Any] = {
    "id": "T3", "ids": ["T4", "T5"], "time": "2026-01-02T03:04:05Z", "day": "2026-01-09",
    "count": 7, "integer": 7, "marks": 7.5, "score": 1,
    "marks above 0": 8.5, "amount": "25.50", "currency": "EUR", "text": "new", "texts": ["new"],
    "flag": True, "flags": {},
}  # fmt: skip
# Two classes with their students, exams and assignments changed; the tables hold up to 50,000.
ROWS_READ_MAX = 500
# Three of a hundred teachers, with their students and all that they made.
LOOK_ROWS_MAX = 5_000
FEW = ("teacher_id", "time_zone")


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings.model_copy(update={"topic_prefix": ""}))


@pytest.fixture
def schema(settings: Settings, model: ReadModel) -> str:
    """The live generation's name, in a copy of the one database that was filled."""

    def filled(url: str) -> None:
        schema = prepare(Settings(database_url=url), model)
        with psycopg.connect(url, autocommit=True) as connection:
            enter(connection, schema, for_session=True)
            fill(connection, model)

    replace(settings.database_url, f"{model.fingerprint()} filled", filled)
    return migrate_database(settings, model, project_folder("migrations"))


def fill(connection: Connection[Any], model: ReadModel) -> None:
    """Fill the tables, which PostgreSQL then knows nothing about."""
    tables = [*model.plan().entities, *(p.name for p in model.plan().tables)]
    for table in tables:
        connection.execute(
            sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(sql.Identifier(table))
        )
    connection.execute(FILL.encode())
    for projection in model.plan().tables:
        name, view = sql.Identifier(projection.name), sql.Identifier(f"{projection.name}_def")
        connection.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(name, view))


@pytest.fixture(params=["analysed", "never analysed"])
def filled(request: pytest.FixtureRequest, database_url: str, schema: str) -> None:  # noqa: ARG001
    if request.param == "analysed":
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("ANALYZE")


@pytest.fixture
async def writer(
    database_url: str,
    model: ReadModel,
    schema: str,
    filled: None,  # noqa: ARG001
) -> AsyncIterator[BatchWriter]:
    connection = await connect(database_url, "homeroom tests")
    made = BatchWriter(connection, model, schema)
    await made.prepare(60)
    yield made
    await connection.close()


def changes() -> list[StoredRecord]:
    records = []
    for offset, (name, key) in enumerate(CHANGES):
        type_ = TYPES[name]
        data = dict(zip(type_.key, key.split("/"), strict=True))
        data |= {f.name: f.choices[0] if f.choices else VALUES[f.kind] for f in type_.fields}
        data |= {f.name: None for f in type_.fields if f.name == "organization_id"}
        records.append(record(type_.topic, name, key, 2, data, offset=offset))
    return records


async def explain(
    connection: AsyncConnection[Any], statement: str, parameters: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """Runs a statement and returns its plan with what each node really read."""
    cursor = await connection.execute(
        query("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + statement), parameters
    )
    row = await cursor.fetchone()
    assert row
    return dict(row[0][0]["Plan"])


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def is_persistent(node: dict[str, Any]) -> bool:
    return not node.get("Relation Name", "_d_").startswith("_d_")


def careless(plan: dict[str, Any]) -> list[str]:
    """Scans of persistent tables that are not lookups by index."""
    found = []
    for node in nodes(plan):
        kind = node["Node Type"]
        looked_up = "Index Cond" in node or "Recheck Cond" in node
        if "Scan" in kind and is_persistent(node) and not looked_up:
            found.append(f"{kind} on {node['Relation Name']}")
    return found


def rows_read(plan: dict[str, Any]) -> float:
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(
        (node["Actual Rows"] + sum(node.get(name, 0) for name in removed)) * node["Actual Loops"]
        for node in nodes(plan)
        if "Scan" in node["Node Type"] and is_persistent(node)
    )


async def test_every_statement_of_a_batch_finds_its_rows_by_index(
    writer: BatchWriter, model: ReadModel
) -> None:
    plan = model.plan()
    folded = fold(make_batch(Decoder(model.catalog), changes(), {}).events)
    plans: dict[str, dict[str, Any]] = {}
    async with writer.connection.transaction(force_rollback=True):
        await writer.deltas.need(frozenset(folded))
        for name, of_entity in folded.items():
            patches = as_columns(of_entity.patches)
            plans[name] = await explain(writer.connection, plan.entities[name].upsert, patches)
        for projection, changed in plan.reached(frozenset(folded)):
            if projection.joins_deltas(changed):
                await writer.connection.execute("SET LOCAL enable_hashjoin = on")
            plans[projection.name] = await explain(writer.connection, projection.maintain(changed))
            await writer.connection.execute("SET LOCAL enable_hashjoin = off")

    assert len(plans) == 41 + len(plan.projections)
    assert {name: careless(made) for name, made in plans.items() if careless(made)} == {}
    assert {
        n: rows_read(made) for n, made in plans.items() if rows_read(made) > ROWS_READ_MAX
    } == {}
    assert sum(rows_read(made) for made in plans.values()) > 0


async def test_looking_at_subjects_behind_the_lock_is_by_index(
    writer: BatchWriter, model: ReadModel
) -> None:
    keys = [f"A{n + 1}/S{n}" for n in range(2, 400, 2)]
    columns = [list(column) for column in zip(*(key.split("/") for key in keys), strict=True)]
    statement = rule_sql.subject_states(model.catalog.entity_by_name["submission"])
    made = await explain(writer.connection, statement, (*columns, keys))
    assert careless(made) == []
    assert rows_read(made) <= 4 * len(keys)


@pytest.fixture
def looking(database_url: str, filled: None) -> Iterator[Connection[Any]]:  # noqa: ARG001
    """A session as the worker's own verify has it."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SQL["prepare_session"], STATEMENT_LIMIT)
        yield connection


# Autovacuum sees to it; before, it may read a small table whole that a definition joins.
@pytest.mark.parametrize("filled", ["analysed"], indirect=True)
def test_a_look_at_a_few_keys_reads_what_they_rest_on_and_no_more(
    looking: Connection[Any], schema: str
) -> None:
    plans: dict[str, dict[str, Any]] = {}
    for table, columns in projections(looking, schema).items():
        name = sql.Identifier(schema, table)
        keys = sql.SQL("SELECT DISTINCT {key} FROM {name} ORDER BY {key} OFFSET {skip} LIMIT 4")
        skip = 50 if columns[0] in FEW else 1_000
        found = looking.execute(
            keys.format(key=sql.Identifier(columns[0]), name=name, skip=skip)
        ).fetchall()
        assert len(found) == 4, table
        asked = differing(schema, table, between(columns, found[0][0], found[-1][0]))
        explained = sql.SQL("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {}").format(asked)
        row = looking.execute(explained).fetchone()
        assert row
        plans[table] = row[0][0]["Plan"]

    assert {name: careless(made) for name, made in plans.items() if careless(made)} == {}
    assert {
        n: rows_read(made) for n, made in plans.items() if rows_read(made) > LOOK_ROWS_MAX
    } == {}
