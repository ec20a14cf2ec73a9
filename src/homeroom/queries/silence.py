"""Reads whose database says nothing are given up, by one look at all of them."""

import asyncio
from asyncio import Task, TimerHandle
from collections.abc import Callable
from types import TracebackType
from typing import Any

# A timer for each read takes longer than to verify its token.
LOOK_SECONDS = 0.5


class SilenceWatch:
    """Looks twice a second at the reads that go on; while there are none it does nothing."""

    def __init__(self) -> None:
        self._reads: set[WatchedRead] = set()
        self._look: TimerHandle | None = None

    def watched(
        self,
        silent_seconds: float,
        let_go_seconds: float,
        seen: Callable[[], None] = lambda: None,
    ) -> "WatchedRead":
        """A block that ends with TimeoutError where it takes longer than ``silent_seconds``.

        It is cancelled once more after another ``let_go_seconds``, where it still goes on. ``seen``
        is called at each look.
        """
        return WatchedRead(self, silent_seconds, let_go_seconds, seen)

    def add(self, read: "WatchedRead") -> float:
        """What time it is where a read begins."""
        loop = asyncio.get_running_loop()
        self._reads.add(read)
        if self._look is None:
            self._look = loop.call_later(LOOK_SECONDS, self._look_at_all, loop)
        return loop.time()

    def remove(self, read: "WatchedRead") -> None:
        """The read has ended."""
        self._reads.discard(read)

    def _look_at_all(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for read in self._reads:
            read.check(now)
        again = loop.call_later(LOOK_SECONDS, self._look_at_all, loop) if self._reads else None
        self._look = again


class WatchedRead:
    """One read that is looked at. What asyncio.timeout does, without a timer."""

    __slots__ = (
        "_cancelled",
        "_cancelling",
        "_ends_at",
        "_let_go_seconds",
        "_seen",
        "_task",
        "_watch",
    )

    def __init__(
        self,
        watch: SilenceWatch,
        silent_seconds: float,
        let_go_seconds: float,
        seen: Callable[[], None],
    ) -> None:
        self._watch = watch
        self._seen = seen
        self._ends_at = silent_seconds
        self._let_go_seconds = let_go_seconds
        self._cancelled = 0

    def __enter__(self) -> None:
        task: Task[Any] | None = asyncio.current_task()
        assert task is not None
        self._task = task
        # Somebody else may cancel it as well: that is no timeout.
        self._cancelling = task.cancelling()
        self._ends_at += self._watch.add(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        self._watch.remove(self)
        if not self._cancelled:
            return
        left = [self._task.uncancel() for _ in range(self._cancelled)][-1]
        if kind is asyncio.CancelledError and left <= self._cancelling:
            raise TimeoutError from error

    def check(self, now: float) -> None:
        """Cancel the read where it is time to."""
        self._seen()
        if now >= self._ends_at:
            self._cancelled += 1
            self._ends_at = now + self._let_go_seconds
            self._task.cancel()
