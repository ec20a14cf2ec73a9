"""The notifier's dead letters: what it could not deliver, or does not know whether it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from homeroom.database import connect_sync
from homeroom.errors import NoSuchDeadLetter, NotMigrated
from homeroom.statements import load

SQL = load("dead_letters", __package__)
OPEN = ("failed", "uncertain")
CLOSED = ("discarded",)


@dataclass(frozen=True, slots=True)
class UndeliveredMessage:
    """A delivery that is no delivery. ``since``: when the message was asked for."""

    id: UUID
    state: str
    channel: str
    role: str
    person_id: str
    kind: str
    title: str
    attempts: int
    problem: str | None
    since: datetime
    message_id: str
    decided_by: str | None
    why: str | None


def list_undelivered(
    database_url: str, state: str | None = None, channel: str | None = None, *, closed: bool = False
) -> list[UndeliveredMessage]:
    """Those that are open, or those that were discarded, the oldest first."""
    states = [state] if state else list(CLOSED if closed else OPEN)
    return _find(database_url, states, channel, None)


def undelivered(database_url: str, identity: str) -> UndeliveredMessage:
    """One of them, also a discarded one; raises NoSuchDeadLetter."""
    found = _find(database_url, [*OPEN, *CLOSED], None, parse_delivery_id(identity))
    if not found:
        raise no_such(identity)
    return found[0]


def decide(
    database_url: str,
    decision: str,
    identities: Sequence[str],
    by: str,
    why: str,
    states: Sequence[str] = OPEN,
) -> list[UUID]:
    """Retries or discards; returns those that were in one of these states still.

    ``decision``: the statement's name.
    """
    ids = [parse_delivery_id(identity) for identity in identities]
    with connect_sync(database_url, "homeroom dead-letters", autocommit=True) as connection:
        try:
            told = {"ids": ids, "by": by, "why": why, "states": list(states)}
            done = connection.execute(SQL[decision], told)
        except psycopg.errors.UndefinedTable as error:
            raise NotMigrated("no ledger of deliveries") from error
        return [row[0] for row in done.fetchall()]


def parse_delivery_id(identity: str) -> UUID:
    """The id of a delivery; raises NoSuchDeadLetter for what is none."""
    try:
        return UUID(identity)
    except ValueError:
        raise no_such(identity) from None


def no_such(identity: str) -> NoSuchDeadLetter:
    """The error of what is not listed."""
    return NoSuchDeadLetter(
        f"There is no undelivered message {identity}: `homeroom notify dead-letters list` has all."
    )


def _find(
    database_url: str, states: Sequence[str], channel: str | None, identity: UUID | None
) -> list[UndeliveredMessage]:
    parameters = {"states": list(states), "channel": channel, "id": identity}
    with connect_sync(database_url, "homeroom dead-letters", autocommit=True) as connection:
        cursor = connection.cursor(row_factory=class_row(UndeliveredMessage))
        try:
            return cursor.execute(SQL["list"], parameters).fetchall()
        except psycopg.errors.UndefinedTable as error:
            raise NotMigrated("no ledger of deliveries") from error
