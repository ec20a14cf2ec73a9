"""A generation that Flink feeds becomes live, is read, and is left again."""

import json

import psycopg
import pytest

from homeroom.settings import Settings
from tests.support.commands import homeroom, succeed
from tests.support.flink_fed import NAME, sink
from tests.support.strength import at_full_strength, thinned

LIVE = "SELECT schema FROM homeroom.live"
STATES = "SELECT name, state FROM homeroom.generation ORDER BY name"
LEVEL = "SELECT identity IS NOT NULL FROM homeroom.numbering"


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(settings.require_database()) as connection:
        return connection.execute(query.encode()).fetchall()


def execute(settings: Settings, statement: str) -> None:
    with psycopg.connect(settings.require_database()) as connection:
        assert connection.execute(statement.encode()).rowcount > 0


def test_it_is_compared_and_swapped_in_and_commands_are_refused(fed: Settings) -> None:
    execute(fed, "UPDATE homeroom.numbering SET identity = homeroom.identity()")
    said = json.loads(succeed(fed, "generations", "swap", NAME, "--json"))
    assert (said["generation"], said["previous"], said["outcome"]) == (NAME, "g0001", "swapped")
    assert sum(t["rows"] for t in said["report"]["tables"]) > 100
    assert not any(t["added"] + t["removed"] + t["changed"] for t in said["report"]["tables"])
    assert not any(t["columns"] for t in said["report"]["tables"])
    assert rows(fed, LIVE) == [(NAME,)]
    assert rows(fed, STATES) == [(NAME, "live"), ("g0001", "previous")]
    assert rows(fed, LEVEL) == [(False,)]
    again = homeroom(fed, "generations", "swap", NAME)
    assert (again.returncode, "it is live already" in again.stderr) == (1, True)
    gone = homeroom(fed, "generations", "drop", NAME, "--yes")
    assert (gone.returncode, "it cannot be removed" in gone.stderr) == (1, True)


def test_rows_that_would_change_for_no_reason_are_told_and_nothing_is_swapped(
    fed: Settings,
) -> None:
    execute(fed, "UPDATE flink.classes SET name = 'Elsewhere'")
    refused = homeroom(fed, "generations", "swap", NAME, "--wait", "0.1")
    assert refused.returncode == 1
    assert "Elsewhere" in refused.stdout
    assert "classes: 0 gone" in refused.stderr
    assert "--accept-differences swaps all the same" in refused.stderr
    assert rows(fed, LIVE) == [("g0001",)]
    succeed(fed, "generations", "swap", NAME, "--wait", "0.1", "--accept-differences")
    assert rows(fed, LIVE) == [(NAME,)]


@pytest.mark.parametrize(
    ("behind", "words"),
    thinned(
        [
            ("UPDATE flink.positions SET next_offset = next_offset - 1 WHERE topic = 'exams'",
             "events behind g0001, and only its job of Flink's feeds it"),
            ("DELETE FROM flink.positions", "events behind g0001"),
            ("UPDATE flink.plan SET fingerprint = 'other', definitions = definitions - 'classes'",
             "the definition classes is new"),
        ],
        lambda one: not one[0].startswith("DELETE"),
    ),
)  # fmt: skip
def test_a_job_that_is_behind_or_of_other_code_is_not_swapped_in(
    fed: Settings, behind: str, words: str
) -> None:
    execute(fed, behind)
    refused = homeroom(fed, "generations", "swap", NAME, "--wait", "0.1")
    assert refused.returncode == 1
    assert words in refused.stderr
    assert rows(fed, LIVE) == [("g0001",)]
    assert rows(fed, STATES) == [(NAME, "apart"), ("g0001", "live")]


@at_full_strength
def test_only_what_flink_feeds_is_swapped_in_so(fed: Settings) -> None:
    for name, words in (("g0001", "it is live already"), ("g7", "There is no generation g7")):
        refused = homeroom(fed, "generations", "swap", name)
        assert (refused.returncode, words in refused.stderr) == (1, True)


@at_full_strength
def test_what_ends_a_transaction_in_the_log_keeps_no_swap_waiting(fed: Settings) -> None:
    """A worker's position is behind such records, and Flink's is not."""
    execute(fed, "UPDATE g0001.positions SET next_offset = next_offset + 1 WHERE next_offset > 0")
    succeed(fed, "generations", "swap", NAME, "--wait", "0.1")
    assert rows(fed, LIVE) == [(NAME,)]


def test_once_left_it_can_be_gone_back_to_when_its_job_has_caught_up(fed: Settings) -> None:
    succeed(fed, "generations", "swap", NAME)
    execute(fed, "UPDATE homeroom.live SET schema = 'g0001'")
    execute(fed, "UPDATE homeroom.generation SET state = 'ended' WHERE name = 'g0001'")
    execute(fed, "UPDATE homeroom.generation SET state = 'previous' WHERE name = 'flink'")
    execute(fed, "UPDATE homeroom.generation SET state = 'live' WHERE name = 'g0001'")
    execute(fed, "UPDATE flink.positions SET next_offset = 0")
    refused = homeroom(fed, "rollback", "--yes", "--wait", "0.1")
    assert refused.returncode == 1
    assert "Only its job of Flink's feeds flink." in refused.stderr
    assert "see whether that runs, and try again" in refused.stderr
    sink(fed)
    succeed(fed, "rollback", "--yes", "--wait", "0.1")
    assert rows(fed, LIVE) == [(NAME,)]
