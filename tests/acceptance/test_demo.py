"""The demo, as a stranger runs it: with nothing set, in a home of its own."""

import json
import os
import re
import shlex
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.local import oulad
from homeroom.local.demo.batches import OuladBatches
from homeroom.local.demo.report import PAGES, ask
from homeroom.local.demo.schools import Schools
from homeroom.local.demo.students import students_of_year
from homeroom.local.demo.teaching import COMMANDED, PUBLISHED
from homeroom.local.demo.year import Year
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import HOMEROOM, INSTALLED, homeroom
from tests.support.demo import Home, Once
from tests.support.oulad_numbers import Numbers
from tests.support.pages import Block, run_blocks
from tests.support.strength import STRENGTH, at_full_strength, pick

TABLES = len(read_model(Settings()).plan().tables)
STOP_SECONDS = 90


@pytest.fixture(scope="module")
def numbers(home: Home, data_set: Path) -> Iterator[Numbers]:
    """What is in the data set that was published."""
    numbers = Numbers(home.data or data_set)
    yield numbers
    numbers.close()


@pytest.fixture(scope="module")
def students(home: Home) -> AbstractSet[str]:
    """Those of the data set that was published who have a year."""
    return students_of_year(home.data)


@pytest.fixture(scope="module")
def first_said(request: pytest.FixtureRequest) -> str:
    """What the first run said, which ends by itself; in a quick run it is the one that goes on."""
    if STRENGTH == "quick":
        running: Running = request.getfixturevalue("running")
        return running.said.read_text()
    first: Once = request.getfixturevalue("first")
    return first.said


@pytest.fixture(scope="module")
def year(home: Home, first_said: str, students: AbstractSet[str]) -> Year:  # noqa: ARG001
    """The students' year that the first run made; midnight may have been since."""
    (end,) = json.loads((home.demo / "year.json").read_text()).values()
    assert date.fromisoformat(end) >= datetime.now(UTC).date() - timedelta(days=1)
    return Year(date.fromisoformat(end), students)


def events_of(home: Home) -> int:
    """How many events the data set comes to, with batches of its essays, subjects and marks."""
    if home.data is None:
        return 414_691 + 2_434 + PUBLISHED
    data_set = oulad.Events(home.data)
    assert 10_000 < len(data_set) < 100_000
    return len(data_set) + len(OuladBatches(data_set.submissions())) + PUBLISHED


def logs_of(year: Year) -> int:
    return sum(len(logs) for _, logs in year.habit_logs())


def test_the_first_run_shows_everything_on_real_data(
    home: Home, first_said: str, year: Year, students: AbstractSet[str], numbers: Numbers
) -> None:
    events = events_of(home) + len(year) + len(Schools(year.end, students))
    logs = logs_of(year)
    assert f"Publishing: {events:,} of {events:,} events" in first_said
    assert f"Projecting: {events:,} of {events:,} events" in first_said
    assert f"Recording: {logs:,} of {logs:,} habit logs" in first_said
    assert f"projected  {events + logs + COMMANDED:,} events" in first_said
    handed_in = numbers.rows("SELECT count(*) FROM handed_in WHERE kind <> 'Exam'")[0][0]
    assert f"{handed_in:,} submission" in first_said


@at_full_strength
def test_a_run_that_ends_by_itself_compares_and_asks(first: Once, numbers: Numbers) -> None:
    assert first.said.count("equal to its definition") == TABLES
    assert "DIFFERS" not in first.said
    assert f'"totalStudents":{numbers.stats("DDD")["totalStudents"]}' in first.said
    assert '"tier":"starter3"' in first.said
    assert '"total_count":24,"limit":2,"offset":0' in first.said
    assert '{"class_id":"DDD-2014J","class_name":"DDD 2014J"}' in first.said


def test_it_prints_no_warnings(first_said: str) -> None:
    assert "in the clear" not in first_said


@at_full_strength
def test_nothing_runs_after_it(home: Home, first: Once) -> None:  # noqa: ARG001
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

    def students_line(self) -> str:
        (line,) = (line for line in self.curl_lines() if "/api/v1/student/" in line)
        return line

    def curl_lines(self) -> list[str]:
        return [line for line in self.said.read_text().splitlines() if line.startswith("curl ")]


