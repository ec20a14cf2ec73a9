"""Cost follows change: what a batch runs finds its rows by index, however large the tables."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, Connection, sql

from homeroom.database import connect
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.engine.log.records import StoredRecord
from homeroom.engine.ordering import rule_sql
from homeroom.engine.ordering.fold import as_columns, fold
from homeroom.local.components import Components
from homeroom.operations.differences import projections
from homeroom.operations.verifying.background import SQL, STATEMENT_LIMIT, between
from homeroom.operations.verifying.verify import differing
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom.statements import composable as query
from tests.model.contract import TYPES
from tests.support.feed import record
from tests.support.strength import at_full_strength
from tests.support.templates import create_filled, shared

FILL = Path(__file__).with_name("large_tables.sql").read_text()
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


@pytest.fixture(scope="module")
def model() -> ReadModel:
    return read_model(Settings())


@pytest.fixture(params=["analysed", pytest.param("never analysed", marks=at_full_strength)])
def filled(request: pytest.FixtureRequest, components: Components) -> str:
    """The URL of a database with large tables, one of each kind for all tests: they leave it so."""

    def create(name: str) -> None:
        url = create_filled(components.database_url, name, "large tables", fill)
        if request.param == "analysed":
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ANALYZE")

    return shared(components.database_url, f"large tables, {request.param}", create)


def fill(url: str) -> None:
    """Fill the tables, which PostgreSQL then knows nothing about."""
    plan = read_model(Settings()).plan()
    with psycopg.connect(url, autocommit=True) as connection:
        enter(connection, live_generation(connection), for_session=True)
        for table in (*plan.entities, *(p.name for p in plan.tables)):
            off = sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = off)")
            connection.execute(off.format(sql.Identifier(table)))
        connection.execute(FILL.encode())
        for projection in plan.tables:
            name, view = sql.Identifier(projection.name), sql.Identifier(f"{projection.name}_def")
            connection.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(name, view))


@pytest.fixture
def schema(filled: str) -> str:
    """The live generation's name."""
    with psycopg.connect(filled) as connection:
        return live_generation(connection)


@pytest.fixture
async def writer(filled: str, model: ReadModel, schema: str) -> AsyncIterator[BatchWriter]:
    connection = await connect(filled, "homeroom tests")
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
def looking(filled: str) -> Iterator[Connection[Any]]:
    """A session as the worker's own verify has it."""
    with psycopg.connect(filled, autocommit=True) as connection:
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
