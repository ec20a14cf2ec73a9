"""Workers as processes, and where PostgreSQL sees them."""

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TextIO

import httpx
import psutil
import psycopg
from psycopg import Connection

from homeroom.engine.consuming.consumer import GenerationConsumer
from homeroom.engine.consuming.options import WorkerOptions
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support import wait_for
from tests.support.commands import STOP_SECONDS, Tables, start

# Backends of workers in this database, by the port at the other end of their connection.
BACKENDS = """
SELECT pid, client_port, state, wait_event_type, wait_event, backend_xid IS NOT NULL
FROM pg_stat_activity
WHERE application_name = 'homeroom worker' AND datname = current_database()
"""


class WorkerProcess:
    """One `homeroom worker`."""

    def __init__(
        self, settings: Settings | Mapping[str, str], log: Path, arguments: tuple[str, ...],
        program: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._log_path = log
        self._log: TextIO = log.open("w")
        self.process = start(
            settings,
            "worker",
            *arguments,
            program=program,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            stdin=subprocess.DEVNULL,
        )

    def said(self, event: str) -> list[dict[str, Any]]:
        """Its log's lines of one event so far."""
        return [line for line in self.lines() if line.get("event") == event]

    def lines(self) -> list[dict[str, Any]]:
        lines = [line for line in self.text().split("\n")[:-1] if line.startswith("{")]
        return [json.loads(line) for line in lines]

    def text(self) -> str:
        return self._log_path.read_text()

    def wait_until_said(self, event: str, count: int = 1, timeout_seconds: float = 20) -> None:
        def said() -> bool:
            assert self.process.poll() is None, self.text()
            return len(self.said(event)) >= count

        wait_for(said, timeout_seconds)

    def kill(self) -> None:
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL

    def freeze(self) -> None:
        """SIGSTOP; returns when it really stands still."""
        self.process.send_signal(signal.SIGSTOP)
        state = psutil.Process(self.process.pid)
        wait_for(lambda: state.status() == psutil.STATUS_STOPPED)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def wait_until_asked_to_stop(self) -> None:
        """It has handled its first signal, so that the next one is its second."""
        wait_for(lambda: not self._handles_sigterm())

    def _handles_sigterm(self) -> bool:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = next(x for x in status.splitlines() if x.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)

    def stop(self) -> None:
        """SIGTERM ends it in good order and in time."""
        # Others may have done its work while it was still being started.
        wait_for(lambda: self.process.poll() is not None or self._handles_sigterm())
        self.process.terminate()
        assert self.process.wait(STOP_SECONDS) == 0, self.text()

    def backend(self, connection: Connection[Any]) -> tuple[Any, ...] | None:
        """Its backend's pid, state, wait event type and whether it has written."""
        ports = {
            c.laddr.port for c in psutil.Process(self.process.pid).net_connections("tcp")
            if c.status == psutil.CONN_ESTABLISHED
        }  # fmt: skip
        for pid, port, *rest in connection.execute(BACKENDS):
            if port in ports:
                return pid, *rest
        return None

    def wait_until_connected(self, connection: Connection[Any]) -> None:
        """The database knows it, whatever the brokers say."""
        wait_for(lambda: self.backend(connection) is not None)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()


def readiness(port: int) -> int:
    """What a worker's /readyz answers; 0 where nobody listens."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code
    except httpx.TransportError:
        return 0


class Crew:
    """The workers of one test."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self._folder = folder
        self.workers: list[WorkerProcess] = []

    def start(self, *arguments: str, **changed: object) -> WorkerProcess:
        """One more; ``changed``: settings of its own."""
        log = self._folder / f"worker-{len(self.workers)}.log"
        worker = WorkerProcess(self.settings.model_copy(update=changed), log, arguments)
        self.workers.append(worker)
        return worker

    def end(self) -> None:
        for worker in self.workers:
            worker.close()


@asynccontextmanager
async def in_process(settings: Settings, **options: Any) -> AsyncIterator[GenerationConsumer]:
    """A worker in this process, where a test must reach what a signal cannot."""
    known = {
        name: getattr(settings, name)
        for name in ("batch_events_max", "batch_events_behind_max", "session_timeout_seconds")
    }
    given = WorkerOptions(
        settings.database_url,
        client_options(settings),
        settings.topic_prefix,
        **{**known, **options},
    )
    worker = GenerationConsumer(read_model(settings), given)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running


@contextmanager
def owner(tables: Tables) -> Iterator[Connection[Any]]:
    """One more connection of the owner's, within a transaction that is rolled back."""
    known = tables.connection.info
    connection = psycopg.connect(known.dsn, password=known.password)
    try:
        yield connection
    finally:
        connection.close()


def wait_until_blocked(worker: WorkerProcess, tables: Tables) -> int:
    """The worker's backend waits for a lock; its process id."""

    def blocked() -> int:
        backend = worker.backend(tables.connection)
        return int(backend[0]) if backend and backend[2] == "Lock" else 0

    return wait_for(blocked)
