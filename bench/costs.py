"""What requests cost: their latency, and the CPU time of the server and of PostgreSQL."""

import asyncio
import multiprocessing
from multiprocessing.connection import Connection as Pipe
from typing import NamedTuple

import psutil

from bench.http import Spent, ask_repeatedly
from bench.servers import postgresql_cpu_seconds


class Served(NamedTuple):
    """A process that serves, and its port."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """What the process has used so far."""
        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system


class Target(NamedTuple):
    """An endpoint, the process that serves it, and the requests that are sent to it in turn, each
    complete.
    """

    name: str
    served: Served
    requests: list[bytes]


class RequestCost(NamedTuple):
    """Of many requests. CPU is in microseconds of each, of the service and of PostgreSQL."""

    spent: Spent
    service_cpu: float
    postgresql_cpu: float

    @property
    def cpu(self) -> float:
        """Of both."""
        return self.service_cpu + self.postgresql_cpu


def _ask(target: Target, connections: int, seconds: float, told: Pipe) -> None:
    port = target.served.port
    told.send(asyncio.run(ask_repeatedly(port, target.requests, connections, seconds)))


def measure(target: Target, connections: int, seconds: float, url: str) -> RequestCost:
    """From a process of its own, so that the loop that asks is always a fresh one."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_ask, args=(target, connections, seconds, theirs))
    before = target.served.cpu_seconds(), postgresql_cpu_seconds(url)
    process.start()
    # Else a process that fails would be waited for without an end.
    theirs.close()
    spent: Spent = ours.recv()
    process.join()
    service = target.served.cpu_seconds() - before[0]
    postgresql = postgresql_cpu_seconds(url) - before[1]
    requests = len(spent.latencies)
    return RequestCost(spent, service / requests * 1e6, postgresql / requests * 1e6)