@contextmanager
def started(home: Home) -> Iterator[Running]:
    said = home.folder / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen(
            [str(HOMEROOM), *home.command],
            env=home.environment,
            stdout=file,
            stderr=file,
            text=True,
        )
    try:
        wait_for(lambda: "Ctrl-C stops everything" in said.read_text() or process.poll(), 60)
        assert process.poll() is None, said.read_text()
        yield Running(process, said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


@pytest.fixture(scope="module")
def running(home: Home, request: pytest.FixtureRequest) -> Iterator[Running]:
    """The second run, which goes on; in a quick run the first."""
    if STRENGTH != "quick":
        request.getfixturevalue("first")
    with started(home) as demo:
        yield demo


@at_full_strength
def test_the_second_run_finds_its_state(
    first: Once,  # noqa: ARG001 - before it
    running: Running,
    home: Home,
    year: Year,
    students: AbstractSet[str],
) -> None:
    said = running.said.read_text()
    held = (
        events_of(home) + len(year) + len(Schools(year.end, students)) + logs_of(year) + COMMANDED
    )
    assert f"published  nothing: the log holds {held:,} events already" in said
    assert "recorded" not in said
    assert "projected  nothing" in said


def test_the_printed_curl_lines_work_when_pasted(running: Running, home: Home) -> None:
    *teachers, batches, school, admin, _, class_info = running.curl_lines()
    assert len(teachers) == 5
    for line in (*teachers, admin):
        answer = json.loads(shell(line, home))
        assert answer["success"] is True
        assert answer["data"]
    report = json.loads(shell(teachers[-1], home))["data"]
    assert (report["average"], len(report["assessments"])) == (84.8, 2)
    shown = json.loads(shell(school, home))
    assert (shown["school"]["name"], len(shown["students"])) == ("Southbank Academy", 2)
    assert shown["progress_metrics"]["total_students"] == 24
    assert shown["earnings"]["currency"] == "USD"
    first, second = json.loads(shell(batches, home))["batches"]
    assert (first["status"], second["status"]) == ("processing", "completed_successfully")
    assert [*json.loads(shell(class_info, home)).values()] == [
        {"class_id": "DDD-2014J", "class_name": "DDD 2014J"}
    ]


PAGES_OF_PEOPLE = {
    "A teacher": ("/teacher", "Recent assignments"),
    "A student": ("/student", "My day"),
    "A teacher of two schools": ("/teacher/schools/", "Southbank Academy"),
    "An admin": ("/admin/assignments", "Teacher Assignments"),
    "An operator": ("/console", "Operators&#39; console"),
}


def test_one_click_signs_in_each_of_its_people(running: Running) -> None:
    (line,) = re.findall(r"^Sign in as .*: (\S+)/sign-in$", running.said.read_text(), re.MULTILINE)
    for number, (name, (path, shown)) in enumerate(PAGES_OF_PEOPLE.items()):
        with httpx.Client(base_url=line, follow_redirects=True) as browser:
            page = browser.get("/sign-in").text
            assert name in page
            token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
            answer = browser.post("/sign-in", data={"csrf_token": token, "person": str(number)})
            assert answer.status_code == 200, answer.text
            assert answer.url.path.startswith(path), name
            assert shown in answer.text.replace("Operators' ", "Operators&#39; "), name
            assert 'class="failure"' not in answer.text, name


def test_the_students_curl_line_shows_a_full_dashboard(running: Running, home: Home) -> None:
    line = running.students_line()
    assert shell(f"{line} -o /dev/null -w '%{{http_code}}'", home).strip() == "200"
    shown = json.loads(shell(line, home))
    assert shown["today_summary"]["habit_streak"] > 7
    assert shown["today_summary"]["readiness_trend_7d"]
    assert shown["today_summary"]["daily_goal_progress"] != "0/0"
    actions = shown["quick_actions"]
    assert len(actions) == 5
    assert {action["type"] for action in actions} >= {"revise", "deadline", "ai_coach"}
    assert sum(count > 0 for count in shown["missions"].values()) >= 4
    assert shown["subscription"]["enhanced_access_days"] > 0
    assert 0 < shown["curriculum"]["completion"] < 100
    assert shown["coaching"]["reflections_last_7d"] > 0
    assert shown["coaching"]["goals_completed_pct"] > 0
    assert shown["skill_gaps"]
    assert not [text for text in shown["future_you"].values() if text.startswith("Not ")]


def test_every_tier_occurs_among_the_students(running: Running, home: Home, year: Year) -> None:  # noqa: ARG001
    file = shell(". ~/.cache/homeroom/demo/env.sh; echo $DEMO_URL $HOMEROOM_JWT_SECRET", home)
    address, secret = file.split()
    settings = Settings(jwt_secret=SecretStr(secret))
    seen = Counter[str]()
    for student_id in sorted({logs.student_id for logs in year.habit_logs()})[:60]:
        token = tokens.issue(settings, student_id, "student", expires_in_seconds=60)
        answer = json.loads(ask(f"{address}/api/v1/student/dashboard", token))
        assert answer["user_id"] == student_id
        seen[answer["subscription"]["tier"]] += 1
    assert set(seen) == {"free", "starter3", "professional7"}


def shell(script: str, home: Home) -> str:
    """What a script prints in a shell that knows nothing of us but the home."""
    plain = {k: v for k, v in home.environment.items() if not k.startswith("HOMEROOM_")}
    done = subprocess.run(
        ["sh", "-ec", script],
        env=plain,
        cwd=home.folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


TUTORIAL = [block for block in run_blocks() if block.name.startswith("tutorial-")]
OTHERS = [block for block in run_blocks() if block not in TUTORIAL]


@pytest.mark.parametrize("block", OTHERS, ids=lambda block: block.name)
def test_the_pages_commands_print_what_they_say(
    running: Running,  # noqa: ARG001 - the pages' reader has it running
    home: Home,
    numbers: Numbers,
    block: Block,
) -> None:
    printed = shell(f". ~/.cache/homeroom/demo/env.sh\n{block.commands}", home)
    if block.answer is not None:
        expected = json.loads(block.answer)
        # The page's numbers are of the whole data set.
        if home.data is not None and (of_part := of_the_teacher(numbers).get(block.name)):
            expected["data"] = of_part
        if home.data is not None and block.name == "batches":
            expected["batches"][0] |= numbers.unfinished_batch("25367")
        if home.data is not None and block.name == "assigned":
            (shown,) = expected["data"][0]["classes"]
            (of_class,) = (one for one in numbers.classes("AAA") if one["_id"] == shown["id"])
            shown["student_count"] = of_class["totalStudents"]
        assert json.loads(printed.splitlines()[-1]) == expected


def test_the_pages_numbers_are_those_of_the_whole_data_set(data_set: Path) -> None:
    with closing(Numbers(data_set)) as numbers:
        expected = of_the_teacher(numbers)
    answers = {block.name: block.answer or "" for block in run_blocks()}
    shown = {name: json.loads(answers[name])["data"] for name in expected}
    assert shown == expected


def of_the_teacher(numbers: Numbers) -> dict[str, Any]:
    """What the commands of the page about the teacher must print, by the names of its blocks."""
    lists = {
        name: getattr(numbers, name)("DDD")[:1] for name in ("classes", "assignments", "exams")
    }
    return {
        "stats": numbers.stats("DDD"),
        "navigation-counts": numbers.navigation("DDD"),
        **{name: {name: items, "total": len(items)} for name, items in lists.items()},
    }


@at_full_strength
def test_the_tutorial_leads_from_an_event_to_a_number_and_its_reason(
    running: Running, home: Home
) -> None:
    said = {}
    for block in TUTORIAL:
        said[block.name] = shell(f". ~/.cache/homeroom/demo/env.sh\n{block.commands}", home)
        if block.answer is not None:
            assert json.loads(said[block.name].splitlines()[-1]) == json.loads(block.answer)
        if block.name == "tutorial-ask":
            shown = re.sub(r"<[^>]+>|\s+", " ", teachers_page(running))
            assert re.search(r"My first class .*? 2 ", shown)
    reason = said["tutorial-explain"]
    assert "class_totals C-TUTORIAL students: 2 rows of student_classes" in reason
    assert re.search(r"by enrollment.started.v1 .* id t-2\n", reason)
    assert "enrollment/C-TUTORIAL/S-2@2" in said["tutorial-gap"]
    wait_for(lambda: "My first class" not in teachers_page(running))


def teachers_page(running: Running) -> str:
    """What the teacher sees who signs in with one click."""
    (address,) = re.findall(
        r"^Sign in as .*: (\S+)/sign-in$", running.said.read_text(), re.MULTILINE
    )
    with httpx.Client(base_url=address, follow_redirects=True) as browser:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)[0]
        return browser.post("/sign-in", data={"csrf_token": token, "person": "0"}).text


def test_a_page_on_this_machine_may_read(running: Running, home: Home) -> None:
    origins = shell(". ~/.cache/homeroom/demo/env.sh; echo $HOMEROOM_CORS_ORIGINS", home)
    assert origins.strip().split(",") == PAGES
    line = running.students_line()
    for origin in (*PAGES, "http://elsewhere.example"):
        answer = shell(f"{line} -o /dev/null -D - -H 'Origin: {origin}'", home).lower()
        allowed = f"access-control-allow-origin: {origin}" in answer
        assert allowed == (origin in PAGES), answer


@at_full_strength
def test_the_demos_files_and_broker_are_its_owners_alone(running: Running, home: Home) -> None:  # noqa: ARG001
    open_to_others = []
    for folder, _, files in os.walk(home.demo):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            # Servers remove files of their own meanwhile.
            with suppress(FileNotFoundError):
                if path.stat().st_mode & 0o007:
                    open_to_others.append(path)
    assert open_to_others == []
    sourced = ". ~/.cache/homeroom/demo/env.sh"
    assert "1 worker" in shell(f"{sourced}; homeroom status", home)
    # Only `migrate` needs the owner.
    assert "homeroom_operator" in shell(f"{sourced}; echo $HOMEROOM_OPERATOR_DATABASE_URL", home)
    nobody = "export HOMEROOM_DATABASE_URL=postgresql://nobody@127.0.0.1:1/nothing"
    assert "1 worker" in shell(f"{sourced}; {nobody}; homeroom status; homeroom verify", home)
    without = "unset HOMEROOM_KAFKA_SECURITY_PROTOCOL HOMEROOM_KAFKA_SASL_PASSWORD"
    shell(f"{sourced}; {without}; if homeroom status; then exit 1; fi", home)


@at_full_strength
def test_a_second_demo_says_that_one_runs(running: Running, home: Home) -> None:
    done = homeroom(home.environment, *home.command, program=INSTALLED)
    assert done.returncode == 1
    assert f"A demo runs already (process {running.process.pid})" in done.stderr


def interrupt(demo: Running, home: Home) -> None:  # noqa: ARG001
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(STOP_SECONDS) == 0


def kill_its_worker(demo: Running, home: Home) -> None:
    wait_for(lambda: "worker started" in (home.demo / "worker.log").read_text())
    children = json.loads((home.demo / "children.json").read_text())
    os.kill(children["worker"], signal.SIGKILL)
    assert demo.process.wait(STOP_SECONDS) == 1
    assert "`homeroom worker` ended with exit code -9" in demo.said.read_text()
    assert "worker started" in demo.said.read_text()


@pytest.mark.parametrize("end", pick(quick=[interrupt], thorough=[interrupt, kill_its_worker]))
def test_however_it_ends_nothing_is_left(
    running: Running, home: Home, end: Callable[[Running, Home], None]
) -> None:
    again = started(home) if running.process.poll() is not None else nullcontext(running)
    with again as demo:
        assert len(left_of(home)) > 4
        end(demo, home)
        wait_for(lambda: left_of(home) == [])


@at_full_strength
def test_nothing_runs_after_it_where_nobody_reads_on(home: Home, first: Once) -> None:  # noqa: ARG001
    said = shell(f"{HOMEROOM} {shlex.join(home.command)} --once | head -n 1", home)
    assert said == "The Open University data set, from events to dashboards\n"
    wait_for(lambda: left_of(home) == [], 60)
