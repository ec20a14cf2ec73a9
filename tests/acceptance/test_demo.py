"""The demo, as a stranger runs it: with nothing set, in a home of its own."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from homeroom.local import cache_folder, kafka
from tests.support import wait_for
from tests.support.commands import HOMEROOM, homeroom
from tests.support.readme import Block, run_blocks

EVENTS = 414_691
STOP_SECONDS = 30


@dataclass
class Home:
    """A user's environment, and what the runs of the demo said."""

    folder: Path
    environment: dict[str, str]

    @property
    def demo(self) -> Path:
        return self.folder / ".cache" / "homeroom" / "demo"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home folder that shares nothing with ours but Kafka's jars, which would be downloaded."""
    jars = kafka.fetch_jars(print)
    folder = tmp_path_factory.mktemp("home")
    cache = folder / ".cache" / "homeroom"
    cache.mkdir(parents=True)
    (cache / jars.name).symlink_to(jars)
    ours = {"XDG_CACHE_HOME", "HOMEROOM_LOCAL_CACHE"}
    environment = {k: v for k, v in os.environ.items() if k not in ours}
    # Not the port that the machine's own demo may have.
    home = Home(folder, environment | {"HOME": str(folder), "HOMEROOM_PORT": "0"})
    assert cache_folder() not in cache.parents
    yield home
    kafka.LocalKafka(home.demo / "kafka").kill()
    from homeroom.local.postgres import LocalPostgres

    LocalPostgres(home.demo / "postgres").kill()


@dataclass
class Once:
    """What `homeroom demo --once` said, and how long it took."""

    said: str
    seconds: float


def once(home: Home) -> Once:
    began = time.monotonic()
    done = homeroom(home.environment, "demo", "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    return Once(done.stdout + done.stderr, time.monotonic() - began)


@pytest.fixture(scope="module")
def first(home: Home) -> Once:
    return once(home)


@pytest.fixture(scope="module")
def second(home: Home, first: Once) -> Once:  # noqa: ARG001 - it comes after
    return once(home)


def test_the_first_run_shows_everything_on_real_data(first: Once) -> None:
    assert f"Publishing: {EVENTS:,} of {EVENTS:,} events" in first.said
    assert f"Projecting: {EVENTS:,} of {EVENTS:,} events" in first.said
    assert f"projected  {EVENTS:,} events" in first.said
    assert "168,953 submission, 7 teacher" in first.said
    assert first.said.count("equal to its definition") == 17
    assert "DIFFERS" not in first.said
    assert '"totalStudents":3993' in first.said


def test_the_second_run_finds_its_state(first: Once, second: Once) -> None:
    assert f"published  nothing: the log holds {EVENTS:,} events already" in second.said
    assert "projected  nothing" in second.said
    assert second.said.count("equal to its definition") == 17
    assert second.seconds < first.seconds


def test_nothing_runs_after_it(home: Home, second: Once) -> None:  # noqa: ARG001
    assert left_of(home) == []


def left_of(home: Home) -> list[psutil.Process]:
    """Processes whose command line or environment names the home."""
    return [p for p in psutil.process_iter() if str(home.folder) in told_by(p)]


def told_by(process: psutil.Process) -> str:
    try:
        return " ".join([*process.cmdline(), process.environ().get("HOME", "")])
    except psutil.Error:
        return ""


@dataclass
class Running:
    """A demo that runs until it is told to stop."""

    process: subprocess.Popen[str]
    said: Path

    def curl_lines(self) -> list[str]:
        return [line for line in self.said.read_text().splitlines() if line.startswith("curl ")]


@pytest.fixture(scope="module")
def running(home: Home, second: Once) -> Iterator[Running]:  # noqa: ARG001
    said = home.folder / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen(
            [str(HOMEROOM), "demo"], env=home.environment, stdout=file, stderr=file, text=True
        )
    try:
        wait_for(lambda: "Ctrl-C stops everything" in said.read_text() or process.poll(), 60)
        assert process.poll() is None, said.read_text()
        yield Running(process, said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def test_the_printed_curl_lines_work_when_pasted(running: Running, home: Home) -> None:
    lines = running.curl_lines()
    assert len(lines) == 3
    for line in lines:
        answer = json.loads(shell(line, home))
        assert answer["success"] is True
        assert answer["data"]


def shell(script: str, home: Home) -> str:
    """What a script prints in a shell that knows nothing of us but the home."""
    plain = {k: v for k, v in home.environment.items() if not k.startswith("HOMEROOM_")}
    done = subprocess.run(
        ["sh", "-ec", script],
        env=plain,
        cwd=home.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("block", run_blocks(), ids=lambda block: block.name)
def test_the_readmes_commands_print_what_it_says(
    running: Running,  # noqa: ARG001 - the README's reader has it running
    home: Home,
    block: Block,
) -> None:
    printed = shell(f". ~/.cache/homeroom/demo/env.sh\n{block.commands}", home)
    if block.answer is not None:
        assert json.loads(printed.splitlines()[-1]) == json.loads(block.answer)


def test_a_second_demo_says_that_one_runs(running: Running, home: Home) -> None:
    done = homeroom(home.environment, "demo")
    assert done.returncode == 1
    assert f"A demo runs already (process {running.process.pid})" in done.stderr


def test_ctrl_c_stops_everything(running: Running, home: Home) -> None:
    assert len(left_of(home)) > 4
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(STOP_SECONDS) == 0
    wait_for(lambda: left_of(home) == [])


def test_a_part_that_dies_is_named_and_ends_the_demo(home: Home, second: Once) -> None:  # noqa: ARG001
    said = home.folder / "dies.txt"
    with said.open("w") as file:
        process = subprocess.Popen(
            [str(HOMEROOM), "demo"], env=home.environment, stdout=file, stderr=file, text=True
        )
    wait_for(lambda: "Ctrl-C stops everything" in said.read_text() or process.poll(), 60)
    children = json.loads((home.demo / "children.json").read_text())
    os.kill(children["worker"], signal.SIGKILL)
    assert process.wait(STOP_SECONDS) == 1
    assert "`homeroom worker` ended with exit code -9" in said.read_text()
    assert "worker started" in said.read_text()
    assert left_of(home) == []
