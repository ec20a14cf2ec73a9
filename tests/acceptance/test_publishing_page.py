"""The programs of docs/publishing.md publish as they stand there, and their events are answered."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from homeroom.settings import Settings
from tests.support.commands import Service
from tests.support.environment import variables_of
from tests.support.pages import DOCS

PROGRAMS = {
    name: (language, program)
    for name, language, program in re.findall(
        r"<!-- program: ([\w-]+) -->\n```(\w+)\n(.*?)```",
        (DOCS / "publishing.md").read_text(),
        re.DOTALL,
    )
}
TEACHERS = {
    "aiokafka": "T-aiokafka",
    "faststream": "T-faststream",
    "confluent-kafka": "T-confluent",
    "kafkajs": "T-kafkajs",
}
# Where `npm install kafkajs cloudevents` was run; without it the program is not tried.
NODE_MODULES = os.environ.get("TESTS_NODE_MODULES", "")


def test_every_program_of_the_page_is_run() -> None:
    assert PROGRAMS.keys() == TEACHERS.keys()


@pytest.mark.parametrize("name", TEACHERS)
def test_what_a_program_publishes_is_answered(
    name: str, projected: Settings, service: Service, tmp_path: Path
) -> None:
    language, program = PROGRAMS[name]
    if language == "js" and not (NODE_MODULES and shutil.which("node")):
        pytest.skip("needs Node and TESTS_NODE_MODULES")
    file = tmp_path / f"program.{'py' if language == 'python' else 'js'}"
    file.write_text(program)
    done = subprocess.run(
        [sys.executable if language == "python" else "node", str(file)],
        env={**os.environ, **variables_of(projected), "NODE_PATH": NODE_MODULES},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    (position,) = re.findall(r"^Homeroom-Wait-For: (\S+)$", done.stdout, re.MULTILINE)
    waiting = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": "10"}
    answer = service.ask(TEACHERS[name], "stats", **waiting)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["totalClasses"] == 0
