"""What operators do with dead letters and holes, at any moment, holds in every generation."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from psycopg import sql

from homeroom.operations.dead_letters import listing as dead_letters
from homeroom.operations.dead_letters.actions import (
    DeadLetterId,
    Decision,
    GapId,
    Operator,
    operator,
)
from homeroom.operations.verifying.verify import verify
from tests.property.arena import Arena
from tests.property.comparing import check, stored_rows
from tests.property.histories import History, Step, steps
from tests.property.test_projector import seeds
from tests.support.strength import at_full_strength, examples

DECISION = Decision("tests", "by chance")
PROJECTIONS = "SELECT jsonb_object_keys(definitions) FROM plan ORDER BY 1"


@pytest.fixture
def hand(arena: Arena, runner: asyncio.Runner) -> Iterator[Operator]:
    entered = operator(arena.database_url, arena.model)
    yield runner.run(entered.__aenter__())
    runner.run(entered.__aexit__(None, None, None))


class Chance:
    """An operator who acts now and then, on whatever is open."""

    def __init__(self, arena: Arena, hand: Operator, rng: random.Random, share: float) -> None:
        self.discards = 0
        self._arena, self._hand, self._rng, self._share = arena, hand, rng, share

    async def discard(self) -> None:
        if self._rng.random() > self._share:
            return
        kept = dead_letters.list_kept(self._arena.database_url)
        asked: list[DeadLetterId | GapId] = [
            dead_letters.parse_id(one.id) for one in kept if self._rng.random() < 0.4
        ]
        if asked:
            await self._hand.discard(asked, DECISION)
            self.discards += len(asked)

    async def retry(self) -> None:
        if self._rng.random() < self._share:
            letters = dead_letters.ids(dead_letters.list_kept(self._arena.database_url))
            done = await self._hand.retry(letters, DECISION)
            assert {one.outcome for one in done.retried} <= {"refused"}


def held(arena: Arena) -> dict[str, Any]:
    """All that a generation holds, less what depends on when somebody looked."""
    rows, stands = stored_rows(arena)
    found: dict[str, Any] = {"rows": rows, "stands": stands}
    for name, query in {
        "rowless": "SELECT entity, key, sequence FROM subjects_without_row",
        "holes": "SELECT entity, key, first_sequence, last_sequence FROM gaps",
        "waiting": "SELECT entity, key, sequence FROM waiting",
        "open": "SELECT DISTINCT entity, key, sequence FROM dead_letters "
        "WHERE closed_as IS NULL AND entity IS NOT NULL",
        "unplaced": 'SELECT topic, partition, "offset" FROM dead_letters '
        "WHERE closed_as IS NULL AND entity IS NULL",
    }.items():
        found[name] = sorted(arena.database.execute(query.encode()))
    for (name,) in arena.database.execute(PROJECTIONS).fetchall():
        found[name] = sorted(
            # As text: an exam without a date sorts at -infinity, which is no datetime.
            arena.database.execute(
                sql.SQL("SELECT {0}::text FROM {0}").format(sql.Identifier(name))
            )
        )
    return found


@at_full_strength
@examples()
@given(drawn=steps, fill=st.booleans(), seed=seeds)
def test_what_was_discarded_at_any_moment_is_so_in_the_next_generation(
    arena: Arena, hand: Operator, runner: asyncio.Runner, drawn: list[Step], fill: bool, seed: int
) -> None:
    history = History.of(drawn, fill)
    note(history.told())
    arena.database.execute("TRUNCATE homeroom.discard")
    chance = Chance(arena, hand, random.Random(seed), 0.3)
    runner.run(arena.project(history, random.Random(seed), chance.discard))
    assert [c for c in verify(arena.database_url) if c.differs] == []
    live = held(arena)
    note(f"{chance.discards} discards")

    runner.run(arena.project(history, random.Random(seed + 1)))
    assert [c for c in verify(arena.database_url) if c.differs] == []
    assert held(arena) == live


@examples()
@given(drawn=steps, fill=st.booleans(), seed=seeds)
def test_retrying_what_is_still_wrong_changes_nothing(
    arena: Arena, hand: Operator, runner: asyncio.Runner, drawn: list[Step], fill: bool, seed: int
) -> None:
    history = History.of(drawn, fill)
    note(history.told())
    arena.database.execute("TRUNCATE homeroom.discard")
    chance = Chance(arena, hand, random.Random(seed), 0.2)
    runner.run(arena.project(history, random.Random(seed), chance.retry))
    check(arena, history)
