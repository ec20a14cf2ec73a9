"""Entity rows that somebody changed by hand are found by the log, and put right from it."""

import asyncio
import json
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from homeroom.engine.catalog import LAYOUT
from homeroom.engine.generations.registry import enter
from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.property.histories import Published
from tests.support import wait_for
from tests.support.commands import Tables, homeroom, running, start, succeed, tables_of
from tests.support.contents import contents
from tests.support.strength import at_full_strength, pick

# Of the events of a load.
SHARE = pick(quick=3, thorough=1)
# What is done to a row, which is then named, and the column that differs: None is the whole row.
TAMPERED = {
    "class": (
        "UPDATE class SET name = 'x' WHERE class_id = (SELECT min(class_id) FROM class) "
        "RETURNING class_id",
        "name",
    ),
    "enrollment": (
        "DELETE FROM enrollment WHERE (class_id, student_id) = "
        "(SELECT class_id, student_id FROM enrollment ORDER BY 1 DESC, 2 DESC LIMIT 1) "
        "RETURNING class_id || '/' || student_id",
        None,
    ),
    "assignment": (
        "INSERT INTO assignment SELECT (jsonb_populate_record(t, "
        '\'{"assignment_id": "A-NEW"}\')).* FROM assignment t LIMIT 1 RETURNING assignment_id',
        None,
    ),
    "exam": (
        "UPDATE exam SET last_offset = last_offset + 1 "
        "WHERE exam_id = (SELECT min(exam_id) FROM exam) RETURNING exam_id",
        "last_offset",
    ),
    "teacher": (
        "UPDATE teacher SET sequence = sequence - 1 "
        "WHERE teacher_id = (SELECT min(teacher_id) FROM teacher) RETURNING teacher_id",
        "sequence",
    ),
}


