"""What operators see of a live generation that Flink feeds, and what is not possible in it."""

import json

import psycopg
import pytest

from homeroom.settings import Settings
from tests.support.commands import homeroom, succeed
from tests.support.flink_fed import NAME
from tests.support.strength import at_full_strength


@pytest.mark.parametrize(
    "command",
    [
        ("explain", "classes", "C-OWN"),
        pytest.param(("repair", "classes", "C-OWN"), marks=at_full_strength),
        pytest.param(("dead-letters", "retry", "--all", "--yes"), marks=at_full_strength),
        pytest.param(("rebuild", "--from", "live", "--yes"), marks=at_full_strength),
    ],
)
def test_what_needs_the_numbers_of_events_is_refused_with_what_helps(
    fed: Settings, command: tuple[str, ...]
) -> None:
    succeed(fed, "generations", "swap", NAME)
    refused = homeroom(fed, *command)
    assert refused.returncode == 1
    assert f"A job of Flink's feeds the generation {NAME}." in refused.stderr
    assert "`homeroom rollback` goes back" in refused.stderr


def test_the_status_says_what_the_job_could_not_read(fed: Settings) -> None:
    assert json.loads(status(fed))["flink"] is None
    succeed(fed, "generations", "swap", NAME)
    with psycopg.connect(fed.require_database()) as connection:
        connection.execute(b"INSERT INTO flink.unreadable VALUES ('exams', 3), ('classes', 1)")
        connection.execute(
            b"INSERT INTO flink.incomplete (entity, key, since) VALUES ('exam', 'E', now())"
        )
    told = json.loads(status(fed))
    assert told["generation"] == NAME
    assert told["flink"] == {
        "unreadable": [{"topic": "classes", "records": 1}, {"topic": "exams", "records": 3}],
        "incomplete": 1,
    }
    text = homeroom(fed, "status").stdout
    assert "4 (classes 1, exams 3)" in text
    assert "A job of Flink's feeds the tables" in text
    assert "No worker is running" not in text


def status(settings: Settings) -> str:
    # Topics are missing, and exit 1 is no matter here.
    return homeroom(settings, "status", "--json").stdout
