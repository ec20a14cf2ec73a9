"""What a rebuild would take, from a short sample; nothing is left of it."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql as pg

from homeroom.database import connect_sync
from homeroom.engine.generations import positions
from homeroom.engine.generations.creating import bare_tables
from homeroom.engine.generations.generation import ReadModel, without_history
from homeroom.engine.generations.registry import register_async, registered
from homeroom.engine.log.records import Partition
from homeroom.operations.rebuilding import preparing, whole_log
from homeroom.operations.rebuilding.loading import processes_of
from homeroom.operations.rebuilding.record import RebuildOptions
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.settings import Settings
from homeroom.statements import load

SQL = load("dry_run", __package__)

SAMPLE_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a rebuild would take. The rate is that of all loading processes together.

    ``staging_bytes``: what loading needs beside the tables; nothing, since it writes into them.
    """

    generation: str
    events: int
    partitions: int
    events_per_second: float
    loading_seconds: float
    staging_bytes: int
    tables_bytes: int
    warnings: Sequence[str] = ()


@whole_log.brokers_answer()
def dry_run(settings: Settings, model: ReadModel, options: RebuildOptions) -> Estimate:
    """Asks the brokers, and loads a sample in a transaction that is rolled back.

    Raises RebuildRefused where the log is not whole, or the live entities lack what was to be
    copied, as the rebuild itself would; and BrokerError.
    """
    with connect_sync(
        settings.require_database("operator"), "homeroom rebuild", autocommit=True
    ) as connection:
        live = preparing.live_of(registered(connection))
        preparing.check_history(live, model, options)
        stored = positions.read_applied(connection, live.name)
        compared = [stored] if options.source == "log" else []
        state = asyncio.run(whole_log.log_state(settings, model, *compared))
        if options.source == "log":
            missing = without_history(live.stored, model)
            whole_log.check_whole(state, stored, missing=missing)
        goal = preparing.targets(stored, live, model, state)
        name = options.into or preparing.expected_name(connection)
        row = connection.execute(SQL["size"], (live.name,)).fetchone()
        tables = int(row[0]) if row else 0
    if options.source == "live":
        goal = dict.fromkeys(goal, 0)
    firsts = {p: stored[p].first if p in stored else 0 for p in goal}
    # Entity tables of live are no events, wherever the log began.
    events = sum(max(0, end - firsts[p]) for p, end in goal.items())
    sampled, seconds = 0, 0.0
    if options.source == "log":
        firsts = preparing.firsts(stored, goal)
        sampled, seconds = asyncio.run(_sample(settings, model, name, firsts, goal))
    rate = sampled / seconds * processes_of(options, len(goal)) if seconds else 0.0
    return Estimate(
        generation=name,
        events=events,
        partitions=len(goal),
        events_per_second=rate,
        loading_seconds=events / rate if rate else 0.0,
        staging_bytes=0,
        tables_bytes=tables,
        warnings=list(whole_log.warnings(state)),
    )


async def _sample(
    settings: Settings, model: ReadModel, name: str, firsts: Mapping[Partition, int],
    goal: Mapping[Partition, int],
) -> tuple[int, float]:  # fmt: skip
    """Loads from the beginning of each partition; how many events, in how many seconds.

    A first part is not measured: it holds the connections, the first plans and the first requests.
    """
    share = SAMPLE_EVENTS // max(1, len(goal))
    sample = {p: min(firsts[p] + share, end) for p, end in goal.items()}
    first = {p: firsts[p] + (end - firsts[p]) // 4 for p, end in sample.items()}
    entities = ReadModel(model.catalog, {})
    async with LogReplayer.open(settings, entities, name) as replayer:
        connection = replayer.writer.connection
        async with connection.transaction(force_rollback=True):
            await connection.execute(pg.SQL("CREATE SCHEMA {}").format(pg.Identifier(name)))
            await register_async(connection, name, "as_of")
            await replayer.writer.identify()
            for statement in bare_tables(entities):
                await connection.execute(statement)
            for partition, offset in firsts.items():
                await positions.begin(connection, partition, offset)
            await replayer.reach(first)
            began = time.monotonic()
            await replayer.reach(sample)
            return sum(sample.values()) - sum(first.values()), time.monotonic() - began
