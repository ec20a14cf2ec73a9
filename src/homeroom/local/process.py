"""Processes of the local Kafka and PostgreSQL, which outlive the process that starts them.

A component is started so that neither Ctrl-C nor the end of its parent ends it, and is found
again by its process id. A process id alone proves nothing (ids are given again, after a reboot
soon), so a process counts as ours only if its command line names our own folder.
"""

import fcntl
import json
import os
import random
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from homeroom.errors import ComponentError

START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 20.0
LOG_TAIL_LINES = 20

# Below the ports that clients are given (32768 and up on Linux, 49152 elsewhere): a client that
# knocks at a stopped server's port could otherwise be given that very port, connect to itself,
# and keep the server from coming back.
PORTS = range(20_000, 32_000)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes respect and that dies with this process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def port_is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose_port(preferred: int | None = None) -> int:
    """The port used before if it is still free, or another one."""
    if preferred is not None and port_is_free(preferred):
        return preferred
    for port in random.sample(PORTS, 200):
        if port_is_free(port):
            return port
    raise ComponentError(f"No free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1.")


def read_state(path: Path) -> dict[str, Any]:
    """The stored state of a component, or an empty dict."""
    try:
        state: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write the state so that a crash leaves the old one or the new one."""
    fresh = path.with_suffix(".new")
    write_privately(fresh, json.dumps(state))
    fresh.replace(path)


def write_privately(path: Path, text: str) -> None:
    """Write a file that nobody else may read, since it holds a password."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def launch(
    command: Sequence[str], log: Path, *, env: Mapping[str, str], user: tuple[int, int] | None
) -> int:
    """Start a server of its own session and hand back its process id.

    A shell stands in between and ends at once, so that the server is nobody's child: its death
    leaves no zombie with us, and our death does not touch it.
    """
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    with log.open("wb") as output:
        shell = subprocess.run(
            ["/bin/sh", "-c", f"{shlex.join(command)} >&2 & echo $!"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            env=dict(env),
            cwd="/",
            start_new_session=True,
            check=True,
            **run_as(user),
        )
    pid = int(shell.stdout)
    while _becomes_server(pid):
        time.sleep(0.001)
    return pid


def _becomes_server(pid: int) -> bool:
    """Whether it is still a copy of the shell, or just becomes the server: it has no arguments."""
    try:
        return psutil.Process(pid).cmdline()[:1] in ([], ["/bin/sh"])
    except psutil.Error:
        return False


def run_as(user: tuple[int, int] | None) -> dict[str, Any]:
    """Arguments for subprocess that run a command as another user and group."""
    if user is None:
        return {}
    return {"user": user[0], "group": user[1], "extra_groups": []}


def is_ours(pid: int | None, mark: str) -> bool:
    """Whether the process lives and its command line names the mark, a path of ours."""
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        return _lives(process) and mark in process.cmdline()
    except psutil.Error:
        return False


def wait_until_answers(
    name: str, answers: Callable[[], bool], pid: int, mark: str, log: Path
) -> None:
    """Return as soon as the component answers; ComponentError if it died or takes too long."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while not answers():
        if not is_ours(pid, mark):
            raise ComponentError(f"{name} ended while it started.\n{tail(log)}")
        if time.monotonic() > deadline:
            raise ComponentError(
                f"{name} does not answer after {START_TIMEOUT_SECONDS:.0f} s.\n{tail(log)}"
            )
        time.sleep(0.03)


def wait_until_gone(pid: int, mark: str, timeout_seconds: float) -> bool:
    """Whether the process ended in time."""
    deadline = time.monotonic() + timeout_seconds
    while is_ours(pid, mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def stop(pid: int | None, mark: str, *, by: int = signal.SIGTERM) -> None:
    """Ask the process to stop and, if it does not, kill it; no error if it is gone already."""
    if pid is None or not is_ours(pid, mark):
        return
    with suppress(ProcessLookupError):
        os.kill(pid, by)
    if not wait_until_gone(pid, mark, STOP_TIMEOUT_SECONDS):
        kill(mark)


def kill(mark: str) -> None:
    """End at once every process that has our path in its command line or works in it.

    That is the server and what it started, and also a server that was never written down
    because its parent died first, or the children that a killed server left behind.
    """
    ours = [p for p in psutil.process_iter() if is_ours(p.pid, mark) or _works_in(p, mark)]
    for process in ours:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    while any(_lives(process) for process in ours) and time.monotonic() < deadline:
        time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _works_in(process: psutil.Process, folder: str) -> bool:
    try:
        return process.cwd() == folder
    except psutil.Error:
        return False


def tail(log: Path) -> str:
    """The last lines of a log, for an error message."""
    if not log.exists():
        return f"(no log at {log})"
    lines = log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
    return "\n".join([f"The end of {log}:", *lines])
