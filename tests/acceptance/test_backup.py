"""docs/backup.md on real servers: what a backup of today gives back after tomorrow's loss."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from homeroom.local import components
from homeroom.local.components import create_database, drop_database
from homeroom.local.kafka import LocalKafka
from homeroom.local.postgres import LocalPostgres, binaries
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.base_backup import started_from_backup
from tests.support.commands import homeroom, running, start, succeed, tables_of
from tests.support.contents import contents
from tests.support.decisions import SOMEBODY, decide, revoked
from tests.support.logins import with_own_logins
from tests.support.pages import DOCS
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for

PAGE = (DOCS / "backup.md").read_text()
COPY = re.search(r"```sh\n +(pg_dump .*?)```", PAGE, re.DOTALL)
INTO_ANOTHER_CLUSTER = re.search(r"```sh\n( +for role .*?)```", PAGE, re.DOTALL)
# Who may what with which table, and which rows.
RIGHTS = """
    SELECT n.nspname::text, c.relname::text, p.polname::text, r.rolname::text, a.privilege_type
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_policy p ON p.polrelid = c.oid
    CROSS JOIN aclexplode(c.relacl) a
    JOIN pg_roles r ON r.oid = a.grantee AND r.rolname IN (
        'homeroom_reader', 'homeroom_commands', 'homeroom_explainers', 'homeroom_relays',
        'homeroom_notifiers', 'homeroom_operators')
    WHERE n.nspname IN ('homeroom', 'g0001') ORDER BY 1, 2, 3, 4, 5
"""
TEACHERS = 40
ENDED_SECONDS = 60

Contents = dict[str, list[tuple[Any, ...]]]


def shell(commands: str, folder: Path | None = None, **variables: str) -> str:
    """What PostgreSQL's own programs print, of this project's version."""
    environment = os.environ | {"PATH": f"{binaries()}:{os.environ['PATH']}"} | variables
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        env=environment, cwd=folder, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def publish(settings: Settings, day: int) -> None:
    """Teachers who register on a day, or are renamed that day, and a class of each."""
    events = []
    for number in range(TEACHERS):
        teacher, opened = f"T-{number}", f"C-{day}-{number}"
        kind = "registered" if day == 1 else "updated"
        person = {
            "teacher_id": teacher, "name": f"Ada {day}", "email": None, "organization_id": None
        }  # fmt: skip
        events.append((f"teacher.{kind}.v1", teacher, day, person))
        lesson = {
            "class_id": opened, "organization_id": None, "teacher_id": teacher, "name": "Algebra",
            "code": "A", "subject": "Maths", "created_at": f"2026-03-0{day}T09:00:00Z",
        }  # fmt: skip
        events.append(("class.created.v1", opened, 1, lesson))
    lines = [
        json.dumps({
            "specversion": "1.0", "id": f"{type_}/{subject}/{sequence}", "source": "/tests",
            "type": type_, "subject": subject, "sequence": str(sequence),
            "time": f"2026-03-0{day}T09:00:00Z", "data": data,
        })
        for type_, subject, sequence, data in events
    ]  # fmt: skip
    done = homeroom(settings, "publish", "-", text="\n".join(lines))
    assert done.returncode == 0, done.stderr


def applied_events(settings: Settings) -> int:
    """How many events the log holds, all of which a worker then has applied."""
    with running(settings, "worker"):
        return wait_for(lambda: level(settings), 120)


def level(settings: Settings) -> int:
    """How many events are applied, where nothing is left to apply; else 0."""
    status = json.loads(succeed(settings, "status", "--json"))
    if any(partition["lag_events"] for partition in status["topics"]):
        return 0
    return sum(partition["position"] for partition in status["topics"])


def assert_good(settings: Settings) -> None:
    """Tables equal their definitions, and the entities are what the log says."""
    assert homeroom(settings, "verify").returncode == 0
    assert homeroom(settings, "verify", "--against-log").returncode == 0


@pytest.fixture
def restored(components: components.Components, settings: Settings) -> Iterator[Settings]:
    """Settings of an empty database beside the one that is in use."""
    name = f"{conninfo_to_dict(settings.database_url)['dbname']}_restored"
    url = create_database(components.database_url, name)
    yield settings.model_copy(update={"database_url": url})
    drop_database(components.database_url, name)


async def test_a_dump_of_a_running_system_is_brought_level_with_the_log(
    settings: Settings, restored: Settings, tmp_path: Path
) -> None:
    succeed(settings, "migrate")
    publish(settings, 1)
    dump = tmp_path / "backup"
    with running(settings, "worker"), tables_of(settings) as tables:
        tables.wait_until_applied(1)
        shell(f'pg_dump --format=custom --file="{dump}" "$URL"', URL=settings.database_url)
    publish(settings, 2)
    letter = await decide(settings)
    events = applied_events(settings)

    shell(f'pg_restore --dbname="$URL" "{dump}"', URL=restored.database_url)
    with tables_of(restored) as tables:
        assert tables.applied() < events
        assert homeroom(restored, "verify").returncode == 0
        assert applied_events(restored) == events
        assert_good(restored)
        # What was decided since then is to be decided again.
        assert letter in succeed(restored, "dead-letters", "list")
        assert revoked(tables) == []
        succeed(restored, "dead-letters", "discard", letter, "--why", "again", "--yes")
    assert contents(restored.database_url) == contents(settings.database_url)


@at_full_strength
async def test_a_dump_goes_into_a_cluster_that_has_no_role_of_ours(
    settings: Settings, component_folder: Path, tmp_path: Path
) -> None:
    succeed(settings, "migrate")
    shell('pg_dump --format=custom --file=backup "$URL"', tmp_path, URL=settings.database_url)
    server = LocalPostgres(component_folder / "postgres", durable=False)
    server.start()
    try:
        fails = 'if pg_restore --exit-on-error --dbname="$URL" backup; then exit 1; fi'
        url = create_database(server.address, "without_roles")
        shell(fails, tmp_path, URL=url)
        url = create_database(server.address, "restored")
        assert INTO_ANOTHER_CLUSTER is not None
        shell(INTO_ANOTHER_CLUSTER[1], tmp_path, HOMEROOM_DATABASE_URL=url)
        restored = with_own_logins(settings.model_copy(update={"database_url": url}), "homeroom")
        succeed(restored, "migrate")
        assert rights(restored) == rights(settings) != []
        theirs = restored.model_copy(update={"database_url": ""})
        succeed(theirs, "verify")
        with psycopg.connect(restored.serve_database_url) as connection:
            assert connection.execute("SELECT FROM g0001.students").fetchall() == []
    finally:
        server.kill()


def rights(settings: Settings) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(RIGHTS).fetchall()


@pytest.fixture
def own(component_folder: Path) -> Settings:
    """Settings of a Kafka and a PostgreSQL of the test's own."""
    servers = components.start(component_folder, durable=False)
    return Settings(
        database_url=servers.database_url,
        kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
        topic_partitions=2,
        jwt_secret="the tests' own key, longer than 32 bytes",
        session_timeout_seconds=1,
    )


