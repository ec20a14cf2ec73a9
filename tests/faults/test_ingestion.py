"""Services publish over HTTP while brokers and query services are killed."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from homeroom.local.kafka import LocalKafka
from homeroom.settings import Settings
from tests.support import wait_for, wait_for_async
from tests.support.commands import running
from tests.support.ingesting import (
    BATCH,
    KEY,
    KEYS,
    PATH,
    event,
    http_publisher,
    make_topics,
    records_of,
)
from tests.support.strength import at_full_strength

SUBJECTS = [f"T-{n}" for n in range(20)]
# What is done when the brokers have an event is held up until the test lets go of this lock.
HOLD = """
CREATE FUNCTION homeroom.hold() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_advisory_xact_lock(27); RETURN NEW; END';
CREATE TRIGGER hold BEFORE UPDATE ON homeroom.ingested_event
FOR EACH ROW EXECUTE FUNCTION homeroom.hold();
"""
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 27 AND NOT granted"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "internal_api_keys": SecretStr(f"school={KEY}"),
            "ingestion": "school=people",
            "port": 0,
            # However busy the machine is.
            "ingestion_acknowledgement_seconds_max": 60,
        }
    )


@at_full_strength
async def test_a_broker_that_is_killed_loses_no_event(
    settings: Settings, own_kafka: LocalKafka
) -> None:
    own_kafka.start()
    hasty = {
        "kafka_bootstrap_servers": own_kafka.address,
        "ingestion_acknowledgement_seconds_max": 2,
    }
    settings = settings.model_copy(update=hasty)
    await make_topics(settings, "people")
    events = [event(subject) for subject in SUBJECTS]
    async with http_publisher(settings) as publisher:
        assert {*await publisher.statuses(events[:10])} == {"accepted"}
        own_kafka.kill()
        refused = await publisher.post(events)
        assert refused.status_code == 503, refused.text
        assert refused.headers["Retry-After"] == "1"
        own_kafka.start()

        async def answered() -> httpx.Response | None:
            answer = await publisher.post(events)
            assert answer.status_code in (200, 429, 503), answer.text
            return answer if answer.status_code == 200 else None

        results = (await wait_for_async(answered, 60)).json()["results"]
        assert [r["status"] for r in results[:10]] == ["duplicate"] * 10
        assert {r["status"] for r in results[10:]} <= {"accepted", "duplicate"}
        assert {*await publisher.statuses(events)} == {"duplicate"}
    records = await records_of(settings, "people")
    assert {record.key.decode() for record in records} == {*SUBJECTS}


@contextmanager
def query_service(settings: Settings) -> Iterator[tuple[Any, httpx.Client]]:
    """A process of `homeroom serve`, and a service that publishes there."""
    with running(settings, "serve") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        headers = KEYS | {"Content-Type": BATCH}
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            yield process, client


def statuses(client: httpx.Client, events: list[dict[str, Any]]) -> list[str]:
    answer = client.post(PATH, json=events)
    assert answer.status_code == 200, answer.text
    return [result["status"] for result in answer.json()["results"]]


def test_ids_are_remembered_by_all_processes_and_one_that_is_killed_forgets_what_it_had_begun(
    settings: Settings,
) -> None:
    asyncio.run(make_topics(settings, "people"))
    events = [event(subject) for subject in SUBJECTS]
    with (
        ThreadPoolExecutor(2) as pool,
        psycopg.connect(settings.database_url, autocommit=True) as owner,
        query_service(settings) as (process, one),
        query_service(settings) as (_, other),
    ):
        both = pool.map(statuses, (one, other), (events, events[::-1]))
        told = [status for each in both for status in each]
        assert (told.count("accepted"), told.count("duplicate")) == (20, 20)
        owner.execute(HOLD)
        owner.execute("SELECT pg_advisory_lock(27)")
        begun = pool.submit(statuses, one, [event("T-late")])
        wait_for(lambda: owner.execute(HELD).fetchone() == (1,))
        # The brokers have it, and nobody remembers that yet.
        assert len(asyncio.run(records_of(settings, "people"))) == 21
        process.kill()
        assert isinstance(begun.exception(), httpx.TransportError)
        owner.execute("SELECT pg_advisory_unlock(27)")
        again = [event("T-late"), event("T-0")]
        assert statuses(other, again) == ["accepted", "duplicate"]
        assert statuses(other, again) == ["duplicate", "duplicate"]
    # At least once: the projector passes over the second copy, which has the same number.
    records = asyncio.run(records_of(settings, "people"))
    copies = [record for record in records if record.key == b"T-late"]
    assert len(records) == 22
    assert len(copies) == 2
    assert copies[0].headers == copies[1].headers
