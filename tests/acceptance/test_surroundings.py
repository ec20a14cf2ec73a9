"""A day's round of commands on a database of other defaults, also behind PgBouncer."""

import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import Tables, serving, succeed, tables_of
from tests.support.hostile import make_hostile
from tests.support.scraping import free_port, watched_worker

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
PUBLISHED = [
    ("teacher.registered.v1", "T-ADA",
     {"teacher_id": "T-ADA", "name": "Ada", "email": None, "organization_id": None}),
    ("class.created.v1", "C-1",
     {"class_id": "C-1", "organization_id": None, "teacher_id": "T-ADA", "name": "Algebra",
      "code": "ALG-1", "subject": "Maths", "created_at": "2026-03-04T09:00:00Z"}),
]  # fmt: skip
CLASSES = "classes/recent"


def events(tmp_path: Path, name: str, sequence: int, *wanted: int) -> str:
    lines = [
        {"specversion": "1.0", "id": f"{name}-{number}", "source": "/tests", "type": type_,
         "subject": subject, "sequence": str(sequence), "time": "2026-03-04T09:00:00Z",
         "data": data}
        for number, (type_, subject, data) in enumerate(PUBLISHED) if number in wanted
    ]  # fmt: skip
    path = tmp_path / f"{name}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def start_pgbouncer(folder: Path, database_url: str) -> tuple[subprocess.Popen[bytes], str]:
    """One that hands used sessions out again, few of them; the process and a URL behind it."""
    assert PGBOUNCER is not None
    target, port = urlsplit(database_url), free_port()
    configuration = folder / "pgbouncer.ini"
    (folder / "users.txt").write_text(f'"{target.username}" "{target.password or ""}"\n')
    configuration.write_text(
        f"""
        [databases]
        * = host={target.hostname} port={target.port}
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {port}
        unix_socket_dir =
        auth_type = trust
        auth_file = {folder / "users.txt"}
        pool_mode = session
        default_pool_size = 30
        """
    )
    command = [PGBOUNCER, str(configuration)]
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
        for parent in folder.parents[:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
        command = [PGBOUNCER, "-u", "nobody", str(configuration)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process, target._replace(netloc=f"{target.username}@127.0.0.1:{port}").geturl()


@pytest.fixture(params=["direct", "PgBouncer"])
def surrounded(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> Iterator[Settings]:
    make_hostile(settings.database_url)
    if request.param == "direct":
        yield settings
        return
    if PGBOUNCER is None:
        pytest.skip("PgBouncer is not installed (apt-get install pgbouncer)")
    process, url = start_pgbouncer(tmp_path, settings.database_url)
    try:

        def answers() -> bool:
            try:
                psycopg.connect(url).close()
            except psycopg.OperationalError:
                return False
            return True

        wait_for(answers)
        yield settings.model_copy(update={"database_url": url})
    finally:
        process.kill()
        process.wait()


def test_a_days_round_of_commands(surrounded: Settings, settings: Settings, tmp_path: Path) -> None:
    succeed(surrounded, "migrate")
    with watched_worker(surrounded) as port, tables_of(surrounded) as tables:
        wait_for(port.ready, 60)
        succeed(surrounded, "publish", events(tmp_path, "first", 1, 0, 1))
        tables.wait_until_applied(2)
        with serving(surrounded) as service:
            (one,) = service.data("T-ADA", CLASSES)["classes"]
        assert (one["_id"], one["createdAt"]) == ("C-1", "2026-03-04T09:00:00Z")
        status = json.loads(succeed(surrounded, "status", "--json"))
        assert status["problems"] == []
        succeed(surrounded, "rebuild", "--yes")
        wait_for(port.ready, 60)
        assert tables.generation == "g0002"
        drift(tables)
        succeed(surrounded, "repair", "--all-drifted", "--by", "ada", "--why", "tests")
        assert "differs" not in succeed(surrounded, "verify")
        succeed(surrounded, "verify", "--against-log")
    if surrounded.database_url != settings.database_url:
        # A worker that starts gets sessions that another one has used.
        with watched_worker(surrounded) as port:
            wait_for(port.ready, 60)


def drift(tables: Tables) -> None:
    (changed,) = tables.connection.execute(
        f"UPDATE {tables.generation}.teacher_classes SET name = 'x' RETURNING created_at"  # noqa: S608
    ).fetchall()
    assert changed
