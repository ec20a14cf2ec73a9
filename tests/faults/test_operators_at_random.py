"""Operators' commands, workers of two versions and accidents, mixed at random beside traffic.

A failing seed is run again with TESTS_MIX_SEED, for as long as TESTS_MIX_SECONDS says.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiokafka.admin import NewPartitions

from homeroom.settings import Settings
from tests.faults.answers import Answers, impossible, with_classes_to_ask_for
from tests.faults.exact import assert_exact
from tests.faults.test_partitions import in_new_partitions
from tests.faults.upstream import TOPICS, Upstream, make_load
from tests.faults.workers import WorkerProcess
from tests.property.histories import PARTITIONS, Published
from tests.support import wait_for, wait_for_async
from tests.support.commands import Tables, environment, homeroom, start
from tests.support.network import Network
from tests.support.strength import at_full_strength, pick
from tests.support.versions import COMMAND, Version, changed_projections

SECONDS = float(os.environ.get("TESTS_MIX_SECONDS", pick(quick=12, thorough=120)))
SEEDS = pick(quick=1, thorough=2)
EVENTS = int(SECONDS * 100)
STEP_SECONDS = 0.25
# The older version's worker makes the total of another type.
COUNT = "coalesce(k.students, 0) AS total_students"
DECISION = ("--by", "chance", "--why", "the seed says so")
UNFINISHED = "SELECT EXISTS (SELECT FROM homeroom.rebuild WHERE ended_at IS NULL)"
OFFSETS = ("first_offset", "last_offset")
# It logs so of brokers that were too slow to say that they live; the worker then begins again.
BY_AIOKAFKA = "Unexpected error in coordinator routine"
PREVIOUS = "SELECT name FROM homeroom.generation WHERE state = 'previous'"


@pytest.fixture
def fast(fast: dict[str, object]) -> dict[str, object]:
    """Commands and workers of a dozen processes at once: their batches take long."""
    return fast | {"session_timeout_seconds": 5}


@pytest.fixture(params=range(SEEDS))
def seed() -> int:
    """Another one each time: it is no part of the test's name, which all processes must know."""
    return int(os.environ.get("TESTS_MIX_SEED", random.randrange(2**31)))


