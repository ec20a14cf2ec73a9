"""The store of generations: which there are, which is live, and how a session enters one.

All raise psycopg's errors.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, Connection, errors
from psycopg import sql as pg

from homeroom.engine.generations import lock
from homeroom.engine.generations.generation import (
    ReadModel,
    StoredPlan,
    differences,
    require_fits,
)
from homeroom.errors import FingerprintMismatch, GenerationGone, NotMigrated
from homeroom.statements import composable, load

SQL = load("registry", __package__)
# Behind a removal that waits for a reader, everybody waits who looks which generations there are.
LIMIT_LOCKS = "SET LOCAL lock_timeout = '100ms'"

KEPT = ("live", "previous")
# Somebody has removed a generation since its name was read.
REMOVED_MEANWHILE = (errors.UndefinedTable, errors.InvalidSchemaName)


@dataclass(frozen=True)
class Generation:
    """A registered generation.

    ``state``: next, live, previous, as_of, apart (of Flink, not live yet), or ended (to be removed
    soon). ``settled``: whether all that operators have discarded is carried out in it.
    """

    name: str
    state: str
    made_at: datetime
    as_of: datetime | None
    keep_until: datetime | None
    stored: StoredPlan
    settled: bool = True


def registered(connection: Connection[Any]) -> list[Generation]:
    """All generations, by name; raises NotMigrated."""
    if connection.execute(SQL["prepared"]).fetchone() != (True,):
        raise NotMigrated
    generations = []
    for row in connection.execute(SQL["registered"]).fetchall():
        with contextlib.suppress(*REMOVED_MEANWHILE):
            generations.append(_generation(row, stored_plan(connection, row[0])))
    return generations


async def registered_async(connection: AsyncConnection[Any]) -> list[Generation]:
    """All generations, by name; raises NotMigrated."""
    if await (await connection.execute(SQL["prepared"])).fetchone() != (True,):
        raise NotMigrated
    generations = []
    for row in await (await connection.execute(SQL["registered"])).fetchall():
        with contextlib.suppress(*REMOVED_MEANWHILE):
            generations.append(_generation(row, await stored_plan_async(connection, row[0])))
    return generations


def _generation(row: Sequence[Any], stored: StoredPlan) -> Generation:
    name, state, made_at, as_of, keep_until, settled = row
    return Generation(name, state, made_at, as_of, keep_until, stored, settled)


def stored_plan(connection: Connection[Any], generation: str) -> StoredPlan:
    """What a generation was made with."""
    row = connection.execute(_plan_of(generation)).fetchone()
    assert row is not None
    return StoredPlan.read(row[0])


async def stored_plan_async(connection: AsyncConnection[Any], generation: str) -> StoredPlan:
    """What a generation was made with."""
    row = await (await connection.execute(_plan_of(generation))).fetchone()
    assert row is not None
    return StoredPlan.read(row[0])


def _plan_of(generation: str) -> pg.Composed:
    return composable(SQL["stored_plan"]).format(plan=pg.Identifier(generation, "plan"))


def find_live(connection: Connection[Any]) -> str | None:
    """The schema of the live generation, or None where the database is not prepared."""
    if connection.execute(SQL["live_is_known"]).fetchone() != (True,):
        return None
    row = connection.execute(SQL["live"]).fetchone()
    return str(row[0]) if row else None


def live_generation(connection: Connection[Any]) -> str:
    """The schema of the live generation; raises NotMigrated."""
    generation = find_live(connection)
    if generation is None:
        raise NotMigrated
    return generation


async def live_generation_async(connection: AsyncConnection[Any]) -> str:
    """The schema of the live generation; raises NotMigrated."""
    if await (await connection.execute(SQL["live_is_known"])).fetchone() == (True,):
        row = await (await connection.execute(SQL["live"])).fetchone()
        if row is not None:
            return str(row[0])
    raise NotMigrated


def enter(connection: Connection[Any], generation: str, *, for_session: bool = False) -> None:
    """Bare names of tables mean those of this generation, and times are in UTC.

    Until the transaction ends, or for the whole session.
    """
    connection.execute(SQL["enter"], {"generation": generation, "local": not for_session})


async def enter_async(
    connection: AsyncConnection[Any], generation: str, *, for_session: bool = False
) -> None:
    """Bare names of tables mean those of this generation, and times are in UTC.

    Until the transaction ends, or for the whole session.
    """
    await connection.execute(SQL["enter"], {"generation": generation, "local": not for_session})


async def enter_live_async(connection: AsyncConnection[Any]) -> None:
    """Enters the live generation, in one round trip, until the transaction ends."""
    await connection.execute(SQL["enter_live"])


async def live_is_fed_by_flink(connection: AsyncConnection[Any]) -> bool:
    """Whether a job of Flink's feeds the live generation."""
    async with connection.transaction():
        await enter_live_async(connection)
        row = await (await connection.execute(SQL["live_is_fed_by_flink"])).fetchone()
        return row == (True,)


