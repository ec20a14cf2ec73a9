"""The lock of a generation, which every transaction takes before it writes into it.

Whoever writes has read before which generation it means, how that one was planned, and which
partitions it has. All of this may be old by the time of the transaction: a process may freeze, or
an operator may swap, roll back or drop meanwhile. So a transaction first takes the lock of the
generation that it means, by a number that is never given twice, and then reads behind it what that
one is by now. Writers of batches share the lock. Whoever decides about the generation as a whole
(swap, rollback, drop, discard, retry, purge, repair) has it alone: nobody begins to write
meanwhile, whichever partitions there are.

The order of locks is: the live generation's, then another one's; within one, this lock first.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Connection

from homeroom.engine.generations import positions
from homeroom.engine.log.records import Partition
from homeroom.errors import GenerationGone, NotLive
from homeroom.prepared import PreparedCall, SessionStatement
from homeroom.statements import load

SQL = load("lock", __package__)
SHARE = SessionStatement.with_values("share generation", SQL["share"])
STANDING = SessionStatement.with_values("standing", SQL["standing"])
# The first of the lock's two numbers: "geno". The other one is the generation's id.
CLASS = 0x67656E6F
WRITTEN = ("next", "live", "previous", "as_of", "apart")


class Standing(NamedTuple):
    """What a generation is, behind its lock. ``discards_seen``: as in the registry."""

    state: str
    discards_seen: int


async def identify(connection: AsyncConnection[Any], generation: str) -> int:
    """The number of the generation that has this name now; 0 where there is none."""
    row = await (await connection.execute(SQL["identify"], (generation,))).fetchone()
    return int(row[0]) if row else 0


def sharing(generation_id: int) -> tuple[PreparedCall, PreparedCall]:
    """Takes the lock among other writers, until the transaction ends.

    ``check`` takes the row of the second one.
    """
    return SHARE.call(CLASS, generation_id), STANDING.call(generation_id)


def check(row: Sequence[Any] | None, generation: str) -> Standing:
    """What the generation is; raises GenerationGone where nobody may write into it any more."""
    standing = Standing(*row) if row is not None else None
    if standing is None or standing.state not in WRITTEN:
        raise GenerationGone(generation)
    return standing


async def take(connection: AsyncConnection[Any], generation_id: int) -> None:
    """Takes the lock alone until the transaction ends, whatever the generation is."""
    await connection.execute(SQL["take"], (CLASS, generation_id))


async def hold(connection: AsyncConnection[Any], generation: str, generation_id: int) -> Standing:
    """Takes the lock alone until the transaction ends; raises GenerationGone."""
    await take(connection, generation_id)
    cursor = await connection.execute(SQL["standing"], (generation_id,))
    return check(await cursor.fetchone(), generation)


async def hold_live(
    connection: AsyncConnection[Any], generation: str, generation_id: int | None = None
) -> dict[Partition, int]:
    """Holds the live generation until the transaction ends; returns its positions.

    Raises NotLive where it is not live any more, or not the one that is meant.
    """
    try:
        known = generation_id or await identify(connection, generation)
        standing = await hold(connection, generation, known)
    except GenerationGone:
        raise NotLive(generation) from None
    if standing.state != "live":
        raise NotLive(generation)
    # Workers of versions that do not know this lock wait for the positions.
    return await positions.hold_all_async(connection, generation)


def take_sync(connection: Connection[Any], generation: str) -> None:
    """The same as ``take``, of the generation that has this name now, if there is one."""
    row = connection.execute(SQL["identify"], (generation,)).fetchone()
    if row is not None:
        connection.execute(SQL["take"], (CLASS, row[0]))


def hold_live_sync(connection: Connection[Any], generation: str) -> dict[Partition, int]:
    """The same as ``hold_live``, of the generation that has this name now."""
    take_sync(connection, generation)
    if connection.execute(SQL["live"]).fetchone() != (generation,):
        raise NotLive(generation)
    return positions.hold_all(connection, generation)
