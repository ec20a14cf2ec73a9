"""Many requests over kept-alive connections, at so little cost that the server is what is measured.

HTTP libraries take longer for a request than the servers here (httpx about a millisecond), so the
requests come complete and of an answer no more is read than where it ends.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice


@dataclass(slots=True)
class Spent:
    """The seconds of each request, and of them all together."""

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] * 1000


class _Asker(asyncio.Protocol):
    """One connection: the next request as soon as an answer is there, until the time is over."""

    def __init__(self, requests: Sequence[bytes], until: float, done: "asyncio.Future[None]"):
        self._requests = cycle(requests)
        self._until = until
        self._done = done
        self._read = b""
        self.latencies: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self._fail(ConnectionError(f"answered {head.splitlines()[0].decode()}: {body[:200]!r}"))
            return
        length = next(
            int(line[15:])
            for line in head.split(b"\r\n")
            if line.lower()[:15] == b"content-length:"
        )
        if len(body) < length:
            return
        now = time.perf_counter()
        self.latencies.append(now - self._began)
        self._read = body[length:]
        if now < self._until:
            self._ask()
        else:
            self._transport.close()
            self._done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionError("the server closed a connection"))

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(next(self._requests))

    def _fail(self, error: Exception) -> None:
        if not self._done.done():
            self._done.set_exception(error)


async def ask_repeatedly(
    port: int, requests: Sequence[bytes], connections: int, seconds: float
) -> Spent:
    """Asks over so many connections at a time for so long; any answer but 200 is an error."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    askers, ends = [], []
    for number in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        skipped = number * len(requests) // connections
        turned = [*islice(requests, skipped, None), *islice(requests, skipped)]
        asker = _Asker(turned, began + seconds, done)
        await loop.create_connection(lambda asker=asker: asker, "127.0.0.1", port)
        askers.append(asker)
        ends.append(done)
    await asyncio.gather(*ends)
    spent = time.perf_counter() - began
    return Spent([latency for asker in askers for latency in asker.latencies], spent)
