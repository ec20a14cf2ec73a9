"""An application over a school, and clients of an admin of the platform, of a school, a teacher."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET, client_of
from tests.support.applications import LOOP, Applications
from tests.support.assigning import Asking, School
from tests.support.students import Students


@pytest.fixture
def school(students: Students) -> School:
    return School(students)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def asking(
    school: School, students_url: str, applications: Applications
) -> AsyncIterator[Callable[..., Asking]]:
    """Clients: ``asking("A-1", "admin", "O-1")``."""
    assert school
    settings = Settings(database_url=students_url, jwt_secret=SECRET)
    async with client_of(await applications.of(settings)) as client:
        yield lambda *who: Asking(client, settings, *who)


@pytest.fixture
def admin(asking: Callable[..., Asking]) -> Asking:
    """The platform's."""
    return asking("A-0", "admin")


@pytest.fixture
def of_school(asking: Callable[..., Asking]) -> Asking:
    """An admin of the school."""
    return asking("A-1", "admin", "O-1")
