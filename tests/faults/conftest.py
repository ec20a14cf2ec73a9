"""Settings for the tests in which things break, and publishers who remember what they meant."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from tests.faults.upstream import Upstream
from tests.faults.workers import Crew
from tests.support.commands import Tables
from tests.support.templates import prepare


@pytest.fixture
def fast() -> dict[str, object]:
    """Small batches, so that a load has many commits to break; silence is noticed soon."""
    return {
        "batch_events_max": 100,
        "batch_events_behind_max": 100,
        # What is caught or held up here is the projector's.
        "nudge_interval_seconds": 0,
        "session_timeout_seconds": 1,
    }


@pytest.fixture
def patient(fast: dict[str, object]) -> None:
    """Transactions that a test or a busy machine holds up are not ended by their own limit."""
    fast["session_timeout_seconds"] = 20


@pytest.fixture
def settings(settings: Settings, fast: dict[str, object]) -> Settings:
    return settings.model_copy(update=fast)


@pytest.fixture
async def prepared(settings: Settings) -> Settings:
    """The same, after `homeroom migrate`."""
    prepare(settings)
    await migrate(settings, read_model(settings), project_folder("migrations"))
    return settings


@pytest.fixture
async def upstream(prepared: Settings) -> AsyncIterator[Upstream]:
    """Publishers to the prepared topics."""
    made = Upstream(prepared)
    yield made
    await made.close()


@pytest.fixture
def tables(prepared: Settings) -> Iterator[Tables]:
    made = Tables(prepared)
    yield made
    made.close()


@pytest.fixture
def crew(prepared: Settings, tmp_path: Path) -> Iterator[Crew]:
    """Workers as processes, which end with the test."""
    made = Crew(prepared, tmp_path)
    yield made
    made.end()
