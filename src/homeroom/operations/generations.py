"""Finds generations by name, and removes those that are not live."""

import time
from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import connect_sync
from homeroom.engine.generations import lock
from homeroom.engine.generations.registry import LIMIT_LOCKS, Generation, registered
from homeroom.errors import StillRead
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

LOCK_SECONDS_MAX = 30.0
LOOK_SECONDS = 0.3
SQL = load("generations", __package__)


def drop(connection: Connection[Any], name: str) -> None:
    """Removes a generation with its registration; HomeroomError where it is live.

    Raises StillRead where somebody has read in it for too long.
    """
    give_up_at = time.monotonic() + LOCK_SECONDS_MAX
    while True:
        try:
            return _drop(connection, name)
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > give_up_at:
                readers = connection.execute(SQL["readers"], (name,)).fetchall()
                raise StillRead(name, readers) from None
        time.sleep(LOOK_SECONDS)


def _drop(connection: Connection[Any], name: str) -> None:
    with connection.transaction():
        connection.execute(LIMIT_LOCKS)
        # Nobody is in the middle of a batch, and nobody begins one in what is half gone.
        lock.take_sync(connection, name)
        # After that lock, as a swap does.
        live = connection.execute(SQL["hold_live"]).fetchone()
        if live == (name,):
            raise HomeroomError(f"{name} is live: it cannot be removed.")
        connection.execute(SQL["forget"], (name,))
        connection.execute(pg.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(pg.Identifier(name)))


def find(connection: Connection[Any], name: str) -> Generation:
    """The generation of this name; HomeroomError where there is none, and NotMigrated."""
    known = {g.name: g for g in registered(connection)}
    if name not in known:
        raise HomeroomError(f"There is no generation {name}. There are: {', '.join(known)}.")
    return known[name]


def remove(database_url: str, name: str) -> bool:
    """Removes the named generation; HomeroomError where that is not allowed.

    Returns False where workers feed it: then one of the workers removes it.
    """
    with connect_sync(database_url, "homeroom generations", autocommit=True) as connection:
        state = find(connection, name).state
        if state == "live":
            raise HomeroomError(f"{name} is live: it cannot be removed.")
        if state == "next" or connection.execute(SQL["is_built"], (name,)).fetchone() == (True,):
            raise HomeroomError(f"{name} is being built: `homeroom rebuild abort` drops it.")
        if state in ("as_of", "apart"):
            drop(connection, name)
            return True
        # Workers feed it: they stop first, and then one of them removes it.
        update = connection.execute(SQL["end"], (name,))
        if update.rowcount != 1:
            raise HomeroomError(f"{name} has just become live: it cannot be removed.")
        return False