async def open_generation(
    connection: AsyncConnection[Any], model: ReadModel, name: str | None = None
) -> tuple[str, ReadModel]:
    """A generation (the live one unless named) and the read model to write into it with.

    That is this code's contract with the generation's own definitions. Raises NotMigrated, or
    FingerprintMismatch where the generation was made with another contract, FedByFlink, or
    GenerationGone.
    """
    name = name or await live_generation_async(connection)
    try:
        stored = await stored_plan_async(connection, name)
    except REMOVED_MEANWHILE:
        raise GenerationGone(name) from None
    require_fits(name, stored, model)
    return name, ReadModel(model.catalog, stored.definitions)


def to_feed(generations: Iterable[Generation], model: ReadModel) -> list[Generation]:
    """The generations that a worker of this code writes into, the live one first.

    Those are the kept ones of its contract, by their own definitions, as long as one of them was
    made by this very code: after a rollback that is the previous one. None that Flink feeds; and
    none, as long as a rebuild of this code has not swapped yet. Where there is none of all these,
    raises DefinitionError if a definition of this code is refused, else FingerprintMismatch. Raises
    NotMigrated.
    """
    known = list(generations)
    kept = sorted((g for g in known if g.state in KEPT), key=lambda g: g.state != "live")
    if not kept:
        raise NotMigrated
    if not fed_by(kept, model):
        if any(g.state == "next" and g.stored.fingerprint == model.fingerprint() for g in known):
            return []
        # A definition that cannot be kept is the reason, rather than that it is new.
        model.check()
        raise FingerprintMismatch(kept[0].name, differences(kept[0].stored, model))
    return [g for g in kept if g.stored.fits(model.catalog)]


def fed_by(generations: Iterable[Generation], model: ReadModel) -> bool:
    """Whether one of those that are kept was made by this very code."""
    own = model.fingerprint()
    return any(g.state in KEPT and g.stored.fingerprint == own for g in generations)


def register(
    connection: Connection[Any], name: str, state: str, as_of: datetime | None = None
) -> None:
    """Registers a generation that has just been made."""
    connection.execute(SQL["register"], (name, state, as_of))


async def register_async(connection: AsyncConnection[Any], name: str, state: str) -> None:
    """The same."""
    await connection.execute(SQL["register"], (name, state, None))


async def remove_ended(connection: AsyncConnection[Any]) -> list[str]:
    """Ends generations that are not to be kept any longer, and removes those that have ended.

    In two steps with a while between, so that nobody is in one when it goes. Returns the names of
    the removed ones; raises psycopg.errors.LockNotAvailable where somebody still is.
    """
    await connection.execute(SQL["end_expired"])
    names = [name for (name,) in await (await connection.execute(SQL["removable"])).fetchall()]
    for name in names:
        async with connection.transaction():
            await connection.execute(LIMIT_LOCKS)
            # Nobody is in the middle of a batch.
            await lock.take(connection, await lock.identify(connection, name))
            if not (await connection.execute(SQL["forget"], (name,))).rowcount:
                continue
            await connection.execute(
                pg.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(pg.Identifier(name))
            )
    return names
