"""Who is refused is logged and counted, without the token that was sent."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import jwt
import pytest
import pytest_asyncio
import structlog

from homeroom.api import tokens
from homeroom.settings import Settings
from tests.integration.api.conftest import Api
from tests.support.applications import LOOP
from tests.support.limits import count_however_long_it_takes
from tests.support.readmodel import TEACHER, Tables

Serve = Callable[[Settings], AbstractAsyncContextManager[Any]]
STATS = f"/api/teachers/{TEACHER}/dashboard/stats"
STATS_ROUTE = "/api/teachers/{teacherId}/dashboard/stats"


@pytest_asyncio.fixture(loop_scope=LOOP)
async def api(own_api: Api) -> Api:
    """An application whose figures are of one test alone."""
    return own_api


def signed(settings: Settings, key: str = "", **claims: object) -> str:
    usual: dict[str, object] = {"sub": TEACHER, "role": "teacher", "exp": time.time() + 60}
    return jwt.encode(usual | claims, key or settings.jwt_secret.get_secret_value(), "HS256")


async def refused(api: Any, path: str, **headers: str | None) -> tuple[dict[str, Any], str]:
    """The one line that tells of a request that is refused, and the metrics behind it."""
    with structlog.testing.capture_logs() as lines:
        answer = await api.get(path, X_Request_Id="mine", **headers)
        assert answer.status_code in (401, 403, 429)
    (line,) = [line for line in lines if line["event"] == "refused"]
    assert (line["log_level"], line["request_id"]) == ("info", "mine")
    assert line["status"] == answer.status_code
    for sent in headers.values():
        assert sent is None or sent.removeprefix("Bearer ") not in str(line)
    return line, (await api.get("/metrics")).text


def counted(metrics: str, reason: str) -> bool:
    return f'homeroom_requests_refused_total{{reason="{reason}"}} 1.0' in metrics


async def test_whose_token_does_not_do_is_nobody_in_the_log(api: Any, settings: Settings) -> None:
    for token, reason in (
        (None, "no token"),
        ("Bearer x.y.z", "malformed"),
        (f"Bearer {signed(settings, exp=1)}", "expired"),
        (f"Bearer {signed(settings, key='x' * 32)}", "the signature does not match"),
        (f"Bearer {signed(settings, role='principal')}", "no known role"),
    ):
        line, metrics = await refused(api, STATS, Authorization=token)
        assert (line["reason"], line["route"], line["status"]) == (reason, STATS_ROUTE, 401)
        assert "subject" not in line
        assert counted(metrics, reason)


async def test_whose_token_is_good_is_named(api: Any, tables: Tables) -> None:
    tables.insert("teachers")
    line, metrics = await refused(api, "/api/teachers/T-OTHER/dashboard/stats")
    assert (line["reason"], line["subject"], line["role"]) == ("forbidden", TEACHER, "teacher")
    # What was asked for is not: it may be anybody's id.
    assert "T-OTHER" not in str(line)
    assert counted(metrics, "forbidden")


async def test_a_revoked_token_is_told_with_its_person(
    api: Any, settings: Settings, tables: Tables
) -> None:
    tables.insert("teachers")
    token = signed(settings, jti="stolen")
    tokens.revoke(settings, token)
    line, metrics = await refused(api, STATS, Authorization=f"Bearer {token}")
    assert (line["reason"], line["subject"]) == ("revoked", TEACHER)
    assert counted(metrics, "revoked")


async def test_one_request_too_many_is_told(
    serve: Serve, settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.insert("teachers")
    tables.connection.execute("TRUNCATE homeroom.request_count")
    count_however_long_it_takes(monkeypatch)
    limited = settings.model_copy(update={"read_requests_per_minute_max": 1})
    async with serve(limited) as api:
        assert (await api.get(STATS)).status_code == 200
        line, metrics = await refused(api, STATS)
    assert (line["reason"], line["subject"]) == ("too many requests", TEACHER)
    assert counted(metrics, "too many requests")


async def test_a_service_without_a_key_is_told(api: Any) -> None:
    line, metrics = await refused(api, "/internal/v1/explain", X_Internal_API_Key="guessed")
    assert (line["reason"], line["route"]) == ("no key of a service", "/internal/v1/explain")
    assert counted(metrics, "no key of a service")


async def test_who_is_answered_is_not_in_the_log(api: Any, tables: Tables) -> None:
    tables.insert("teachers")
    with structlog.testing.capture_logs() as lines:
        assert (await api.get(STATS)).status_code == 200
        assert (await api.get("/nowhere")).status_code == 404
    assert [line for line in lines if line["event"] == "refused"] == []
