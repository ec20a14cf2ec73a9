"""Who has held the tables for long, so that nothing else is applied meanwhile."""

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import IDLE_IN_TRANSACTION_SECONDS_MAX
from homeroom.statements import load

HELD_SECONDS_MIN = 5
SQL = load("status", __package__)


class Holder(NamedTuple):
    """A transaction that holds positions. ``is_silent``: it waits for its client, not for us."""

    application: str
    backend: int
    seconds: float
    is_silent: bool | None

    def warning(self) -> str:
        """What an operator should know of it."""
        what = (
            "Its process sends nothing; PostgreSQL ends it after "
            f"{IDLE_IN_TRANSACTION_SECONDS_MAX} seconds of silence."
            if self.is_silent
            else "It works; one event may have many consequences."
        )
        return (
            f"{self.application} (PostgreSQL's process {self.backend}) has held the tables for "
            f"{self.seconds:.0f} seconds, and nothing else is applied meanwhile. {what}"
        )


def holders(connection: Connection[Any], generation: str) -> tuple[Holder, ...]:
    """Who has held the positions of a generation for some seconds, the longest first."""
    name = pg.Identifier(generation, "positions").as_string(connection)
    rows = connection.execute(SQL["holders"], (name, HELD_SECONDS_MIN)).fetchall()
    return tuple(Holder._make(row) for row in rows)
