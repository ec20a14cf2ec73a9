"""Which workers are there: each says which contract it knows, for as long as its session lives.

A worker feeds the generations that were made with its contract. So a swap knows beforehand whether
anybody will feed what it makes live.
"""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from psycopg import AsyncConnection

from homeroom.statements import load

SQL = load("presence", __package__)
# The first of the lock's two numbers: "feed". The other one is the contract's.
CLASS = 0x66656564


async def announce(connection: AsyncConnection[Any], contract: Mapping[str, Any]) -> None:
    """Says until the session ends that a worker with this contract is there."""
    await connection.execute(SQL["announce"], (CLASS, _number(contract)))


async def is_there(connection: AsyncConnection[Any], contract: Mapping[str, Any]) -> bool:
    """Whether a worker with this contract is there. ``contract``: Catalog.described."""
    row = await (
        await connection.execute(SQL["is_there"], {"class": CLASS, "number": _number(contract)})
    ).fetchone()
    return row == (True,)


def _number(contract: Mapping[str, Any]) -> int:
    text = json.dumps(contract, sort_keys=True)
    return zlib.crc32(text.encode()) - 2**31
