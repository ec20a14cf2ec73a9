"""Whoever asks too often in a minute is told so, by all services together; who cannot be counted
is answered.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from homeroom.api import rate_limits, tokens
from homeroom.settings import Settings
from tests.support.limits import count_however_long_it_takes
from tests.support.readmodel import TEACHER, Tables

PATH = "/api/teachers/resources"
Serve = Callable[[Settings], AbstractAsyncContextManager[Any]]
# Far more than it takes, of what would have no end.
FROZEN_SECONDS_MAX = 9.0
HEADERS = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")


@pytest.fixture(autouse=True)
def _no_request_goes_uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is."""
    count_however_long_it_takes(monkeypatch)


@pytest.fixture(autouse=True)
def _nothing_counted(tables: Tables) -> Iterator[None]:
    tables.connection.execute("TRUNCATE homeroom.request_count")
    yield
    tables.connection.execute("TRUNCATE homeroom.request_count")


def limited(settings: Settings, **changed: Any) -> Settings:
    return settings.model_copy(update={"read_requests_per_minute_max": 3, **changed})


async def test_requests_of_a_minute_are_counted_by_all_services_together(
    serve: Serve, settings: Settings
) -> None:
    async with serve(limited(settings)) as one, serve(limited(settings)) as other:
        left = [(await api.get(PATH)).headers["RateLimit-Remaining"] for api in (one, other, one)]
        assert left == ["2", "1", "0"]
        refused = await other.get(PATH)
        assert refused.status_code == 429
        assert [*refused.json()] == ["error"]
        assert refused.headers["RateLimit-Limit"] == "3"
        assert refused.headers["RateLimit-Remaining"] == "0"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]
        # Somebody else has a minute of their own.
        other.token = tokens.issue(settings, "T-2", "teacher")
        assert (await other.get(PATH)).status_code == 200
        metrics = (await other.get("/metrics")).text
        assert 'homeroom_rate_limited_total{limit="reads"} 1.0' in metrics


async def test_the_dashboard_has_a_limit_of_its_own(serve: Serve, settings: Settings) -> None:
    usual = {name: field.default for name, field in Settings.model_fields.items()}
    assert usual["dashboard_requests_per_minute_max"] == 60
    assert usual["notification_requests_per_minute_max"] == 30
    assert usual["read_requests_per_minute_max"] == 0
    one = limited(settings, dashboard_requests_per_minute_max=1)
    async with serve(one) as api:
        first = await api.get("/api/teachers/dashboard/")
        assert (first.status_code, first.headers["RateLimit-Limit"]) == (200, "1")
        assert (await api.get("/api/teachers/dashboard")).status_code == 429
        assert (await api.get(PATH)).headers["RateLimit-Limit"] == "3"


async def test_a_minute_ends(serve: Serve, settings: Settings, tables: Tables) -> None:
    async with serve(limited(settings, read_requests_per_minute_max=1)) as api:
        assert (await api.get(PATH)).status_code == 200
        assert (await api.get(PATH)).status_code == 429
        tables.connection.execute(
            "UPDATE homeroom.request_count SET began_at = began_at - interval '1 minute'"
        )
        answer = await api.get(PATH)
        assert (answer.status_code, answer.headers["RateLimit-Reset"]) == (200, "60")


async def test_each_surface_refuses_in_its_own_shape(
    serve: Serve, settings: Settings, tables: Tables
) -> None:
    tables.insert("teachers")
    async with serve(limited(settings, read_requests_per_minute_max=1)) as api:
        assert (await api.dashboard("stats")).status_code == 200
        refused = await api.dashboard("stats")
        assert (refused.status_code, refused.json()["success"]) == (429, False)
        coded = await api.get("/v1/teacher/dashboard")
        assert coded.json()["error"]["code"] == "TOO_MANY_REQUESTS"
        # A write is no read.
        assert (await api.client.post(PATH)).status_code == 401


@pytest.mark.parametrize("role", ["admin", "teacher"])
async def test_without_a_limit_nothing_is_counted(
    serve: Serve, settings: Settings, tables: Tables, role: str
) -> None:
    changed = settings if role == "teacher" else limited(settings)
    async with serve(changed) as api:
        api.token = tokens.issue(settings, TEACHER, role)
        answer = await api.get(PATH)
        assert not [name for name in HEADERS if name in answer.headers]
    counted = tables.connection.execute("SELECT count(*) FROM homeroom.request_count").fetchone()
    assert counted == (0,)


async def test_who_is_counted_by_a_frozen_server_is_answered(
    serve: Serve, settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "POOL_TIMEOUT_SECONDS", 0.5)
    async with serve(limited(settings)) as api:
        assert (await api.get(PATH)).headers["RateLimit-Remaining"] == "2"
        monkeypatch.setattr(rate_limits, "STATEMENT_SECONDS", 0.5)
        with tables.frozen("homeroom limits"):
            async with asyncio.timeout(FROZEN_SECONDS_MAX):
                answer = await api.get(PATH)
        assert answer.status_code == 200
        assert "RateLimit-Remaining" not in answer.headers


async def test_who_cannot_be_counted_is_answered(
    serve: Serve, settings: Settings, tables: Tables
) -> None:
    tables.connection.execute("ALTER TABLE homeroom.request_count RENAME TO elsewhere")
    try:
        async with serve(limited(settings, read_requests_per_minute_max=1)) as api:
            answers = [await api.get(PATH) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [200, 200, 200]
            metrics = (await api.get("/metrics")).text
            assert "homeroom_rate_limit_uncounted_total 3.0" in metrics
    finally:
        tables.connection.execute("ALTER TABLE homeroom.elsewhere RENAME TO request_count")
