"""A teacher of two schools, and clients of whoever asks, at noon of the first of March 2026."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET, client_of
from tests.support.applications import LOOP, Applications
from tests.support.assigning import Asking
from tests.support.students import NOON, Students

Told = tuple[str, dict[str, Any]]
NORTH, SOUTH = {"school_id": "1"}, {"school_id": "2"}
ADA = {"teacher_id": "T-1"}
# The trend is switched on at the second.
FLAGS = '{"advanced_analytics": [{"schools": ["2"]}]}'


def of_north(entity: str, **told: Any) -> Told:
    """Something that Ada has at the first of her schools."""
    return entity, ADA | NORTH | told


def session(number: int, status: str, starts_at: Any, school: str = "1", **told: Any) -> Told:
    return "session", ADA | {
        "session_id": str(number), "organization_id": school, "class_id": "C-1", "status": status,
        "title": f"Lesson {number}", "starts_at": starts_at, "ends_at": starts_at, **told,
    }  # fmt: skip


TOLD: tuple[Told, ...] = (
    ("teacher", ADA | {"name": "Ada", "email": "ada@school.example"}),
    ("teacher", {"teacher_id": "T-2", "name": "Bob"}),
    ("school", NORTH | {"name": "North"}),
    ("school", SOUTH | {"name": "South", "time_zone": "Pacific/Kiritimati"}),
    ("school", {"school_id": "3", "name": "West"}),
    ("school", {"school_id": "4", "name": "Anywhere", "closed": True}),
    *(("membership", {"school_id": id_, "user_id": "T-1", "role": "teacher"}) for id_ in "124"),
    ("membership", {"school_id": "3", "user_id": "T-1", "role": "admin"}),
    ("class", ADA | {"class_id": "C-1", "organization_id": "1", "name": "Algebra"}),
    *(("student", {"student_id": f"{n}", "name": f"Student {n:02d}"}) for n in range(1, 6)),
    *(("enrollment", {"class_id": "C-1", "student_id": str(n)}) for n in range(1, 6)),
)


@pytest.fixture
def school(students: Students) -> Students:
    students.hold(*TOLD)
    return students


@pytest_asyncio.fixture(loop_scope=LOOP)
async def asking(
    school: Students, students_url: str, applications: Applications
) -> AsyncIterator[Callable[..., Asking]]:
    """Clients: ``asking("T-1", "teacher")``."""
    assert school
    settings = Settings(
        database_url=students_url, jwt_secret=SECRET, feature_flags=FLAGS,
        dashboard_requests_per_minute_max=1_000,
    )  # fmt: skip
    async with client_of(await applications.of(settings, lambda: NOON)) as client:
        yield lambda *who: Asking(client, settings, *who)


@pytest.fixture
def ada(asking: Callable[..., Asking]) -> Asking:
    return asking("T-1", "teacher")
