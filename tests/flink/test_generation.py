"""A generation that a real Flink feeds is compared, swapped in, left, and gone back to."""

import asyncio
from dataclasses import replace

import psycopg
import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import StoredRecord
from homeroom.flink.connections import jdbc_options, kafka_options, shown
from homeroom.flink.script import Target, make_script
from homeroom.local.flink import LocalFlink
from homeroom.operations.differences import Compared, Scope
from homeroom.operations.flink_fed.creating import create
from homeroom.operations.flink_fed.swapping import swap_in
from homeroom.operations.rebuilding.comparing import Report
from homeroom.operations.rebuilding.rollback import rollback
from homeroom.operations.verifying.against_generation import verify_against
from homeroom.operations.verifying.settling import SettlingTime
from homeroom.operations.verifying.verify import verify
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.flink.feeding import Side, run
from tests.flink.histories import history
from tests.support.feed import Feed
from tests.support.templates import prepare

pytestmark = pytest.mark.flink

NAME = "fed"
# One with nothing but a key, totals, and what they rest on. Flink plans these in seconds.
TABLES = ("deactivated_teachers", "exam_grades", "exam_totals")
DAY_SECONDS = 86_400
# For the job to be planned, and to catch up.
SOON = SettlingTime(120, look_seconds=0.5)


def few(model: ReadModel) -> ReadModel:
    """The model with few tables, and the entities that they rest on."""
    plan, needed = model.plan(), set(TABLES)
    for projection in reversed(plan.projections):
        if projection.name in needed:
            needed.update(projection.sources)
    catalog = replace(
        model.catalog,
        entities=tuple(e for e in model.catalog.entities if e.name in needed),
        event_types=tuple(t for t in model.catalog.event_types if t.entity.name in needed),
    )
    definitions = {n: text for n, text in model.definitions.items() if n in needed}
    return ReadModel(catalog, definitions)


async def test_it_is_swapped_in_left_and_gone_back_to(
    settings: Settings, flink: LocalFlink
) -> None:
    model = few(read_model(settings))
    url, live = settings.require_database(), prepare(settings, model)
    create(url, model, NAME)
    side = Side(settings, TABLES, live=live)
    topics = {e.topic for e in model.catalog.entities}
    log = [r for r in history(3, bad=0) if r.topic in topics]
    feed = await Feed.open(url, model, live)

    async def happen(records: list[StoredRecord]) -> None:
        """Publishes events, and has the worker's generation hold them."""
        await asyncio.to_thread(side.publish, records)
        await feed.apply([r._replace(topic=settings.topic_prefix + r.topic) for r in records])

    reports: list[Report] = []
    await happen(log[: len(log) // 2])
    kafka, jdbc = kafka_options(settings, secret=shown), jdbc_options(url, secret=shown)
    run(flink.url, make_script(model, Target(kafka, jdbc, NAME, entities=True)))
    await asyncio.to_thread(
        swap_in, url, model, NAME, reports.append, keep_previous_seconds=DAY_SECONDS, wait=SOON
    )
    (report,) = reports
    assert sum(table.rows for table in report.tables) > 0
    assert not report.differs, report
    await happen(log[len(log) // 2 :])
    assert not differing(verify_against(url, Scope(), NAME, live, SOON))
    assert not differing(verify(url, generation=NAME, wait=SOON))
    for name in (live, NAME):
        await asyncio.to_thread(rollback, settings, model, DAY_SECONDS, SOON.seconds_max, print)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT schema FROM homeroom.live").fetchone() == (name,)
    await feed.close()
    # The job has no end.
    flink.kill()
    flink.start()


def differing(compared: list[Compared]) -> list[Compared]:
    return [one for one in compared if one.differs]
