"""Whatever a log holds: built at once, set-based, it ends in the same tables as event by event."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import assume, example, given, note
from hypothesis import strategies as st

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.operations.generations import drop
from homeroom.operations.rebuilding.as_of import time_of
from homeroom.operations.rebuilding.comparing import Report
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import RebuildOptions
from homeroom.settings import Settings
from tests.model.log import Entry, Log
from tests.property.arena import Arena
from tests.property.comparing import check_tables
from tests.property.histories import IN_TWO, SUBJECTS, History, Step, steps
from tests.property.memory_log import MemoryLog, read_from, unprefixed
from tests.property.test_projector import ORDERLY, TOPICS, TWICE, seeds
from tests.support.strength import at_full_strength, examples

# Each builds a whole generation.
seldom = examples(1 / 5)


@dataclass
class Built:
    """The generation that was built, as comparing.Holder."""

    database_url: str
    database: psycopg.Connection[Any]


class Builder:
    """Rebuilds beside an arena's generation, and takes everything back afterwards."""

    def __init__(self, arena: Arena, settings: Settings) -> None:
        self.arena = arena
        self._settings = unprefixed(settings)

    def build(self, history: History, seed: int, **options: Any) -> tuple[str, Report | None]:
        told: list[Report | None] = []
        log = MemoryLog(history, random.Random(seed))
        with read_from(log, ReadModel(self.arena.model.catalog, {})):
            generation, _ = rebuild(
                self._settings, self.arena.model, RebuildOptions(**options), lambda *_: None,
                told.append, hands_over=False,
            )  # fmt: skip
        return generation, told[0] if told else None

    def check(self, generation: str, log: Log) -> None:
        """The generation is what the model says, as if it were live."""
        database = self.arena.database
        database.execute("UPDATE homeroom.live SET schema = %s", (generation,))
        self._enter(generation)
        check_tables(Built(self.arena.database_url, database), log)

    def reset(self) -> None:
        database = self.arena.database
        database.execute("UPDATE homeroom.live SET schema = 'g0001'")
        for (name,) in database.execute(
            "SELECT name FROM homeroom.generation WHERE name <> 'g0001'"
        ).fetchall():
            drop(database, name)
        database.execute("UPDATE homeroom.generation SET state = 'live', keep_until = NULL")
        database.execute("DELETE FROM homeroom.rebuild")
        self._enter("g0001")

    def _enter(self, generation: str) -> None:
        enter(self.arena.database, generation, for_session=True)


@pytest.fixture
def builder(arena: Arena, settings: Settings) -> Builder:
    return Builder(arena, settings)


@pytest.fixture
def sparse_builder(settings: Settings, runner: asyncio.Runner) -> Iterator[Builder]:
    sparse = settings.model_copy(update={"sparse_topics": ",".join(TOPICS)})
    arena = runner.run(Arena.open(sparse))
    yield Builder(arena, sparse)
    runner.run(arena.close())


@at_full_strength
@seldom
@given(drawn=steps, fill=st.booleans(), seed=seeds)
@example(drawn=ORDERLY, fill=True, seed=1)
@example(drawn=TWICE, fill=True, seed=1)
def test_a_rebuild_of_any_history_ends_in_the_tables_that_the_rules_describe(
    builder: Builder, runner: asyncio.Runner, drawn: list[Step], fill: bool, seed: int
) -> None:
    history = History.of(drawn, fill)
    assume(history.log)
    note(history.told())
    builder.reset()
    runner.run(builder.arena.project(history, random.Random(seed)))

    generation, report = builder.build(history, seed)

    assert report is not None
    builder.check(generation, Log(p.entry for p in history.log))
    # Of a subject in two partitions, which copy counts is open.
    in_two = any(p.entry.place and p.entry.place[:2] in IN_TWO for p in history.log)
    assert in_two or not report.differs, report


@at_full_strength
@seldom
@given(drawn=steps, fill=st.booleans(), seed=seeds)
def test_so_it_does_in_sparse_topics(
    sparse_builder: Builder, runner: asyncio.Runner, drawn: list[Step], fill: bool, seed: int
) -> None:
    history = History.of(drawn, fill, frozenset(TOPICS))
    assume(history.log)
    note(history.told())
    sparse_builder.reset()
    runner.run(sparse_builder.arena.project(history, random.Random(seed)))
    generation, report = sparse_builder.build(history, seed)
    assert report is not None
    assert not report.differs, report
    sparse_builder.check(generation, Log((p.entry for p in history.log), frozenset(TOPICS)))


@at_full_strength
@seldom
@given(drawn=steps, fill=st.booleans(), seed=seeds, hour=st.integers(0, 24))
@example(drawn=TWICE, fill=True, seed=1, hour=20)
def test_as_of_a_moment_a_subject_ends_before_its_first_later_event(
    builder: Builder, drawn: list[Step], fill: bool, seed: int, hour: int
) -> None:
    history = History.of([step for step in drawn if SUBJECTS[step[0]] not in IN_TWO], fill)
    assume(history.log)
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    note(f"{moment}\n{history.told()}")
    builder.reset()
    generation, _ = builder.build(history, seed, as_of=moment, into="january")
    assert generation == "january"
    told = [(p.entry, time_of(p.record)) for p in history.log]
    builder.check(generation, Log(until(told, moment)))


def until(told: list[tuple[Entry, datetime]], moment: datetime) -> list[Entry]:
    """What a log had told by then: naively, subject by subject."""
    kept = []
    subjects: dict[tuple[str, str], list[tuple[Entry, datetime]]] = {}
    for entry, time in told:
        if entry.place is not None:
            subjects.setdefault(entry.place[:2], []).append((entry, time))
        elif time <= moment:
            kept.append(entry)
    for of_subject in subjects.values():
        end = first_later(of_subject, moment)
        # A later letter at a number that has its event ends nothing, and is not told yet.
        kept += [
            e for e, time in of_subject
            if time <= moment and e.place and (end is None or e.place.sequence < end)
        ]  # fmt: skip
    return sorted(kept, key=lambda entry: entry.published_at)


def first_later(of_subject: list[tuple[Entry, datetime]], moment: datetime) -> int | None:
    """The lowest number whose event, or letter, is later; of an event's copies the first counts."""
    later = []
    known: set[int] = set()
    for entry, time in of_subject:
        assert entry.place is not None
        number = entry.place.sequence
        if number not in known and time > moment:
            later.append(number)
        if entry.reason is None:
            known.add(number)
    return min(later, default=None)
