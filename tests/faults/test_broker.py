"""The broker is away for a while, or not there yet."""

import asyncio
import os
import signal
import socket
from http.client import OK, SERVICE_UNAVAILABLE
from typing import Any

import pytest

from homeroom.engine.consuming.consumer import GenerationConsumer
from homeroom.local.kafka import LocalKafka
from homeroom.local.process import choose_port
from homeroom.operations.differences import Scope
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import RebuildOptions
from homeroom.operations.verifying.against_log import verify_against_log
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.errors import BrokerError
from tests.faults.exact import assert_exact
from tests.faults.test_database import INTERRUPTED
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, in_process, readiness
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=800, thorough=2_000)
# Longer than its own session, by much or by little.
SHORT_SECONDS = pick(quick=4, thorough=8)
LONG_SECONDS = 30
# The client tries again within its own time; then it is ours to.
BACK_SECONDS = 60


@pytest.fixture
def kafka(own_kafka: LocalKafka) -> LocalKafka:
    own_kafka.start()
    return own_kafka


@pytest.fixture
def settings(settings: Settings, kafka: LocalKafka) -> Settings:
    return settings.model_copy(update={"kafka_bootstrap_servers": kafka.address})


@at_full_strength
@pytest.mark.parametrize(
    ("end", "seconds"),
    pick(
        quick=[(LocalKafka.kill, SHORT_SECONDS)],
        thorough=[(LocalKafka.kill, SHORT_SECONDS), (LocalKafka.stop, LONG_SECONDS)],
    ),
)
async def test_the_broker_is_away_for_a_while(
    upstream: Upstream, tables: Tables, crew: Crew, kafka: LocalKafka, end: Any, seconds: float
) -> None:
    load = make_load(EVENTS, seed=40)
    port = choose_port()
    small = {"batch_events_max": 20, "batch_events_behind_max": 20}
    workers = [crew.start(metrics_port=port, **small), crew.start(**small)]
    await upstream.publish(load[: EVENTS // 2])
    tables.wait_until_applied(1)
    end(kafka)
    # How long it is away is what this is about.
    await asyncio.sleep(seconds)
    await wait_for_async(lambda: readiness(port) == SERVICE_UNAVAILABLE)
    kafka.start()
    await upstream.publish(load[EVENTS // 2 :])
    await assert_exact(upstream, tables, BACK_SECONDS)
    await wait_for_async(lambda: readiness(port) == OK)
    for worker in workers:
        worker.stop()


def freeze(kafka: LocalKafka) -> None:
    """It is there, and answers nothing."""
    assert kafka.pid is not None
    os.kill(kafka.pid, signal.SIGSTOP)


@at_full_strength
@pytest.mark.parametrize("end", pick(quick=[freeze], thorough=[LocalKafka.kill, freeze]))
async def test_a_worker_ends_in_time_while_the_broker_is_away(
    upstream: Upstream, tables: Tables, crew: Crew, kafka: LocalKafka, end: Any
) -> None:
    usual = {"session_timeout_seconds": 10}
    worker, late = crew.start(**usual), crew.start(**usual)
    await upstream.publish(make_load(EVENTS // 4, seed=43))
    await assert_exact(upstream, tables)
    await upstream.close()
    for one in (worker, late):
        one.wait_until_said("worker started")
    end(kafka)
    worker.stop()
    never_connected = crew.start(**usual)
    never_connected.wait_until_connected(tables.connection)
    for one in (late, never_connected):
        one.stop()


@at_full_strength
async def test_the_worker_is_there_before_the_broker(
    upstream: Upstream, tables: Tables, crew: Crew, kafka: LocalKafka
) -> None:
    await upstream.publish(make_load(EVENTS, seed=41))
    kafka.stop()
    worker = crew.start()
    worker.wait_until_said(INTERRUPTED, 2)
    kafka.start()
    await assert_exact(upstream, tables, BACK_SECONDS)
    worker.stop()


@at_full_strength
async def test_the_brokers_name_is_not_known_at_first(
    upstream: Upstream, tables: Tables, prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upstream.publish(make_load(EVENTS, seed=42))
    known = socket.getaddrinfo
    asked: list[str] = []
    missing = {"kafka.school.test"}

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        if host == "kafka.school.test":
            asked.append(host)
            if host in missing:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            host = "127.0.0.1"
        return known(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    port = prepared.kafka_bootstrap_servers.rpartition(":")[2]
    named = prepared.model_copy(update={"kafka_bootstrap_servers": f"kafka.school.test:{port}"})
    async with in_process(named) as worker:
        assert isinstance(worker, GenerationConsumer)
        await wait_for_async(lambda: len(asked) >= 2 and worker.progress.retries)
        assert tables.applied() == 0
        missing.clear()
        await assert_exact(upstream, tables)


@pytest.mark.parametrize(
    "command", [pytest.param("rebuild", marks=at_full_strength), "verify --against-log"]
)
async def test_a_broker_that_goes_in_the_middle_of_a_rebuild_is_named(
    upstream: Upstream, tables: Tables, prepared: Settings, kafka: LocalKafka, command: str
) -> None:
    assert tables.generation
    await upstream.publish(make_load(50, seed=44))
    await upstream.close()
    model = read_model(prepared)

    def listen(phase: str, *_: Any) -> None:
        if phase == "indexing" and kafka.pid is not None:
            kafka.kill()

    def run() -> None:
        if command == "rebuild":
            rebuild(prepared, model, RebuildOptions(), listen, lambda _: None)
        else:
            verify_against_log(prepared, model, Scope(), listen)

    with pytest.raises(BrokerError, match="The live generation is as it was"):
        await asyncio.to_thread(run)
