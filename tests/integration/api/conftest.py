"""The query service inside the test, over a read model that the test writes itself."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.local.components import Components
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.a_student import ME
from tests.support.applications import LOOP, Applications, run_in_one_loop
from tests.support.readmodel import TEACHER, Tables
from tests.support.students import NOON
from tests.support.templates import prepared_database

SECRET = "the tests' own key, longer than 32 bytes"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    run_in_one_loop(items, Path(__file__).parent)


@pytest.fixture(scope="session")
def read_model_url(components: Components) -> Iterator[str]:
    """One prepared database for all tests of reading; each finds it empty."""
    with prepared_database(components.database_url) as url:
        yield url


@pytest.fixture(scope="session")
def _tables(read_model_url: str) -> Iterator[Tables]:
    tables = Tables(read_model_url)
    yield tables
    tables.close()


@pytest.fixture
def tables(_tables: Tables) -> Tables:
    """The read model, empty, for the test to fill."""
    _tables.clear()
    return _tables


@pytest.fixture
def settings(read_model_url: str, tables: Tables) -> Settings:
    """Settings of an application over the empty read model."""
    assert tables.generation
    return Settings(database_url=read_model_url, jwt_secret=SECRET)


class Api:
    """A client of one application, who knows a teacher's token."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self.client = client
        self.settings = settings
        known = bool(settings.jwt_secret.get_secret_value())
        self.token = tokens.issue(settings, TEACHER, "teacher") if known else ""

    async def get(self, path: str, **headers: str | None) -> httpx.Response:
        """Get a path with the teacher's token; ``Wait_For`` as a name is the header Wait-For."""
        sent: dict[str, Any] = {"Authorization": f"Bearer {self.token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={k: v for k, v in sent.items() if v is not None})

    async def dashboard(self, path: str, **headers: str | None) -> httpx.Response:
        """A part of the teacher's own dashboard."""
        part = f"/{path}" if path else ""
        return await self.get(f"/api/teachers/{TEACHER}/dashboard{part}", **headers)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """A client that needs no network."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://homeroom")


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Api]:
    """An application with these settings, started as a server would, and no other test's."""
    app = create_app(settings)
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield Api(client, settings)


@pytest.fixture
def serve() -> Callable[[Settings], AbstractAsyncContextManager[Api]]:
    """Starts an application with other settings: ``async with serve(settings) as api``."""
    return serving


@pytest_asyncio.fixture(loop_scope=LOOP)
async def api(settings: Settings, applications: Applications) -> AsyncIterator[Api]:
    """The application with the usual settings, and nobody registered."""
    async with client_of(await applications.of(settings)) as client:
        yield Api(client, settings)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def own_api(settings: Settings) -> AsyncIterator[Api]:
    """The same, but for its figures, and what it saw last, no other test's."""
    async with serving(settings) as started:
        yield started


class StudentApi:
    """A client of one application over what students have, where it is as late as a test says."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, app: FastAPI) -> None:
        self.client = client
        self.settings = settings
        self.app = app
        self.now = NOON

    async def get(self, path: str, **headers: str | None) -> httpx.Response:
        """Get a path below the student's, with the student's token; headers as Api.get takes."""
        sent: dict[str, Any] = {"Authorization": self.token()}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        known = {k: v for k, v in sent.items() if v is not None}
        return await self.client.get(f"/api/v1/student{path}", headers=known)

    async def body(self, path: str, who: str = ME) -> Any:
        """The answer of a student, which must be one."""
        answer = await self.get(path, Authorization=self.token(who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def token(self, who: str = ME, role: str = "student") -> str:
        return f"Bearer {tokens.issue(self.settings, who, role)}"


@asynccontextmanager
async def serving_students(settings: Settings) -> AsyncIterator[StudentApi]:
    """An application with these settings and a clock that stands still, and no other test's."""
    app = create_app(settings, clock=lambda: api.now)
    async with app.router.lifespan_context(app), client_of(app) as client:
        api = StudentApi(client, settings, app)
        yield api


@pytest.fixture
def serve_students(students_url: str) -> Callable[..., AbstractAsyncContextManager[StudentApi]]:
    """Starts it with other settings: ``async with serve_students(root_path="/x") as api``."""
    usual = Settings(database_url=students_url, jwt_secret=SECRET)
    return lambda **changed: serving_students(usual.model_copy(update=changed))


@asynccontextmanager
async def asking_students(
    applications: Applications, settings: Settings
) -> AsyncIterator[StudentApi]:
    """The same of an application that other tests ask, too."""
    app = await applications.of(settings, lambda: api.now)
    async with client_of(app) as client:
        api = StudentApi(client, settings, app)
        yield api


@pytest_asyncio.fixture(loop_scope=LOOP)
async def student_api(students_url: str, applications: Applications) -> AsyncIterator[StudentApi]:
    """The application over what the fixture `students` holds, at noon."""
    usual = Settings(database_url=students_url, jwt_secret=SECRET)
    async with asking_students(applications, usual) as api:
        yield api


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """A real server, for clients that are not asynchronous."""
    config = uvicorn.Config(create_app(settings), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        wait_for(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()
