"""Starts commands in forks of an interpreter that has imported everything already.

An interpreter needs from half a second to a second of a processor to import what a command needs,
and the tests start hundreds of commands. One interpreter for each process of pytest imports it
once; a command is a fork of it and needs less than 0.1 s. Some tests run the installed script.
"""

import array
import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, AnyStr

HOMEROOM = Path(sys.executable).with_name("homeroom")
SERVER = Path(__file__).with_name("fork_server.py")
# To be handed the children of one's children needs Linux.
CAN_FORK = sys.platform == "linux"
PR_SET_CHILD_SUBREAPER = 36


class _Server:
    """The interpreter that is forked."""

    def __init__(self) -> None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(120)
        with its:
            # `-P`: the modules beside it are none of its own.
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(SERVER)], stdin=its, stdout=subprocess.DEVNULL
            )
        self._socket = ours
        self._lock = threading.Lock()
        atexit.register(self._end)

    def fork(self, request: Mapping[str, Any], streams: tuple[int, int, int]) -> int:
        """The process id of a new child of this process."""
        message = json.dumps(request).encode()
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))
        with self._lock:
            # Only in this moment: nobody else's orphans become ours.
            _adopt_orphans(True)
            try:
                self._socket.sendmsg([message], [rights])
                answer = self._socket.recv(8)
            finally:
                _adopt_orphans(False)
        if not answer:
            raise RuntimeError("the interpreter that is forked has ended")
        return int.from_bytes(answer, "big")

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


def _adopt_orphans(wanted: bool) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(wanted), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


@cache
def _server() -> _Server:
    return _Server()


class Forked(subprocess.Popen[AnyStr]):
    """A process as any other, but that it was not begun with a program."""

    def _execute_child(self, *given: Any) -> None:
        names = ("arguments", "executable", "preexec", "close_fds", "pass_fds", "folder",
                 "environment", "startup", "flags", "shell", "stdin", "stdin_ours", "stdout_ours",
                 "stdout", "stderr_ours", "stderr")  # fmt: skip
        known = dict(zip(names, given, strict=False))
        streams = tuple(
            n if known[name] == -1 else known[name]
            for n, name in enumerate(("stdin", "stdout", "stderr"))
        )
        environment = known["environment"]
        try:
            self.pid = _server().fork(
                {
                    "arguments": known["arguments"],
                    "environment": dict(os.environ if environment is None else environment),
                    "folder": os.fspath(known["folder"] or Path.cwd()),
                },
                streams,
            )
            self._child_created = True
        finally:
            self._close_pipe_fds(
                *(known[name] for name in ("stdin", "stdin_ours", "stdout_ours", "stdout",
                                           "stderr_ours", "stderr"))
            )  # fmt: skip
