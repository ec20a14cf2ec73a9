"""A live generation that a worker has filled, and one beside it as a job of Flink's leaves it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.operations.migrating.migrate import prepare_role
from homeroom.settings import Settings
from tests.flink.histories import history
from tests.support.feed import Feed, record
from tests.support.flink_fed import create_fed
from tests.support.templates import migrate_empty, replace

TEACHER = {"teacher_id": "T-OWN", "name": "Ada", "email": None, "organization_id": None}
CLASS = {
    "class_id": "C-OWN", "organization_id": None, "teacher_id": "T-OWN", "name": "Algebra",
    "code": "ALG-1", "subject": "Maths", "created_at": "2026-03-01T09:00:00Z",
}  # fmt: skip


@pytest.fixture
def fed(settings: Settings, model: ReadModel) -> Settings:
    """The settings of a database in which both hold the same."""

    def fill(url: str) -> None:
        migrate_empty(url, model)
        # In a thread of its own, since the test's event loop is none of ours.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, _fill(url, model)).result()
        create_fed(settings.model_copy(update={"database_url": url}))

    url = settings.require_database()
    replace(url, f"fed by Flink beside {model.fingerprint()}", fill)
    with psycopg.connect(url) as connection:
        prepare_role(connection)
    return settings


async def _fill(url: str, model: ReadModel) -> None:
    feed = await Feed.open(url, model)
    await feed.apply([
        *history(1),
        # History's teachers are of schools, and have no dashboard of their own.
        record("people", "teacher.registered.v1", "T-OWN", 1, TEACHER),
        record("classes", "class.created.v1", "C-OWN", 1, CLASS),
    ])  # fmt: skip
    await feed.close()
