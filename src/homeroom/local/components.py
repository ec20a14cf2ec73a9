"""Kafka and PostgreSQL together: what the demo and the tests run on."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from homeroom.local.kafka import LocalKafka
from homeroom.local.postgres import LocalPostgres, create_database, drop_database

__all__ = [
    "Components",
    "create_database",
    "drop_database",
    "start",
    "stop",
    "stop_all",
]


@dataclass(frozen=True)
class Components:
    """Where the running components are; the broker's password where it asks for a login."""

    kafka_bootstrap_servers: str
    database_url: str
    kafka_password: str = ""


def start(
    folder: Path,
    *,
    durable: bool = True,
    login: bool = False,
    say: Callable[[str], None] = print,
) -> Components:
    """Start what does not run yet, on the data that the folder holds, both at a time.

    Not durable means that PostgreSQL may lose data if the machine itself fails. ``login``: Kafka
    asks for one; PostgreSQL always does.
    """
    kafka = LocalKafka(folder / "kafka", say=say, login=login)
    postgres = LocalPostgres(folder / "postgres", durable=durable, say=say)
    with ThreadPoolExecutor() as pool:
        for started in [pool.submit(kafka.start), pool.submit(postgres.start)]:
            started.result()
    return Components(kafka.address, postgres.address, kafka.password)


def stop(folder: Path) -> None:
    """Stop both, in good order; the data stays."""
    with ThreadPoolExecutor() as pool:
        for stopped in [
            pool.submit(LocalKafka(folder / "kafka").stop),
            pool.submit(LocalPostgres(folder / "postgres").stop),
        ]:
            stopped.result()


def stop_all(below: Path) -> None:
    """Stop whatever runs on data somewhere below a folder."""
    found = set[Path]()
    for name, folders, files in os.walk(below):
        if "state.json" in files:
            found.add(Path(name).parent)
            # A server's data: there is nothing else below, and it comes and goes.
            folders.clear()
    for folder in sorted(found):
        stop(folder)
