"""The last record applied of each partition, kept so that another log does not pass for the same.

An offset alone does not say whose event it is: a topic that was made anew, or restored to an older
state, and has grown past a position looks like a log that goes on.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import structlog

from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Move, Partition, Record
from homeroom.errors import LogReplaced, PositionLost

log = structlog.get_logger(__name__)

DIGEST_BYTES = 16
EVENTS_PER_READ = 100


class LastApplied(NamedTuple):
    """Where the record stood, and a digest of its key, value and headers.

    Without its time, which a broker may set when a log is restored.
    """

    offset: int
    digest: bytes


def last_applied(
    records: Sequence[Record], moves: Mapping[Partition, Move]
) -> dict[Partition, LastApplied]:
    """Of each partition that has any, the last of the records that its move passes."""
    last: dict[Partition, LastApplied] = {}
    partition = None
    for record in reversed(records):
        # Many of one partition follow each other.
        if partition in last and (record.topic, record.partition) == partition:
            continue
        partition = Partition(record.topic, record.partition)
        move = moves.get(partition)
        if partition in last or move is None or not move.expected <= record.offset < move.next:
            continue
        last[partition] = LastApplied(record.offset, digest(record))
        if len(last) == len(moves):
            break
    return last


def digest(record: Record) -> bytes:
    """The same for the same key, value and headers, and practically never for others."""
    hashed = blake2b(digest_size=DIGEST_BYTES)
    for name, value in (("", record.key), ("", record.value), *record.headers):
        # A header's name may be no UTF-8: the client has surrogates for what it cannot read.
        for part in (name.encode(errors="surrogatepass"), value):
            hashed.update(b"-" if part is None else b"%d " % len(part))
            hashed.update(part or b"")
    return hashed.digest()


async def check_same_log(reader: LogReader, stored: Mapping[Partition, LastApplied]) -> None:
    """Raises LogReplaced where the log has another record at the offset of one that was applied.

    A record that is not there any more, by retention or compaction, says nothing.
    """
    bounds = await reader.bounds(list(stored))
    spans = {
        partition: Span(last.offset, last.offset + 1)
        for partition, last in stored.items()
        if bounds[partition].start <= last.offset < bounds[partition].end
    }
    if not spans:
        return
    try:
        async for chunk in reader.read(spans, EVENTS_PER_READ):
            for record in chunk.records:
                partition = Partition(record.topic, record.partition)
                if digest(record) != stored[partition].digest:
                    log.error("log replaced", **partition._asdict(), offset=record.offset)
                    raise LogReplaced(*partition, record.offset)
    except PositionLost:
        # Retention removed one of the records since the bounds were read.
        log.info("log not compared with the positions")
