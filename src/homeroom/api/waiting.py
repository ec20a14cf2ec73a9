"""``Homeroom-Wait-For``: an answer that waits for an event (docs/contract.md, "Headers").

What is waited for is named by where it is in the log, or, for what one of our own commands said, by
the token that the command was answered with.
"""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive

from homeroom.api.errors import ApiError
from homeroom.api.services import Services
from homeroom.commands.publications import command_of
from homeroom.queries.positions import Partition

WAIT_FOR = "Homeroom-Wait-For"
WAIT_SECONDS = "Homeroom-Wait-Seconds"
SECONDS_DEFAULT = 2.0
SECONDS_MAX = 10.0
# A request that nobody waits for any more; only logs and metrics see this status.
CLIENT_CLOSED_REQUEST = 499

# Kafka's own rule for names of topics; partitions have 32 bits, offsets 64.
_POSITION = re.compile(r"([A-Za-z0-9._-]{1,249}):([0-9]{1,10}):([0-9]{1,19})")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_PARTITION_MAX = 2**31 - 1
_OFFSET_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Wait:
    """Which events to wait for (the offset per partition; commands), and for how long."""

    offsets: dict[Partition, int]
    seconds: float
    commands: frozenset[UUID] = frozenset()


def wait_of(headers: Headers) -> Wait | None:
    """What the headers ask for; None if nothing; ApiError 400 for what is not of the form."""
    positions = headers.getlist(WAIT_FOR)
    if not positions:
        return None
    offsets: dict[Partition, int] = {}
    commands: set[UUID] = set()
    for part in ",".join(positions).split(","):
        text = part.strip(" \t")
        if command := command_of(text):
            commands.add(command)
            continue
        match = _POSITION.fullmatch(text)
        if not match or int(match[2]) > _PARTITION_MAX or int(match[3]) > _OFFSET_MAX:
            raise ApiError(400, f"{WAIT_FOR} must be topic:partition:offset, several by comma")
        partition = (match[1], int(match[2]))
        offsets[partition] = max(int(match[3]), offsets.get(partition, 0))
    return Wait(offsets, _seconds_of(headers), frozenset(commands))


def _seconds_of(headers: Headers) -> float:
    text = headers.get(WAIT_SECONDS)
    if text is None:
        return SECONDS_DEFAULT
    if not _SECONDS.fullmatch(text):
        raise ApiError(400, f"{WAIT_SECONDS} must be a number of seconds from 0")
    return min(float(text), SECONDS_MAX)


async def until_held(services: Services, wait: Wait, jti: str | None) -> None:
    """Return once the read model holds what is waited for: first the log must have it.

    Raises UnknownCommand, and what PositionWatch.wait raises.
    """
    if not wait.commands:
        await services.positions.wait(wait.offsets, wait.seconds, jti)
        return
    loop = asyncio.get_running_loop()
    began = loop.time()
    # Who comes with a revoked token hears only that.
    await services.database.read(jti=jti)
    offsets = await services.publications.wait(wait.commands, wait.seconds)
    for partition, offset in wait.offsets.items():
        offsets[partition] = max(offset, offsets.get(partition, 0))
    left_seconds = max(0.0, wait.seconds - (loop.time() - began))
    await services.positions.wait(offsets, left_seconds, jti)


async def while_connected(request: Request, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, but no longer than somebody is there for the answer."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_disconnected(request.receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ApiError(CLIENT_CLOSED_REQUEST, "The caller has gone")
        working.result()
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
