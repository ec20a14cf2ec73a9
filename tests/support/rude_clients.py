"""A running query service, and connections to it whose clients do not do their part."""

import json
import os
import re
import socket
import subprocess
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import httpx
import psutil

from homeroom.api import tokens
from homeroom.settings import Settings
from tests.support.commands import start
from tests.support.readmodel import TEACHER

SECRET = "the tests' own key, longer than 32 bytes"
# Much longer than any limit that a test sets.
PATIENCE_SECONDS = 30


class Server:
    """A running query service, and connections to it that are as rude as a test wants."""

    def __init__(self, port: int, pid: int, settings: Settings, stack: ExitStack) -> None:
        self.port = port
        self._pid = pid
        self.token = tokens.issue(settings, TEACHER, "teacher")
        self.student = tokens.issue(settings, "S-1", "student")
        self._stack = stack
        self.client = stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS)
        )
        self._before = self._refusals()

    def connect(self, sent: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)
        self._stack.enter_context(connection)
        connection.sendall(sent)
        return connection

    def read(self) -> httpx.Response:
        """What an honest reader asks, over the reader's own connection."""
        return self.client.get(
            f"/api/teachers/{TEACHER}/dashboard/stats",
            headers={"Authorization": f"Bearer {self.token}"},
        )

    def memory_bytes(self) -> int:
        """What the server's process holds in memory."""
        return psutil.Process(self._pid).memory_info().rss

    def connections(self) -> int:
        (count,) = self._figures("homeroom_http_connections")
        return int(float(count[1]))

    def memory_bytes_max(self) -> int:
        """The most that it ever held, where the system tells; else what it holds."""
        status = Path(f"/proc/{self._pid}/status")
        if not status.exists():
            return self.memory_bytes()
        found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
        assert found
        return 1024 * int(found[1])

    def waiters(self) -> int:
        (count,) = self._figures("homeroom_waiters")
        return int(float(count[1]))

    def refused(self, reason: str) -> int:
        """How many connections were refused for it since the test began."""
        return self._refusals().get(reason, 0) - self._before.get(reason, 0)

    def _refusals(self) -> dict[str, int]:
        found = self._figures("homeroom_http_connections_refused_total")
        return {labels.split('"')[1]: int(float(count)) for labels, count in found}

    def _figures(self, name: str) -> list[tuple[str, str]]:
        return re.findall(rf"^{name}(\{{.*\}})? (.+)$", self.client.get("/metrics").text, re.M)


@contextmanager
def started(read_model_url: str, log: Path | None = None, **changed):
    """A server's process with these settings; gives a function that gives a Server to a test."""
    settings = Settings(database_url=read_model_url, jwt_secret=SECRET, port=0, **changed)
    with (
        Path(log or os.devnull).open("w") as errors,
        start(settings, "serve", stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        try:
            assert process.stdout is not None
            found = next(
                m for line in process.stdout if (m := re.match(r"listening on .*:(\d+)", line))
            )
            yield partial(Server, int(found[1]), process.pid, settings)
        finally:
            process.kill()


@contextmanager
def serving(read_model_url: str, log: Path | None = None, **changed):
    with started(read_model_url, log, **changed) as connected, ExitStack() as stack:
        yield connected(stack)


def everything(connection: socket.socket) -> bytes:
    """All that comes until the other side has closed."""
    read = b""
    while chunk := connection.recv(65_536):
        read += chunk
    return read


def parsed(answer: bytes) -> tuple[int, dict[str, str], dict]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, json.loads(body)
