"""Kafka and PostgreSQL on this machine: found again, started again, stopped."""

import json
from pathlib import Path

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from homeroom.errors import ComponentError
from homeroom.local import components
from homeroom.local.kafka import LocalKafka
from homeroom.local.postgres import LocalPostgres
from tests.support.strength import at_full_strength


@at_full_strength
async def test_components_are_found_again_and_survive_being_killed(component_folder: Path) -> None:
    kafka = LocalKafka(component_folder / "kafka")
    postgres = LocalPostgres(component_folder / "postgres")
    first = components.start(component_folder, durable=False)
    pids = kafka.pid, postgres.pid
    assert None not in pids

    assert components.start(component_folder, durable=False) == first
    assert (kafka.pid, postgres.pid) == pids

    await create_topic(first.kafka_bootstrap_servers, "kept")
    with psycopg.connect(first.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    kafka.kill()
    postgres.kill()
    assert (kafka.pid, postgres.pid) == (None, None)

    assert components.start(component_folder, durable=False) == first
    assert await topics(first.kafka_bootstrap_servers) == ["kept"]
    with psycopg.connect(first.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)

    components.stop(component_folder)
    assert (kafka.pid, postgres.pid) == (None, None)
    components.stop(component_folder)


@at_full_strength
def test_a_process_id_that_was_given_to_another_program_is_not_ours(component_folder: Path) -> None:
    postgres = LocalPostgres(component_folder / "postgres", durable=False)
    postgres.start()
    postgres.kill()
    # As after a reboot: number 1 lives, and is not PostgreSQL.
    (postgres.data / "postmaster.pid").write_text(f"1\n{postgres.data}\n")
    state = postgres.folder / "state.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "pid": 1}))
    assert postgres.pid is None
    postgres.start()
    assert postgres.pid not in (None, 1)


def test_what_does_not_start_shows_the_end_of_its_log(component_folder: Path) -> None:
    postgres = LocalPostgres(component_folder / "postgres", durable=False)
    postgres.start()
    postgres.stop()
    (postgres.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ComponentError, match="no_such_setting"):
        postgres.start()


def test_every_test_has_an_empty_database_of_its_own(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public'")
        assert tables.rowcount == 0


async def create_topic(servers: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 2, 1)])
    finally:
        await admin.close()


async def topics(servers: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        return list(await admin.list_topics())
    finally:
        await admin.close()
