"""Whoever looks at pages too often in a minute is told so, by the limits of the API."""

import re
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from homeroom.api.envelopes import PAGES
from homeroom.settings import Settings
from tests.integration.pages.conftest import PagesClient, browsing
from tests.support.limits import count_however_long_it_takes
from tests.support.readmodel import Tables
from tests.support.signing_in import PAGES_ON


async def test_one_page_too_many_is_a_page_that_says_so(
    settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_however_long_it_takes(monkeypatch)
    tables.insert("teachers")
    tables.connection.execute("TRUNCATE homeroom.request_count")
    limited = PAGES_ON | {"read_requests_per_minute_max": 2}
    async with browsing(settings.model_copy(update=limited)) as pages:
        pages.sign_in()
        # What a page reads counts once, as its request.
        assert [(await pages.get("/teacher")).status_code for _ in range(2)] == [200, 200]
        answer = await pages.get("/teacher")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert re.search(r"You have asked too often; try again in \d+ seconds?\.", answer.text)
    tables.connection.execute("TRUNCATE homeroom.request_count")


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("GET", "/teacher", "reads"),
        ("GET", "/teacher/schools/{school_id}", "dashboard"),
        ("POST", "/teacher/schools/{school_id}/notifications/{id}/read", "notifications"),
        ("POST", "/marks", ""),
    ],
)
async def test_pages_of_schools_have_the_limits_of_what_they_show(
    pages: PagesClient, method: str, path: str, limit: str
) -> None:
    route = SimpleNamespace(path=path, surface=PAGES)
    scope = {"type": "http", "method": method, "path": path, "route": route, "app": pages.app}
    limits = pages.app.state.services.limits
    assert limits._limit_of(Request(scope)).name == limit
