"""The part of the rule of order that PostgreSQL checks agrees with the rule."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from homeroom.engine.log.records import Event
from homeroom.engine.ordering.fold import as_columns, fold
from homeroom.engine.ordering.rule import SubjectState, resolve
from tests.property.arena import Arena
from tests.support.feed import record
from tests.support.strength import at_full_strength, examples

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    """What is stored of the subject: how far it is, whether it has a row, and what waits."""

    sequence: int
    has_row: bool
    waits: tuple[int, ...]


SEQUENCES = st.integers(1, 4)
STORED = st.one_of(
    st.just(Stored(0, False, ())),
    st.builds(Stored, SEQUENCES, st.booleans(), st.sampled_from([(), (), (2,), (3, 4)])),
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["created", "updated", "deleted", None]), SEQUENCES),
    min_size=1, max_size=5,
)  # fmt: skip


def _event(arena: Arena, verb: str | None, sequence: int, offset: int) -> Event:
    catalog = arena.model.catalog
    made = record("exams", "x", "E1", sequence, b"", offset=offset)
    exam = catalog.entity_by_name["exam"]
    type_ = catalog.type_by_name[f"exam.{verb}.v1"] if verb else None
    values = dict.fromkeys(exam.column_names)
    return Event(exam, type_, "E1", sequence, NOON, values, made)


async def _taken(arena: Arena, stored: Stored, patches: tuple[str, ...]) -> bool:
    """Whether the upsert takes a patch, in a transaction that is rolled back."""
    connection = arena.members[0].writer.connection
    plan = arena.model.plan().entities["exam"]
    async with connection.transaction(force_rollback=True):
        if stored.has_row:
            await connection.execute(
                "INSERT INTO exam (exam_id, sequence, first_sequence, mask) "
                "VALUES ('E1', %s, 1, 0)", (stored.sequence,)
            )  # fmt: skip
        elif stored.sequence:
            await connection.execute(
                "INSERT INTO subjects_without_row VALUES ('exam', 'E1', %s)", (stored.sequence,)
            )
        for sequence in stored.waits:
            await connection.execute(
                'INSERT INTO waiting (entity, key, sequence, topic, partition, "offset", '
                "published_at, headers) VALUES ('exam', 'E1', %s, 'exams', 0, %s, now(), '{}')",
                (sequence, sequence),
            )
        await arena.members[0].writer.deltas.need(frozenset({"exam"}))
        cursor = await connection.execute(plan.upsert.encode(), patches)
        row = await cursor.fetchone()
    assert row is not None
    return bool(row[0])


def _check(
    arena: Arena, runner: asyncio.Runner, stored: Stored, drawn: list[tuple[str | None, int]]
) -> None:
    exam = arena.model.catalog.entity_by_name["exam"]
    events = [_event(arena, verb, sequence, 100 + i) for i, (verb, sequence) in enumerate(drawn)]
    patches = fold(events)["exam"].patches
    if not patches:
        return
    (patch,) = patches
    taken = runner.run(_taken(arena, stored, as_columns(patches)))
    state = SubjectState(exam, "E1", stored.sequence, stored.has_row)
    waiting = [_event(arena, "updated", sequence, sequence) for sequence in stored.waits]
    run = [event.sequence for event in resolve(state, waiting, events, []).run]
    applies = run[:1] == [patch.first] and patch.last in run
    if taken:
        assert applies
        assert not stored.waits
    elif not stored.waits and (stored.has_row or (patch.starts and not stored.sequence)):
        assert not applies


@examples(10)
@given(STORED, EVENTS)
def test_the_upsert_takes_a_patch_exactly_where_the_rule_applies_its_events(
    arena: Arena, runner: asyncio.Runner, stored: Stored, drawn: list[tuple[str | None, int]]
) -> None:
    """Of a subject that lost its first numbers, or has waiting events, it may take nothing."""
    _check(arena, runner, stored, drawn)


@at_full_strength
@examples(10)
@given(STORED.filter(lambda stored: not stored.waits), EVENTS)
def test_in_sparse_topics_too(
    sparse_arena: Arena,
    runner: asyncio.Runner,
    stored: Stored,
    drawn: list[tuple[str | None, int]],
) -> None:
    _check(sparse_arena, runner, stored, drawn)
