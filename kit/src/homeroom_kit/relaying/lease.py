"""The relay's lease: one process at a time relays, by a row that expires.

A session lock would not do: a frozen process would hold it as long as its connection lives.
"""

import asyncio
import secrets
from typing import Any

import psycopg
from psycopg import AsyncConnection

from homeroom_kit.errors import NoOutbox
from homeroom_kit.statements import load_for

LEASE_SECONDS = 5.0
RENEW_SECONDS = 1.0


class Lease:
    """The lease of one relay. The clock is the database's.

    Two may relay at once for a moment: one that was frozen, or whose publishing takes longer than
    the lease, and its successor. That makes duplicates and nothing worse. Each of them sends the
    rows of a subject in their order, and sends a row only if all rows of the subject before it are
    marked (so acknowledged by the broker) or are sent by itself just before. So wherever a number
    stands in the log for the first time, the numbers below it stand before it; what comes again
    is old, and changes nothing.
    """

    def __init__(self, schema: str, remedy: str) -> None:
        """``schema`` has the row; ``remedy`` is what to do where it is missing."""
        self._schema, self._remedy = schema, remedy
        self._sql = load_for(schema, "relay", __package__)
        self._holder = secrets.token_hex(8)
        self._renewed_at_seconds = float("-inf")

    async def held(self, connection: AsyncConnection[Any]) -> bool:
        """Takes or renews the lease if that is due; raises psycopg's errors or NoOutbox."""
        now = asyncio.get_running_loop().time()
        if now - self._renewed_at_seconds < RENEW_SECONDS:
            return True
        mine = {"holder": self._holder, "seconds": LEASE_SECONDS}
        try:
            taken = await connection.execute(self._sql["hold"], mine)
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
            raise NoOutbox(self._schema, self._remedy) from error
        self._renewed_at_seconds = now if taken.rowcount else float("-inf")
        return bool(taken.rowcount)

    async def release(self, connection: AsyncConnection[Any]) -> None:
        """Gives the lease up, so that another relay can take it at once."""
        self._renewed_at_seconds = float("-inf")
        await connection.execute(self._sql["release"], {"holder": self._holder})
