"""What comes first: whether the log is whole, how far to load, the next generation's tables."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka.errors import KafkaError
from psycopg import Connection, IsolationLevel
from psycopg import sql as pg

from homeroom.engine.generations import positions
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import Generation, live_generation, register
from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Partition, published_at
from homeroom.errors import BrokerError, NotMigrated, RebuildRefused
from homeroom.kafka import client_options
from homeroom.operations.migrating.migrate import READER
from homeroom.operations.rebuilding import as_of
from homeroom.operations.rebuilding.record import REBUILD, RebuildOptions
from homeroom.operations.status.brokers import Brokers
from homeroom.settings import Settings
from homeroom.statements import load

SQL = load("preparing", __package__)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN = re.compile(r"g[0-9]+|homeroom|public|pg_.*|information_schema")
FROM_LIVE = (
    "`homeroom rebuild --from live` starts from the live generation's entity tables instead: "
    "it derives every projection anew, but cannot mend what is wrong in the entities."
)
NOTHING_INSTEAD = (
    "So the log no longer says what the entities should be. `homeroom verify` without "
    "--against-log compares every projection with the entities."
)
# Copied from the live generation as it is. Dead letters keep their ids: operators know these.
COPIED = (
    "dead_letters", "waiting", "gaps", "incomplete", "subjects_without_row", "sequence_conflicts",
    "passed_over", "positions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogState:
    """The log now: where each partition begins and ends, and since when, where not at offset 0.

    ``missing``: topics that the broker does not have.
    """

    bounds: Mapping[Partition, Span]
    begins_later: Mapping[Partition, datetime | None]
    missing: Sequence[str] = ()


def live_of(generations: Iterable[Generation]) -> Generation:
    """The live generation; raises NotMigrated."""
    for generation in generations:
        if generation.state == "live":
            return generation
    raise NotMigrated


def next_name(connection: Connection[Any]) -> str:
    """A name for a generation that no other has had."""
    row = connection.execute(SQL["next_name"]).fetchone()
    assert row is not None
    return str(row[0] or "g0001")


def check_name(connection: Connection[Any], name: str) -> None:
    """Raises RebuildRefused where a generation cannot have this name."""
    if not _NAME.fullmatch(name) or _TAKEN.fullmatch(name):
        raise RebuildRefused(
            f"{name} cannot be a generation's name: give one of a-z, 0-9 and _ that begins with a "
            "letter, and not as the numbered ones are called."
        )
    if connection.execute("SELECT to_regnamespace(%s)", (name,)).fetchone() != (None,):
        raise RebuildRefused(
            f"There is a generation {name} already: `homeroom generations drop {name}` removes it."
        )


async def log_state(settings: Settings, model: ReadModel) -> LogState:
    """Asks the brokers; raises BrokerError."""
    try:
        return await _log_state(settings, model)
    except KafkaError as error:
        raise BrokerError(f"Kafka does not answer: {error}. Nothing was begun.") from error


async def _log_state(settings: Settings, model: ReadModel) -> LogState:
    async with AsyncExitStack() as stack:
        brokers = await Brokers.connect(settings, stack)
        partitions = await brokers.partitions(model.catalog.topics)
        reader = await stack.enter_async_context(
            LogReader.connect(client_options(settings), 256 * 1024)
        )
        bounds = await reader.bounds(partitions)
        later: dict[Partition, datetime | None] = {}
        for partition, span in bounds.items():
            if span.start > 0:
                later[partition] = await _first_time(reader, partition, span)
        existing = {partition.topic for partition in partitions}
        missing = [topic for topic in model.catalog.topics if topic not in existing]
        return LogState(bounds, later, missing)


async def _first_time(reader: LogReader, partition: Partition, span: Span) -> datetime | None:
    """When the first record that is left was published."""
    async for chunk in reader.read({partition: span}, 1):
        if chunk.records:
            return published_at(chunk.records[0])
    return None


def warnings(state: LogState) -> Iterator[str]:
    """What somebody should know before a rebuild begins."""
    if state.missing:
        yield (
            f"Topics are missing, so nothing is loaded of them: {', '.join(state.missing)}. "
            "`homeroom migrate` creates them."
        )


def check_whole(state: LogState, purpose: str = REBUILD) -> None:
    """Raises RebuildRefused where retention has removed the beginning of the log."""
    if not state.begins_later:
        return
    missing = "; ".join(
        f"{p.topic} partition {p.partition} begins at offset {state.bounds[p].start}"
        + (f", published {since:%Y-%m-%d %H:%M} UTC" if since else ", and holds no event")
        for p, since in sorted(state.begins_later.items())
    )
    raise RebuildRefused(
        f"The log no longer holds its beginning: {missing}. What came before cannot be read again. "
        f"{FROM_LIVE if purpose == REBUILD else NOTHING_INSTEAD}"
    )


def check_reaches(stored: Mapping[Partition, int], state: LogState) -> None:
    """Raises RebuildRefused where the log ends before what was applied: it is another one.

    ``stored``: positions that were read before the log's state was, since its ends only grow.
    """
    ends = {partition: span.end for partition, span in state.bounds.items()}
    short = "; ".join(
        f"{p.topic} partition {p.partition} ends at offset {ends.get(p, 0)}, and was applied up to "
        f"{offset}"
        for p, offset in sorted(stored.items())
        if ends.get(p, 0) < offset
    )
    if short:
        raise RebuildRefused(f"The log does not hold all that was applied: {short}.")


def targets(
    stored: Mapping[Partition, int],
    live: Generation,
    model: ReadModel,
    state: LogState,
    purpose: str = REBUILD,
) -> dict[Partition, int]:
    """How far to load: to the live generation's positions, so that the two can be compared.

    What the live one does not read, or nobody has ever fed it, is loaded to the log's end, unless
    it is only compared. ``stored``: the live one's positions.
    """
    prefix = model.catalog.topic_prefix
    read = {prefix + topic for topic in live.stored.topics()}
    fed = any(stored.values()) or purpose != REBUILD
    return {
        p: min(stored.get(p, 0), span.end) if fed and p.topic in read else span.end
        for p, span in state.bounds.items()
    }


def make(
    connection: Connection[Any],
    name: str,
    model: ReadModel,
    options: RebuildOptions,
    partitions: Iterable[Partition],
) -> None:
    """Makes the generation, registered, with nothing but the keys of its entities; or nothing.

    ``partitions``: those that are to be loaded, from their beginning.
    """
    if options.source == "live":
        # One snapshot of all that is copied, and nobody has to wait for it.
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
    with connection.transaction():
        live = live_generation(connection)
        create_generation(connection, name, model, READER, bare=True)
        state = "as_of" if options.as_of else "next"
        register(connection, name, state, options.as_of)
        if options.as_of is not None:
            connection.execute(as_of.SQL["create"])
        if options.source == "live":
            _copy_live(connection, live, model)
            return
        positions.begin_all(connection, name, dict.fromkeys(partitions, 0))


def _copy_live(connection: Connection[Any], live: str, model: ReadModel) -> None:
    """The entity tables of the live generation, with all that belongs to them, in one moment."""
    for table in (*COPIED, *(entity.name for entity in model.catalog.entities)):
        _copy_table(connection, live, table)
    connection.execute(SQL["letters_go_on"])


def _copy_table(connection: Connection[Any], live: str, table: str) -> None:
    """Columns that both have; new ones stay empty. A table that is new stays empty too."""
    name = pg.Identifier(live, table).as_string(connection)
    shared = connection.execute(SQL["shared_columns"], (name, f'"{table}"')).fetchall()
    if shared:
        columns = pg.SQL(", ").join(pg.Identifier(column) for (column,) in shared)
        connection.execute(
            pg.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
                pg.Identifier(table), columns, columns, pg.Identifier(live, table)
            )
        )
