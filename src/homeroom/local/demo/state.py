"""What the demo keeps from one run to the next, in a folder of the cache."""

import fcntl
import os
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import SecretStr

from homeroom.database import connect_sync
from homeroom.local import components, process
from homeroom.local.children import command
from homeroom.local.kafka import USER
from homeroom.local.postgres import other_database
from homeroom.operations.migrating.addresses import with_addresses
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES
from homeroom_kit.errors import ConfigurationError, HomeroomError
from homeroom_kit.settings import PREFIX

DATABASE = "demo"
OWN_SERVERS = "DEMO_OWN_SERVERS"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the demo's lock, which dies with this process; HomeroomError if another one runs."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_to_others(folder)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HomeroomError(
                f"A demo runs already (process {file.read().strip() or 'unknown'}). Use that one, "
                "or end it with Ctrl-C first."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def close_to_others(folder: Path) -> None:
    """Leave the folder to its owner, and to PostgreSQL's user where that is another one (root)."""
    kept = 0o710 if os.geteuid() == 0 else 0o700
    folder.chmod(folder.stat().st_mode & kept)


def own_servers(settings: Settings) -> dict[str, str]:
    """The variable by which a shell that has read the demo's file names the demo's own servers."""
    return {OWN_SERVERS: f"{settings.kafka_bootstrap_servers} {settings.database_url}"}


def servers_given(settings: Settings, variables: Mapping[str, str]) -> bool:
    """Whether the settings name Kafka and PostgreSQL; ConfigurationError where only one.

    ``variables``: of the shell. Servers of an earlier demo, which its file named, are not given.
    """
    kafka, database = settings.kafka_bootstrap_servers, settings.database_url
    if variables.get(OWN_SERVERS) == own_servers(settings)[OWN_SERVERS]:
        return False
    if bool(kafka) != bool(database):
        missing = "HOMEROOM_DATABASE_URL" if kafka else "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS"
        other = "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS" if kafka else "HOMEROOM_DATABASE_URL"
        raise ConfigurationError(
            f"{other} is set and {missing} is not: set both to run the demo on your servers, or "
            "neither to have it start its own."
        )
    return bool(kafka)


def secret(folder: Path, name: str = "jwt-secret") -> str:
    """A key of the demo, made once; that of its tokens unless named."""
    path = folder / name
    if not path.exists():
        process.write_privately(path, secrets.token_urlsafe(48))
    return path.read_text()


def with_people(folder: Path, settings: Settings, people: str) -> Settings:
    """The same settings, with which these people sign in to the pages without a password."""
    own = settings.session_secret.get_secret_value() or secret(folder, "session-secret")
    more = {"demo_people": people, "session_secret": SecretStr(own)}
    return settings.model_copy(update=more)


def on_local_servers(folder: Path, settings: Settings, servers: components.Components) -> Settings:
    """Settings for our own servers, with a database there, which is made where there is none."""
    with connect_sync(servers.database_url, "homeroom demo", autocommit=True) as connection:
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
    if known.rowcount == 0:
        components.create_database(servers.database_url, DATABASE)
    ours = {
        "kafka_bootstrap_servers": servers.kafka_bootstrap_servers,
        "kafka_security_protocol": "SASL_PLAINTEXT",
        "kafka_sasl_mechanism": "PLAIN",
        "kafka_sasl_username": USER,
        "kafka_sasl_password": SecretStr(servers.kafka_password),
        "database_url": other_database(servers.database_url, DATABASE),
        "topic_prefix": "",
        **dict.fromkeys((f"{process}_database_url" for process in PROCESSES), ""),
    }
    return with_addresses(settings.model_copy(update=ours), folder / "logins.env")


def environment(settings: Settings) -> dict[str, str]:
    """The variables under which a command has these settings."""
    variables = dict(os.environ)
    for name in Settings.model_fields:
        value = getattr(settings, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        variables[f"HOMEROOM_{name.upper()}"] = plain
    return variables


def own_databases(settings: Settings) -> dict[str, str]:
    """The variables with the address of each process that has a login of its own."""
    return {
        f"{PREFIX}{process.upper()}_DATABASE_URL": url
        for process in PROCESSES
        if (url := settings.own_database(process))
    }


def logins(settings: Settings) -> dict[str, str]:
    """The variables with which other programs reach the brokers and log in there."""
    variables = environment(settings)
    names = (name for name in Settings.model_fields if name.startswith("kafka_"))
    return {
        f"HOMEROOM_{name.upper()}": variables[f"HOMEROOM_{name.upper()}"]
        for name in names
        if getattr(settings, name) != Settings.model_fields[name].default
    }


def write_exports(path: Path, variables: Mapping[str, str]) -> None:
    """A file for the shell's `.`, with what another terminal's commands need; it holds secrets."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines.append(f"export PATH={shlex.quote(str(command().parent))}:$PATH")
    process.write_privately(path, "\n".join(lines) + "\n")


@dataclass(frozen=True)
class PublishedLogs:
    """Remembers into which logs something was published to its end.

    What is written here counts only while the log is at least as long as it was then: topics that
    were made anew are filled again. Where nothing is written, or an end was not reached, all is
    published (again), which is always safe.
    """

    path: Path
    log: str

    def holds(self, ends: Mapping[tuple[str, int], int]) -> bool:
        """Whether the log with these ends was published into, to the last event."""
        known = process.read_state(self.path).get(self.log)
        return known is not None and all(
            ends.get((topic, partition), 0) > offset for topic, partition, offset in known
        )

    def add(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """All of it was published; these are the last offsets."""
        known = process.read_state(self.path)
        known[self.log] = [[topic, number, offset] for (topic, number), offset in offsets.items()]
        process.write_state(self.path, known)


@dataclass(frozen=True)
class Memory:
    """What is remembered of a log, which is a Kafka cluster and a topic prefix."""

    folder: Path
    log: str
    data_set: str
    """Its name: events of another data set are published into the same log."""

    @property
    def published(self) -> PublishedLogs:
        """Where the data set and the students' year went."""
        return self._publications(f"{self.log}/{self.data_set}")

    @property
    def recorded(self) -> PublishedLogs:
        """Where habit logs went: once only, since a command gives each a new number."""
        return self._publications(f"{self.log}/habit-logs")

    def _publications(self, log: str) -> PublishedLogs:
        return PublishedLogs(self.folder / "publications.json", log)

    def year_end(self, *, begun: bool) -> date:
        """The day at whose beginning the students' year ends: today's, in UTC.

        Where it has ``begun`` to be published, the day remains what it was then: events of two
        years would contradict each other.
        """
        path = self.folder / "year.json"
        known = process.read_state(path)
        if not begun or self.log not in known:
            known[self.log] = datetime.now(UTC).date().isoformat()
            process.write_state(path, known)
        return date.fromisoformat(known[self.log])