class Mix:
    """Everything that goes on at once, as one seed draws it."""

    def __init__(
        self, settings: Settings, tables: Tables, newer: Version, folder: Path, seed: int
    ) -> None:
        self.chance = random.Random(seed)
        self.told: list[str] = []
        # The plain model knows no discards, so there are some with every other seed.
        self.decides = self.chance.random() < 0.5
        self._settings = settings
        self._tables = tables
        self._versions = (environment(settings), newer.environment(settings))
        database = urlsplit(settings.require_database())
        assert database.hostname is not None
        assert database.port is not None
        self._network = Network(database.hostname, database.port)
        self._there, self._here = f":{database.port}/", f":{self._network.port}/"
        self._cut_at = float("inf")
        self._folder = folder
        self._opened = contextlib.ExitStack()
        self._workers: list[WorkerProcess] = []
        self._frozen: list[tuple[float, subprocess.Popen[str]]] = []
        self._commands: list[tuple[str, subprocess.Popen[str]]] = []

    def step(self) -> None:
        self._thaw(time.monotonic())
        if time.monotonic() >= self._cut_at:
            self._cut()
        self._collect()
        self.chance.choices(*zip(*self._choices(), strict=True))[0]()

    def _choices(self) -> list[tuple[Callable[[], None], float]]:
        return [
            (self._start_worker, 3.0 if len(self._workers) < 3 else 0.1),
            (self._end_worker, 1.0),
            (self._freeze, 1.0),
            (self._kill_command, 0.4),
            (self._lose_network, 0.6),
            (self._command, 5.0),
        ]

    def _start_worker(self) -> None:
        version = self.chance.randrange(2)
        self._workers.append(self._worker(version))

    def _worker(self, version: int) -> WorkerProcess:
        self._tell(f"worker of version {version}")
        log = self._folder / f"worker-{len(self.told)}.log"
        worker = WorkerProcess(self._surroundings(version), log, (), COMMAND if version else ())
        self._opened.callback(worker.close)
        return worker

    def _surroundings(self, version: int) -> dict[str, str]:
        """Of half of all processes the way to the database is one that may be lost."""
        settings = dict(self._versions[version])
        if self.chance.random() < 0.5:
            url = settings["HOMEROOM_DATABASE_URL"].replace(self._there, self._here)
            settings["HOMEROOM_DATABASE_URL"] = url
        return settings

    def _lose_network(self) -> None:
        """Connections are cut at once, or after a silence in which nothing arrives."""
        seconds = self.chance.choice((0.0, 0.0, 1.0, 4.0))
        self._tell(f"the network is silent for {seconds} s, then cut")
        self._network.silence()
        self._cut_at = min(self._cut_at, time.monotonic() + seconds)

    def _cut(self) -> None:
        self._cut_at = float("inf")
        self._network.cut()

    def _end_worker(self) -> None:
        if self._workers:
            worker = self._workers.pop(self.chance.randrange(len(self._workers)))
            how = self.chance.choice((signal.SIGKILL, signal.SIGTERM))
            self._tell(f"{how.name} for a worker")
            worker.process.send_signal(signal.SIGCONT)
            worker.process.send_signal(how)

    def _freeze(self) -> None:
        running = [worker.process for worker in self._workers] + [p for _, p in self._commands]
        if running:
            process = self.chance.choice(running)
            seconds = self.chance.choice((0.3, 1.0, 2.5))
            self._tell(f"{process.pid} freezes for {seconds} s")
            process.send_signal(signal.SIGSTOP)
            self._frozen.append((time.monotonic() + seconds, process))

    def _kill_command(self) -> None:
        if self._commands:
            name, process = self.chance.choice(self._commands)
            self._tell(f"{name} is killed")
            process.kill()

    def _command(self) -> None:
        if len(self._commands) < 2:
            name, *arguments = self._drawn()
            self._run(name, *arguments)

    def _drawn(self) -> tuple[str, ...]:
        previous = self._tables.connection.execute(PREVIOUS).fetchone()
        drawn: list[tuple[str, ...]] = [
            ("rebuild", "--unfed", "--yes"), ("rebuild", "--yes"), ("rollback", "--yes"),
            ("dead-letters", "retry", "--all", "--yes", *DECISION), ("verify",),
            ("verify", "--against-log"),
            ("repair", "class_totals", "--yes", *DECISION), ("rebuild", "abort", "--yes"),
            ("rebuild", "--from", "live", "--unfed", "--yes"),
            ("generations", "drop", previous[0] if previous else "g0001", "--yes"),
        ]  # fmt: skip
        if self.decides and (letter := self._letter()):
            drawn += [("dead-letters", "discard", letter, *DECISION)] * 3
            drawn += [("dead-letters", "purge", "--older-than", "0", "--yes", *DECISION)]
        return self.chance.choice(drawn)

    def _letter(self) -> str | None:
        query = (
            'SELECT topic, partition, "offset" FROM dead_letters WHERE closed_as IS NULL '
            "ORDER BY random() LIMIT 1"
        )
        with contextlib.suppress(Exception), self._tables.connection.transaction():
            self._tables.connection.execute(
                "SELECT set_config('search_path', (SELECT schema FROM homeroom.live), true)"
            )
            row = self._tables.connection.execute(query).fetchone()
            return ":".join(map(str, row)) if row else None
        return None

    def _run(self, *arguments: str) -> None:
        version = self.chance.randrange(2)
        self._tell(f"version {version}: {' '.join(arguments)}")
        log = self._opened.enter_context((self._folder / f"command-{len(self.told)}.log").open("w"))
        process = start(
            self._surroundings(version), *arguments, program=COMMAND if version else (),
            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self._commands.append((log.name, process))

    def _thaw(self, now: float) -> None:
        for until, process in list(self._frozen):
            if now >= until:
                self._frozen.remove((until, process))
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGCONT)

    def _collect(self) -> None:
        for log, process in list(self._commands):
            if process.poll() is not None:
                self._commands.remove((log, process))
                self._tell(f"{Path(log).name} ended with {process.poll()}")
        self._workers = [w for w in self._workers if w.process.poll() is None]

    def _tell(self, what: str) -> None:
        self.told.append(f"{time.monotonic():.2f} {what}")

    def end(self) -> None:
        """Everything that still runs goes on to its end; then nobody is left."""
        self._thaw(float("inf"))
        self._cut()
        for _, process in self._commands:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
        for process in [p for _, p in self._commands] + [w.process for w in self._workers]:
            process.kill()
            process.wait()
        self._collect()

    def one_worker_of_each_version(self) -> None:
        for version in range(2):
            self._worker(version)

    def close(self) -> None:
        self.end()
        self._network.close()
        self._opened.close()

    def last_words(self) -> list[str]:
        """What the workers that were started last have said."""
        files = sorted(self._folder.glob("worker-*.log"), key=lambda file: file.stat().st_mtime)
        return [f"{file.name}: {file.read_text()[-2000:]}" for file in files[-2:]]

    def tracebacks(self) -> list[str]:
        """What ended otherwise than by a sentence."""
        return [
            f"{file.name}: {line}"
            for file in self._folder.glob("*.log")
            for line in file.read_text().splitlines()
            if "Traceback" in line and BY_AIOKAFKA not in line
        ]


