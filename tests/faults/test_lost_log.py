"""A log that is not that of the positions stops the worker, with all that an operator must know."""

import time

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic, RecordsToDelete

from homeroom.engine.consuming.log_identity import SILENCE_SECONDS_MAX
from homeroom.operations.status.status import StatusReader
from tests.faults.exact import assert_exact, positions
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew, WorkerProcess, in_process
from tests.property.histories import PARTITIONS
from tests.support.commands import Tables, homeroom
from tests.support.publishing import publish_teacher
from tests.support.strength import at_full_strength, pick
from tests.support.waiting import PATIENCE, wait_for_async

EVENTS = pick(quick=500, thorough=1_000)
TOPIC = "classes"
ADVICE = ("nothing is skipped in silence", "Restore the log", "in an empty database")


def ended_with(worker: WorkerProcess) -> str:
    """What a worker says that ends by itself, as a failure."""
    assert worker.process.wait(20 * PATIENCE) == 1, worker.text()
    assert "Traceback" not in worker.text()
    return " ".join(worker.text().split())


async def applied_and_stopped(upstream: Upstream, tables: Tables, crew: Crew) -> None:
    """A load is applied, and no worker runs."""
    worker = crew.start()
    await upstream.publish(make_load(EVENTS, seed=80))
    await assert_exact(upstream, tables)
    worker.stop()


async def make_anew(upstream: Upstream) -> None:
    topic = upstream.topic(TOPIC)
    async with upstream.admin() as admin:
        await admin.delete_topics([topic])
        await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])


@at_full_strength
async def test_events_were_removed_behind_the_position(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await applied_and_stopped(upstream, tables, crew)
    topic, before = upstream.topic(TOPIC), positions(tables)
    await upstream.publish(make_load(EVENTS, seed=81))
    end = (await upstream.ends())[topic, 0]
    async with upstream.admin() as admin:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(end - 5)})
    said = ended_with(crew.start())
    position = before[topic, 0]
    assert f"{topic} partition 0: the position is {position}" in said
    assert f"the broker has {end - 5} to {end}" in said
    assert all(part in said for part in ADVICE)
    assert positions(tables)[topic, 0] == position


@at_full_strength
async def test_a_topic_was_made_anew_while_no_worker_ran(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await applied_and_stopped(upstream, tables, crew)
    topic, before = upstream.topic(TOPIC), positions(tables)
    await make_anew(upstream)
    said = ended_with(crew.start())
    assert any(
        f"{topic} partition {n}: the position is {before[topic, n]}, the broker has 0 to 0" in said
        for n in range(PARTITIONS)
    )
    assert all(part in said for part in ADVICE)
    assert positions(tables) == before


@at_full_strength
async def test_a_topic_is_made_anew_while_a_worker_runs(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await applied_and_stopped(upstream, tables, crew)
    worker = crew.start()
    worker.wait_until_said("worker started")
    await make_anew(upstream)
    said = ended_with(worker)
    assert f"{upstream.topic(TOPIC)} partition" in said
    assert "the broker has 0 to 0" in said


@at_full_strength
async def test_a_topic_was_made_anew_and_has_grown_past_the_position(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await applied_and_stopped(upstream, tables, crew)
    topic, before = upstream.topic(TOPIC), positions(tables)
    await make_anew(upstream)
    load = make_load(6 * EVENTS, seed=83)
    await upstream.publish(published for published in load if published.record.topic == TOPIC)
    ends = await upstream.ends()
    assert all(ends[topic, n] > before[topic, n] for n in range(PARTITIONS))
    status = await StatusReader(upstream.settings).read()
    assert any("has another record at offset" in warning for warning in status.warnings)
    for arguments in (("rebuild",), ("verify", "--against-log")):
        refused = homeroom(upstream.settings, *arguments)
        assert refused.returncode == 1
        assert "the topic was made anew" in refused.stderr
    said = ended_with(crew.start())
    assert any(
        f"{topic} partition {n} has another record at offset {before[topic, n] - 1}" in said
        for n in range(PARTITIONS)
    )
    assert "the topic was made anew" in said
    assert all(part in said for part in ("skip events in silence", *ADVICE[1:]))
    assert positions(tables) == before


@at_full_strength
async def test_a_topic_is_made_anew_and_grows_while_a_worker_is_frozen(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    """It loses no partition meanwhile, and meets no error."""
    await applied_and_stopped(upstream, tables, crew)
    worker = crew.start(session_timeout_seconds=60)
    worker.wait_until_said("worker started")
    first = make_load(5, seed=85)
    await upstream.publish(first)
    await assert_exact(upstream, tables)
    before = positions(tables)
    worker.freeze()
    frozen_at = time.monotonic()
    await make_anew(upstream)
    load = make_load(8 * EVENTS, seed=83)
    await upstream.publish(published for published in load if published.record.topic == TOPIC)
    ends = await upstream.ends()
    assert all(
        ends[upstream.topic(TOPIC), n] > before[upstream.topic(TOPIC), n] for n in range(PARTITIONS)
    )
    await wait_for_async(lambda: time.monotonic() - frozen_at > SILENCE_SECONDS_MAX)
    worker.thaw()
    said = ended_with(worker)
    assert "has another record at offset" in said
    assert "the topic was made anew" in said
    assert positions(tables) == before


async def test_a_log_that_stays_is_compared_again_and_again(
    upstream: Upstream, tables: Tables
) -> None:
    async with in_process(upstream.settings, log_compare_seconds=0.2):
        await upstream.publish(make_load(EVENTS, seed=86))
        await assert_exact(upstream, tables)


@at_full_strength
async def test_a_log_is_the_same_after_its_last_record_was_removed_or_a_mark_follows_it(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await applied_and_stopped(upstream, tables, crew)
    topic, before = upstream.topic(TOPIC), positions(tables)
    async with upstream.admin() as admin:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before[topic, 0])})
    # A transaction leaves a mark behind its record, at which the position then stands.
    await publish_teacher(upstream.settings, "T-MARK", transaction=True)
    worker = crew.start()
    tables.wait_until_applied(sum((await upstream.final_ends()).values()))
    worker.stop()
    await upstream.publish(make_load(EVENTS, seed=84))
    crew.start()
    ends = await upstream.ends()
    tables.wait_until_applied(sum(ends.values()))
    assert positions(tables) == ends


@pytest.mark.parametrize("told", [pytest.param(False, marks=at_full_strength), True])
async def test_a_partition_without_a_position_begins_later(
    upstream: Upstream, tables: Tables, crew: Crew, told: bool
) -> None:
    """Only an operator may decide to do without the events before."""
    topic = upstream.topic(TOPIC)
    await upstream.publish(make_load(EVENTS, seed=82))
    tables.connection.execute(
        f"DELETE FROM {tables.generation}.positions WHERE topic = %s",  # noqa: S608
        (topic,),
    )
    async with upstream.admin() as admin:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(7)})
    if told:
        crew.start("--from-log-start")
        ends = await upstream.ends()
        tables.wait_until_applied(sum(ends.values()))
        assert positions(tables) == ends
    else:
        said = ended_with(crew.start())
        assert f"Nothing of {topic} partition 0 is applied yet" in said
        assert "begins at offset 7" in said
        assert "--from-log-start" in said
        assert (topic, 0) not in positions(tables)
