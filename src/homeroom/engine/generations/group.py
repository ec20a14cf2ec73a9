"""The consumer group of a generation: it carries the id of its database.

Else two databases on one cluster, such as a restored copy beside the original, would share a group:
each would get a part of the partitions, and stand still in the others.
"""

from typing import Any

import structlog
from psycopg import AsyncConnection, Connection

from homeroom.errors import NotMigrated
from homeroom.statements import load

SQL = load("group", __package__)
NOT_THERE = "the table homeroom.database is missing"

log = structlog.get_logger(__name__)


def group_name(prefix: str, generation: str, database_id: str) -> str:
    """The name of a generation's consumer group. ``prefix``: that of topics."""
    return f"{prefix}homeroom-{generation}-{database_id}"


async def own_group(connection: AsyncConnection[Any], prefix: str, generation: str) -> str:
    """The group of a generation of this database; a copy gets an id of its own first.

    Raises NotMigrated, and psycopg's errors.
    """
    if await (await connection.execute(SQL["known"])).fetchone() != (True,):
        raise NotMigrated(NOT_THERE)
    database_id, is_own = await _read(connection)
    if not is_own:
        await connection.execute(SQL["draw"])
        former, (database_id, _) = database_id, await _read(connection)
        log.warning("database is a copy, or was promoted", id=database_id, former_id=former)
    return group_name(prefix, generation, database_id)


async def _read(connection: AsyncConnection[Any]) -> tuple[str, bool]:
    row = await (await connection.execute(SQL["read"])).fetchone()
    assert row is not None
    return str(row[0]), bool(row[1])


def read_database_id(connection: Connection[Any]) -> str:
    """The id that the groups of this database carry; raises NotMigrated."""
    if connection.execute(SQL["known"]).fetchone() != (True,):
        raise NotMigrated(NOT_THERE)
    row = connection.execute(SQL["read_id"]).fetchone()
    assert row is not None
    return str(row[0])
