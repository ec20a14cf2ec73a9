"""One generation for all examples."""

import asyncio
from collections.abc import Iterator

import pytest

from homeroom.settings import Settings
from homeroom_kit import contract
from tests.property.arena import Arena


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
