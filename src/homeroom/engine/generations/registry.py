"""Which generations there are, and which of them this code feeds."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, Connection, errors
from psycopg import sql as pg

from homeroom.engine.generations.generation import (
    STORED,
    ReadModel,
    Stored,
    differences,
    stored_plan,
)
from homeroom.errors import FingerprintMismatch, NotMigrated

REGISTERED = """
SELECT name, state, made_at, as_of, keep_until FROM homeroom.generation ORDER BY name
"""
PREPARED = "SELECT to_regclass('homeroom.generation') IS NOT NULL"
END_EXPIRED = """
UPDATE homeroom.generation SET state = 'ended', keep_until = now()
WHERE state = 'previous' AND keep_until < now()
"""
# Writers and readers that were in it when it ended have left by then.
REMOVABLE = """
SELECT name FROM homeroom.generation
WHERE state = 'ended' AND keep_until < now() - interval '30 seconds'
"""
# Asked again: it may have become live since.
FORGET = """
DELETE FROM homeroom.generation
WHERE name = %s AND state = 'ended' AND name NOT IN (SELECT schema FROM homeroom.live)
"""

KEPT = ("live", "previous")
# Somebody has removed a generation since its name was read.
GONE_MEANWHILE = (errors.UndefinedTable, errors.InvalidSchemaName)


@dataclass(frozen=True)
class Generation:
    """A registered generation.

    ``state``: next, live, previous, as_of, or ended (to be removed soon).
    """

    name: str
    state: str
    made_at: datetime
    as_of: datetime | None
    keep_until: datetime | None
    stored: Stored


def _generation(row: Sequence[Any], stored: Stored) -> Generation:
    name, state, made_at, as_of, keep_until = row
    return Generation(name, state, made_at, as_of, keep_until, stored)


def registered(connection: Connection[Any]) -> list[Generation]:
    """All generations, by name; raises NotMigrated."""
    if connection.execute(PREPARED).fetchone() != (True,):
        raise NotMigrated
    found = []
    for row in connection.execute(REGISTERED).fetchall():
        with contextlib.suppress(*GONE_MEANWHILE):
            found.append(_generation(row, stored_plan(connection, row[0])))
    return found


async def read_registered(connection: AsyncConnection[Any]) -> list[Generation]:
    """The same, for those who cannot wait."""
    if await (await connection.execute(PREPARED)).fetchone() != (True,):
        raise NotMigrated
    found = []
    for row in await (await connection.execute(REGISTERED)).fetchall():
        query = pg.SQL(STORED).format(pg.Identifier(row[0], "plan"))
        with contextlib.suppress(*GONE_MEANWHILE):
            plan = await (await connection.execute(query)).fetchone()
            found.append(_generation(row, Stored.read((plan or ({},))[0])))
    return found


def to_feed(generations: Iterable[Generation], model: ReadModel) -> list[Generation]:
    """The generations that a worker of this code writes into, the live one first.

    Those are the kept ones of its contract, by their own definitions, as long as one of them was
    made by this very code: after a rollback that is the previous one. Raises NotMigrated, or
    FingerprintMismatch where none was.
    """
    kept = sorted((g for g in generations if g.state in KEPT), key=_live_first)
    if not kept:
        raise NotMigrated
    if not fed_by(kept, model):
        raise FingerprintMismatch(kept[0].name, differences(kept[0].stored, model))
    return [g for g in kept if g.stored.fits(model.catalog)]


def fed_by(generations: Iterable[Generation], model: ReadModel) -> bool:
    """Whether one of those that are kept was made by this very code."""
    own = model.fingerprint()
    return any(g.state in KEPT and g.stored.fingerprint == own for g in generations)


def _live_first(generation: Generation) -> bool:
    return generation.state != "live"


async def remove_ended(connection: AsyncConnection[Any]) -> list[str]:
    """Ends generations that are not to be kept any longer, and removes those that have ended.

    In two steps with a while between, so that nobody is in one when it goes. Returns the names of
    the removed ones; raises psycopg.errors.LockNotAvailable where somebody still is.
    """
    await connection.execute(END_EXPIRED)
    names = [name for (name,) in await (await connection.execute(REMOVABLE)).fetchall()]
    for name in names:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '2s'")
            if not (await connection.execute(FORGET, (name,))).rowcount:
                continue
            await connection.execute(
                pg.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(pg.Identifier(name))
            )
    return names
