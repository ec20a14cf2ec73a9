"""Lag is told of every partition, also of what another member of the group has and leaves alone."""

import pytest

from homeroom.engine.log.records import Partition
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options, make_consumer
from tests.faults.workers import in_process
from tests.support.publishing import publish_teacher
from tests.support.templates import prepare
from tests.support.waiting import wait_for_async


async def test_lag_is_told_of_a_partition_that_somebody_has_who_does_not_apply(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeroom.engine.consuming.everywhere.LOOK_EVERY_SECONDS", 0.05)
    prepare(settings)
    model = read_model(settings)
    await migrate(settings, model, project_folder("migrations"))
    topic = f"{settings.topic_prefix}people"
    async with in_process(settings) as worker:
        progress = worker.progress
        await wait_for_async(lambda: progress.assigned and progress.lag_everywhere())
        assert set(progress.lag_everywhere()) == set(progress.positions)
        other = make_consumer(
            **client_options(settings), group_id=progress.group, enable_auto_commit=False
        )
        other.subscribe(list(model.catalog.topics))
        await other.start()
        try:
            await wait_for_async(other.assignment, 30)
            published = [
                Partition(topic, (await publish_teacher(settings, f"T-{n}"))[0]) for n in range(8)
            ]
            theirs = [p for p in published if p.partition in {
                tp.partition for tp in other.assignment() if tp.topic == topic
            }]  # fmt: skip
            assert 0 < len(theirs) < len(published)
            await wait_for_async(
                lambda: (
                    {p: lag for p, lag in progress.lag_everywhere().items() if lag}
                    == {theirs[0]: len(theirs)}
                )
            )
            assert theirs[0] not in progress.positions
        finally:
            await other.stop()
        await wait_for_async(lambda: set(progress.lag_everywhere().values()) == {0}, 30)
