"""How much the tests do: what `make test` and `make test-thorough` differ in, and all of it.

A test that repeats itself takes the number of its repetitions from here. Of several tests that hold
one promise with real processes, those that take long run at full strength only.
"""

import inspect
import os
from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, example, settings

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])

# Names of what differs: of this module, of hypothesis, and of what looks at pages.
BY_STRENGTH = {"pick", "examples", "STRENGTH", "strong_example", "given", "axe_in_both_schemes"}

# Examples of each property by strength; `soak` is for a night on the property tests alone.
EXAMPLES_BY_STRENGTH = {"quick": 2, "thorough": 60, "soak": 2_000}
STRENGTH = os.environ.get("TESTS_STRENGTH", "quick")
if STRENGTH not in EXAMPLES_BY_STRENGTH:
    raise ValueError(
        f"TESTS_STRENGTH is {STRENGTH!r}: use one of {', '.join(EXAMPLES_BY_STRENGTH)}."
    )

for _name, _examples in EXAMPLES_BY_STRENGTH.items():
    settings.register_profile(
        _name,
        max_examples=_examples,
        # What an example takes depends on what else the machine does.
        deadline=None,
        print_blob=True,
        # Other examples in each run: few of them are many over the days.
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        # Shrinking takes minutes.
        phases=[phase for phase in Phase if _name == "soak" or phase is not Phase.shrink],
    )
settings.load_profile(STRENGTH)


def pick(*, quick: T, thorough: T) -> T:
    """A number of repetitions, of events or the like, by the strength of this run."""
    return quick if STRENGTH == "quick" else thorough


def examples(share: float = 1, at_least: int = 2) -> settings:
    """Settings of a property whose examples take more or less time than the usual ones."""
    return settings(max_examples=max(at_least, round(EXAMPLES_BY_STRENGTH[STRENGTH] * share)))


# `make test` passes over it, unless it is asked for by name: it takes long, and quicker tests hold
# the same promise. tests/unit/test_docs.py sees that each promise keeps one.
at_full_strength = pytest.mark.at_full_strength


def strong_example(**arguments: object) -> Callable[[F], F]:
    """An explicit example of a property, which a quick run leaves out."""
    return (lambda test: test) if STRENGTH == "quick" else example(**arguments)


def thinned(parameters: Iterable[T], keep: Callable[[T], bool]) -> list[T | pytest.ParameterSet]:
    """The parameters of one test: a quick run tries those to ``keep``, full strength all of them.

    Those that are kept differ in what they exercise; the others hold the same promise again.
    """
    every = [*parameters]
    assert any(map(keep, every)), "a quick run would try none of them"
    return [one if keep(one) else _at_full_strength(one) for one in every]


def _at_full_strength(one: object) -> pytest.ParameterSet:
    values = one if isinstance(one, tuple) else (one,)
    return pytest.param(*values, marks=at_full_strength)


def differs(item: pytest.Item) -> bool:
    """Whether a test may do more at full strength than in a quick run.

    It does if it runs at full strength only, or its file or one of its fixtures asks for numbers by
    strength. Whatever else there is just does again what it has done.
    """
    if item.get_closest_marker(at_full_strength.name) or not isinstance(item, pytest.Function):
        return True
    if not BY_STRENGTH.isdisjoint(vars(item.module)):
        return True
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    return any(
        not BY_STRENGTH.isdisjoint(inspect.unwrap(fixture.func).__code__.co_names)
        for same_name in fixtures for fixture in same_name
        if hasattr(inspect.unwrap(fixture.func), "__code__")
    )  # fmt: skip
