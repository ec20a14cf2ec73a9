"""The outbox's backlog: events of commands that are not published yet."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from homeroom.statements import load
from homeroom_kit.contract import EVENT_TYPES

SQL = load("outbox_backlog", __package__)


@dataclass(frozen=True, slots=True)
class OutboxBacklog:
    """How many events are to be published, and the age of the oldest; 0 seconds without any.

    ``unknown``: how many of them are of types that only a newer version knows; ``unknown_types``:
    which types these are. ``refused``: how many Kafka refused for their size.
    """

    unpublished: int
    oldest_seconds: float
    unknown: int = 0
    unknown_types: tuple[str, ...] = ()
    refused: int = 0


def count_backlog(connection: Connection[Any]) -> OutboxBacklog | None:
    """None where the database is not prepared for commands; raises psycopg's errors."""
    if connection.execute(SQL["outbox_exists"]).fetchone() != (True,):
        return None
    row = connection.execute(SQL["count"], {"known": list(EVENT_TYPES)}).fetchone()
    assert row is not None
    return OutboxBacklog(row[0], round(row[1], 3), row[2], tuple(row[3]), row[4])
