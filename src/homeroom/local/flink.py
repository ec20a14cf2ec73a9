"""A real Flink: its SQL gateway, which runs each job in a cluster within its own process.

Flink is no dependency: it has 400 MB, and no Java that is as new as ours. FLINK_HOME names the
folder of one, as Flink's own scripts have it, and JAVA_HOME a Java that it supports.
"""

import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import httpx

from homeroom.errors import ComponentError
from homeroom.local import process
from homeroom.local.flink_jars import fetch_jars
from homeroom.local.kafka import LOGGING

OPENED = (
    "lang", "lang.reflect", "net", "io", "nio", "text", "time", "util", "util.concurrent",
    "util.concurrent.atomic", "util.concurrent.locks",
)  # fmt: skip
CONFIG = """\
execution.target: local
execution.checkpointing.dir: file://{folder}/checkpoints
execution.checkpointing.interval: 500 ms
parallelism.default: {parallelism}
restart-strategy.type: none
sql-gateway.endpoint.rest.address: 127.0.0.1
sql-gateway.endpoint.rest.bind-address: 127.0.0.1
sql-gateway.endpoint.rest.port: {port}
sql-gateway.endpoint.rest.bind-port: {port}
taskmanager.memory.network.min: 256 mb
taskmanager.memory.network.max: 256 mb
taskmanager.memory.managed.size: 128 mb
io.tmp.dirs: {folder}/tmp
"""


class LocalFlink:
    """One process in a folder; kill and start it as often as needed."""

    def __init__(
        self,
        folder: Path,
        home: Path,
        java: Path,
        *,
        parallelism: int = 1,
        memory_mib: int = 2_048,
        say: Callable[[str], None] = print,
    ) -> None:
        """``home``: where Flink is; ``memory_mib``: of its heap, in MiB."""
        self.folder, self._home, self._java, self._say = folder, home, java, say
        self.log = folder / "flink.log"
        self._parallelism = parallelism
        self._memory_mib = memory_mib
        self._mark = f"-Djava.io.tmpdir={folder}/tmp"
        self._port = 0
        self.pid: int | None = None

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def start(self) -> None:
        for name in ("tmp", "checkpoints", "conf"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._port = process.choose_port()
        config = CONFIG.format(folder=self.folder, port=self._port, parallelism=self._parallelism)
        (self.folder / "conf" / "config.yaml").write_text(config)
        (self.folder / "conf" / "log4j.properties").write_text(LOGGING)
        variables = {k: v for k, v in os.environ.items() if not k.startswith(("JAVA", "_JAVA"))}
        self.pid = process.launch(
            self._command(), self.log, user=None,
            env=variables | {"FLINK_CONF_DIR": str(self.folder / "conf")},
        )  # fmt: skip
        process.wait_until_answers("Flink", self._answers, self.pid, self._mark, self.log)

    def kill(self) -> None:
        """Ends it at once, with all its jobs."""
        process.kill(self._mark)

    def last_checkpoint(self) -> str:
        """The newest complete checkpoint of the newest job; empty where there is none."""
        found = [
            (file.stat().st_mtime, file.parent)
            for file in self.checkpoints.glob("*/chk-*/_metadata")
        ]
        return f"file://{max(found)[1]}" if found else ""

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/v2/info").is_success
        except httpx.HTTPError:
            return False

    def _command(self) -> list[str]:
        connectors = fetch_jars(self._say)
        jars = [*(self._home / "lib").glob("*.jar"), *connectors.glob("*.jar")]
        opened = [f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in OPENED]
        return [
            str(self._java), f"-Xmx{self._memory_mib}m", "-XX:+UseSerialGC", self._mark, *opened,
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            f"-Dlog4j.configurationFile={self.folder}/conf/log4j.properties",
            "-cp", ":".join(map(str, sorted(jars))),
            "org.apache.flink.table.gateway.SqlGateway",
        ]  # fmt: skip


def flink_home() -> Path:
    """The folder of Flink that FLINK_HOME names, or that a package brought; or ComponentError."""
    named = os.environ.get("FLINK_HOME")
    if named:
        home = Path(named)
    else:
        spec = find_spec("pyflink")
        home = Path(next(iter(spec.submodule_search_locations or ()))) if spec else Path()
    if not any((home / "lib").glob("flink-dist-*.jar")):
        raise ComponentError(
            f"There is no Flink 2.1 in {home}. Unpack one, or "
            "`pip install --target FOLDER apache-flink-libraries==2.1.1`, and set FLINK_HOME to "
            "its folder (of the package: FOLDER/pyflink)."
        )
    return home


def flink_java() -> Path:
    """The Java that JAVA_HOME names, or that is on the path; or ComponentError."""
    named = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{named}/bin" if named else None)
    if found is None:
        raise ComponentError("Flink needs Java 11, 17 or 21: set JAVA_HOME to the folder of one.")
    return Path(found)
