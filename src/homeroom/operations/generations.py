"""Removes generations that are not live."""

from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.generations.registry import registered
from homeroom.errors import HomeroomError
from homeroom.statements import load

LOCK_SECONDS_MAX = 30
SQL = load("generations", __package__)


def drop(connection: Connection[Any], name: str) -> None:
    """Removes a generation with its registration; HomeroomError where it is live."""
    with connection.transaction():
        live = connection.execute(SQL["hold_live"]).fetchone()
        if live == (name,):
            raise HomeroomError(f"{name} is live: it cannot be removed.")
        connection.execute(pg.SQL("SET LOCAL lock_timeout = {}").format(LOCK_SECONDS_MAX * 1000))
        connection.execute(SQL["forget"], (name,))
        connection.execute(pg.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(pg.Identifier(name)))


def remove(database_url: str, name: str) -> bool:
    """Removes what an operator names; HomeroomError where that may not be.

    False where workers feed it, and one of them will.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        found = {g.name: g for g in registered(connection)}
        if name not in found:
            raise HomeroomError(f"There is no generation {name}. There are: {', '.join(found)}.")
        state = found[name].state
        if state == "live":
            raise HomeroomError(f"{name} is live: it cannot be removed.")
        if state == "next":
            raise HomeroomError(f"{name} is being built: `homeroom rebuild abort` drops it.")
        if state == "as_of":
            drop(connection, name)
            return True
        # Workers feed it: they leave first, and one of them removes it.
        ended = connection.execute(SQL["end"], (name,))
        if ended.rowcount != 1:
            raise HomeroomError(f"{name} has just become live: it cannot be removed.")
        return False