async def publish(upstream: Upstream, load: list[Published], seconds: float) -> None:
    """All of it, in so many seconds; half-way the topics get more partitions."""
    parts = 20
    size = len(load) // parts + 1
    where: dict[str, Any] = {}
    for number in range(parts):
        if number == parts // 2:
            async with upstream.admin() as admin:
                more = NewPartitions(2 * PARTITIONS)
                await admin.create_partitions({upstream.topic(name): more for name in TOPICS})
                await wait_for_async(partial(upstream.has_partitions, admin, 2 * PARTITIONS))
            # A producer that knows of them.
            await upstream.close()
            where = {"partition": in_new_partitions}
        await upstream.publish(load[number * size : (number + 1) * size], **where)
        await asyncio.sleep(seconds / parts)


@at_full_strength
async def test_whatever_operators_do_at_whatever_moment_the_tables_are_exact(
    upstream: Upstream, prepared: Settings, tables: Tables, tmp_path: Path, seed: int
) -> None:
    projections = tmp_path / "projections"
    projections.mkdir()
    newer = Version(
        changed_projections(projections, "teacher_classes", COUNT, COUNT.replace(")", ")::numeric"))
    )
    mix = Mix(prepared, tables, newer, tmp_path, seed)
    answers = Answers(prepared)
    answers.start()
    load = with_classes_to_ask_for(make_load(EVENTS, seed), seed)
    traffic = asyncio.create_task(publish(upstream, load, SECONDS))
    until = time.monotonic() + SECONDS
    try:
        while time.monotonic() < until or not traffic.done():
            await asyncio.to_thread(mix.step)
            await asyncio.sleep(STEP_SECONDS)
        await traffic
        await asyncio.to_thread(mix.end)
        assert mix.tracebacks() == []
        if tables.connection.execute(UNFINISHED).fetchone() == (True,):
            done = await asyncio.to_thread(homeroom, prepared, "rebuild", "abort", "--yes")
            assert done.returncode == 0, done.stderr
        # One of them knows what is live, whichever version made it.
        mix.one_worker_of_each_version()
        if not mix.decides:
            await assert_exact(upstream, tables, moved=True)
        else:
            await assert_as_the_log_says(upstream, prepared, tables)
        await wait_for_async(lambda: answers.good or answers.wrong or answers.failed)
        await asyncio.to_thread(answers.end)
        assert (answers.failed, answers.wrong) == (None, [])
        assert impossible(answers, await upstream.log(), discards=mix.decides) == []
    except BaseException:
        print(f"TESTS_MIX_SEED={seed}", *mix.told, *mix.last_words(), sep="\n")
        raise
    finally:
        traffic.cancel()
        answers.end()
        mix.close()


async def assert_as_the_log_says(upstream: Upstream, settings: Settings, tables: Tables) -> None:
    """The plain model knows no discards: what is live is compared with one more fold of the log.

    Where a subject has gone to another partition, a number may stand in both, and which of the two
    is read first is open: so is where the row says that its events stand.
    """
    ends = sum((await upstream.final_ends()).values())
    await asyncio.to_thread(wait_for, lambda: tables.applied() >= ends, 40)
    done = await asyncio.to_thread(homeroom, settings, "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    done = await asyncio.to_thread(homeroom, settings, "verify", "--against-log", "--json")
    assert done.returncode in (0, 1), done.stderr
    assert [
        found
        for table in json.loads(done.stdout)
        for found in table["differences"]
        if found["column"] not in OFFSETS or not in_several_partitions(tables, found["table"])
    ] == [], done.stdout


def in_several_partitions(tables: Tables, table: str) -> bool:
    return (-1,) in tables.rows(table, "partition")
