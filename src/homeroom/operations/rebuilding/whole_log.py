"""Whether the log is whole, and the one that was applied: else it does not say what should be."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka.errors import KafkaError
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.catalog import Entity
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.positions import AppliedSpan
from homeroom.engine.log.last_applied import check_same_log
from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Partition, published_at
from homeroom.errors import LogReplaced, RebuildRefused
from homeroom.operations.keys import key_expression
from homeroom.operations.rebuilding.record import REBUILD
from homeroom.operations.status.brokers import Brokers
from homeroom.settings import Settings
from homeroom.statements import composable, load
from homeroom_kit.errors import BrokerError
from homeroom_kit.kafka import client_options

SQL = load("whole_log", __package__)

FROM_LIVE = (
    "`homeroom rebuild --from live` starts from the live generation's entity tables instead: "
    "it derives every projection anew, but cannot mend what is wrong in the entities."
)
NOTHING_INSTEAD = (
    "So the log no longer says what the entities should be. `homeroom verify` without "
    "--against-log compares every projection with the entities."
)
NUMBERS_SHOWN = 5
# A row that has no event in the log is rare.
ROWS_LOOKED_UP_MAX = 20
ONE_RECORD_FETCH_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LogState:
    """The log now: where each partition begins and ends, and since when, where not at offset 0.

    ``missing``: topics that the broker does not have. ``compacted``: topics whose policy removes
    all but the newest event of a key.
    """

    bounds: Mapping[Partition, Span]
    begins_later: Mapping[Partition, datetime | None]
    missing: Sequence[str] = ()
    compacted: Sequence[str] = ()


@contextmanager
def brokers_answer() -> Iterator[None]:
    """Raises BrokerError where they do not, in the middle of what leaves the live tables alone."""
    try:
        yield
    except KafkaError as error:
        raise BrokerError(
            f"Kafka does not answer: {error}. The live generation is as it was. Run the same "
            "command again."
        ) from error


async def log_state(
    settings: Settings, model: ReadModel, *generations: Mapping[Partition, AppliedSpan]
) -> LogState:
    """Asks the brokers. ``generations``: what was applied of this log.

    Raises BrokerError, and RebuildRefused where the log is another one than was applied.
    """
    try:
        return await _log_state(settings, model, generations)
    except KafkaError as error:
        raise BrokerError(f"Kafka does not answer: {error}. Nothing was begun.") from error
    except LogReplaced as error:
        raise RebuildRefused(str(error)) from error


async def _log_state(
    settings: Settings, model: ReadModel, generations: Sequence[Mapping[Partition, AppliedSpan]]
) -> LogState:
    async with AsyncExitStack() as stack:
        brokers = await Brokers.connect(settings, stack)
        partitions = await brokers.partitions(model.catalog.topics)
        reader = await stack.enter_async_context(
            LogReader.connect(client_options(settings), 256 * 1024)
        )
        bounds = await reader.bounds(partitions)
        for stored in generations:
            last = {p: one.last for p, one in stored.items() if one.last and p in bounds}
            await check_same_log(reader, last)
        later: dict[Partition, datetime | None] = {}
        for partition, span in bounds.items():
            if span.start > 0:
                later[partition] = await _first_time(reader, partition, span)
        existing = sorted({partition.topic for partition in partitions})
        missing = [topic for topic in model.catalog.topics if topic not in existing]
        return LogState(bounds, later, missing, await brokers.compacted(existing))


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


def check_whole(
    state: LogState, stored: Mapping[Partition, AppliedSpan], purpose: str = REBUILD,
    missing: Sequence[str] = (),
) -> None:  # fmt: skip
    """Raises RebuildRefused where retention or compaction removes events that were applied.

    A partition may begin where the live generation began it: ``stored`` is what that has applied.
    ``missing``: what a copy of its entities would lack.
    """
    later = {
        p: since
        for p, since in state.begins_later.items()
        if state.bounds[p].start > (stored[p].first if p in stored else 0)
    }
    instead = FROM_LIVE if purpose == REBUILD else NOTHING_INSTEAD
    if purpose == REBUILD and missing:
        instead += f" It would lack what was said before of what is new: {'; '.join(missing)}."
    if later:
        gone = "; ".join(
            f"{p.topic} partition {p.partition} begins at offset {state.bounds[p].start}"
            + (f", published {since:%Y-%m-%d %H:%M} UTC" if since else ", and holds no event")
            for p, since in sorted(later.items())
        )
        raise RebuildRefused(
            f"The log no longer holds its beginning: {gone}. What came before cannot be read "
            f"again. {instead}"
        )
    if state.compacted:
        raise RebuildRefused(
            f"The log may not be whole: {', '.join(state.compacted)} has cleanup.policy=compact, "
            "which removes all but the newest event of a key. Set cleanup.policy=delete with your "
            "broker's tools; whether events are missing already is seen when the log is read. "
            f"{instead}"
        )


def check_reaches(stored: Mapping[Partition, AppliedSpan], state: LogState) -> None:
    """Raises RebuildRefused where the log ends before what was applied: it is another one.

    ``stored``: what was read before the log's state was, since its ends only grow.
    """
    ends = {partition: span.end for partition, span in state.bounds.items()}
    short = "; ".join(
        f"{p.topic} partition {p.partition} ends at offset {ends.get(p, 0)}, and was applied up to "
        f"{applied.next}"
        for p, applied in sorted(stored.items())
        if ends.get(p, 0) < applied.next
    )
    if short:
        raise RebuildRefused(f"The log does not hold all that was applied: {short}.")


def missing_numbers(
    connection: Connection[Any], live: str, fresh: str, entities: Sequence[str]
) -> str:
    """What of these entities the log lacks and the live generation has applied; empty if nothing.

    Both have read the log equally far, in the connection's snapshot.
    """
    rows = connection.execute(
        composable(SQL["missing_numbers"]).format(
            live_gaps=pg.Identifier(live, "gaps"), fresh_gaps=pg.Identifier(fresh, "gaps"),
            live_letters=pg.Identifier(live, "dead_letters"),
            fresh_letters=pg.Identifier(fresh, "dead_letters"),
        ),
        {"entities": list(entities), "limit": NUMBERS_SHOWN},
    ).fetchall()  # fmt: skip
    if not rows:
        return ""
    shown = "; ".join(
        f"{entity} {key} lacks {first}" + (f" to {last}" if last > first else "")
        for entity, key, first, last, _ in rows
    )
    more = rows[0][4] - len(rows)
    return (
        f"The log lacks events that the live tables hold: {shown}"
        + (f"; and {more:,} more" if more > 0 else "")
        + ". They were removed from it, as compaction does."
    )


def check_numbers(connection: Connection[Any], live: str, fresh: str, model: ReadModel) -> None:
    """Raises RebuildRefused where the log lacks what the live generation has applied."""
    names = [entity.name for entity in model.catalog.entities]
    if missing := missing_numbers(connection, live, fresh, names):
        raise RebuildRefused(f"{missing} {NOTHING_INSTEAD}")


async def check_subjects(
    connection: Connection[Any], settings: Settings, live: str, fresh: str, model: ReadModel
) -> None:
    """Raises RebuildRefused where all events are gone of a subject that the live generation has.

    Its number 1 is not missed, since nothing comes behind it. So it is looked up whether there is a
    record where the row says that its last event stood: a row that somebody made has none there
    that was removed.
    """
    rows: list[tuple[str, Partition, int]] = []
    for entity in model.catalog.entities:
        topic = model.catalog.broker_topic(entity)
        for key, number, offset in _rows_of_nothing(
            connection, live, fresh, entity, topic, ROWS_LOOKED_UP_MAX - len(rows)
        ):
            rows.append((f"{entity.name} {key}", Partition(topic, number), offset))
    if not rows:
        return
    async with LogReader.connect(client_options(settings), ONE_RECORD_FETCH_BYTES) as reader:
        gone = [name for name, at, offset in rows if await _was_removed(reader, at, offset)]
    if gone:
        shown = ", ".join(gone[:NUMBERS_SHOWN]) + (", …" if gone[NUMBERS_SHOWN:] else "")
        raise RebuildRefused(
            f"The log lacks all events of {shown}, which the live tables hold: they were removed "
            f"from it, as compaction does. {NOTHING_INSTEAD}"
        )


def _rows_of_nothing(
    connection: Connection[Any], live: str, fresh: str, entity: Entity, topic: str, rows_max: int
) -> list[tuple[str, int, int]]:
    return connection.execute(
        composable(SQL["rows_of_nothing"]).format(
            key=key_expression(entity.key_names),
            keys=pg.SQL(", ").join(map(pg.Identifier, entity.key_names)),
            live=pg.Identifier(live, entity.name), fresh=pg.Identifier(fresh, entity.name),
            positions=pg.Identifier(live, "positions"),
        ),
        (topic, rows_max),
    ).fetchall()  # fmt: skip


async def _was_removed(reader: LogReader, partition: Partition, offset: int) -> bool:
    """Whether the log has gone on behind an offset, and holds no record there."""
    bounds = await reader.bounds([partition])
    if not bounds[partition].start <= offset < bounds[partition].end:
        return False
    spans = {partition: Span(offset, offset + 1)}
    return not [record async for chunk in reader.read(spans, 1) for record in chunk.records]
