"""The store of positions: per topic and partition, the offset of the next event to apply.

Functions that name no generation work in the one that the session is in (``registry.enter``). All
raise psycopg's errors.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Connection
from psycopg import sql as pg

from homeroom.engine.log.last_applied import LastApplied
from homeroom.engine.log.records import Move, Partition
from homeroom.prepared import PreparedCall, SessionStatement
from homeroom.statements import composable, load

SQL = load("positions", __package__)
LOCK = SessionStatement.with_values("lock positions", SQL["lock"])
MOVE = SessionStatement.with_values("move positions", SQL["move"])
NOTE_NEWEST = SessionStatement.with_values("note newest", SQL["note_newest"])
NOTIFY = SessionStatement.with_values("notify", SQL["notify"])


class AppliedSpan(NamedTuple):
    """What is applied of a partition: from the offset ``first`` up to, not including, ``next``.

    ``last``: the last record applied, where there is one.
    """

    first: int
    next: int
    last: LastApplied | None


def read_all(connection: Connection[Any], generation: str) -> dict[Partition, int]:
    """All positions of a generation."""
    return _by_partition(connection.execute(_of("read_all", generation)).fetchall())


def read_applied(connection: Connection[Any], generation: str) -> dict[Partition, AppliedSpan]:
    """What a generation has applied of each partition."""
    return _spans(connection.execute(_of("read_applied", generation)).fetchall())


def _spans(rows: Iterable[tuple[Any, ...]]) -> dict[Partition, AppliedSpan]:
    return {
        Partition(topic, number): AppliedSpan(
            first, following, LastApplied(offset, digest) if digest is not None else None
        )
        for topic, number, first, following, offset, digest in rows
    }


async def read_applied_async(
    connection: AsyncConnection[Any], generation: str
) -> dict[Partition, AppliedSpan]:
    """What a generation has applied of each partition."""
    cursor = await connection.execute(_of("read_applied", generation))
    return _spans(await cursor.fetchall())


async def read_all_async(connection: AsyncConnection[Any], generation: str) -> dict[Partition, int]:
    """All positions of a generation."""
    cursor = await connection.execute(_of("read_all", generation))
    return _by_partition(await cursor.fetchall())


async def read_last_of(connection: AsyncConnection[Any], generation: str) -> dict[Partition, int]:
    """The offset of the last record that a generation has applied of each partition it knows."""
    cursor = await connection.execute(_of("read_last_of", generation))
    return _by_partition(await cursor.fetchall())


def hold_all(connection: Connection[Any], generation: str) -> dict[Partition, int]:
    """All positions of a generation, which nobody else moves until the transaction ends."""
    return _by_partition(connection.execute(_of("hold_all", generation)).fetchall())


async def hold_all_async(connection: AsyncConnection[Any], generation: str) -> dict[Partition, int]:
    """All positions of a generation, which nobody else moves until the transaction ends."""
    cursor = await connection.execute(_of("hold_all", generation))
    return _by_partition(await cursor.fetchall())


async def read(
    connection: AsyncConnection[Any], partitions: Iterable[Partition]
) -> dict[Partition, int]:
    """The positions of some partitions; one that has none is left out."""
    cursor = await connection.execute(SQL["read"], _columns(partitions))
    return _by_partition(await cursor.fetchall())


async def begin(connection: AsyncConnection[Any], partition: Partition, next_offset: int) -> None:
    """Gives a partition its first position, unless it has one."""
    await connection.execute(
        composable(SQL["begin"]).format(positions=pg.Identifier("positions")),
        _first(partition, next_offset),
    )


async def begin_later(
    connection: AsyncConnection[Any], partition: Partition, next_offset: int
) -> None:
    """The same where a log begins later; a partition of which nothing was applied begins there."""
    await connection.execute(
        composable(SQL["begin_later"]).format(positions=pg.Identifier("positions")),
        _first(partition, next_offset),
    )


async def not_begun(
    connection: AsyncConnection[Any], partitions: Iterable[Partition]
) -> dict[Partition, int]:
    """The positions of those partitions of which nothing was applied."""
    cursor = await connection.execute(SQL["not_begun"], _columns(partitions))
    return _by_partition(await cursor.fetchall())


def begin_all(
    connection: Connection[Any], generation: str, next_offsets: Mapping[Partition, int]
) -> None:
    """Gives partitions of a generation their first positions, those that have none."""
    with connection.cursor() as cursor:
        cursor.executemany(
            _of("begin", generation),
            [_first(partition, offset) for partition, offset in next_offsets.items()],
        )


def locking(partitions: Iterable[Partition]) -> PreparedCall:
    """Locks the positions of some partitions until the transaction ends."""
    return LOCK.call(*_columns(partitions))


async def read_last(
    connection: AsyncConnection[Any], partitions: Iterable[Partition]
) -> dict[Partition, LastApplied]:
    """The last record applied of some partitions; one of which none was is left out."""
    cursor = await connection.execute(SQL["read_last"], _columns(partitions))
    return {
        Partition(topic, number): LastApplied(offset, digest)
        for topic, number, offset, digest in await cursor.fetchall()
    }


async def put_back_last(
    connection: AsyncConnection[Any], partition: Partition, last: LastApplied
) -> None:
    """Has a partition's log known by this record again, not by what was applied after it."""
    await connection.execute(SQL["put_back_last"], (*last, *partition))


def moving(moves: Mapping[Partition, Move], last: Mapping[Partition, LastApplied]) -> PreparedCall:
    """Moves the positions that are where they are expected; the result counts them.

    ``last``: the last record that a move passes, of partitions where there is one.
    """
    expected = [move.expected for move in moves.values()]
    following = [move.next for move in moves.values()]
    offsets = [last[p].offset if p in last else None for p in moves]
    digests = [last[p].digest if p in last else None for p in moves]
    return MOVE.call(*_columns(moves), expected, following, offsets, digests)


def noting_newest(partition: Partition, time: datetime) -> PreparedCall:
    """Notes at a partition's position that an event of this time was applied.

    Only the greatest of all partitions is ever read, so any partition will do that the transaction
    has locked already.
    """
    return NOTE_NEWEST.call(time, *partition)


def notifying(generation: str) -> PreparedCall:
    """Has those who wait for a position look at a generation once the transaction has committed."""
    return NOTIFY.call(generation)


async def notify(connection: AsyncConnection[Any], generation: str) -> None:
    """The same as ``notifying``, at once."""
    await connection.execute(SQL["notify"], (generation,))


def notify_sync(connection: Connection[Any], generation: str) -> None:
    """The same over a connection that is not asynchronous."""
    connection.execute(SQL["notify"], (generation,))


def _of(statement: str, generation: str) -> pg.Composed:
    return composable(SQL[statement]).format(positions=pg.Identifier(generation, "positions"))


def _first(partition: Partition, offset: int) -> dict[str, Any]:
    return {"topic": partition.topic, "partition": partition.partition, "first": offset}


def _columns(partitions: Iterable[Partition]) -> tuple[list[str], list[int]]:
    both = list(partitions)
    return [p.topic for p in both], [p.partition for p in both]


def _by_partition(rows: Iterable[tuple[str, int, int]]) -> dict[Partition, int]:
    return {Partition(topic, number): offset for topic, number, offset in rows}
