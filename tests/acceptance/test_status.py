"""`homeroom status` says how everything stands, also where half of it is away."""

import json
import signal
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from homeroom.operations.status.status import StatusReader
from homeroom.settings import Settings
from homeroom_kit.contract import TOPICS
from homeroom_kit.kafka import client_options
from tests.support import wait_for
from tests.support.commands import Tables, homeroom, running, succeed, tables_of
from tests.support.publishing import publish_teacher
from tests.support.strength import at_full_strength

NOWHERE = "127.0.0.1:9"

# Two of each topic, as the fixture of the settings has it.
PARTITIONS = 2 * len(TOPICS)


def status(settings: Settings, exit_code: int = 0) -> Any:
    """What `homeroom status --json` says."""
    done = homeroom(settings, "status", "--json")
    assert done.returncode == exit_code, done.stdout + done.stderr
    return json.loads(done.stdout)


def of_partition(found: Any, topic: str, partition: int) -> Any:
    (one,) = (p for p in found["topics"] if (p["topic"], p["partition"]) == (topic, partition))
    return one


@pytest.fixture
def migrated(settings: Settings) -> Settings:
    succeed(settings, "migrate")
    return settings


def test_scripts_find_the_shape_that_the_contract_promises(prepared: Settings) -> None:
    found = status(prepared)
    promised = {"generation", "topics", "rate_events_per_second", "dead_letters", "holes"}
    assert promised | {"waiting", "workers"} <= set(found)
    assert found["generation"] == "g0001"
    assert len(found["topics"]) == PARTITIONS
    for partition in found["topics"]:
        assert partition.pop("topic").startswith(prepared.topic_prefix)
        assert partition.pop("partition") in {0, 1}
        assert partition.pop("held_since") is None
        assert partition == {
            "position": 0, "end": 0, "high_watermark": 0, "lag_events": 0, "lag_seconds": 0.0
        }  # fmt: skip
    assert (found["dead_letters"], found["holes"], found["waiting"]) == (0, 0, 0)
    assert found["rate_events_per_second"] == 0
    assert found["workers"] == found["warnings"] == found["problems"] == []


async def test_lag_is_how_many_events_and_since_when(migrated: Settings) -> None:
    partition, _ = await publish_teacher(migrated, "T-1", age_seconds=600)
    await publish_teacher(migrated, "T-1", 2, type_name="teacher.deactivated.v1")
    found = status(migrated)
    topic = f"{migrated.topic_prefix}people"
    lagging = of_partition(found, topic, partition)
    assert (lagging["position"], lagging["end"], lagging["lag_events"]) == (0, 2, 2)
    assert 600 <= lagging["lag_seconds"] < 700
    assert sum(p["lag_events"] for p in found["topics"]) == 2
    said = succeed(migrated, "status")
    assert "2 events, the oldest published 10 min ago" in said
    assert "No worker is running." in said
    assert f"1 of {PARTITIONS} partitions have lag" in said
    assert said.index("the oldest published") < said.index(topic)


@at_full_strength
async def test_what_only_ends_a_transaction_is_no_lag_in_seconds(migrated: Settings) -> None:
    partition, offset = await publish_teacher(migrated, "T-1", transaction=True, age_seconds=600)
    with tables_of(migrated) as tables:
        move(tables, "people", partition, offset + 1)

    def told() -> Any:
        return of_partition(status(migrated), f"{migrated.topic_prefix}people", partition)

    # The broker writes its end only after it has answered the commit.
    one = wait_for(lambda: (t := told())["end"] == 2 and t)
    assert (one["lag_events"], one["lag_seconds"]) == (1, 0.0)


def move(tables: Tables, topic: str, partition: int, offset: int) -> None:
    done = tables.connection.execute(
        "UPDATE g0001.positions SET next_offset = %s WHERE topic LIKE %s AND partition = %s",
        [offset, f"%{topic}", partition],
    )
    assert done.rowcount == 1


async def test_workers_and_what_is_kept_back_are_counted(migrated: Settings) -> None:
    await publish_teacher(migrated, "T-1", value=b"[]")
    await publish_teacher(migrated, "T-2", 3, type_name="teacher.updated.v1")
    await publish_teacher(migrated, "T-3", type_name="dragon.hatched.v1")
    with running(migrated, "worker"), tables_of(migrated) as tables:
        tables.wait_until_applied(3)
        found = status(migrated)
    assert (found["dead_letters"], found["waiting"]) == (1, 1)
    assert found["holes"] == len(found_holes(migrated)) == 1
    (worker,) = found["workers"]
    assert worker["host"]
    assert worker["client_id"].startswith("homeroom-worker")
    assert len(worker["partitions"]) == PARTITIONS
    assert f"{migrated.topic_prefix}people:1" in worker["partitions"]
    (over,) = found["passed_over"]
    assert (over["type"], over["events"]) == ("dragon.hatched.v1", 1)
    assert over["offset"] is not None
    assert (over["subject"], over["did_you_mean"], over["is_known"]) == (None, None, False)


