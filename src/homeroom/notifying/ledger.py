"""The ledger: what was asked for, whom it was for, and what became of each delivery.

A delivery is claimed before it is made. A claim ends with the connection over which it was taken,
so with its process, or when its time is over.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import class_row

from homeroom.commands import outbox
from homeroom.database import connect
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import NotMigrated
from homeroom.notifying.deliveries import ClaimLost, Delivery
from homeroom.notifying.messages import NOTIFICATION, PersonalMessage
from homeroom.statements import load
from homeroom_kit.contract.notifications import NotificationDelivered

SQL = load("ledger", __package__)
MESSAGES_MAX = 200
PRUNED_MAX = 1_000
NOT_PREPARED = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.UndefinedColumn,
)


class Ledger:
    """The ledger over one connection, which is made anew when it is needed.

    Its methods raise psycopg's errors, ConfigurationError, and NotMigrated.
    """

    def __init__(self, database_url: str, channels: Sequence[str], attempt_seconds: float) -> None:
        """``channels``: over which messages are delivered; ``attempt_seconds``: how long each."""
        self._url = database_url
        self._channels = list(channels)
        # An attempt that has not ended by then never will.
        self._claim_seconds = 2 * attempt_seconds + 10
        self._turn = asyncio.Lock()
        self._connection: AsyncConnection[Any] | None = None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection[Any]]:
        """One at a time; the live generation is entered."""
        async with self._turn:
            if self._connection is None or self._connection.closed:
                self._connection = await connect(self._url, "homeroom notify")
                await self._connection.execute(SQL["prepare"])
            try:
                async with self._connection.transaction():
                    await enter_live_async(self._connection)
                    yield self._connection
            except NOT_PREPARED as error:
                raise NotMigrated(str(error).strip()) from error

    async def close(self) -> None:
        """Closes the connection, which ends all claims."""
        if self._connection is not None:
            await self._connection.close()

    async def receive(self, message: PersonalMessage) -> bool:
        """Keeps a message; returns whether it is new."""
        async with self._transaction() as connection:
            return (await connection.execute(SQL["receive"], asdict(message))).rowcount == 1

    async def address(self) -> list[int]:
        """Makes deliveries of messages that the tables hold; returns how many of each message."""
        limits = {"limit": MESSAGES_MAX, "channels": self._channels, "only": None}
        async with self._transaction() as connection:
            rows = await (await connection.execute(SQL["address"], limits)).fetchall()
        return [count for _, count in rows]

    async def claim(self, limit: int, channel: str = "") -> list[Delivery]:
        """Takes deliveries that are due, of one channel or of all."""
        channels = [channel] if channel else self._channels
        parameters = {
            "limit": limit, "channels": channels, "claim": uuid4(),
            "seconds": self._claim_seconds, "only": None,
        }  # fmt: skip
        async with self._transaction() as connection:
            cursor = connection.cursor(row_factory=class_row(Delivery))
            return await (await cursor.execute(SQL["claim"], parameters)).fetchall()

    async def begin_sending(self, delivery: Delivery) -> None:
        """Notes that only this process will know the outcome; raises ClaimLost."""
        parameters = _key(delivery) | {"seconds": self._claim_seconds}
        async with self._transaction() as connection:
            noted = await connection.execute(SQL["begin_sending"], parameters)
        if not noted.rowcount:
            raise ClaimLost

    async def sent(self, delivery: Delivery, now: datetime) -> None:
        """Notes that it arrived; of a notification an event says so, once per channel."""
        async with self._transaction() as connection:
            await connection.execute(SQL["take_turn"], (delivery.message_id,))
            before = await connection.execute(SQL["sent_before"], _key(delivery))
            is_first = await before.fetchone() == (False,)
            ended = await connection.execute(
                SQL["end"], _key(delivery) | {"state": "sent", "problem": None}
            )
            if ended.rowcount and is_first and delivery.message_id.startswith(NOTIFICATION):
                await outbox.append(connection, None, [_made_event(delivery, now)])

    async def end(self, delivery: Delivery, state: str, problem: str) -> None:
        """Notes another end: `failed`, `uncertain` or `passed_over`, and why."""
        async with self._transaction() as connection:
            await connection.execute(
                SQL["end"], _key(delivery) | {"state": state, "problem": problem}
            )

    async def postpone(
        self, delivery: Delivery, due_at: datetime, problem: str | None, *, counted: bool
    ) -> None:
        """Gives a delivery back until then; ``counted``: whether that was an attempt."""
        parameters = {"due_at": due_at, "problem": problem, "uncounted": 0 if counted else 1}
        async with self._transaction() as connection:
            await connection.execute(SQL["postpone"], _key(delivery) | parameters)

    async def recover(self) -> list[tuple[str, str]]:
        """Takes back what processes had claimed that are gone; returns channels and states."""
        async with self._transaction() as connection:
            return await (await connection.execute(SQL["recover"])).fetchall()

    async def forget_subscription(self, delivery: Delivery) -> None:
        """Deletes what the person's browser registered, unless it is somebody else's by now."""
        names = {
            "id": delivery.target, "role": delivery.role, "person_id": delivery.person_id,
        }  # fmt: skip
        async with self._transaction() as connection:
            await connection.execute(SQL["forget_subscription"], names)

    async def prune(self, days: int) -> bool:
        """Deletes old messages; returns whether there may be more."""
        limits = {"days": days, "limit": PRUNED_MAX}
        async with self._transaction() as connection:
            gone = await (await connection.execute(SQL["prune"], limits)).fetchone()
        return gone == (PRUNED_MAX,)


def _key(delivery: Delivery) -> dict[str, object]:
    return {"id": delivery.id, "claim": delivery.claim}


def _made_event(delivery: Delivery, now: datetime) -> outbox.OutboxEvent:
    """The same event, whoever says it again."""
    notification_id = delivery.message_id.removeprefix(NOTIFICATION)
    subject = f"{notification_id}/{delivery.person_id}/{delivery.channel}"
    event_id = blake2b(f"delivery/{subject}".encode(), digest_size=16).hexdigest()
    data = {
        "notification_id": notification_id, "teacher_id": delivery.person_id,
        "channel": delivery.channel, "at": now.astimezone(UTC),
    }  # fmt: skip
    return outbox.OutboxEvent(NotificationDelivered.type, subject, 1, now, data, event_id)
