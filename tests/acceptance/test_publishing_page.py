"""The programs of docs/publishing.md publish as they stand there, and their events are answered."""

import os
import subprocess
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from homeroom.settings import Settings
from tests.support.commands import Service
from tests.support.environment import variables_of
from tests.support.ingesting import KEY
from tests.support.programs import PROGRAMS, REQUESTS, run_program
from tests.support.strength import thinned

TEACHERS = {
    "aiokafka": "T-aiokafka",
    "faststream": "T-faststream",
    "confluent-kafka": "T-confluent",
    "kafkajs": "T-kafkajs",
}


@pytest.fixture(scope="module")
def file_settings(file_settings: Settings) -> Settings:
    """The service `demo` may publish over HTTP."""
    update = {"internal_api_keys": SecretStr(f"demo={KEY}"), "ingestion": "demo=*"}
    return file_settings.model_copy(update=update)


def test_every_program_of_the_page_is_run() -> None:
    assert PROGRAMS.keys() == TEACHERS.keys()


@pytest.mark.parametrize("name", thinned(TEACHERS, lambda name: name in {"aiokafka", "kafkajs"}))
def test_what_a_program_publishes_is_answered(
    name: str, projected: Settings, service: Service, tmp_path: Path
) -> None:
    position = run_program(name, tmp_path, variables_of(projected))
    waiting = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": "10"}
    answer = service.ask(TEACHERS[name], "stats", **waiting)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["totalClasses"] == 0


@pytest.mark.usefixtures("projected")
def test_what_the_page_sends_over_http_is_answered_as_it_says(service: Service) -> None:
    assert [*REQUESTS] == ["structured", "batch", "binary"]
    variables = {**os.environ, "DEMO_URL": service.address, "DEMO_SERVICE_KEY": KEY}
    results = []
    for commands in REQUESTS.values():
        done = subprocess.run(
            ["sh", "-ec", commands], env=variables, capture_output=True, text=True, timeout=60
        )
        results += orjson.loads(done.stdout)["results"]
    first, again, wrong, last = results
    assert first["status"] == "accepted"
    assert again == first | {"status": "duplicate"}
    assert (wrong["status"], last["status"]) == ("rejected", "accepted")
    assert wrong["error"] == "data.name: Input should be a valid string, found 7"
    # The publisher reads what it has written.
    waiting = {"Homeroom-Wait-For": last["position"], "Homeroom-Wait-Seconds": "10"}
    answer = service.ask("T-http", "stats", **waiting)
    assert answer.status_code == 200, answer.text
