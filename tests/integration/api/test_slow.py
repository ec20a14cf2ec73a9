"""What takes long is logged with its plan, without anybody's data, and counted."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
import structlog

from homeroom.settings import Settings
from tests.support.readmodel import TEACHER, Tables

Serve = Callable[[Settings], AbstractAsyncContextManager[Any]]
# Whatever takes any time at all is slow then.
ANY_TIME = 1e-9


async def logged_of(serve: Serve, settings: Settings, path: str, **headers: str) -> Any:
    """The lines of one request, and the metrics after it."""
    with structlog.testing.capture_logs() as lines:
        async with serve(settings) as api:
            await api.dashboard(path, X_Request_Id="mine", **headers)
            metrics = (await api.get("/metrics")).text
    return [line for line in lines if line.get("request_id") == "mine"], metrics


async def test_a_slow_query_is_logged_with_its_plan(
    serve: Serve, settings: Settings, tables: Tables
) -> None:
    tables.insert("teachers")
    slow = settings.model_copy(update={"slow_query_seconds": ANY_TIME, "slow_request_seconds": 0})
    lines, metrics = await logged_of(serve, slow, "stats")
    (line,) = [line for line in lines if line["event"] == "slow query"]
    assert "teacher_stats" in line["plan"]
    assert TEACHER not in str(line)
    assert "$" in line["plan"]
    assert "homeroom_slow_queries_total 0.0" not in metrics


async def test_a_slow_request_is_logged_with_the_plan_of_its_slowest_query(
    serve: Serve, settings: Settings, tables: Tables
) -> None:
    tables.insert("teachers")
    slow = settings.model_copy(update={"slow_request_seconds": ANY_TIME, "slow_query_seconds": 0})
    lines, metrics = await logged_of(serve, slow, "stats")
    (line,) = [line for line in lines if line["event"] == "slow request"]
    assert line["route"] == "/api/teachers/{teacherId}/dashboard/stats"
    assert 0 < line["query_seconds"] <= line["seconds"]
    assert "teacher_stats" in line["plan"]
    assert TEACHER not in str(line)
    assert f'homeroom_slow_requests_total{{route="{line["route"]}"}} 1.0' in metrics


@pytest.mark.parametrize("seconds", [0, 1])
async def test_what_is_quick_is_not_logged(
    serve: Serve, settings: Settings, tables: Tables, seconds: float
) -> None:
    tables.insert("teachers")
    quick = settings.model_copy(
        update={"slow_query_seconds": seconds * 60, "slow_request_seconds": seconds * 60}
    )
    lines, metrics = await logged_of(serve, quick, "stats")
    assert [line["event"] for line in lines] == ["answered"]
    assert "homeroom_slow_queries_total 0.0" in metrics


async def test_a_slow_command_is_logged_with_its_plan_too(serve: Serve, settings: Settings) -> None:
    slow = settings.model_copy(update={"slow_query_seconds": ANY_TIME})
    with structlog.testing.capture_logs() as lines:
        async with serve(slow) as api:
            commands = api.client._transport.app.state.services.commands
            async with commands.connection():
                pass
            # What made the session took any time, too.
            while commands.slow._tasks:
                await asyncio.wait(commands.slow._tasks)
            async with commands.connection() as connection:
                await connection.execute(
                    "SELECT r.resource_id FROM homeroom.resource r WHERE r.title = %(title)s",
                    {"title": "secret"},
                )
            while commands.slow._tasks:
                await asyncio.wait(commands.slow._tasks)
    plans = [line["plan"] for line in lines if line["event"] == "slow query"]
    assert any("title = $1" in plan for plan in plans)
    assert "secret" not in str(lines)
