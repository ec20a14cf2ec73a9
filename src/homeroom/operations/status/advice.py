"""What an operator should know: a sentence each, with what to do."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from homeroom.engine.log.last_applied import LastApplied, check_same_log
from homeroom.engine.log.reader import LogReader
from homeroom.engine.log.records import Partition
from homeroom.errors import LogReplaced
from homeroom.monitoring.unscanned_resources import UnscannedResources
from homeroom.operations.status.brokers import LogExtent, Member
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options

PARTITIONS_NAMED_MAX = 10
# A transaction that is open for longer is warned of.
HELD_SECONDS_MAX = 10.0
# A broker sends a whole record that is longer, too.
ONE_RECORD_FETCH_BYTES = 64 * 1024


def held_back(partition: Partition, log: LogExtent) -> list[str]:
    """A warning where a transaction has been open for long: nothing behind it may be read."""
    if log.held_since is None or time.time() - log.held_since < HELD_SECONDS_MAX:
        return []
    since = datetime.fromtimestamp(log.held_since, UTC)
    return [
        f"{partition.topic} partition {partition.partition} is held back at offset {log.end} by an "
        f"open transaction since {since:%Y-%m-%d %H:%M} UTC, with {log.high_watermark - log.end} "
        "records that nobody may read before it ends: its publisher commits or aborts it, or "
        "Kafka's own kafka-transactions.sh does (find-hanging, abort)."
    ]


def nobodys(partitions: Sequence[Partition], members: Sequence[Member] | None) -> list[str]:
    """A warning where workers have some partitions, and nobody has others."""
    taken = {name for member in members or () for name in member.partitions}
    names = [f"{partition.topic}:{partition.partition}" for partition in partitions]
    left = [name for name in names if name not in taken]
    if not taken or not left:
        return []
    named = ", ".join(left[:PARTITIONS_NAMED_MAX]) + (", …" if left[PARTITIONS_NAMED_MAX:] else "")
    return [
        f"{len(left)} partitions have no worker: {named}. Where this lasts, workers of another "
        "version, or with other topics, are in the group."
    ]


def misplaced(partition: Partition, position: int, log: LogExtent) -> list[str]:
    """A warning for a position that the log does not hold: a worker would stop there."""
    if log.start <= position <= log.end:
        return []
    return [
        f"{partition.topic} partition {partition.partition}: the position is {position}, and the "
        f"broker has {log.start} to {log.end}. Events were removed, or the topic was made anew: "
        "restore the log, or fill an empty database from it (docs/backup.md)."
    ]


async def replaced(settings: Settings, last: Mapping[Partition, LastApplied]) -> list[str]:
    """A warning where another record stands than the one that was applied last from there."""
    if not last:
        return []
    async with LogReader.connect(client_options(settings), ONE_RECORD_FETCH_BYTES) as reader:
        try:
            await check_same_log(reader, last)
        except LogReplaced as error:
            return [str(error)]
    return []


def unscanned(files: UnscannedResources | None, settings: Settings) -> list[str]:
    """A warning where nobody has scanned a file for long."""
    if files is None or files.oldest_seconds <= settings.unscanned_seconds_max:
        return []
    return [
        f"Files of teachers wait to be scanned: {files.files}, the oldest for "
        f"{files.oldest_seconds:.0f} seconds. Nobody gets them before: does a worker run, and "
        "does the scanner answer (HOMEROOM_CLAMD_ADDRESS)?"
    ]