@pytest.fixture
def base_backup(component_folder: Path) -> Iterator[LocalPostgres]:
    """Where a base backup of the test's own PostgreSQL is started."""
    server = LocalPostgres(component_folder / "copy" / "postgres")
    yield server
    server.kill()


@at_full_strength
async def test_a_log_that_was_put_back_is_refused_and_an_empty_database_begins_with_it(
    own: Settings, base_backup: LocalPostgres, component_folder: Path
) -> None:
    succeed(own, "migrate")
    publish(own, 1)
    letter = await decide(own)
    applied_events(own)
    kafka = LocalKafka(component_folder / "kafka")
    kafka.stop()
    shutil.copytree(kafka.data, component_folder / "older")
    kafka.start()
    publish(own, 2)
    events = applied_events(own)
    before = contents(own.database_url)

    started = own.model_copy(
        update={"database_url": started_from_backup(own.database_url, base_backup)}
    )
    assert level(started) == events
    assert_good(started)
    assert contents(started.database_url) == before

    kafka.stop()
    shutil.rmtree(kafka.data)
    (component_folder / "older").rename(kafka.data)
    kafka.start()
    said = said_at_the_end(own)
    assert re.search(r"partition \d: the position is \d+, the broker has 0 to \d+", said)
    assert "Restore the log, or build the tables again" in said

    url = create_database(own.database_url, "anew")
    anew = own.model_copy(update={"database_url": url})
    succeed(anew, "migrate")
    assert COPY is not None
    shell(COPY[1], OLD_DATABASE_URL=own.database_url, HOMEROOM_DATABASE_URL=url)
    assert 0 < applied_events(anew) < events
    assert_good(anew)
    assert letter not in succeed(anew, "dead-letters", "list")
    with tables_of(anew) as tables:
        assert revoked(tables) == [SOMEBODY]
    # Publishers do not know what is lost, and publish everything again.
    publish(anew, 1)
    publish(anew, 2)
    applied_events(anew)
    assert_good(anew)
    assert dashboards(contents(anew.database_url)) == dashboards(before)


def dashboards(tables: Contents) -> Contents:
    """The projections alone: entities and dead letters say where in a log their events stood."""
    return {table.name: tables[table.name] for table in read_model(Settings()).plan().tables}


def said_at_the_end(settings: Settings) -> str:
    """What a worker says that ends by itself, as a failure."""
    with start(settings, "worker", stderr=subprocess.PIPE) as worker:
        _, said = worker.communicate(timeout=ENDED_SECONDS)
    assert worker.returncode == 1
    return " ".join(said.split())
