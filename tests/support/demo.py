"""The demo in a home folder of its own: what it says and what it leaves there."""

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from homeroom.local import cache_folder, kafka_jars
from homeroom.local.kafka import LocalKafka
from homeroom.local.postgres import LocalPostgres
from tests.support.commands import INSTALLED, homeroom
from tests.support.pages import ROOT
from tests.support.versions import changed_projections


@dataclass
class Home:
    """A user's environment, and what the runs of the demo said."""

    folder: Path
    environment: dict[str, str]
    data: Path | None
    """The folder with the files of the data set that it publishes, if not those that ship."""

    @property
    def demo(self) -> Path:
        return self.folder / ".cache" / "homeroom" / "demo"

    @property
    def command(self) -> tuple[str, ...]:
        """What is typed after `homeroom`."""
        return ("demo",) if self.data is None else ("demo", "--from", str(self.data))


@contextmanager
def home_in(folder: Path, data: Path | None) -> Iterator[Home]:
    """A home that shares nothing with ours but Kafka's jars, which would be downloaded."""
    jars = kafka_jars.fetch_jars(print)
    cache = folder / ".cache" / "homeroom"
    cache.mkdir(parents=True)
    (cache / jars.name).symlink_to(jars)
    ours = {"XDG_CACHE_HOME", "HOMEROOM_LOCAL_CACHE"}
    environment = {k: v for k, v in os.environ.items() if k not in ours}
    ours_alone = {
        "HOME": str(folder),
        # Not the port that the machine's own demo may have.
        "HOMEROOM_PORT": "0",
        # Nudges are said when they are due: as many as the hour brings.
        "HOMEROOM_NUDGE_INTERVAL_SECONDS": "0",
    }
    home = Home(folder, environment | ours_alone, data)
    assert cache_folder() not in cache.parents
    yield home
    LocalKafka(home.demo / "kafka").kill()
    LocalPostgres(home.demo / "postgres").kill()


@dataclass
class Once:
    """What `homeroom demo --once` said, and how long it took."""

    said: str
    seconds: float


def changed_copy(folder: Path, name: str, old: str, new: str) -> dict[str, str]:
    """A copy of the project in which one definition says something else.

    Returns the variables with which `homeroom` is the copy's.
    """
    for part in ("src", "migrations"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "projections").mkdir()
    changed_projections(folder / "projections", name, old, new)
    return {"PYTHONPATH": str(folder / "src")}


def once(home: Home, program: Sequence[str] = INSTALLED, **further: str) -> Once:
    """Run it, with further variables in its environment."""
    began = time.monotonic()
    done = homeroom(home.environment | further, *home.command, "--once", program=program)
    assert done.returncode == 0, done.stdout + done.stderr
    return Once(done.stdout + done.stderr, time.monotonic() - began)
