"""An answer says that it is incomplete exactly when it rests on an incomplete row, and since when.

Of all answers, for histories in which some subjects have a dead letter or a gap.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator

from hypothesis import example, given

from tests.model.log import Log
from tests.property.arena import Arena
from tests.property.comparing import expected_rows, with_keys
from tests.property.histories import OF_STUDENTS, SUBJECTS, History, Step
from tests.property.incompleteness import Answer, answers
from tests.property.test_projector import seeds
from tests.support.strength import at_full_strength, examples

OF_SCHOOLS = [n for n in range(len(SUBJECTS)) if n not in OF_STUDENTS]
PEOPLE = [n for n, (entity, _) in enumerate(SUBJECTS) if entity in ("teacher", "student")]
# What History makes of a step with such a number.
GOOD, BAD, WITHHELD = 0, 60, 67


def drawn(rng: random.Random) -> list[Step]:
    """A few events of most subjects; some have a bad or a missing one, and more behind it."""
    steps: list[Step] = []
    for subject in rng.choice((OF_STUDENTS, OF_SCHOOLS + PEOPLE)):
        actions = [GOOD] * rng.choice((0, 1, 1, 2, 3))
        if rng.random() < 0.15:
            actions += [rng.choice((BAD, WITHHELD)), *[GOOD] * rng.choice((0, 1, 2))]
        steps += [(subject, action, rng.randrange(2**20)) for action in actions]
    return steps


def answered(arena: Arena, runner: asyncio.Runner, seed: int) -> Iterator[Answer]:
    """Every answer, once a history is projected."""
    rng = random.Random(seed)
    history = History.of(drawn(rng), fill=False)
    runner.run(arena.project(history, rng))
    log = Log(published.entry for published in history.log)
    yield from answers(arena.database, log, with_keys(expected_rows(log)))


@examples()
@given(seed=seeds)
@example(seed=5932).via("a teacher graded another's assignment, and who handed in is incomplete")
@example(seed=23).via("of an assignment, a withdrawn submission's student is incomplete")
def test_an_answer_is_incomplete_exactly_when_it_rests_on_an_incomplete_row(
    arena: Arena, runner: asyncio.Runner, seed: int
) -> None:
    for answer in answered(arena, runner, seed):
        if answer.is_exact:
            assert answer.since == answer.expected, answer
        else:
            assert answer.since is not None, answer


@at_full_strength
def test_such_histories_leave_each_answer_incomplete_and_complete(
    arena: Arena, runner: asyncio.Runner
) -> None:
    """Otherwise the test above would show nothing."""
    seen: Counter[tuple[str, bool]] = Counter()
    for seed in range(10):
        for answer in answered(arena, runner, seed):
            seen[answer.name, answer.expected is not None] += 1
    names = {name for name, _ in seen}
    assert len(names) == 26
    assert {name for name in names if not (seen[name, True] and seen[name, False])} == set()
