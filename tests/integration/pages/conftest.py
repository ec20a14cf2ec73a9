"""The pages of an application inside the test, over a read model that the test writes itself."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from homeroom.api.app import create_app
from homeroom.api.services import utc_now
from homeroom.queries import database
from homeroom.settings import Settings
from tests.integration.api.assignments.conftest import school
from tests.integration.api.conftest import SECRET, _tables, read_model_url, settings, tables
from tests.integration.api.records.conftest import records
from tests.support.a_student import ME
from tests.support.applications import LOOP, Applications, run_in_one_loop
from tests.support.assigning import School
from tests.support.readmodel import TEACHER
from tests.support.school_pages import SchoolPages
from tests.support.signing_in import PAGES_ON, session_cookie
from tests.support.students import NOON

__all__ = ["_tables", "read_model_url", "records", "school", "settings", "tables"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    run_in_one_loop(items, Path(__file__).parent)


class PagesClient:
    """A browser without scripts: it keeps cookies, and shows what it gets."""

    def __init__(self, client: httpx.AsyncClient, app: FastAPI, settings: Settings) -> None:
        self.client = client
        self.app = app
        self.settings = settings

    def sign_in(self, sub: str = TEACHER, role: str = "teacher", school: str | None = None) -> None:
        """Be somebody from here on."""
        self.client.cookies.clear()
        cookies = session_cookie(self.app, self.settings, sub, role, school)
        for name, value in cookies.items():
            # As the client files what an answer from `localhost` sets, so that one can end it.
            self.client.cookies.set(name, value, "localhost.local", "/")

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A page; ``Accept_Language`` as a name is the header Accept-Language."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers=sent)


Browse = Callable[..., Awaitable[PagesClient]]


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """A client that keeps cookies, and needs no network."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def post_endless(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """Sends a form that does not say how long it is."""

    async def endless() -> AsyncIterator[bytes]:
        yield b"csrf_token=x"

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(path, content=endless(), headers=form)


@asynccontextmanager
async def browsing(
    settings: Settings, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[PagesClient]:
    """A browser at an application with these settings and this clock, and no other test's."""
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield PagesClient(client, app, settings)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def browse(applications: Applications) -> AsyncIterator[Browse]:
    """A browser at an application that other tests ask, too: ``await browse(settings)``."""
    async with AsyncExitStack() as stack:

        async def open_one(
            settings: Settings, clock: Callable[[], datetime] = utc_now
        ) -> PagesClient:
            app = await applications.of(settings, clock)
            return PagesClient(await stack.enter_async_context(client_of(app)), app, settings)

        yield open_one


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applications of the test's own do not wait for a database that does not come."""
    monkeypatch.setattr(database, "POOL_TIMEOUT_SECONDS", 0.1)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def pages(settings: Settings, browse: Browse) -> PagesClient:
    """The pages over an empty read model; nobody is signed in."""
    return await browse(settings.model_copy(update=PAGES_ON))


@pytest_asyncio.fixture(loop_scope=LOOP)
async def as_somebody(
    records: School, students_url: str, browse: Browse
) -> Callable[..., SchoolPages]:
    """The pages of the school `records`: ``as_somebody("A-1", "admin", "O-1")`` is signed in."""
    assert records
    browser = await browse(Settings(database_url=students_url, jwt_secret=SECRET, **PAGES_ON))

    def sign_in(sub: str, role: str, school: str | None = None) -> SchoolPages:
        browser.sign_in(sub, role, school)
        return SchoolPages(browser.client)

    return sign_in


@pytest_asyncio.fixture(loop_scope=LOOP)
async def student_pages(students_url: str, browse: Browse) -> PagesClient:
    """The pages over what the fixture `students` holds, at noon; a student is signed in."""
    known = Settings(database_url=students_url, jwt_secret=SECRET, **PAGES_ON)
    client = await browse(known, lambda: NOON)
    client.sign_in(ME, "student")
    return client
