"""Whatever is published, however it is cut and interleaved: the tables are what the rules say."""

import asyncio
import random

from hypothesis import example, given, note
from hypothesis import strategies as st

from tests.model.contract import TYPES
from tests.property.arena import Arena
from tests.property.comparing import check
from tests.property.histories import (
    OF_BATCHES,
    OF_CLASSES,
    OF_TEACHING,
    SUBJECTS,
    History,
    Step,
    steps,
)
from tests.support.strength import examples, pick, strong_example

# Every subject five times over, in turn, all of it well formed.
ORDERLY: list[Step] = [(i, 0, n * 97 + i) for n in range(5) for i in range(len(SUBJECTS))]


def in_classes(rounds: int) -> list[Step]:
    """The same of classes and who is in them.

    After 2 rounds one of two who handed in is not in the class; after 14 one of its two students is
    deactivated.
    """
    return [(i, 0, n * 97 + i) for n in range(rounds) for i in OF_CLASSES]


def in_batches(rounds: int) -> list[Step]:
    """The same of batches of essays.

    After 1 round one has most essays of the later class and one has as many of two; after 3 their
    classes are deleted, after 11 one of two.
    """
    return [(i, 0, n * 97 + i) for n in range(rounds) for i in OF_BATCHES]


def in_teaching(rounds: int, chance: int) -> list[Step]:
    """The same of classes, and of who teaches them and what.

    2 rounds of 6 and 2 of 95 have links that are in force, and links that a removal, a deleted
    class, a retired subject or a deactivated teacher took out.
    """
    return [(i, 0, n * chance + i) for n in range(rounds) for i in OF_TEACHING]


# Numbers given again to other events (92), some while one waits for what was withheld (70) and
# comes later (80).
TWICE: list[Step] = [
    (i, action, n * 97 + i + action)
    for n in range(5) for action in (0, 92, 0, 70, 0, 92, 80) for i in OF_CLASSES
]  # fmt: skip
TOPICS = tuple(dict.fromkeys(type_.topic for type_ in TYPES.values()))
CUTTINGS = pick(quick=1, thorough=2)
seeds = st.integers(0, 2**32 - 1)


@examples()
@given(drawn=steps, fill=st.booleans(), seed=seeds)
@example(drawn=ORDERLY, fill=True, seed=1)
@example(drawn=in_classes(2), fill=True, seed=1)
@strong_example(drawn=in_classes(14), fill=True, seed=1)
@strong_example(drawn=in_batches(1), fill=True, seed=1)
@example(drawn=in_batches(3), fill=True, seed=1)
@strong_example(drawn=in_batches(11), fill=True, seed=1)
@strong_example(drawn=in_teaching(2, 6), fill=True, seed=1)
@example(drawn=in_teaching(2, 95), fill=True, seed=1)
@example(drawn=TWICE, fill=True, seed=1)
def test_any_history_in_any_cutting_ends_in_the_tables_that_the_rules_describe(
    arena: Arena, runner: asyncio.Runner, drawn: list[Step], fill: bool, seed: int
) -> None:
    history = History.of(drawn, fill)
    note(history.told())
    for cutting in (seed, seed + 1)[:CUTTINGS]:
        runner.run(arena.project(history, random.Random(cutting)))
        check(arena, history)


@examples()
@given(drawn=steps, fill=st.booleans(), seed=seeds)
@example(drawn=TWICE, fill=True, seed=1)
def test_sparse_topics_end_in_the_tables_that_the_rules_describe_and_nothing_waits(
    sparse_arena: Arena, runner: asyncio.Runner, drawn: list[Step], fill: bool, seed: int
) -> None:
    history = History.of(drawn, fill, frozenset(TOPICS))
    note(history.told())
    runner.run(sparse_arena.project(history, random.Random(seed)))
    check(sparse_arena, history)