def found_holes(settings: Settings) -> list[Any]:
    with tables_of(settings) as tables:
        return tables.rows("gaps", "entity, key")


@at_full_strength
async def test_the_rate_is_how_far_positions_moved_between_two_looks(migrated: Settings) -> None:
    watch = StatusReader(migrated)
    assert (await watch.read()).rate_events_per_second == 0
    with tables_of(migrated) as tables:
        move(tables, "people", 0, 1_000)
    found = await watch.read()
    assert 0 < (found.rate_events_per_second or 0) <= 1_000_000
    assert (await watch.read()).rate_events_per_second == 0
    # A position beyond the log's end is no lag below zero, and somebody should know.
    assert all(p.lag_events == 0 for p in found.topics)
    (warning,) = found.warnings
    assert "people partition 0: the position is 1000, and the broker has 0 to 0" in warning


@at_full_strength
def test_what_commands_said_and_nobody_has_published_is_shown(migrated: Settings) -> None:
    none = {
        "unpublished": 0,
        "oldest_seconds": 0.0,
        "unknown": 0,
        "unknown_types": [],
        "refused": 0,
    }
    assert status(migrated)["outbox"] == none
    with tables_of(migrated) as tables:
        tables.connection.execute(
            "INSERT INTO homeroom.outbox (type, subject, sequence, time, data, created_at) VALUES "
            "('goal.dropped.v1', 'G-1', 1, now(), '{}', now() - interval '1 hour')"
        )
    found = status(migrated)["outbox"]
    assert found["unpublished"] == 1
    assert 3_600 <= found["oldest_seconds"] < 4_000
    assert "1 to be published, the oldest for 60 min" in succeed(migrated, "status")


def test_without_kafka_the_databases_half_is_shown(prepared: Settings) -> None:
    away = prepared.model_copy(update={"kafka_bootstrap_servers": NOWHERE})
    found = status(away, exit_code=1)
    assert found["generation"] == "g0001"
    assert found["dead_letters"] == 0
    assert len(found["topics"]) == PARTITIONS
    assert all(
        (p["position"], p["end"], p["lag_events"]) == (0, None, None) for p in found["topics"]
    )
    assert found["workers"] is None
    (problem,) = found["problems"]
    done = homeroom(away, "status")
    assert done.returncode == 1
    assert f"Kafka at {NOWHERE} does not answer" in done.stderr
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_database_the_brokers_half_is_shown(prepared: Settings) -> None:
    away = prepared.model_copy(update={"database_url": f"postgresql://x@{NOWHERE}/x"})
    found = status(away, exit_code=1)
    assert found["generation"] is found["dead_letters"] is found["rate_events_per_second"] is None
    assert len(found["topics"]) == PARTITIONS
    assert all(
        (p["position"], p["end"], p["lag_events"]) == (None, 0, None) for p in found["topics"]
    )
    (problem,) = found["problems"]
    assert "The database does not answer" in problem
    done = homeroom(away, "status")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.empty_database
def test_an_unprepared_database_and_missing_topics_are_named(settings: Settings) -> None:
    found = status(settings, exit_code=1)
    (problem,) = found["problems"]
    assert "Run `homeroom migrate`" in problem
    (warning,) = found["warnings"]
    assert f"Topics are missing: {settings.topic_prefix}assignments, " in warning
    assert "homeroom migrate" in homeroom(settings, "status").stderr


@at_full_strength
async def test_topics_from_which_events_may_vanish_are_warned_of(settings: Settings) -> None:
    topic = f"{settings.topic_prefix}people"
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1, topic_configs={"retention.ms": "1000000"})])
    await admin.close()
    succeed(settings, "migrate")
    warnings = status(settings)["warnings"]
    assert any(f"{topic} has retention.ms=1000000, but the log needs -1" in w for w in warnings)
    assert "Warning: " in succeed(settings, "status")


@at_full_strength
def test_watching_looks_again_until_it_is_interrupted(prepared: Settings) -> None:
    with running(prepared, "status", "--watch", "--json") as watching:
        assert watching.stdout is not None
        for _ in range(2):
            assert json.loads(watching.stdout.readline())["generation"] == "g0001"
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 0
