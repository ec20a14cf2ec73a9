"""What a rebuild would take, from a short sample; nothing is left of it."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import registered
from homeroom.engine.log.reader import LogReader, Span
from homeroom.kafka import client_options
from homeroom.operations.rebuilding import beginning
from homeroom.operations.rebuilding.loading import processes_of
from homeroom.operations.rebuilding.record import Options
from homeroom.operations.rebuilding.staging import Staging
from homeroom.settings import Settings

SAMPLE_EVENTS = 20_000
SIZES = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE starts_with(relname, 'load_')), 0),
       coalesce(sum(pg_total_relation_size(c.oid)), 0)
FROM pg_class c WHERE relnamespace = %s::regnamespace AND relkind = 'r'
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a rebuild would take. The rate is that of all loading processes together."""

    generation: str
    events: int
    partitions: int
    events_per_second: float
    loading_seconds: float
    staging_bytes: int
    tables_bytes: int


def dry_run(settings: Settings, model: ReadModel, options: Options) -> Estimate:
    """Asks the brokers, and loads a sample in a transaction that is rolled back.

    Raises RebuildRefused where the log is not whole, as the rebuild itself would.
    """
    state = asyncio.run(beginning.log_state(settings, model))
    if options.source == "log":
        beginning.check_whole(state)
    with psycopg.connect(
        settings.require_database(), autocommit=True, application_name="homeroom rebuild"
    ) as connection:
        live = beginning.live_of(registered(connection))
        reach = beginning.targets(connection, live, model, state)
        if options.source == "live":
            reach = dict.fromkeys(reach, 0)
        events = sum(reach.values())
        name = options.into or beginning.next_name(connection)
        sampled, seconds, staged = 0, 0.0, 0
        if options.source == "log":
            with connection.transaction(force_rollback=True):
                beginning.make(connection, name, model, options, reach)
                sampled, seconds = asyncio.run(_sample(settings, model, connection, reach))
                row = connection.execute(SIZES, (name,)).fetchone()
            staged = int(row[0]) if row else 0
        row = connection.execute(SIZES, (live.name,)).fetchone()
        tables = int(row[1]) if row else 0
    rate = sampled / seconds * processes_of(options, len(reach)) if seconds else 0.0
    return Estimate(
        generation=name,
        events=events,
        partitions=len(reach),
        events_per_second=rate,
        loading_seconds=events / rate if rate else 0.0,
        staging_bytes=staged * events // max(sampled, 1),
        tables_bytes=tables,
    )


async def _sample(
    settings: Settings, model: ReadModel, connection: Connection[Any], reach: dict[Any, int]
) -> tuple[int, float]:
    """Loads from the beginning of each partition; how many events, in how many seconds."""
    share = SAMPLE_EVENTS // max(1, len(reach))
    spans = {partition: Span(0, min(share, end)) for partition, end in reach.items()}
    staging = Staging(connection, model.catalog)
    async with LogReader.connect(client_options(settings), 1024 * 1024) as reader:
        began = time.monotonic()
        async for chunk in reader.read(spans, SAMPLE_EVENTS):
            staging.take(chunk)
        return sum(span.end for span in spans.values()), time.monotonic() - began
