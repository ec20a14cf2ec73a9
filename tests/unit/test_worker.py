"""What the worker does with its workers when another generation becomes live."""

import asyncio
from typing import Any

import pytest

from homeroom.engine.consuming import worker as module
from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.consuming.worker import Worker
from homeroom.errors import PositionLost


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


class FakeConsumer:
    made: list["FakeConsumer"]

    def __init__(self, *_: Any, **__: Any) -> None:
        self.progress = WorkerProgress()
        self.observers: list[Any] = []
        self.ended = asyncio.Event()
        self.failure: Exception | None = None
        FakeConsumer.made.append(self)

    def stop(self) -> None:
        self.ended.set()

    async def run(self) -> None:
        await self.ended.wait()
        if self.failure:
            raise self.failure


async def _feeding(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, Any]:
    """The second generation is live, the first one is the previous one."""
    FakeConsumer.made = []
    monkeypatch.setattr(module, "GenerationConsumer", FakeConsumer)
    worker: Any = Worker(None, None)  # type: ignore[arg-type]
    first, second = Named("g0001"), Named("g0002")
    worker._feed(second, is_main=True)
    worker._feed(first, is_main=False)
    await asyncio.sleep(0)
    return worker, first, second


def test_a_generation_that_could_not_be_fed_is_tried_again_once_it_is_live(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work() -> None:
        worker, first, second = await _feeding(monkeypatch)
        FakeConsumer.made[1].failure = PositionLost("gone")
        FakeConsumer.made[1].stop()
        await asyncio.sleep(0.01)
        worker._collect()
        worker._feed(first, is_main=True)
        worker._feed(second, is_main=False)
        assert "g0001" in worker._tasks

    asyncio.run(work())


def test_what_was_counted_is_counted_once_after_two_swaps(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        worker, first, second = await _feeding(monkeypatch)
        FakeConsumer.made[0].progress.events = 100
        worker._feed(first, is_main=True)
        assert worker.progress.events == 100
        worker._feed(second, is_main=True)
        assert worker.progress.events == 100

    asyncio.run(work())
