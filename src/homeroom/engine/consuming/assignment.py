"""The partitions that the group has assigned to a consumer, and its position in each."""

import math
import time
from collections.abc import Iterable, Mapping, Set
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from psycopg import AsyncConnection

from homeroom.engine.consuming.log_identity import LogIdentity
from homeroom.engine.generations import positions
from homeroom.engine.log.records import Move, Partition
from homeroom.errors import LogStartsLater

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 0.5


class PartitionAssignment(ConsumerRebalanceListener):  # type: ignore[misc]
    """Keeps each assigned partition at its stored position.

    aiokafka may return from ``getmany`` before an async listener is done, and swallows what a
    listener raises. So the listener only pauses an assigned partition, at once. The loop seeks it
    to its stored position between two batches, where an error ends the loop. ``expected`` is the
    position that was last written or read, of the partitions that flow: never the first record's
    offset.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        connection: AsyncConnection[Any],
        identity: LogIdentity,
        from_log_start: bool,
    ) -> None:
        self._consumer = consumer
        self._identity = identity
        self._connection = connection
        self._from_log_start = from_log_start
        self._not_sought: set[TopicPartition] = set()
        self._joined = False
        self._rebalances = 0
        self._looked_at = -math.inf
        self.expected: dict[Partition, int] = {}

    @property
    def is_complete(self) -> bool:
        """Whether the group has assigned its partitions, and all of this consumer's flow."""
        return self._joined and not self._not_sought

    def rebalances_since(self) -> int:
        """How often partitions were assigned since the last call."""
        count, self._rebalances = self._rebalances, 0
        return count

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._joined = False
        for partition in revoked:
            self._not_sought.discard(partition)
            self._identity.forget(Partition(*partition))
            self.expected.pop(Partition(*partition), None)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._joined = True
        self._rebalances += 1
        self._pause(assigned)

    def _pause(self, assigned: Iterable[TopicPartition]) -> None:
        for partition in assigned:
            self._consumer.pause(partition)
            # Without a position of its own aiokafka would ask the broker for one, and fail.
            self._consumer.seek(partition, 0)
            self._not_sought.add(partition)
            self.expected.pop(Partition(*partition), None)

    async def seek_assigned(self) -> None:
        """Seeks newly assigned partitions to their stored positions and lets them flow.

        A partition of which nothing is applied starts at offset 0. Raises LogStartsLater where its
        log begins later, and LogReplaced where a log is not that of its position.
        """
        if not self._not_sought:
            return
        partitions = set(self._not_sought)
        await self._identity.assigned({Partition(*partition) for partition in partitions})
        stored = await self._read(partitions)
        for partition in partitions & self._not_sought & self._consumer.assignment():
            offset = stored[Partition(*partition)]
            self._consumer.seek(partition, offset)
            self.expected[Partition(*partition)] = offset
            self._consumer.resume(partition)
        self._not_sought -= partitions

    async def _read(self, partitions: Iterable[TopicPartition]) -> dict[Partition, int]:
        wanted = [Partition(*partition) for partition in partitions]
        stored = await positions.read(self._connection, wanted)
        new = {partition: 0 for partition in wanted if partition not in stored}
        new |= await positions.not_begun(self._connection, wanted)
        if new:
            await self._begin(new)
            stored |= await positions.read(self._connection, new)
        return stored

    async def _begin(self, new: Mapping[Partition, int]) -> None:
        """Begins partitions of which nothing is applied, each where its log begins.

        ``new``: where they would begin. Raises LogStartsLater where the log begins later, unless
        an operator does without what came before.
        """
        starts = await self._consumer.beginning_offsets([TopicPartition(*p) for p in new])
        for partition, position in new.items():
            start = int(starts[TopicPartition(*partition)])
            if start <= position:
                await positions.begin(self._connection, partition, position)
            elif self._from_log_start:
                await positions.begin_later(self._connection, partition, start)
                log.warning("log begun later", **partition._asdict(), offset=start)
            else:
                raise LogStartsLater(
                    f"Nothing of {partition.topic} partition {partition.partition} is applied yet, "
                    f"and its log begins at offset {start}: what came before is gone. Restore the "
                    "log, or start the worker once with --from-log-start to do without it "
                    '(docs/backup.md, "A log without its beginning").'
                )

    def resume(self) -> None:
        """Has every partition begin again at its stored position."""
        flowing = [p for p in self._consumer.assignment() if Partition(*p) in self.expected]
        self._pause(flowing)

    def to_look_at(self, delivered: Set[Partition], full: bool) -> Set[Partition]:
        """Those that flow, of which a turn of the loop looks how far they are.

        All of them now and then, and while nothing came or too much: there may be hundreds.
        ``delivered``: which have records in this turn.
        """
        now = time.monotonic()
        flowing = delivered & self.expected.keys()
        if flowing and not full and now - self._looked_at < LOOK_EVERY_SECONDS:
            return flowing
        self._looked_at = now
        return set(self.expected)

    async def moves(self, looked_at: Iterable[Partition]) -> dict[Partition, Move]:
        """How far the poll came, for each of these partitions that flows and moved.

        Control records and aborted transactions move a position too, so it is the consumer's, not
        the last record's.
        """
        moves = {}
        assigned = self._consumer.assignment()
        for partition in looked_at:
            expected = self.expected.get(partition)
            if expected is not None and TopicPartition(*partition) in assigned:
                following = await self._consumer.position(TopicPartition(*partition))
                if following != expected:
                    moves[partition] = Move(expected, following)
        return moves

    def applied(self, moves: Mapping[Partition, Move]) -> None:
        """Notes the written positions, except of partitions that were revoked meanwhile."""
        for partition, move in moves.items():
            if partition in self.expected:
                self.expected[partition] = move.next
