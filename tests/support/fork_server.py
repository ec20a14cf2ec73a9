"""Runs `homeroom` in forks of one interpreter that has imported everything already.

Started by tests/support/forking.py, which says why. Requests come on standard input, a Unix socket:
one JSON message each, with the three standard streams beside it. The answer is the process id.

A fork has what a command has that was started by itself: its own process id, environment, folder,
streams and signals, nobody's threads or connections, and whoever asked for it as its parent.
"""

import array
import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

# Needs what only users of the option have; reads its environment when it is imported.
LEFT_OUT = ("homeroom.__main__", "homeroom.local")
# Imported by their users only when they are needed.
LATE = (
    "alembic.command",
    "alembic.runtime.migration",
    "encodings.idna",
    "psycopg_pool",
    "rich.live",
    "sqlalchemy.dialects.postgresql.psycopg",
    "typer.rich_utils",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
)
STREAMS = 3
REQUEST_BYTES_MAX = 1_000_000


def preload() -> None:
    """Import what commands import, and nothing that starts a thread or reads the environment."""
    import homeroom
    import homeroom_kit

    of_both = (
        *pkgutil.walk_packages(homeroom.__path__, "homeroom."),
        *pkgutil.walk_packages(homeroom_kit.__path__, "homeroom_kit."),
    )
    for module in of_both:
        if not module.name.startswith(LEFT_OUT):
            importlib.import_module(module.name)
    for name in LATE:
        importlib.import_module(name)
    from homeroom.readmodel import read_model
    from homeroom.settings import Settings

    # Commands of this code's own read model find it planned.
    read_model(Settings()).plan()
    # Collections in a fork would copy every page of all this.
    gc.collect()
    gc.freeze()


def serve(requests: socket.socket) -> dict[str, Any]:
    """Answers requests; returns in each fork, with what it was asked for."""
    while True:
        message, streams = _receive(requests)
        if not message:
            # Whoever asked is gone. What it started goes on, as any process does.
            os._exit(0)
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            # The command is a child's child, so that it is handed to whoever asked for it.
            command = os.fork()
            if command:
                os.write(writing, command.to_bytes(8, "big"))
                os._exit(0)
            os.close(reading)
            os.close(writing)
            requests.close()
            request: dict[str, Any] = json.loads(message)
            _become(request, streams)
            return request
        os.close(writing)
        for stream in streams:
            os.close(stream)
        os.waitpid(between, 0)
        requests.sendall(os.read(reading, 8))
        os.close(reading)


def _receive(requests: socket.socket) -> tuple[bytes, list[int]]:
    """One message, and the descriptors that came with it."""
    streams = array.array("i")
    message, further, _, _ = requests.recvmsg(
        REQUEST_BYTES_MAX, socket.CMSG_SPACE(STREAMS * streams.itemsize)
    )
    for _level, _type, data in further:
        streams.frombytes(data)
    return message, list(streams)


def _become(request: dict[str, Any], streams: list[int]) -> None:
    """Give the fork what the command would have been started with."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _open_streams()


def _open_streams() -> None:
    """As an interpreter opens them when it starts."""
    through = bool(os.environ.get("PYTHONUNBUFFERED"))
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        own = getattr(sys, name)
        mode = "rb" if number == 0 else "wb"
        stream = io.TextIOWrapper(
            open(number, mode, closefd=False),  # noqa: SIM115 - open as long as the process is
            encoding=own.encoding,
            errors=own.errors,
            newline=None if number == 0 else "\n",
            line_buffering=number == 2 or os.isatty(number),
            write_through=through and number > 0,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _end(status: int) -> None:
    """As an interpreter ends, but nothing is freed: each page of it would be copied for that."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    # Ctrl-C is the terminal's word to all; this process ends when its asker does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload()
    asked = serve(socket.socket(fileno=os.dup(0)))
    sys.argv = asked["arguments"]
    if "TESTS_PROJECTIONS" in os.environ:
        runpy.run_path(str(Path(__file__).with_name("another_version.py")))
    from homeroom.cli import main

    try:
        status = main()
    except SystemExit as ending:
        status = ending.code
    if status is None or isinstance(status, int):
        _end(status or 0)
    sys.exit(status)
