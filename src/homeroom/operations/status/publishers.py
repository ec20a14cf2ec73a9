"""What publishers should look at: types that are not known, sequence numbers given twice, subjects
in several partitions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from psycopg import Connection
from psycopg import sql as pg
from psycopg.rows import class_row

from homeroom.operations.keys import key_expression
from homeroom.statements import composable, load
from homeroom_kit import contract

SQL = load("publishers", __package__)

# From 0 to 1: how much of two names of types is equal where one may be meant by the other.
ALIKE_MIN = 0.75
KEYS_SHOWN = 10
NEW_FOR = timedelta(days=7)
# Those that came with a topic's first events are no news.
TOGETHER_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PassedOverEvents:
    """Events of an unknown type, and the newest of them.

    ``subject`` is None where the entity is not known either. ``did_you_mean``: the type of the
    contract that is most like it. ``is_known``: whether this version knows the type by now.
    """

    topic: str
    type: str
    events: int
    subject: str | None = None
    partition: int | None = None
    offset: int | None = None
    did_you_mean: str | None = None
    is_known: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "PassedOverEvents":
        """What is stored of a type; some of it is missing in older generations."""
        name = stored["type"]
        is_known = name in contract.EVENT_TYPES
        alike = get_close_matches(name, contract.EVENT_TYPES, n=1, cutoff=ALIKE_MIN)
        suggestion = None if is_known else next(iter(alike), None)
        return cls(**stored, did_you_mean=suggestion, is_known=is_known)


@dataclass(frozen=True, slots=True)
class ConflictingEvents:
    """Events of one type whose numbers other events had before them, and the newest of them.

    ``event_id``: of the newest; ``first_event_id``: of the event that has its number.
    """

    topic: str
    type: str
    events: int
    subject: str
    sequence: int
    event_id: str
    first_event_id: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class TopicSource:
    """Who publishes on a topic, and the place of its first event there."""

    topic: str
    source: str
    since: datetime
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class SplitSubjects:
    """Subjects of one entity with events in several partitions. ``keys``: the first of them.

    Their publisher changed its partitioner, or the topic got more partitions.
    """

    entity: str
    topic: str
    subjects: int
    keys: tuple[str, ...]


def passed_over(connection: Connection[Any], generation: str) -> tuple[PassedOverEvents, ...]:
    """Events of unknown types, the most frequent type first."""
    table = pg.Identifier(generation, "passed_over")
    stored = connection.execute(composable(SQL["passed_over"]).format(table=table)).fetchall()
    return tuple(PassedOverEvents.of(of_type) for (of_type,) in stored)


def conflicting(connection: Connection[Any], generation: str) -> tuple[ConflictingEvents, ...]:
    """Events of numbers given twice, the most frequent type first; none in older generations."""
    if connection.execute(SQL["notes_conflicts"], (generation,)).fetchone() is None:
        return ()
    table = pg.Identifier(generation, "sequence_conflicts")
    with connection.cursor(row_factory=class_row(ConflictingEvents)) as cursor:
        return tuple(cursor.execute(composable(SQL["conflicting"]).format(table=table)))


def sources(connection: Connection[Any], generation: str) -> tuple[TopicSource, ...]:
    """Who publishes on which topic, the newest first; nobody in older generations."""
    if connection.execute(SQL["notes_sources"], (generation,)).fetchone() is None:
        return ()
    table = pg.Identifier(generation, "sources")
    with connection.cursor(row_factory=class_row(TopicSource)) as cursor:
        return tuple(cursor.execute(composable(SQL["sources"]).format(table=table)))


def new_sources(
    known: Sequence[TopicSource], now: datetime | None = None
) -> tuple[TopicSource, ...]:
    """Those that published on a topic of others for the first time of late, the newest first."""
    since = (now or datetime.now(UTC)) - NEW_FOR
    first: dict[str, datetime] = {}
    for one in known:
        first[one.topic] = min(one.since, first.get(one.topic, one.since))
    return tuple(
        one for one in known if one.since > max(since, first[one.topic] + TOGETHER_FOR)
    )  # fmt: skip


def in_several_partitions(
    connection: Connection[Any], generation: str, entities: Mapping[str, Mapping[str, Any]]
) -> tuple[SplitSubjects, ...]:
    """Subjects with events in several partitions, by entity; none in older generations.

    ``entities``: the generation's own, each with its topic and its key (``Catalog.described``).
    """
    indexed = {table for (table,) in connection.execute(SQL["indexes_partitions"], (generation,))}
    counts = [
        composable(SQL["in_several_partitions"]).format(
            entity=pg.Literal(name), topic=pg.Literal(entity["topic"]),
            table=pg.Identifier(generation, name), key=key_expression(entity["key"]),
            columns=pg.SQL(", ").join(map(pg.Identifier, entity["key"])),
            shown=pg.Literal(KEYS_SHOWN),
        )
        for name, entity in sorted(entities.items()) if name in indexed
    ]  # fmt: skip
    if not counts:
        return ()
    rows = connection.execute(pg.SQL("\nUNION ALL\n").join(counts)).fetchall()
    return tuple(
        SplitSubjects(entity, topic, subjects, tuple(keys))
        for entity, topic, subjects, keys in rows if subjects
    )  # fmt: skip
