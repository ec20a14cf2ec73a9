"""What is cleaned up behind resources: files that nobody has, and addresses of uploaders.

Each step may be done twice, so whoever is ended in the middle leaves nothing that another cannot
do again.
"""

from typing import Any

from psycopg import AsyncConnection

from homeroom.commands.resources import UPLOAD_GRACE, delete_file
from homeroom.files.store import Store, upload_key
from homeroom.statements import load

SQL = load("resource_scans", __package__)
ROWS_MAX = 100
# Longer than anybody may still finish an upload.
UNFINISHED_SECONDS = 2 * UPLOAD_GRACE.total_seconds()


async def clean_up(connection: AsyncConnection[Any], store: Store, address_days: int) -> bool:
    """Does some of it; whether there may be more. Raises StoreUnavailable and psycopg's errors."""
    limit = {"limit": ROWS_MAX}
    forgotten = await connection.execute(SQL["forget_addresses"], limit | {"days": address_days})
    old = limit | {"seconds": UNFINISHED_SECONDS}
    unfinished = await _rows(connection, "unfinished", old)
    for resource_id, storage_url in unfinished:
        await store.delete(upload_key(resource_id))
        await delete_file(store, storage_url)
        await connection.execute(SQL["forget"], {"resource_id": resource_id})
    unswept = await _rows(connection, "unswept", old)
    for (resource_id,) in unswept:
        await store.delete(upload_key(resource_id))
        await connection.execute(SQL["swept"], {"resource_id": resource_id})
    removed = await _rows(connection, "to_delete", limit)
    for resource_id, storage_url in removed:
        await delete_file(store, storage_url)
        await connection.execute(SQL["deleted"], {"resource_id": resource_id})
    counts = (forgotten.rowcount, len(unfinished), len(unswept), len(removed))
    return ROWS_MAX in counts


async def _rows(
    connection: AsyncConnection[Any], name: str, parameters: dict[str, Any]
) -> list[tuple[Any, ...]]:
    return await (await connection.execute(SQL[name], parameters)).fetchall()
