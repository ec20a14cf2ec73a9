"""Topics and partitions that come while workers run."""

import pytest
from aiokafka.admin import NewPartitions, NewTopic

from homeroom.operations.migrating.migrate import migrate_database
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.upstream import TOPICS, Upstream, make_load
from tests.faults.workers import Crew
from tests.property.histories import IN_TWO, PARTITIONS, Published
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=900, thorough=3_000)


def in_new_partitions(published: Published) -> int:
    """Where a publisher that knows of the new partitions puts some subjects' events."""
    place, partition = published.entry.place, published.record.partition
    return partition + PARTITIONS if place and place[:2] in IN_TWO else partition


@at_full_strength
async def test_partitions_are_added_while_workers_run(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    """A subject's later events come in another partition, before or after the earlier ones."""
    load = make_load(EVENTS, seed=70)
    small = {"batch_events_max": 20, "batch_events_behind_max": 20}
    workers = [crew.start(**small) for _ in range(2)]
    await upstream.publish(load[: EVENTS // 3])
    tables.wait_until_applied(1)
    async with upstream.admin() as admin:
        more = NewPartitions(2 * PARTITIONS)
        await admin.create_partitions({upstream.topic(name): more for name in TOPICS})

        async def are_there() -> bool:
            described = await admin.describe_topics([upstream.topic(name) for name in TOPICS])
            return all(len(topic["partitions"]) == 2 * PARTITIONS for topic in described)

        # For a moment after the answer a broker may still tell of the old ones.
        await wait_for_async(are_there)
    # Publishers learn of it when they like: these at once, others never.
    async with upstream.producer() as informed:
        await upstream.publish(load[EVENTS // 3 : -EVENTS // 3], informed, in_new_partitions)
        await upstream.publish(load[-EVENTS // 3 :], informed, in_new_partitions)
    await assert_exact(upstream, tables)
    for worker in workers:
        worker.stop()


class TestLateTopics:
    """The database is prepared, and there are no topics."""

    @pytest.fixture
    async def prepared(self, settings: Settings) -> Settings:
        migrate_database(settings, read_model(settings), project_folder("migrations"))
        return settings

    @at_full_strength
    async def test_topics_that_do_not_exist_yet(
        self, upstream: Upstream, tables: Tables, crew: Crew
    ) -> None:
        load = make_load(EVENTS // 2, seed=71)
        worker = crew.start()
        worker.wait_until_said("worker started")
        early, late = TOPICS[:2], TOPICS[2:]
        for topics in (early, late):
            reached = tables.applied()
            async with upstream.admin() as admin:
                await admin.create_topics(
                    [NewTopic(upstream.topic(name), PARTITIONS, 1) for name in topics]
                )
            await upstream.publish([p for p in load if p.record.topic in topics])
            tables.wait_until_applied(reached + 1)
        await assert_exact(upstream, tables)
        worker.stop()
