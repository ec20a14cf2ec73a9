"""What is cleaned up behind resources: files that nobody has, and addresses of uploaders.

Each step may be done twice, so whoever is ended in the middle leaves nothing that another cannot
do again.
"""

import random
from collections.abc import Awaitable, Callable
from typing import Any

from psycopg import AsyncConnection

from homeroom.commands.resources import UPLOAD_GRACE, delete_file
from homeroom.errors import StoreUnavailable
from homeroom.files.store import Store, upload_key
from homeroom.statements import load

SQL = load("resource_scans", __package__)
ROWS_MAX = 100
# Longer than anybody may still finish an upload.
UNFINISHED_SECONDS = 2 * UPLOAD_GRACE.total_seconds()
# The store does not answer at all, where so many fail one after the other.
FAILURES_MAX = 3


async def clean_up(connection: AsyncConnection[Any], store: Store, address_days: int) -> bool:
    """Does some of it; whether there may be more.

    Raises psycopg's errors, and StoreUnavailable in the end where a file could not be deleted: that
    keeps no other one.
    """
    limit = {"limit": ROWS_MAX}
    forgotten = await connection.execute(SQL["forget_addresses"], limit | {"days": address_days})
    old = limit | {"seconds": UNFINISHED_SECONDS}
    step = _Step(connection, store)
    unfinished = await _rows(connection, "unfinished", old)
    unswept = await _rows(connection, "unswept", old)
    removed = await _rows(connection, "to_delete", limit)
    await step.each(unfinished, step.forget)
    await step.each(unswept, step.sweep)
    await step.each(removed, step.remove)
    if step.failed is not None:
        raise step.failed
    return ROWS_MAX in (forgotten.rowcount, len(unfinished), len(unswept), len(removed))


class _Step:
    """Takes one row after the other, and notes what the store could not do."""

    def __init__(self, connection: AsyncConnection[Any], store: Store) -> None:
        self._connection = connection
        self._store = store
        self.failed: StoreUnavailable | None = None
        self._failures = 0

    async def each(self, rows: list[tuple[Any, ...]], take: Callable[..., Awaitable[None]]) -> None:
        # So that some that fail each time keep others from nothing.
        random.shuffle(rows)
        for row in rows:
            try:
                await take(*row)
            except StoreUnavailable as error:
                self.failed = error
                self._failures += 1
                if self._failures == FAILURES_MAX:
                    raise
            else:
                self._failures = 0

    async def forget(self, resource_id: str, storage_url: str) -> None:
        await self._store.delete(upload_key(resource_id))
        await delete_file(self._store, storage_url)
        await self._connection.execute(SQL["forget"], {"resource_id": resource_id})

    async def sweep(self, resource_id: str) -> None:
        await self._store.delete(upload_key(resource_id))
        await self._connection.execute(SQL["swept"], {"resource_id": resource_id})

    async def remove(self, resource_id: str, storage_url: str) -> None:
        await delete_file(self._store, storage_url)
        await self._connection.execute(SQL["deleted"], {"resource_id": resource_id})


async def _rows(
    connection: AsyncConnection[Any], name: str, parameters: dict[str, Any]
) -> list[tuple[Any, ...]]:
    return await (await connection.execute(SQL[name], parameters)).fetchall()
