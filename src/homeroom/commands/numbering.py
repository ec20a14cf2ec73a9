"""The sequence numbers that homeroom assigns, and how they catch up with the log after a restore.

A database that was restored holds older sequence numbers than the log, and would assign some of
them a second time. So the database stores the identity for which its numbers are known to have
caught up with the log. Where the identity differs, commands are refused until the live generation
has read the log to its end; the next number is then above the read model's number as well.
"""

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import psycopg
import structlog
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from psycopg import AsyncConnection

from homeroom.database import connect_sync
from homeroom.engine.generations.registry import enter_live_async, live_is_fed_by_flink
from homeroom.engine.log.records import Partition
from homeroom.errors import NotMigrated
from homeroom.operations.status.advice import held_back
from homeroom.operations.status.brokers import Brokers
from homeroom.settings import Settings
from homeroom.statements import load
from homeroom_kit.contract.coaching import HabitLog
from homeroom_kit.contract.notifications import NotificationReceipt
from homeroom_kit.contract.resources import Resource
from homeroom_kit.contract.teaching import ClassAssignment
from homeroom_kit.errors import BrokerError
from homeroom_kit.kafka import ASKING, client_options, make_consumer

SQL = load("numbering", __package__)
# The first half of the commands' advisory locks. The second half 0 locks all of them.
LOCK = 0x6E756D62
# Topics with subjects whose numbers homeroom assigns. Each nudge is a subject with one event.
TOPICS = (HabitLog.topic, ClassAssignment.topic, NotificationReceipt.topic, Resource.topic)

# Those who wait so long are told what for, again and again; each look connects to the brokers.
HELD_LOOK_SECONDS = 10.0

FED_BY_FLINK = (
    "Flink feeds the live generation, and its entities have no numbers to go on from: `homeroom "
    "rollback`, or a rebuild, makes one live that workers feed."
)

log = structlog.get_logger(__name__)

Ends = dict[tuple[str, int], int]


def request_levelling(database_url: str) -> None:
    """Refuses commands until a worker has seen that the numbers have caught up with the log.

    Raises psycopg's errors, or NotMigrated.
    """
    try:
        with connect_sync(database_url, "homeroom numbering") as connection:
            connection.execute(SQL["lock_out"], {"lock": LOCK})
            connection.execute(SQL["ask"])
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise NotMigrated("no table for sequence numbers") from error


class Leveller:
    """Checks step by step whether the numbers have caught up with the log.

    The log's end is known for one database and one request; and only as long as nobody else can
    have given numbers out: whoever loses the relay's lease begins with a new Leveller.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ends: Ends | None = None
        self._for: tuple[int, str] = (-1, "")
        self._looked_at = time.monotonic()

    async def look(self, connection: AsyncConnection[Any]) -> bool:
        """Whether the numbers caught up, or only an operator can see to it that they do.

        Raises psycopg's errors, KafkaError or BrokerError.
        """
        level, request, database = await _one(connection, SQL["standing"])
        if level:
            self._ends = None
            return True
        if await live_is_fed_by_flink(connection):
            # The log's end is to be read anew once another generation is live.
            self._ends = None
            await connection.execute(SQL["note_held"], (FED_BY_FLINK, FED_BY_FLINK))
            return True
        if self._ends is None or (request, database) != self._for:
            # Read once: homeroom numbers all later events, and assigns no number yet.
            log.info("numbering behind the log, commands refuse")
            self._ends, self._for = await log_ends(self._settings, TOPICS), (request, database)
        if missing := await not_reached(connection, self._ends):
            await self._note_held(connection, missing)
            return False
        noted = {"request": request, "database": database}
        await connection.execute(SQL["is_level"], noted)
        await connection.execute(SQL["note_held"], (None, None))
        log.info("numbering level with the log")
        return bool((await _one(connection, SQL["standing"]))[0])

    async def _note_held(self, connection: AsyncConnection[Any], missing: Ends) -> None:
        """Notes now and then whether open transactions of publishers hold back what is missing."""
        if time.monotonic() - self._looked_at < HELD_LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        async with AsyncExitStack() as stack:
            brokers = await Brokers.connect(self._settings, stack)
            extents = await brokers.extents({Partition(*p): at for p, at in missing.items()})
        held = " ".join(text for p, extent in extents.items() for text in held_back(p, extent))
        await connection.execute(SQL["note_held"], (held or None, held or None))


async def _one(connection: AsyncConnection[Any], statement: bytes) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = await (await connection.execute(statement)).fetchone()
    assert row is not None
    return row


async def reached(connection: AsyncConnection[Any], ends: Ends) -> bool:
    """Whether the live generation holds all events before these offsets."""
    return not await not_reached(connection, ends)


async def not_reached(connection: AsyncConnection[Any], ends: Ends) -> Ends:
    """The live generation's positions in the partitions where it is not that far."""
    async with connection.transaction():
        await enter_live_async(connection)
        rows = await (await connection.execute(SQL["positions"])).fetchall()
    positions = {(topic, partition): offset for topic, partition, offset in rows}
    return {p: positions.get(p, 0) for p, end in ends.items() if positions.get(p, 0) < end}


async def log_ends(settings: Settings, topics: Sequence[str]) -> Ends:
    """The end offset of each partition, including open transactions."""
    names = [settings.topic_prefix + topic for topic in topics]
    options = client_options(settings)
    async with AsyncExitStack() as stack:
        admin = AIOKafkaAdminClient(**options)
        stack.push_async_callback(admin.close)
        await admin.start()
        described = await admin.describe_topics(names)
        if missing := [topic["topic"] for topic in described if not topic["partitions"]]:
            raise BrokerError(
                f"Kafka has no topic {', '.join(missing)}, or does not say where it is. "
                "`homeroom migrate` creates missing topics."
            )
        consumer = make_consumer(**options, **ASKING, client_id="homeroom-numbering")
        stack.push_async_callback(consumer.stop)
        await consumer.start()
        partitions = [
            TopicPartition(topic["topic"], int(partition["partition"]))
            for topic in described
            for partition in topic["partitions"]
        ]
        ends = await consumer.end_offsets(partitions)
    return {(tp.topic, tp.partition): end for tp, end in ends.items()}
