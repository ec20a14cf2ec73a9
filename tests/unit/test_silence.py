"""A read is given up where its database says nothing, and cancelled once more where it goes on."""

import asyncio

import pytest

from homeroom.queries import silence
from homeroom.queries.silence import SilenceWatch

LONG_SECONDS = 3_600.0


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "LOOK_SECONDS", 0.001)


async def test_what_takes_too_long_is_given_up() -> None:
    watch = SilenceWatch()
    with pytest.raises(TimeoutError), watch.watched(0.0, LONG_SECONDS):
        await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_does_not_end_is_cancelled_once_more() -> None:
    cancelled = 0

    async def read() -> None:
        nonlocal cancelled
        with SilenceWatch().watched(0.0, 0.0):
            while cancelled < 2:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    cancelled += 1
            raise asyncio.CancelledError

    with pytest.raises(TimeoutError):
        await read()
    assert cancelled == 2


async def test_one_that_takes_too_long_ends_no_other() -> None:
    watch, leave = SilenceWatch(), asyncio.Event()

    async def read(seconds: float) -> str:
        with watch.watched(seconds, LONG_SECONDS):
            await leave.wait()
        return "answered"

    long, short = asyncio.create_task(read(LONG_SECONDS)), asyncio.create_task(read(0.0))
    with pytest.raises(TimeoutError):
        await short
    leave.set()
    assert await long == "answered"


async def test_who_is_cancelled_by_others_is_not_told_of_a_timeout() -> None:
    watch, begun = SilenceWatch(), asyncio.Event()

    async def read() -> None:
        with watch.watched(LONG_SECONDS, LONG_SECONDS):
            begun.set()
            await asyncio.Event().wait()

    reading = asyncio.create_task(read())
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_an_error_stays_what_it_is() -> None:
    async def read() -> None:
        with SilenceWatch().watched(0.0, LONG_SECONDS):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise ValueError("mine") from None

    with pytest.raises(ValueError, match="mine"):
        await read()
