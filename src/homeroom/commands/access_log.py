"""The access log: who was denied what, kept for as long as a setting says."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from homeroom.statements import load

SQL = load("access_log", __package__)


@dataclass(frozen=True, slots=True)
class Denial:
    """A request that was denied. ``organization_id``: the realm of an admin, None without one."""

    user_id: str
    role: str
    organization_id: str | None
    action: str
    resource: str
    at: datetime
    request_id: str
    address: str


async def append(connection: AsyncConnection[Any], entry: Denial) -> None:
    """Write an entry in a transaction of its own: the connection is in autocommit mode."""
    await connection.execute(SQL["append"], asdict(entry))


async def prune(connection: AsyncConnection[Any], days: int, limit: int) -> int:
    """Delete at most ``limit`` entries that are older than so many days; how many there were."""
    gone = await connection.execute(SQL["prune"], {"days": days, "limit": limit})
    return gone.rowcount
