"""An application over a school, and clients of an admin of the platform, of a school, a teacher."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from homeroom.api.app import create_app
from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET
from tests.support.assigning import Asking, School
from tests.support.students import Students


@pytest.fixture
def school(students: Students) -> School:
    return School(students)


@pytest.fixture
async def asking(school: School, students_url: str) -> AsyncIterator[Callable[..., Asking]]:
    """Clients: ``asking("A-1", "admin", "O-1")``."""
    assert school
    settings = Settings(database_url=students_url, jwt_secret=SECRET)
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://homeroom") as client,
    ):
        yield lambda *who: Asking(client, settings, *who)


@pytest.fixture
def admin(asking: Callable[..., Asking]) -> Asking:
    """The platform's."""
    return asking("A-0", "admin")


@pytest.fixture
def of_school(asking: Callable[..., Asking]) -> Asking:
    """An admin of the school."""
    return asking("A-1", "admin", "O-1")