class Log:
    """A log with everything in it that may go wrong."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner = asyncio.Runner()
        self._upstream = Upstream(settings)

    def publish(self, load: Sequence[Published]) -> int:
        """How many records the log holds then."""
        return self._runner.run(self._publish(load))

    async def _publish(self, load: Sequence[Published]) -> int:
        await self._upstream.publish(load)
        return sum((await self._upstream.ends()).values())

    def remove_until(self, offset: int) -> None:
        """As retention does."""
        self._runner.run(self._remove_until(offset))

    async def _remove_until(self, offset: int) -> None:
        first = TopicPartition(self._upstream.topic("classes"), 0)
        async with self._upstream.admin() as admin:
            await admin.delete_records({first: RecordsToDelete(offset)})

    def assert_exact(self, tables: Tables) -> None:
        self._runner.run(assert_exact(self._upstream, tables))

    def close(self) -> None:
        self._runner.run(self._upstream.close())
        self._runner.close()


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    succeed(settings, "migrate")
    with tables_of(settings) as tables:
        yield tables


@pytest.fixture
def log(settings: Settings, tables: Tables) -> Iterator[Log]:  # noqa: ARG001
    log = Log(settings)
    yield log
    log.close()


def tamper(tables: Tables, statement: str) -> str:
    """The key of the one row that was tampered with."""
    enter(tables.connection, tables.generation, for_session=True)
    ((key,),) = tables.connection.execute(statement.encode()).fetchall()
    return str(key)


def tamper_with_all(tables: Tables) -> dict[str, str]:
    """The key of a row of each table in TAMPERED."""
    return {table: tamper(tables, statement) for table, (statement, _) in TAMPERED.items()}


def found(settings: Settings, *arguments: str, code: int = 1) -> list[dict[str, Any]]:
    """What `homeroom verify --against-log` says that differs."""
    done = homeroom(settings, "verify", "--against-log", "--json", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    return [one for table in json.loads(done.stdout) for one in table["differences"]]


@at_full_strength
def test_each_is_found_and_mended_and_nothing_else_changes(
    settings: Settings, tables: Tables, log: Log
) -> None:
    end = log.publish(make_load(1_500 // SHARE, seed=21))
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        before = contents(settings.database_url)
        assert found(settings, code=0) == []
        keys = tamper_with_all(tables)

        differences = found(settings)

        assert {(d["table"], d["key"], d["column"]) for d in differences} == {
            (table, keys[table], column) for table, (_, column) in TAMPERED.items()
        }
        assert len(differences) == len(TAMPERED)
        told = {d["table"]: (d["have"], d["should"]) for d in differences}
        assert told["class"][0] == "x" != told["class"][1]
        assert told["enrollment"][0] is None
        assert told["enrollment"][1]["class_id"] == keys["enrollment"].split("/")[0]
        assert told["assignment"][1] is None
        assert told["assignment"][0]["assignment_id"] == "A-NEW"
        assert told["teacher"][0] == told["teacher"][1] - 1

        said = succeed(
            settings, "repair", "--all-drifted", "--from-log", "--by", "ada", "--why", "tests"
        )

        assert f"Repaired {len(TAMPERED)} rows." in said
        assert contents(settings.database_url) == before
        assert found(settings, code=0) == []
        with psycopg.connect(settings.database_url) as connection:
            recorded = connection.execute(
                "SELECT \"table\", key, before ->> 'name', after ->> 'name', by, why "
                "FROM homeroom.repair ORDER BY 1"
            ).fetchall()
        assert [row[:2] for row in recorded] == sorted(keys.items())
        assert recorded[1][2:] == ("x", told["class"][1], "ada", "tests")
        again = succeed(settings, "repair", "--all-drifted", "--from-log")
        assert "Nothing differs" in again
        assert tables.connection.execute("SELECT count(*) FROM homeroom.generation").fetchone() == (
            1,
        )


@at_full_strength
def test_what_events_made_of_it_meanwhile_is_mended_too(
    settings: Settings, tables: Tables, log: Log
) -> None:
    load = make_load(3_000 // SHARE, seed=23)
    with running(settings, "worker"), ThreadPoolExecutor(1) as pool:
        tables.wait_until_applied(log.publish(load[: len(load) // 2]))
        keys = tamper_with_all(tables)
        # Events of these subjects wait for what was taken away, or count as old.
        tables.wait_until_applied(log.publish(load[len(load) // 2 : len(load) * 5 // 6]))
        differing = {(d["table"], d["key"]) for d in found(settings)}
        assert ("teacher", keys["teacher"]) in differing
        assert "gaps" in {table for table, _ in differing}
        publishing = pool.submit(log.publish, load[len(load) * 5 // 6 :])

        succeed(settings, "repair", "--all-drifted", "--from-log")

        tables.wait_until_applied(publishing.result())
        log.assert_exact(tables)


@at_full_strength
def test_one_subject_is_mended_with_what_drifted_by_it_and_nothing_else(
    settings: Settings, tables: Tables, log: Log
) -> None:
    end = log.publish(make_load(1_500 // SHARE, seed=26))
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        before = contents(settings.database_url)
        wrong = "UPDATE {} SET name = 'x' WHERE class_id = (SELECT min(class_id) FROM {})"
        # A row that shows the wrong name, as after an event of that class ...
        key = tamper(tables, f"{wrong.format('class', 'teacher_classes')} RETURNING class_id")
        assert key == tamper(tables, f"{wrong.format(*['teacher_classes'] * 2)} RETURNING class_id")
        # ... and one that is wrong for another reason.
        other = tamper(
            tables,
            "UPDATE teacher_stats SET students = students + 1 WHERE teacher_id = "
            "(SELECT min(teacher_id) FROM teacher_stats) RETURNING teacher_id",
        )
        tamper(tables, TAMPERED["exam"][0])
        one = ("--table", "class", "--key")
        assert [d["column"] for d in found(settings, *one, key)] == ["name"]
        assert found(settings, "--table", "teacher", code=0) == []

        told = json.loads(succeed(settings, "repair", "class", key, "--from-log", "--json"))

        assert {(d["table"], d["key"], d["column"]) for d in told} == {
            ("class", key, "name"),
            ("teacher_classes", key, "name"),
        }
        assert [d["table"] for d in found(settings)] == ["exam"]
        left = json.loads(homeroom(settings, "verify", "--json").stdout)
        assert [d["key"] for table in left for d in table["differences"]] == [other]
        succeed(settings, "repair", "--all-drifted", "--from-log")
        assert contents(settings.database_url) == before


@at_full_strength
def test_what_an_interrupted_one_leaves_is_dropped_by_the_next(
    settings: Settings, tables: Tables, log: Log
) -> None:
    end = log.publish(make_load(300, seed=24))
    with running(settings, "worker"):
        tables.wait_until_applied(end)
    for following in (("verify", "--against-log"), ("rebuild", "--yes")):
        live = tables.generation
        with (
            holding_positions(tables),
            running(settings, "verify", "--against-log") as verifying,
        ):
            told = wait_for(lambda: compares(s := standing(settings)) and s, 60)
            assert told["options"]["purpose"] == "verify"
            verifying.kill()
        wait_for(lambda: not standing(settings)["running"])
        assert "for `homeroom verify` against the log" in succeed(settings, "rebuild", "status")
        assert generations(tables) == [(live, "live"), (told["generation"], "next")]
        succeed(settings, *following)
        assert (told["generation"], "next") not in generations(tables)
    # Each of those that were dropped had a number of its own.
    assert [state for _, state in generations(tables)] == ["previous", "live"]


@at_full_strength
def test_sigterm_ends_it_and_nothing_is_left(settings: Settings, tables: Tables, log: Log) -> None:
    end = log.publish(make_load(300, seed=26))
    with running(settings, "worker"):
        tables.wait_until_applied(end)
    with holding_positions(tables), running(settings, "verify", "--against-log") as verifying:
        wait_for(lambda: compares(standing(settings)), 60)
        verifying.terminate()
        assert verifying.wait(30) == 128 + signal.SIGTERM
    assert generations(tables) == [("g0001", "live")]
    assert standing(settings)["outcome"] == "aborted"


@at_full_strength
def test_a_partition_that_is_new_meanwhile_ends_it_without_an_answer(
    settings: Settings, tables: Tables, log: Log, tmp_path: Path
) -> None:
    end = log.publish(make_load(300, seed=27))
    with running(settings, "worker"):
        tables.wait_until_applied(end)
    said = tmp_path / "stderr"
    with said.open("w") as errors, holding_positions(tables):
        verifying = start(settings, "verify", "--against-log", stderr=errors)
        wait_for(lambda: is_waited_for(tables), 60)
        tables.connection.execute(
            f"INSERT INTO {tables.generation}.positions (topic, partition, next_offset) "  # noqa: S608
            "VALUES ('exams', 99, 5)"
        )
    assert verifying.wait(60) == 1
    assert "gained partitions meanwhile" in said.read_text()
    assert generations(tables) == [("g0001", "live")]


def is_waited_for(tables: Tables) -> bool:
    """Whether somebody waits for what the test's transaction holds."""
    row = tables.connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks "
        "WHERE NOT granted AND transactionid = pg_current_xact_id()::xid)"
    ).fetchone()
    return row == (True,)


