"""A worker's own port: what it has done, how it stands, and whether it is ready."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from homeroom.local.kafka import LocalKafka
from homeroom.local.postgres import LocalPostgres
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import Tables, homeroom, succeed
from tests.support.publishing import publish_teacher
from tests.support.scraping import Labels, Port, watched_worker
from tests.support.strength import at_full_strength

# A stall must not cost the worker the group, and make it read its positions again.
SESSION_TIMEOUT_SECONDS = 60
OPEN = ("homeroom_dead_letters", "homeroom_holes", "homeroom_waiting_events")


@pytest.fixture(scope="module")
def port(prepared: Settings) -> Iterator[Port]:
    """A worker's port, once the worker is ready."""
    patient = prepared.model_copy(update={"session_timeout_seconds": SESSION_TIMEOUT_SECONDS})
    with watched_worker(patient) as port:
        wait_for(port.ready, 30)
        yield port


@at_full_strength
def test_a_figure_that_takes_too_long_is_left_out_alone(prepared: Settings, port: Port) -> None:
    slow = "homeroom_outbox_unpublished"
    wait_for(lambda: slow in port.scrape())
    with psycopg.connect(prepared.database_url) as other:
        other.execute("LOCK TABLE homeroom.outbox")
        found = wait_for(lambda: slow not in (told := port.scrape()) and told)
    assert {*OPEN, "homeroom_dead_letters_bytes", "homeroom_rebuild_running"} <= found.keys()
    wait_for(lambda: slow in port.scrape())


async def test_what_is_applied_and_what_is_kept_back_is_counted(
    prepared: Settings, port: Port
) -> None:
    before = port.value("homeroom_events_applied_total") or 0
    await publish_teacher(prepared, "T-1")
    await publish_teacher(prepared, "T-1", 2, type_name="teacher.deactivated.v1")
    await publish_teacher(prepared, "T-2", value=b"[]")
    await publish_teacher(prepared, "T-3", 3, type_name="teacher.updated.v1")
    wait_for(lambda: port.value("homeroom_events_applied_total") == before + 3)
    wait_for(lambda: port.value("homeroom_dead_letters_total", reason="invalid_data") == 1)
    found = port.scrape()
    nothing: frozenset[tuple[str, str]] = frozenset()
    assert found["homeroom_ready"][nothing] == 1
    assert found["homeroom_generation_info"] == {frozenset({("generation", "g0001")}): 1}
    assert found["homeroom_rebalances_total"][nothing] >= 1
    assert found["homeroom_events_held_back_total"][nothing] == 1
    batches = found["homeroom_batches_total"][nothing]
    assert 1 <= batches <= 4
    assert found["homeroom_batch_duration_seconds_count"][nothing] == batches
    assert 0 < found["homeroom_batch_duration_seconds_sum"][nothing] < 4 * SESSION_TIMEOUT_SECONDS
    assert found["homeroom_batch_events_sum"][nothing] == 3
    # What is open is counted in the database every few seconds.
    wait_for(lambda: [port.value(name) for name in OPEN] == [1, 1, 1])
    with psycopg.connect(prepared.database_url) as connection:
        # Else it takes as much as any other table that is empty.
        connection.execute(
            "INSERT INTO g0001.sequence_conflicts SELECT 'teacher', n, 1, 'a', 'b', 't', 'p', 0, "
            "n, now() FROM generate_series(1, 1000) n"
        )
        tables = ("dead_letters", "waiting", "sequence_conflicts")
        sizes = [
            connection.execute("SELECT pg_total_relation_size(%s)", [f"g0001.{table}"]).fetchone()
            for table in tables
        ]
    kept = ("dead_letters", "waiting_events", "sequence_conflicts")
    wait_for(lambda: [(port.value(f"homeroom_{name}_bytes"),) for name in kept] == sizes)


async def test_lag_is_seen_while_a_batch_is_held_up(prepared: Settings, port: Port) -> None:
    partition, offset = await publish_teacher(prepared, "T-4")
    where = {"topic": f"{prepared.topic_prefix}people", "partition": str(partition)}
    wait_for(lambda: port.value("homeroom_position", **where) == offset + 1)
    with psycopg.connect(prepared.database_url) as holding:
        holding.execute("SELECT FROM g0001.positions FOR UPDATE")
        await publish_teacher(prepared, "T-4", 2, type_name="teacher.deactivated.v1")
        wait_for(lambda: port.value("homeroom_lag_events", **where))
        found = port.scrape()
        labels = frozenset(where.items())
        assert found["homeroom_lag_events"][labels] == 1
        assert found["homeroom_position"][labels] == offset + 1
        assert found["homeroom_log_end"][labels] == offset + 2
        assert 0 < found["homeroom_lag_seconds"][labels] < 60
    wait_for(lambda: port.value("homeroom_position", **where) == offset + 2)
    wait_for(lambda: port.value("homeroom_lag_events", **where) == 0)
    assert port.value("homeroom_lag_seconds", **where) == 0


