"""The outbox: a table of the events of commands, which the relay publishes.

A command appends its events in the transaction in which it writes everything else. The relay finds
unpublished events by their mark, in the order of their ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection

from homeroom.statements import load

SQL = load("outbox", __package__)
SOURCE = "/services/homeroom"


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """An event of a command. ``event_id``: None for a new one; a repetition must have the same."""

    type: str
    subject: str
    sequence: int
    time: datetime
    data: dict[str, Any]
    event_id: str | None = field(default=None)


async def add_command(
    connection: AsyncConnection[Any],
    command_id: UUID,
    also: Sequence[UUID],
    answer: Mapping[str, object] | None = None,
) -> None:
    """Name a command, so that callers can wait for its events and for those of earlier ones.

    ``answer``: what whoever sends it again is answered with. Raises psycopg's UniqueViolation where
    the same command is recorded already, after it has ended where it goes on.
    """
    answer_json = None if answer is None else orjson.dumps(answer, option=orjson.OPT_UTC_Z).decode()
    await connection.execute(
        SQL["add_command"],
        {"command_id": command_id, "also": list(also), "answer": answer_json},
    )


async def answer_of(connection: AsyncConnection[Any], command_id: UUID) -> dict[str, Any] | None:
    """What a command was answered with; None where it was not recorded, or had no answer."""
    found = await connection.execute(SQL["answer"], {"command_id": command_id})
    row = await found.fetchone()
    return row[0] if row else None


async def append(
    connection: AsyncConnection[Any], command_id: UUID | None, events: Sequence[OutboxEvent]
) -> None:
    """Write events within the caller's transaction; its commit wakes the relay."""
    events_json = orjson.dumps(events, option=orjson.OPT_UTC_Z).decode()
    await connection.execute(SQL["append"], {"command_id": command_id, "events": events_json})
    await connection.execute(SQL["wake"])
