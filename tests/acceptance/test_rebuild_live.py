"""A rebuild of the whole data set beside live traffic; and one that is killed on the way."""

import asyncio
import json
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.publisher import Publisher
from tests.support.commands import (
    Tables,
    homeroom,
    running,
    serving,
    start,
    succeed,
)
from tests.support.contents import contents
from tests.support.holding import held
from tests.support.oulad_numbers import Numbers
from tests.support.readers import Readers
from tests.support.strength import at_full_strength, pick
from tests.support.waiting import wait_for

EVENTS_PER_SECOND = 500
PER_ROUND = 25
STUDENTS_ONE_IN = pick(quick=40, thorough=1)
KILLS = pick(quick=3, thorough=5)
TEACHERS = ("T-AAA", "T-BBB", "T-CCC", "T-FFF")


class Traffic(threading.Thread):
    """Students who join and leave one class, about so many events a second, until it is ended."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self._ended = threading.Event()
        self.published = 0
        self.failed: Exception | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._publish())
        except Exception as error:  # noqa: BLE001 - told by end()
            self.failed = error

    def end(self) -> int:
        """Ends it; how many events it has published."""
        self._ended.set()
        self.join()
        assert self.failed is None, self.failed
        return self.published

    async def _publish(self) -> None:
        async with Publisher(self._settings) as publisher:
            began = time.monotonic()
            while not self._ended.is_set():
                await publisher.publish(
                    event(self.published + number) for number in range(PER_ROUND)
                )
                self.published += PER_ROUND
                due = began + self.published / EVENTS_PER_SECOND
                await asyncio.sleep(max(0.0, due - time.monotonic()))


def event(number: int) -> OutgoingEvent:
    """Student after student joins, then each of them leaves."""
    student, leaves = number // 2, number % 2
    key = f"AAA-2013J/live-{student}"
    time_ = "2014-01-31T00:00:00Z"
    data: dict[str, Any] = {"class_id": "AAA-2013J", "student_id": f"live-{student}"}
    data |= {"ended_at": time_, "reason": None} if leaves else {"enrolled_at": time_}
    kind = "enrollment.ended" if leaves else "enrollment.started"
    return OutgoingEvent(
        type=f"{kind}.v1", source="/tests", id=f"live-{number}", subject=key,
        sequence=leaves + 1, time=time_, data=data,
    )  # fmt: skip


@pytest.fixture(scope="module")
def imported(prepared: Settings, numbers: Numbers, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The data set in the log; how many events."""
    folder = tmp_path_factory.mktemp("part")
    numbers.write_part(folder, tuple(numbers.modules()), one_in=STUDENTS_ONE_IN)
    said = succeed(prepared, "import-oulad", "--from", str(folder), "--json")
    return int(json.loads(said)["events"])


@pytest.fixture
def traffic(prepared: Settings) -> Iterator[Traffic]:
    made = Traffic(prepared)
    yield made
    made.end()


def settled(tables: Tables, generations: tuple[str, str], count: int) -> bool:
    """Whether both generations have applied as many records."""
    reached = [
        tables.connection.execute(f"SELECT sum(next_offset) FROM {g}.positions").fetchone()  # noqa: S608
        for g in generations
    ]
    return all(row is not None and row[0] >= count for row in reached)


@at_full_strength
def test_beside_live_traffic_no_read_fails_and_both_generations_end_alike(
    prepared: Settings, imported: int, tables: Tables, traffic: Traffic
) -> None:
    with running(prepared, "worker"), serving(prepared) as service:
        tables.wait_until_applied(imported)
        traffic.start()
        with Readers(service, dict.fromkeys(TEACHERS, "stats"), 4) as readers:
            told = json.loads(succeed(prepared, "rebuild", "--require-equal", "--json"))
            wait_for(lambda: "g0002" in readers.generations)
        assert told["outcome"] == "swapped"
        assert readers.wrong == []
        assert readers.generations == {"g0001", "g0002"}
        # Only one teacher's numbers moved meanwhile.
        assert {t: len(readers.answers[t]) for t in TEACHERS[1:]} == dict.fromkeys(TEACHERS[1:], 1)
        count = imported + traffic.end()
        wait_for(lambda: settled(tables, ("g0001", "g0002"), count), 60)
    assert contents(prepared.database_url, "g0001") == contents(prepared.database_url, "g0002")
    assert homeroom(prepared, "verify").returncode == 0


@at_full_strength
def test_killed_again_and_again_it_goes_on_where_it_was(
    prepared: Settings, imported: int, tables: Tables
) -> None:
    chance = random.Random(5)
    reached = []
    with running(prepared, "worker"):
        tables.wait_until_applied(imported)
        live, before = tables.generation, contents(prepared.database_url)
        # However fast the machine is, there is something to kill.
        with held(prepared, ("deriving", "indexing"), 0.2):
            for _ in range(KILLS):
                process = start(
                    prepared, "rebuild", "--require-equal",
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
                wait_for(lambda process=process: works(tables, process), 60)
                time.sleep(chance.uniform(0.2, 1.5))
                process.send_signal(signal.SIGKILL)
                process.wait()
                reached.append(json.loads(succeed(prepared, "rebuild", "status", "--json")))
        assert tables.generation == live, reached
        assert {one["generation"] for one in reached} == {reached[0]["generation"]}
        assert [one["ended_at"] for one in reached] == [None] * KILLS
        assert not reached[-1]["running"]
        refused = homeroom(prepared, "rebuild", "--from", "live")
        assert "was to build something else" in refused.stderr
        told = json.loads(succeed(prepared, "rebuild", "--require-equal", "--json"))
    assert told["generation"] == reached[0]["generation"] == tables.generation
    assert contents(prepared.database_url) == before


def works(tables: Tables, process: subprocess.Popen[str]) -> bool:
    """Whether a process has the unfinished rebuild in hand."""
    assert process.poll() is None
    found = tables.connection.execute(
        "SELECT split_part(process, ':', 2) FROM homeroom.rebuild WHERE ended_at IS NULL"
    ).fetchone()
    return found == (str(process.pid),)
