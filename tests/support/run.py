"""One run of the tests, in one process or in several, and the servers that it uses."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from homeroom.local import components
from homeroom.local.components import Components
from tests.support import aot_cache
from tests.support.templates import drop_templates

PREFIX = "homeroom-tests-"
# Where Linux keeps files in memory, and what a run may take of it. Kafka waits for the disk
# whenever a topic comes or goes; on a slow disk that is a third of the time that the tests take.
IN_MEMORY = Path("/dev/shm")
IN_MEMORY_BYTES = 4 << 30


@dataclass(frozen=True)
class Run:
    """The run's folder, and its servers if they are not local components in that folder."""

    folder: str
    servers: tuple[str, str] | None

    def components(self) -> Components:
        """The servers of this run; local ones are started by whoever needs them first."""
        if self.servers is not None:
            return Components(*self.servers)
        return components.start(Path(self.folder), durable=False)


def begin(ambient: Mapping[str, str]) -> Run:
    """Choose the servers by the variables that were set when pytest was called."""
    sweep()
    servers = _servers(ambient)
    run = Run(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_parent()), servers)
    if servers is None:
        aot_cache.begin(run.folder)
    return run


def _parent() -> str | None:
    """Where the run's folder is made: in memory where there is plenty, unless TMPDIR is set."""
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK):
        return None
    room = min(psutil.disk_usage(str(IN_MEMORY)).free, psutil.virtual_memory().available // 2)
    return str(IN_MEMORY) if room >= IN_MEMORY_BYTES else None


def _servers(ambient: Mapping[str, str]) -> tuple[str, str] | None:
    kafka = ambient.get("HOMEROOM_KAFKA_BOOTSTRAP_SERVERS")
    database = ambient.get("HOMEROOM_DATABASE_URL")
    backend = ambient.get("HOMEROOM_TEST_BACKEND", "local")
    if kafka and database:
        return kafka, database
    if kafka or database:
        pytest.exit(
            "Set both HOMEROOM_KAFKA_BOOTSTRAP_SERVERS and HOMEROOM_DATABASE_URL, or neither.", 4
        )
    if backend == "containers":
        from tests.support import containers

        return containers.start()
    if backend != "local":
        pytest.exit(f"HOMEROOM_TEST_BACKEND is {backend!r}: use `local` or `containers`.", 4)
    return None


def end(run: Run) -> None:
    """Stop the run's local components, its tests' own ones too, and remove its folder.

    On servers of somebody else, only what processes of the run shared is left to be dropped.
    """
    aot_cache.end()
    if run.servers is not None:
        # Where none answers, nothing was made.
        with suppress(psycopg.OperationalError):
            drop_templates(run.servers[1])
    components.stop_all(Path(run.folder))
    shutil.rmtree(run.folder)


def sweep() -> None:
    """End what an earlier run left behind because it was killed."""
    parents = {Path(tempfile.gettempdir()), IN_MEMORY}
    for folder in [folder for parent in parents for folder in parent.glob(f"{PREFIX}*")]:
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            components.stop_all(folder)
            shutil.rmtree(folder, ignore_errors=True)
