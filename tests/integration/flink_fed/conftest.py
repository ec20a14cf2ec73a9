"""A live generation that a worker has filled, and one beside it as a job of Flink's leaves it."""

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.settings import Settings
from tests.flink.histories import history
from tests.support.feed import Feed, record
from tests.support.flink_fed import create_fed
from tests.support.templates import prepare

TEACHER = {"teacher_id": "T-OWN", "name": "Ada", "email": None, "organization_id": None}
CLASS = {
    "class_id": "C-OWN", "organization_id": None, "teacher_id": "T-OWN", "name": "Algebra",
    "code": "ALG-1", "subject": "Maths", "created_at": "2026-03-01T09:00:00Z",
}  # fmt: skip


@pytest.fixture
async def fed(settings: Settings, model: ReadModel) -> Settings:
    """The settings of a database in which both hold the same."""
    prepare(settings, model)
    feed = await Feed.open(settings.require_database(), model)
    await feed.apply([
        *history(1),
        # History's teachers are of schools, and have no dashboard of their own.
        record("people", "teacher.registered.v1", "T-OWN", 1, TEACHER),
        record("classes", "class.created.v1", "C-OWN", 1, CLASS),
    ])  # fmt: skip
    await feed.close()
    create_fed(settings)
    return settings
