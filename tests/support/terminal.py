"""Runs the command `homeroom` on a terminal of some width."""

import errno
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata
from collections.abc import Mapping

from homeroom.settings import Settings
from tests.support.commands import environment, start

_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What our own output is styled with, and how a bar is drawn again: colours, bold, dim, the cursor
# hidden and shown, one line up, a line cleared.
_OURS = re.compile(
    r"\r\x1b\[2K|\x1b\[(\?25[lh]|1?A|2K|([01234]|[39][0-7]|49|38;5;\d+)?(;[0-9]+)*m)"
)


def harmful(sent: str) -> list[str]:
    """The characters of what was sent to a terminal that are neither text nor our own styles."""
    text = _OURS.sub("", sent).replace("\r\n", "\n")
    return [c for c in text if c not in "\n\t" and unicodedata.category(c)[0] in "CZ" and c != " "]


def on_terminal(
    settings: Settings | Mapping[str, str], *arguments: str, columns: int, answers: str = ""
) -> subprocess.CompletedProcess[str]:
    """What a command shows, without colours, on a terminal where somebody types the answers."""
    done = sent_to_terminal(settings, *arguments, columns=columns, answers=answers)
    text = _STYLES.sub("", done.stdout).replace("\r\n", "\n")
    return subprocess.CompletedProcess(arguments, done.returncode, text)


def sent_to_terminal(
    settings: Settings | Mapping[str, str], *arguments: str, columns: int = 80, answers: str = ""
) -> subprocess.CompletedProcess[str]:
    """All that the terminal gets, with the styles."""
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
    return subprocess.CompletedProcess(arguments, process.returncode, shown.decode())


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
