"""The demo's child processes: homeroom's commands, as in production."""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from homeroom.errors import ChildEnded
from homeroom.local import process

STOP_TIMEOUT_SECONDS = 15.0


class Children:
    """Commands of homeroom, each with a log in the folder.

    They are sessions of their own, so that Ctrl-C on the terminal reaches only us, who end them
    in good order.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state = folder / "children.json"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def end_leftovers(self) -> None:
        """Ends processes that a killed run has left behind."""
        for pid in process.read_state(self._state).values():
            process.stop(pid, str(command()))

    def stop(self) -> None:
        """Terminates all, and kills those that do not end."""
        for child in self._running.values():
            child.terminate()
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(STOP_TIMEOUT_SECONDS)
            child.kill()
            child.wait()
        self._state.unlink(missing_ok=True)

    def start(self, name: str, environment: Mapping[str, str]) -> None:
        """Start ``homeroom <name>``; its log of the run before is kept once."""
        log = self.log(name)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with log.open("wb") as output:
            self._running[name] = subprocess.Popen(
                [str(command()), name],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process.write_state(self._state, {n: child.pid for n, child in self._running.items()})

    def log(self, name: str) -> Path:
        """Where a command's output goes."""
        return self._folder / f"{name}.log"

    def check(self) -> None:
        """Raise ChildEnded, with the end of its log, if one of them does not run any more."""
        for name, child in self._running.items():
            code = child.poll()
            if code is not None:
                log_tail = process.tail(self.log(name))
                raise ChildEnded(f"`homeroom {name}` ended with exit code {code}.\n{log_tail}")


def command() -> Path:
    """The command ``homeroom`` of this installation."""
    return Path(sys.executable).with_name("homeroom")
