"""The ids of events that services have published over HTTP, remembered for a while.

A transaction takes the ids that nobody has, and lasts until the brokers have the events. Whoever
brings one of them meanwhile, to whichever process, waits for its end. So of one id one event is
published at most, unless the transaction is lost after the brokers had it: then it is forgotten,
published once more when it comes again, and old to the projector.
"""

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from homeroom.statements import load
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.order import content_digest

SQL = load("ingested_ids", __package__)


class KnownEvent(NamedTuple):
    """An event as it is remembered. ``place``: topic, partition and offset; None if unknown."""

    content: bytes
    place: tuple[str, int, int] | None


def identity_of(event: OutgoingEvent) -> bytes:
    """Equal for events of one id and source. Neither can hold the character between them."""
    return blake2b(f"{event.source}\x00{event.id}".encode(), digest_size=16).digest()


async def claim(
    connection: AsyncConnection[Any],
    service: str,
    events: Mapping[bytes, OutgoingEvent],
    seconds: int,
) -> frozenset[bytes]:
    """Take the ids of events, by their identity, for so many seconds; returns which were free.

    Waits for whoever has one and has not committed; raises psycopg's LockNotAvailable where that
    takes long.
    """
    found = await connection.execute(
        SQL["claim"],
        {
            "service": service,
            "identities": list(events),
            "contents": [content_digest(event) for event in events.values()],
            "seconds": seconds,
        },
    )
    return frozenset([row[0] for row in await found.fetchall()])


async def known(
    connection: AsyncConnection[Any], service: str, identities: Collection[bytes]
) -> dict[bytes, KnownEvent]:
    """What is remembered of these."""
    asked = {"service": service, "identities": list(identities)}
    found = await connection.execute(SQL["known"], asked)
    return {
        identity: KnownEvent(content, None if offset is None else (topic, partition, offset))
        for identity, content, topic, partition, offset in await found.fetchall()
    }


async def remember(
    connection: AsyncConnection[Any],
    service: str,
    places: Sequence[tuple[bytes, tuple[str, int, int]]],
) -> None:
    """Note where the brokers have events; ``places``: of those of which they said it."""
    await connection.execute(
        SQL["remember"],
        {
            "service": service,
            "identities": [identity for identity, _ in places],
            "topics": [topic for _, (topic, _, _) in places],
            "partitions": [partition for _, (_, partition, _) in places],
            "offsets": [offset for _, (_, _, offset) in places],
        },
    )


async def prune(connection: AsyncConnection[Any], limit: int) -> int:
    """Delete at most ``limit`` ids whose time is over; how many there were."""
    return (await connection.execute(SQL["prune"], {"limit": limit})).rowcount
