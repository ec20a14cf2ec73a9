"""What a job of Flink's says of the generation that it feeds."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.generations.registry import stored_plan
from homeroom.statements import composable, load

SQL = load("flink_feed", __package__)


@dataclass(frozen=True, slots=True)
class UnreadableRecords:
    """How many records of a topic are no event that the contract knows; the job keeps none."""

    topic: str
    records: int


@dataclass(frozen=True, slots=True)
class FlinkFeed:
    """What it could not read, and how many subjects have a gap for which nothing waits."""

    unreadable: tuple[UnreadableRecords, ...]
    incomplete: int


def read_flink_feed(connection: Connection[Any], generation: str) -> FlinkFeed | None:
    """Reads it in the caller's snapshot; None where workers feed the generation."""
    if not stored_plan(connection, generation).is_fed_by_flink:
        return None
    tables = {name: pg.Identifier(generation, name) for name in ("unreadable", "incomplete")}
    unreadable = connection.execute(composable(SQL["unreadable"]).format(**tables)).fetchall()
    incomplete = connection.execute(composable(SQL["incomplete"]).format(**tables)).fetchone()
    return FlinkFeed(
        tuple(UnreadableRecords(*row) for row in unreadable), incomplete[0] if incomplete else 0
    )