@contextmanager
def holding_positions(tables: Tables) -> Iterator[None]:
    """Whoever compares waits for them, within the block."""
    with tables.connection.transaction():
        tables.connection.execute(f"SELECT FROM {tables.generation}.positions FOR UPDATE")
        yield


def standing(settings: Settings) -> dict[str, Any]:
    """What `homeroom rebuild status` says."""
    return json.loads(succeed(settings, "rebuild", "status", "--json")) or {"running": False}


def compares(told: dict[str, Any]) -> bool:
    return told["running"] and told["phase"] == "comparing"


def generations(tables: Tables) -> list[tuple[Any, ...]]:
    return tables.connection.execute(
        "SELECT name, state FROM homeroom.generation ORDER BY name"
    ).fetchall()


@at_full_strength
def test_what_the_log_cannot_say_is_refused(settings: Settings, tables: Tables, log: Log) -> None:
    end = log.publish(make_load(300, seed=25))
    with running(settings, "worker"):
        tables.wait_until_applied(end)
    plan = f"{tables.generation}.plan"
    for arguments, code, words in [
        (("--table", "teacher_stats"), 1, "There is no entity teacher_stats. There are: assess"),
        (
            ("--table", "enrollment", "--key", "x"),
            1,
            "The key of enrollment is class_id/student_id",
        ),
        (("--key", "x"), 2, "--key needs one --table"),
    ]:
        refused(settings, code, words, "verify", "--against-log", *arguments)
    refused(settings, 1, "There is no entity", "repair", "--from-log", "teacher_stats", "T1")

    tables.connection.execute(f"UPDATE {plan} SET contract = contract || '{{\"layout\": 0}}'")  # noqa: S608
    refused(settings, 1, "was not made by this code", "verify", "--against-log")
    tables.connection.execute(
        f"UPDATE {plan} SET contract = contract || '{{\"layout\": {LAYOUT}}}'"  # noqa: S608
    )
    assert found(settings, code=0) == []

    log.remove_until(5)
    for command in (("verify", "--against-log"), ("repair", "--all-drifted", "--from-log")):
        refused(settings, 1, "The log no longer holds its beginning", *command)
    assert generations(tables) == [("g0001", "live")]


def refused(settings: Settings, code: int, words: str, *arguments: str) -> None:
    done = homeroom(settings, *arguments)
    flat = " ".join(done.stderr.replace("│", " ").split())
    assert (done.returncode, words in flat) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
