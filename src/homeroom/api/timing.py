"""How long the service itself took to answer: not what it waited for on purpose."""

import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.types import Message, Receive

WAITED = "waited_seconds"


class Timing:
    """The time from a request to the begin of its answer.

    Neither the client's time to send the body counts, nor what a caller asked to wait for
    (`waiting`). Nor does what follows the begin: a stream goes on, and a client reads slowly.
    """

    def __init__(self, state: MutableMapping[str, Any], receive: Receive) -> None:
        self._state = state
        self._receive = receive
        self._began_at = time.perf_counter()
        self._answered_at = self._began_at
        self._received_seconds = 0.0

    async def receive(self) -> Message:
        """What the client sends."""
        began_at = time.perf_counter()
        message = await self._receive()
        if message["type"] == "http.request":
            self._received_seconds += time.perf_counter() - began_at
        return message

    def answered(self) -> None:
        """The answer begins."""
        self._answered_at = time.perf_counter()

    @property
    def own_seconds(self) -> float:
        """How long it took; 0 where no answer has begun."""
        waited: float = self._state.get(WAITED, 0.0) + self._received_seconds
        return max(0.0, self._answered_at - self._began_at - waited)


@contextmanager
def waiting(request: Request) -> Iterator[None]:
    """What a caller waits for on purpose."""
    began_at = time.perf_counter()
    try:
        yield
    finally:
        waited = getattr(request.state, WAITED, 0.0) + time.perf_counter() - began_at
        setattr(request.state, WAITED, waited)
