"""`homeroom dead-letters`, as operators run it beside a worker."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from homeroom.local.components import Components, create_database, drop_database
from homeroom.operations.dead_letters import listing as dead_letters
from homeroom.operations.dead_letters.actions import Decision, operator
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import (
    Tables,
    environment,
    homeroom,
    running,
    succeed,
    tables_of,
)
from tests.support.contents import contents
from tests.support.strength import at_full_strength

# An older version of homeroom, which takes shorter names only.
OLDER = """
import homeroom.readmodel as readmodel

validator = readmodel._validator

def stricter(event):
    newer = validator(event)

    def checked(data):
        values = newer(data)
        if len(values.get("name") or "") > 10:
            raise ValueError("data.name: at most 10 characters")
        return values

    return checked

readmodel._validator = stricter
from homeroom.cli import main
main()
"""
TIME = "2026-03-01T09:00:00Z"
TEACHERS = 60


def line(kind: str, subject: str, sequence: int, data: dict[str, Any]) -> str:
    return json.dumps({
        "specversion": "1.0", "id": f"{kind}/{subject}/{sequence}", "source": "/tests",
        "type": f"{kind}.v1", "subject": subject, "sequence": str(sequence), "time": TIME,
        "data": data,
    })  # fmt: skip


def teacher(number: int, sequence: int, name: str) -> str:
    kind = "teacher.registered" if sequence == 1 else "teacher.updated"
    key = f"T{number}"
    data = {"teacher_id": key, "name": name, "email": None, "organization_id": None}
    return line(kind, key, sequence, data)


def classes(number: int) -> str:
    key = f"C{number}"
    data = {
        "class_id": key, "organization_id": None, "teacher_id": f"T{number}", "name": key,
        "code": key, "subject": "Maths", "created_at": TIME,
    }  # fmt: skip
    return line("class.created", key, 1, data)


def publish(settings: Settings, lines: list[str]) -> int:
    told = json.loads(homeroom(settings, "publish", "-", "--json", text="\n".join(lines)).stdout)
    return int(told["events"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    succeed(settings, "migrate")
    return settings


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    with tables_of(settings) as tables:
        yield tables


@pytest.fixture
def anew(components: Components, settings: Settings) -> Iterator[Settings]:
    """Another database, for the same topics."""
    name = f"test_{secrets.token_hex(6)}"
    other = settings.model_copy(
        update={"database_url": create_database(components.database_url, name)}
    )
    succeed(other, "migrate")
    yield other
    drop_database(components.database_url, name)


@contextmanager
def older_worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", OLDER, "worker"],
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def listed(settings: Settings) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(succeed(settings, "dead-letters", "list", "--json"))
    return found


async def discard_some(settings: Settings) -> None:
    async with operator(settings.database_url, read_model(settings)) as hand:
        for _ in range(4):
            holes = dead_letters.list_kept(settings.database_url)
            chosen = [h.id for h in holes if h.subject and int(h.subject[1:]) % 3 == 0]
            await hand.discard(list(map(dead_letters.parse_id, chosen)), Decision("t", "t"))


def project(settings: Settings, count: int) -> None:
    with tables_of(settings) as tables, running(settings, "worker"):
        tables.wait_until_applied(count)


@at_full_strength
def test_after_an_upgrade_retrying_all_heals_the_tables_exactly(
    settings: Settings, anew: Settings, tables: Tables
) -> None:
    lines = [teacher(n, 1, f"name {n}") for n in range(TEACHERS)]
    lines += [teacher(n, 2, f"a much longer name {n}") for n in range(TEACHERS)]
    lines += [teacher(n, 3, f"name {n}") for n in range(0, TEACHERS, 2)]
    lines += [classes(n) for n in range(TEACHERS)]
    count = publish(settings, lines)
    with older_worker(settings) as worker:
        tables.wait_until_applied(count)
        letters = listed(settings)
        assert len(letters) == TEACHERS
        assert {one["detail"] for one in letters} == {"data.name: at most 10 characters"}
        assert sum(one["waiting"] for one in letters) == TEACHERS // 2

        said = succeed(settings, "dead-letters", "retry", "--all", "--why", "upgraded")

        assert "60 applied, 0 still refused" in said
        assert "Applied 30 events that waited behind" in said
        assert worker.poll() is None
    assert listed(settings) == []
    succeed(settings, "verify")
    project(anew, count)
    healed, exact = contents(settings.database_url), contents(anew.database_url)
    assert {row[-1] for row in healed.pop("dead_letters")} == {False}
    assert exact.pop("dead_letters") == []
    assert healed == exact


@at_full_strength
async def test_what_is_discarded_beside_a_busy_worker_is_so_in_the_next_generation(
    settings: Settings, anew: Settings, tables: Tables
) -> None:
    lines = []
    for n in range(TEACHERS):
        lines += [teacher(n, 1, "a"), teacher(n, 4, "late"), classes(n), teacher(n, 5, "later")]
    with running(settings, "worker") as worker:
        count = 0
        for start in range(0, len(lines), 40):
            # However late the worker is, there is something to discard.
            if count:
                tables.wait_until_applied(count)
            count += publish(settings, lines[start : start + 40])
            await discard_some(settings)
        tables.wait_until_applied(count)
        late = [teacher(n, 2, "too late?") for n in range(TEACHERS)]
        count += publish(settings, late)
        tables.wait_until_applied(count)
        assert worker.poll() is None
    assert tables.rows("gaps") != []
    with psycopg.connect(settings.database_url) as connection:
        decided = connection.execute(
            "SELECT entity, key, first_sequence, last_sequence, by, why FROM homeroom.discard"
        ).fetchall()
    assert len(decided) >= 10
    with psycopg.connect(anew.database_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO homeroom.discard (entity, key, first_sequence, last_sequence, by, why) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            decided,
        )
    project(anew, count)
    assert contents(settings.database_url) == contents(anew.database_url)


@at_full_strength
def test_letters_are_listed_shown_and_refused_for_people(
    settings: Settings, tables: Tables
) -> None:
    with older_worker(settings):
        tables.wait_until_applied(publish(settings, [teacher(1, 1, "a much longer name")]))
    (letter,) = listed(settings)
    identity = letter["id"]
    assert {
        "id", "topic", "partition", "offset", "key", "entity", "subject", "sequence", "reason",
        "detail", "since", "waiting",
    } <= set(letter)  # fmt: skip
    table = succeed(settings, "dead-letters", "list")
    assert identity in table
    shown = succeed(settings, "dead-letters", "show", identity)
    assert '"name": "a much longer name"' in shown
    assert f"homeroom dead-letters retry {identity}" in shown
    assert json.loads(succeed(settings, "dead-letters", "show", identity, "--json"))["headers"]

    for arguments, code, words in [
        (("retry",), 2, "give one ID, or --all, or --reason"),
        (("retry", identity, "--all"), 2, "give one ID"),
        (("discard", identity), 2, "--why"),
        (("show", "nonsense"), 1, "TOPIC:PARTITION:OFFSET"),
        (("show", "people:0:999999"), 1, "no such dead letter"),
        (("retry", "teacher/T1@1"), 1, "A gap has no record to retry"),
        (("purge", "--subject", "S1", "--open"), 2, "--subject excludes"),
    ]:
        done = homeroom(settings, "dead-letters", *arguments)
        assert (done.returncode, words in done.stderr) == (code, True), done.stderr

    assert "1 applied" in succeed(settings, "dead-letters", "retry", identity, "--by", "ada")
    done = homeroom(settings, "dead-letters", "retry", identity)
    assert (done.returncode, "already closed (retried)" in done.stderr) == (1, True)
    history = succeed(settings, "dead-letters", "show", identity)
    assert "by ada: retried" in history


@at_full_strength
def test_a_letter_that_stays_wrong_ends_the_retry_with_1(
    settings: Settings, tables: Tables
) -> None:
    with older_worker(settings):
        tables.wait_until_applied(publish(settings, [teacher(1, 1, "a much longer name")]))
    done = subprocess.run(
        [sys.executable, "-c", OLDER, "dead-letters", "retry", "--all"],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert "1 still refused" in done.stdout
    assert "at most 10 characters" in done.stdout
    wait_for(lambda: len(listed(settings)) == 1)
