"""Whatever is published: a field is explained by the event that set it, a count by its rows."""

import asyncio
import random
from collections.abc import Iterator
from itertools import chain

from hypothesis import example, given, note
from hypothesis import strategies as st
from psycopg import sql

from homeroom.operations.explain.answer import SetBy
from homeroom.operations.explain.events import Setters, TracedRow, spans
from homeroom.operations.explain.log import merged
from homeroom.operations.explain.snapshot import ExplainRequest, SnapshotFindings, read_snapshot
from tests.model.contract import BY_ENTITY, TIMED, TYPES
from tests.model.log import Entry, Log, Subject
from tests.property.arena import Arena
from tests.property.histories import TEACHERS, History, Step, steps
from tests.property.test_projector import ORDERLY, TOPICS, seeds
from tests.support.strength import at_full_strength, examples, pick

# Only the whole row of each tells of everything that lies below it.
TOTALS = (
    "teacher_stats", "class_totals", "exam_totals", "assignment_totals", "student_mission_totals",
    "student_portfolios",
)  # fmt: skip
# Of each table.
ROWS_MAX = pick(quick=3, thorough=1_000)
OTHERS = ("student_overview", "student_missions", "student_readiness", "habit_runs")


def told_by_the_model(subject: Subject) -> dict[str, tuple[str, int, int]]:
    """Where the event stands that set each field of a row last."""
    found: dict[str, Entry] = {}
    types = BY_ENTITY[subject.place[0]]
    for entry in subject.applied:
        type_ = TYPES[entry.type]
        timed = [TIMED[type_.entity]] if type_.entity in TIMED else []
        sets = [*type_.columns, *type_.effects, *timed]
        if type_.creates and not (type_.keeps and found):
            sets = [name for t in types for name in (*t.columns, *dict(t.sets))]
            sets += timed
            for name in type_.key:
                found.setdefault(name, entry)
        found |= dict.fromkeys(sets, entry)
    return {name: entry.position for name, entry in found.items()}


def place(event: SetBy) -> tuple[str, int, int]:
    return event.topic, event.partition, event.offset


def explained(arena: Arena, history: History, table: str, key: str) -> SnapshotFindings:
    """What the snapshot says; what the log says is held against the model at once."""
    found = read_snapshot(arena.database_url, arena.model, ExplainRequest(table, key))
    assert found.explanation.drift == []
    setters = Setters(found.rows, arena.model.catalog, found.discards)
    wanted = {partition: merged(some) for partition, some in spans(found.rows).items()}
    for partition, published in history.by_partition().items():
        for one in published:
            if any(s.start <= one.record.offset < s.end for s in wanted.get(partition, ())):
                setters.take(one.record)
    subjects = Log((p.entry for p in history.log), history.sparse_topics).subjects
    for row in found.rows:
        check(row, setters.of(row), subjects[row.entity.name, row.key])
    return found


def check(row: TracedRow, told: dict[str, SetBy], subject: Subject) -> None:
    expected = told_by_the_model(subject)
    assert {name: place(event) for name, event in told.items()} == expected
    assert set(row.values) <= set(expected)


def rows(arena: Arena, table: str, key: tuple[str, ...]) -> Iterator[str]:
    names = sql.SQL(", ").join(map(sql.Identifier, key))
    query = sql.SQL("SELECT concat_ws('/', {}) FROM {}").format(names, sql.Identifier(table))
    found = [key for (key,) in arena.database.execute(query)]
    yield from random.sample(found, min(len(found), ROWS_MAX))


def check_entities(arena: Arena, history: History) -> None:
    for entity, types in BY_ENTITY.items():
        for key in rows(arena, entity, types[0].key):
            (only,) = explained(arena, history, entity, key).rows
            assert (only.entity.name, only.key) == (entity, key)


@at_full_strength
@examples(1 / 4)
@given(drawn=steps, fill=st.booleans(), seed=seeds)
@example(drawn=ORDERLY, fill=True, seed=1)
def test_every_field_is_explained_by_the_event_that_set_it_and_every_count_by_its_rows(
    arena: Arena, runner: asyncio.Runner, drawn: list[Step], fill: bool, seed: int
) -> None:
    history = History.of(drawn, fill)
    note(history.told())
    runner.run(arena.project(history, random.Random(seed)))
    check_entities(arena, history)
    projections = {p.name: p.key for p in arena.model.plan().projections}
    asked = chain.from_iterable(
        ((table, key) for key in rows(arena, table, projections[table])) for table in TOTALS
    )
    for table, key in asked:
        found = explained(arena, history, table, key).explanation
        assert all(count.value == count.found for count in found.counts)
        assert table != "teacher_stats" or key in TEACHERS
    for table in OTHERS:
        for key in rows(arena, table, projections[table]):
            assert explained(arena, history, table, key).rows


@at_full_strength
@examples(1 / 4)
@given(drawn=steps, seed=seeds)
def test_in_sparse_topics_the_log_explains_too(
    sparse_arena: Arena, runner: asyncio.Runner, drawn: list[Step], seed: int
) -> None:
    history = History.of(drawn, True, frozenset(TOPICS))
    note(history.told())
    runner.run(sparse_arena.project(history, random.Random(seed)))
    check_entities(sparse_arena, history)


@at_full_strength
@examples(1 / 4)
@given(drawn=steps, seed=seeds)
def test_what_a_total_counts_is_what_is_found_below_it(
    arena: Arena, runner: asyncio.Runner, drawn: list[Step], seed: int
) -> None:
    history = History.of([*ORDERLY, *drawn], fill=True)
    note(history.told())
    runner.run(arena.project(history, random.Random(seed)))
    for key in rows(arena, "class_totals", ("class_id",)):
        found = explained(arena, history, "class_totals", key)
        enrolled = [row for row in found.rows if row.values["ended_at"] is None]
        assert len(enrolled) == len(found.rows) == found.explanation.value["students"]
    for key in rows(arena, "teacher_stats", ("teacher_id",)):
        found = read_snapshot(
            arena.database_url, arena.model, ExplainRequest("teacher_stats", key, "students")
        )
        students = {r.key.split("/")[1] for r in found.rows if r.entity.name == "enrollment"}
        assert len(students) == found.explanation.value
