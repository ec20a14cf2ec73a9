"""What an operator types on the first day, and what is said about it."""

import json

import pytest
from psycopg.types.json import Jsonb

from homeroom.engine.generations.registry import enter
from homeroom.settings import Settings
from tests.support import topics
from tests.support.commands import Tables, environment, homeroom, succeed
from tests.support.strength import at_full_strength, thinned


@pytest.mark.parametrize(
    "text",
    thinned(
        ["2014-01-31", "2014-01-31T10:00", "2014-01-31 10:00:00.5", "20140131"],
        lambda text: text == "2014-01-31",
    ),
)
def test_the_form_of_a_time_that_is_advised_is_taken(prepared: Settings, text: str) -> None:
    build = ("rebuild", "--dry-run", "--into", "then", "--as-of")
    done = homeroom(prepared, *build, text)
    assert (done.returncode, "has no offset: write " in done.stderr) == (2, True)
    advised = done.stderr.partition("has no offset: write ")[2].split()[0]
    assert advised.startswith("2014-01-31T")
    succeed(prepared, *build, advised)


@at_full_strength
def test_status_counts_the_topics_that_the_live_generation_reads(
    prepared: Settings, tables: Tables
) -> None:
    enter(tables.connection, tables.generation, for_session=True)
    row = tables.connection.execute("SELECT contract FROM plan").fetchone()
    assert row is not None
    contract = row[0]
    older = {n: e for n, e in contract["entities"].items() if e["topic"] != "nudges"}
    prefix = prepared.topic_prefix
    tables.connection.execute("DELETE FROM positions WHERE topic = %s", [f"{prefix}nudges"])
    for entities, reads_nudges in ((older, False), (contract["entities"], True)):
        tables.connection.execute(
            "UPDATE plan SET contract = %s", [Jsonb(contract | {"entities": entities})]
        )
        status = json.loads(succeed(prepared, "status", "--json"))
        read = {partition["topic"] for partition in status["topics"]}
        assert (f"{prefix}nudges" in read) == reads_nudges
        assert f"{prefix}classes" in read


@at_full_strength
def test_a_missing_topic_is_said_before_a_rebuild(prepared: Settings) -> None:
    assert "missing" not in homeroom(prepared, "rebuild", "--dry-run").stderr
    missing = f"{prepared.topic_prefix}nudges"
    topics.delete(prepared.kafka_bootstrap_servers, missing)
    warning = f"Warning: Topics are missing, so nothing is loaded of them: {missing}."
    for arguments in (("rebuild", "--dry-run"), ("rebuild", "--yes")):
        done = homeroom(prepared, *arguments)
        assert warning in done.stderr
        assert done.returncode == 0, done.stderr
    succeed(prepared, "migrate")


def test_a_misspelt_setting_is_warned_of(prepared: Settings) -> None:
    misspelt = environment(prepared) | {"HOMEROOM_LOG_LEVL": "DEBUG"}
    done = homeroom(misspelt, "status")
    assert done.returncode == 0
    assert "HOMEROOM_LOG_LEVL is no setting" in done.stderr
    assert "Did you mean `HOMEROOM_LOG_LEVEL`?" in done.stderr
