"""One generation for all examples."""

import asyncio
from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.property.comparing", "tests.property.students")

from homeroom import contract  # noqa: E402 - after the rewriting is asked for
from homeroom.settings import Settings  # noqa: E402 - after the rewriting is asked for
from tests.property.arena import Arena  # noqa: E402


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def arena(settings: Settings, runner: asyncio.Runner) -> Iterator[Arena]:
    opened = runner.run(Arena.open(settings))
    yield opened
    runner.run(opened.close())


@pytest.fixture
def sparse_arena(settings: Settings, runner: asyncio.Runner) -> Iterator[Arena]:
    """Nobody numbers without holes here."""
    opened = runner.run(Arena.open(settings, sparse_topics=",".join(contract.TOPICS)))
    yield opened
    runner.run(opened.close())
