"""The servers that a benchmark runs against, and what they cost."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from pydantic import SecretStr

from homeroom.local import cache_folder
from homeroom.local.components import create_database, drop_database, start, stop
from homeroom.local.postgres import LocalPostgres
from homeroom.settings import Settings

FOLDER = "bench"
HOMEROOM = str(Path(sys.executable).with_name("homeroom"))
SECRET = "the bench's own key, longer than 32 bytes"


@contextmanager
def servers(partitions: int) -> Iterator[Settings]:
    """Settings for a database and topics of the benchmark's own, on durable local servers."""
    folder: Path = cache_folder() / FOLDER
    components = start(folder)
    name = f"bench_{secrets.token_hex(4)}"
    url = create_database(components.database_url, name)
    try:
        yield Settings(
            database_url=url,
            kafka_bootstrap_servers=components.kafka_bootstrap_servers,
            topic_prefix=f"{name}-",
            topic_partitions=partitions,
            # What is measured is the service, not its limits.
            dashboard_requests_per_minute_max=0,
            notification_requests_per_minute_max=0,
        )
    finally:
        drop_database(components.database_url, name)
        stop(folder)


@contextmanager
def database() -> Iterator[Settings]:
    """Settings for a database of the benchmark's own, on a durable local server; no broker."""
    server = LocalPostgres(cache_folder() / FOLDER / "postgres")
    server.start()
    name = f"bench_{secrets.token_hex(4)}"
    try:
        yield Settings(database_url=create_database(server.address, name))
    finally:
        drop_database(server.address, name)
        server.stop()


def postgresql_cpu_seconds(url: str) -> float:
    """CPU seconds that the whole server has used so far, ended backends included."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    pid = int((Path(row[0]) / "postmaster.pid").read_text().splitlines()[0])
    postmaster = psutil.Process(pid)
    seconds = 0.0
    for process in (postmaster, *postmaster.children(recursive=True)):
        # A backend that has just ended counts among its parent's ended children.
        with suppress(psutil.NoSuchProcess):
            t = process.cpu_times()
            seconds += t.user + t.system + t.children_user + t.children_system
    return seconds


@contextmanager
def running(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command that runs as long as the block; what it prints can be read."""
    process = subprocess.Popen(
        [HOMEROOM, *arguments], env=environment(settings), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """The variables under which a command has these settings."""
    told = settings.model_dump(exclude_defaults=True)
    plain = {n: v.get_secret_value() if isinstance(v, SecretStr) else v for n, v in told.items()}
    return os.environ | {f"HOMEROOM_{name.upper()}": str(value) for name, value in plain.items()}
