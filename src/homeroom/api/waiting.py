"""``Homeroom-Wait-For``: an answer that waits for an event (docs/contract.md, "Headers").

The header names an event by its position in the log, or the events of a command by the token in
that command's answer.
"""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive

from homeroom.api.errors import ApiError
from homeroom.api.services import Services
from homeroom.api.timing import waiting
from homeroom.commands.publications import command_of
from homeroom.queries.database import TokenIdentity
from homeroom.queries.positions import Partition

T = TypeVar("T")

WAIT_FOR = "Homeroom-Wait-For"
WAIT_SECONDS = "Homeroom-Wait-Seconds"
SECONDS_DEFAULT = 2.0
SECONDS_MAX = 10.0
# The caller has disconnected; only logs and metrics see this status.
CLIENT_CLOSED_REQUEST = 499

# Kafka's rule for topic names; partitions have 32 bits, offsets 64.
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
    """The wait that the headers ask for, if any; ApiError 400 for a malformed header."""
    values = headers.getlist(WAIT_FOR)
    if not values:
        return None
    offsets: dict[Partition, int] = {}
    commands: set[UUID] = set()
    for part in ",".join(values).split(","):
        text = part.strip(" \t")
        if command := command_of(text):
            commands.add(command)
            continue
        match = _POSITION.fullmatch(text)
        if not match or int(match[2]) > _PARTITION_MAX or int(match[3]) > _OFFSET_MAX:
            raise ApiError(400, f"{WAIT_FOR} must be topic:partition:offset, several by comma")
        partition = (match[1], int(match[2]))
        offsets[partition] = max(int(match[3]), offsets.get(partition, 0))
    return Wait(offsets, seconds_of(headers), frozenset(commands))


def seconds_of(headers: Headers) -> float:
    """How long the headers want to wait; ApiError 400 for a malformed one."""
    text = headers.get(WAIT_SECONDS)
    if text is None:
        return SECONDS_DEFAULT
    if not _SECONDS.fullmatch(text):
        raise ApiError(400, f"{WAIT_SECONDS} must be a number of seconds from 0")
    return min(float(text), SECONDS_MAX)


async def until_held(
    services: Services, wait: Wait, token: TokenIdentity
) -> Mapping[Partition, int]:
    """Return once the read model holds the events; those of commands must be published first.

    Returns where they are: the offset per partition.

    Raises UnknownCommand, and what PositionWatch.wait raises.
    """
    if not wait.commands:
        await services.positions.wait(wait.offsets, wait.seconds, token)
        return wait.offsets
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    # A revoked token is refused before anything else.
    await services.database.read(token=token)
    offsets = await services.publications.wait(wait.commands, wait.seconds, token)
    published = frozenset(offsets)
    for partition, offset in wait.offsets.items():
        offsets[partition] = max(offset, offsets.get(partition, 0))
    left_seconds = max(0.0, wait.seconds - (loop.time() - began_at))
    await services.positions.wait(offsets, left_seconds, token, published)
    return offsets


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do the work, and return what it does; ApiError 499 as soon as the caller disconnects."""
    work_task = asyncio.ensure_future(work)
    disconnect_task = asyncio.ensure_future(_disconnected(request.receive))
    try:
        with waiting(request):
            await asyncio.wait({work_task, disconnect_task}, return_when=asyncio.FIRST_COMPLETED)
        if not work_task.done():
            raise ApiError(CLIENT_CLOSED_REQUEST, "The caller has gone")
        return work_task.result()
    finally:
        work_task.cancel()
        disconnect_task.cancel()
        await asyncio.gather(work_task, disconnect_task, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
