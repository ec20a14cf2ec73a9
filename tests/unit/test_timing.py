"""An answer is slow by what the service takes, not by what it waits for on purpose."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from homeroom.api import timing
from homeroom.api.timing import Timing, waiting

Clock = Callable[[float], None]


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Lets so many seconds pass."""
    now = [100.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])
    return lambda seconds: now.__setitem__(0, now[0] + seconds)


async def test_neither_waiting_nor_the_body_nor_the_stream_counts(passes: Clock) -> None:
    state: dict[str, Any] = {}

    async def receive() -> dict[str, Any]:
        passes(30)
        return {"type": "http.request"}

    measured = Timing(state, receive)
    passes(1)
    await measured.receive()
    with waiting(Request({"type": "http", "state": state})):
        passes(10)
    passes(2)
    measured.answered()
    passes(600)
    assert measured.own_seconds == 3


async def test_a_disconnect_that_is_waited_for_is_no_body(passes: Clock) -> None:
    async def receive() -> dict[str, Any]:
        passes(30)
        return {"type": "http.disconnect"}

    measured = Timing({}, receive)
    await measured.receive()
    measured.answered()
    assert measured.own_seconds == 30
