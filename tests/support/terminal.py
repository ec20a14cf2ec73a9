"""Runs the command `homeroom` on a terminal of some width."""

import errno
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping

from homeroom.settings import Settings
from tests.support.commands import environment, start

_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(
    settings: Settings | Mapping[str, str], *arguments: str, columns: int, answers: str = ""
) -> subprocess.CompletedProcess[str]:
    """What a command shows, without colours, on a terminal where somebody types the answers."""
    ours, its = pty.openpty()
    try:
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        variables = environment(settings) | {"TERM": "xterm-256color"}
        process = start(variables, *arguments, stdin=its, stdout=its, stderr=its)
        os.close(its)
        os.write(ours, answers.encode())
        with process:
            shown = _read_all(ours)
    finally:
        os.close(ours)
    text = _STYLES.sub("", shown.decode()).replace("\r\n", "\n")
    return subprocess.CompletedProcess(arguments, process.returncode, text)


def _read_all(terminal: int) -> bytes:
    chunks = []
    while True:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError as error:
            # Linux reports so that nobody has the other end open any longer.
            if error.errno != errno.EIO:
                raise
            break
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks)