async def test_work_that_is_repeated_is_counted_by_its_error(
    prepared: Settings, tables: Tables, port: Port
) -> None:
    partition, offset = await publish_teacher(prepared, "T-5")
    where = {"topic": f"{prepared.topic_prefix}people", "partition": str(partition)}
    wait_for(lambda: port.value("homeroom_position", **where) == offset + 1)
    tables.connection.execute(
        "UPDATE g0001.positions SET next_offset = 0 WHERE (topic, partition) = (%s, %s)",
        [where["topic"], partition],
    )
    await publish_teacher(prepared, "T-5", 2, type_name="teacher.deactivated.v1")
    wait_for(lambda: port.value("homeroom_retries_total", error="PositionConflict") == 1)
    wait_for(lambda: port.value("homeroom_position", **where) == offset + 2)


@at_full_strength
def test_a_rebuild_is_seen_while_it_has_not_ended(tables: Tables, port: Port) -> None:
    # Not told while the database is slow to answer.
    wait_for(lambda: port.value("homeroom_rebuild_running") == 0)
    assert port.value("homeroom_rebuild_progress_age_seconds") is None
    tables.connection.execute(
        "INSERT INTO homeroom.rebuild (generation, options, phase, process, done, total, beat_at) "
        "VALUES ('g0002', '{}', 'loading', 'tests', 30, 200, now() - interval '1 hour')"
    )
    nothing: Labels = frozenset()
    found = wait_for(
        lambda: (f := port.scrape()).get("homeroom_rebuild_running", {}).get(nothing) and f
    )
    assert 3_600 <= found["homeroom_rebuild_progress_age_seconds"][nothing] < 4_000
    assert found["homeroom_rebuild_events"] == {
        frozenset({("state", "done")}): 30,
        frozenset({("state", "total")}): 200,
    }
    tables.connection.execute("UPDATE homeroom.rebuild SET ended_at = now()")
    wait_for(lambda: port.value("homeroom_rebuild_running") == 0)
    assert port.value("homeroom_rebuild_events", state="done") is None


def test_the_port_answers_probes_and_nothing_else(port: Port) -> None:
    assert port.ask("/healthz").json() == {"status": "ok"}
    assert port.ask("/readyz").json() == {"status": "ready"}
    assert port.ask("/metrics").headers["content-type"].startswith("text/plain")
    assert port.ask("/").status_code == 404


def test_a_taken_port_is_named(prepared: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = homeroom(prepared.model_copy(update={"metrics_port": number}), "worker")
    assert done.returncode == 1
    assert "HOMEROOM_METRICS_PORT" in done.stderr
    assert "Traceback" not in done.stderr


@at_full_strength
def test_readiness_tells_of_servers_that_went_and_came_back(
    own_kafka: LocalKafka, component_folder: Path
) -> None:
    kafka = own_kafka
    postgres = LocalPostgres(component_folder / "postgres", durable=False)
    kafka.start()
    postgres.start()
    settings = Settings(
        database_url=postgres.address,
        kafka_bootstrap_servers=kafka.address,
        session_timeout_seconds=2,
    )
    succeed(settings, "migrate")
    with watched_worker(settings) as port:
        wait_for(port.ready, 30)
        postgres.kill()
        assert "not connected" in wait_for_reason(port)
        assert port.ask("/healthz").status_code == 200
        assert port.value("homeroom_ready") == 0
        postgres.start()
        wait_for(port.ready, 30)
        kafka.kill()
        assert "brokers have not answered" in wait_for_reason(port)
        kafka.start()
        wait_for(port.ready, 30)
        wait_for(lambda: port.value("homeroom_ready") == 1)


def wait_for_reason(port: Port) -> str:
    """Why the worker is not ready, once it is not: nothing is published, so nothing fails."""
    began = time.monotonic()
    answer = wait_for(lambda: (a := port.ask("/readyz")).status_code == 503 and a, 20)
    assert time.monotonic() - began < 15
    return str(answer.json()["reason"])
