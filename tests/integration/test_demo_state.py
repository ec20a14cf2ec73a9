"""What the demo keeps: its database, what it was filled with, what was published, who runs."""

from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest

from homeroom.local.components import Components
from homeroom.local.demo import state as demo_state
from homeroom.local.demo.origin import Origin, data_set, empty_if_other
from homeroom.local.postgres import LocalPostgres
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError, HomeroomError

ENDS = {("people", 0): 10, ("people", 1): 7}


def test_its_own_servers_have_a_database_that_stays(component_folder: Path) -> None:
    postgres = LocalPostgres(component_folder / "postgres", durable=False)
    postgres.start()
    servers = Components("127.0.0.1:1", postgres.address, "the broker's")
    settings = Settings(topic_prefix="theirs-", kafka_security_protocol="SASL_SSL")

    ours = demo_state.on_local_servers(component_folder, settings, servers)
    assert (ours.topic_prefix, ours.kafka_security_protocol) == ("", "SASL_PLAINTEXT")
    assert demo_state.logins(ours) == {
        "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "HOMEROOM_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "HOMEROOM_KAFKA_SASL_USERNAME": "homeroom",
        "HOMEROOM_KAFKA_SASL_PASSWORD": "the broker's",
    }
    with psycopg.connect(ours.database_url) as connection:
        connection.execute("CREATE TABLE made (by_us integer)")

    assert demo_state.on_local_servers(component_folder, settings, servers) == ours
    with psycopg.connect(ours.database_url) as connection:
        assert connection.execute("TABLE made").fetchall() == []


def filled(folder: Path) -> set[str]:
    """What is in a demo's folder, of which each part of a run has left something."""
    for name in ("kafka", "postgres"):
        (folder / name / "data").mkdir(parents=True, exist_ok=True)
    for name in ("publications.json", "year.json", "jwt-secret"):
        (folder / name).write_text("{}")
    return {path.name for path in folder.iterdir()}


def test_another_data_set_or_another_server_begins_with_an_empty_home(tmp_path: Path) -> None:
    first = Origin("data", "4.3.1", "18")
    assert empty_if_other(tmp_path, first) == []
    before = filled(tmp_path)
    assert empty_if_other(tmp_path, first) == []
    assert {path.name for path in tmp_path.iterdir()} == before

    newer = Origin("data", "4.3.1", "19")
    assert empty_if_other(tmp_path, newer) == ["another PostgreSQL: 18 before, 19 now"]
    assert {path.name for path in tmp_path.iterdir()} == {"jwt-secret", "origin.json"}

    filled(tmp_path)
    assert empty_if_other(tmp_path, Origin("others", "5", "19")) == [
        "another data set", "another Kafka: 4.3.1 before, 5 now"
    ]  # fmt: skip
    (tmp_path / "origin.json").unlink()
    filled(tmp_path)
    assert empty_if_other(tmp_path, newer), "filled by a demo that did not write it down"


def test_this_codes_origin_is_the_same_each_time() -> None:
    assert Origin.of(None) == Origin.of(None)
    assert Origin.of(None).postgresql == "18"


def test_other_files_are_another_data_set(tmp_path: Path) -> None:
    (tmp_path / "courses.csv").write_text("code_module\n")
    first = data_set(tmp_path)
    assert first == data_set(tmp_path) != data_set(None)
    (tmp_path / "courses.csv").write_text("code_module\nAAA\n")
    assert data_set(tmp_path) != first


def test_a_log_is_published_into_once(tmp_path: Path) -> None:
    path = tmp_path / "publications.json"
    log = demo_state.PublishedLogs(path, "cluster/prefix/data")
    assert not log.holds(ENDS)
    log.add({("people", 0): 9, ("people", 1): 6})
    assert log.holds(ENDS)
    assert log.holds({place: end + 1 for place, end in ENDS.items()}), "events of one's own"
    assert not demo_state.PublishedLogs(path, "another").holds(ENDS)


def test_topics_that_were_made_anew_are_filled_again(tmp_path: Path) -> None:
    log = demo_state.PublishedLogs(tmp_path / "publications.json", "cluster/prefix/data")
    log.add({("people", 0): 9, ("people", 1): 6})
    assert not log.holds({**ENDS, ("people", 1): 6})
    assert not log.holds({})


def test_what_is_remembered_is_of_one_log_and_published_events_of_one_data_set(
    tmp_path: Path,
) -> None:
    ours = demo_state.Memory(tmp_path, "cluster/prefix", "data")
    ours.published.add({("people", 0): 9})
    ours.recorded.add({("people", 1): 6})
    assert demo_state.Memory(tmp_path, "cluster/prefix", "data").published.holds(ENDS)

    newer = demo_state.Memory(tmp_path, "cluster/prefix", "another")
    assert not newer.published.holds(ENDS)
    assert newer.recorded.holds(ENDS), "habit logs are numbered once"

    theirs = demo_state.Memory(tmp_path, "cluster/theirs", "data")
    assert not theirs.published.holds(ENDS)
    assert not theirs.recorded.holds(ENDS)


def test_the_students_year_ends_today_and_remains_the_one_that_was_begun(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    memory = demo_state.Memory(tmp_path, "cluster/prefix", "data")
    assert memory.year_end(begun=True) == today, "begun by somebody else, of whom we know nothing"

    (tmp_path / "year.json").write_text('{"cluster/prefix": "2025-02-03"}')
    assert memory.year_end(begun=True) == date(2025, 2, 3)
    other = demo_state.Memory(tmp_path, "cluster/theirs", "data")
    assert other.year_end(begun=False) == today
    assert memory.year_end(begun=True) == date(2025, 2, 3)

    assert memory.year_end(begun=False) == today, "topics that were made anew"
    assert memory.year_end(begun=True) == today


def test_only_one_demo_runs(tmp_path: Path) -> None:
    with (
        demo_state.alone(tmp_path),
        pytest.raises(HomeroomError, match="A demo runs already"),
        demo_state.alone(tmp_path),
    ):
        pass
    with demo_state.alone(tmp_path):
        pass


def test_one_given_server_is_not_enough() -> None:
    both = {"kafka_bootstrap_servers": "k:9092", "database_url": "postgresql://p/d"}
    assert not demo_state.servers_given(Settings(), {})
    assert demo_state.servers_given(Settings(**both), {})
    for given in both:
        with pytest.raises(ConfigurationError, match="set both"):
            demo_state.servers_given(Settings(**{given: both[given]}), {})


def test_servers_of_an_earlier_demo_are_not_given_and_others_are() -> None:
    own = Settings(kafka_bootstrap_servers="localhost:1", database_url="postgresql://localhost/1")
    sourced = demo_state.own_servers(own)
    assert not demo_state.servers_given(own, sourced)
    other = own.model_copy(update={"database_url": "postgresql://localhost/2"})
    assert demo_state.servers_given(other, sourced)


def test_the_secret_is_made_once_and_for_our_eyes_only(tmp_path: Path) -> None:
    made = demo_state.secret(tmp_path)
    assert demo_state.secret(tmp_path) == made
    assert (tmp_path / "jwt-secret").stat().st_mode & 0o777 == 0o600
