"""The programs of docs/publishing.md publish as they stand there, and their events are answered."""

import shutil
from pathlib import Path

import pytest

from homeroom.settings import Settings
from tests.support.commands import Service
from tests.support.environment import variables_of
from tests.support.programs import NODE_MODULES, PROGRAMS, run_program

TEACHERS = {
    "aiokafka": "T-aiokafka",
    "faststream": "T-faststream",
    "confluent-kafka": "T-confluent",
    "kafkajs": "T-kafkajs",
}


def test_every_program_of_the_page_is_run() -> None:
    assert PROGRAMS.keys() == TEACHERS.keys()


@pytest.mark.parametrize("name", TEACHERS)
def test_what_a_program_publishes_is_answered(
    name: str, projected: Settings, service: Service, tmp_path: Path
) -> None:
    if PROGRAMS[name][0] == "js" and not (NODE_MODULES and shutil.which("node")):
        pytest.skip("needs Node and TESTS_NODE_MODULES")
    position = run_program(name, tmp_path, variables_of(projected))
    waiting = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": "10"}
    answer = service.ask(TEACHERS[name], "stats", **waiting)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["totalClasses"] == 0
