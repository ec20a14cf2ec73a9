"""Bounds what aiokafka takes into memory: what a record batch opens to, and what one poll returns.

aiokafka (0.14.0, and all versions before it) opens a batch whole, whatever it opens to: 300 kB of
gzip may be 300 MB. A broker's ``max.message.bytes`` bounds the compressed size alone.

- A batch that opens to more than BATCH_BYTES_MAX is one record, with the batch's last offset.
- In a batch below that, each record that is too large is its beginning (``record_bounds``). The
  others are as they are.
- ``fetched`` returns records up to an allowance of bytes, however many more were fetched.

Batches of the formats before Kafka 0.11 are left to aiokafka: brokers of today refuse to take one.
"""

import asyncio
import struct
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import FetchResult
from aiokafka.record.default_records import DefaultRecordBase, DefaultRecordBatch
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint

from homeroom_kit.aiokafka_header_names import TolerantRecords
from homeroom_kit.opening import TooLargeError, opened
from homeroom_kit.record_bounds import (
    BATCH_BYTES_MAX,
    RECORD_BYTES_MAX,
    RECORD_HEADERS_MAX,
    Beginning,
)

# A record batch: first offset, length of what follows, epoch, magic, checksum, attributes, …, and
# the number of records; then the records.
LENGTH_AT, LENGTH_ENDS, ATTRIBUTES_AT, RECORDS_AT = 8, 12, 21, 57
HEADER_BYTES = DefaultRecordBase.HEADER_STRUCT.size
CODECS = DefaultRecordBase.CODEC_MASK
KEY_BYTES_SHOWN = 200
# What a record and each of its headers take in Python besides their bytes.
OBJECT_BYTES, HEADER_OBJECT_BYTES = 500, 150


def install() -> None:
    """Makes every consumer of this process keep to the bounds. May be called again."""
    fetcher.MemoryRecords = BoundedRecords
    fetcher.FetchResult = _BoundedFetchResult


class CutRecord(NamedTuple):
    """A record of which only the beginning is there, in the shape of aiokafka's."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: Beginning
    headers: list[tuple[str, bytes | None]]
    checksum: None = None


class BoundedRecords:
    """The record batches of one fetch from one partition; stands in for aiokafka's MemoryRecords.

    Each batch is opened when its records are asked for. ``record_bytes``: how many bytes those that
    come now have on average, where that is known.
    """

    record_bytes: int | None = None

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._records = MemoryRecords(data)
        self._at = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> Any:
        batch = self._records.next_batch()
        start = self._at
        length = int.from_bytes(self._data[start + LENGTH_AT : start + LENGTH_ENDS])
        self._at = start + LENGTH_ENDS + length
        content = self._data[start : self._at]
        self.record_bytes = None
        bounded = isinstance(batch, DefaultRecordBatch)
        return _BoundedBatch(self, batch, content) if bounded else batch


class _BoundedBatch:
    def __init__(self, records: BoundedRecords, batch: Any, content: memoryview) -> None:
        self._records = records
        self._batch = batch
        self._content = content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        records = self._content[HEADER_BYTES:]
        codec = self._batch.attributes & CODECS
        try:
            body = opened(codec, records, BATCH_BYTES_MAX) if codec else records
        except TooLargeError as error:
            yield self._cut_whole(error.beginning)
            return
        if len(body) <= RECORD_BYTES_MAX:
            yield from self._parsed(body, self._count)
        else:
            yield from self._one_by_one(body)

    @property
    def _count(self) -> int:
        return int.from_bytes(self._content[RECORDS_AT:HEADER_BYTES])

    def _cut_whole(self, beginning: bytes | bytearray) -> CutRecord:
        batch, last = self._batch, self._batch.next_offset - 1
        detail = (
            f"A record batch with {self._count:,} records, of the offsets {batch.base_offset} to "
            f"{last}, opens to more than {BATCH_BYTES_MAX:,} bytes, or cannot be opened. None of "
            "its events is applied: publish them again, in batches that are smaller."
        )
        return CutRecord(
            last, batch.max_timestamp, batch.timestamp_type, None,
            Beginning.of(beginning, detail), [],
        )  # fmt: skip

    def _parsed(self, body: bytes | bytearray | memoryview, count: int) -> Iterator[Any]:
        """So many records, none of which is too large but for its headers."""
        header = bytearray(self._content[:HEADER_BYTES])
        struct.pack_into(">i", header, LENGTH_AT, HEADER_BYTES - LENGTH_ENDS + len(body))
        struct.pack_into(">h", header, ATTRIBUTES_AT, self._batch.attributes & ~CODECS)
        struct.pack_into(">i", header, RECORDS_AT, count)
        self._records.record_bytes = len(body) // max(count, 1)
        for record in TolerantRecords(bytes(header) + body).next_batch():
            many = len(record.headers)
            if many <= RECORD_HEADERS_MAX:
                yield record
            else:
                detail = f"The record has {many:,} headers: at most {RECORD_HEADERS_MAX:,} can be."
                yield CutRecord(
                    record.offset, record.timestamp, record.timestamp_type,
                    record.key and record.key[:KEY_BYTES_SHOWN],
                    Beginning.of(record.value or b"", detail), record.headers[:RECORD_HEADERS_MAX],
                )  # fmt: skip

    def _one_by_one(self, body: bytes | bytearray | memoryview) -> Iterator[Any]:
        """The records, some that follow each other at once; those that are too large are cut."""
        content = body if isinstance(body, bytearray) else bytearray(body)
        start = at = count = 0
        for _ in range(self._count):
            length, begins = decode_varint(content, at)
            ends = begins + length
            if count and ends - start > RECORD_BYTES_MAX:
                yield from self._parsed(memoryview(content)[start:at], count)
                start, count = at, 0
            if length > RECORD_BYTES_MAX:
                yield self._cut(content, begins, length)
                start = ends
            else:
                count += 1
            at = ends
        yield from self._parsed(memoryview(content)[start:at], count)

    def _cut(self, content: bytearray, begins: int, length: int) -> CutRecord:
        """A record that is too large; with its headers, unless it is they that are."""
        self._records.record_bytes = None
        batch = self._batch
        timestamp_delta, at = decode_varint(content, begins + 1)
        offset_delta, at = decode_varint(content, at)
        key, at = _field(content, at, KEY_BYTES_SHOWN)
        value, at = _field(content, at, len(content))
        headers = _headers(content, at) if begins + length - at <= KEY_BYTES_SHOWN * 100 else []
        created = batch.timestamp_type == DefaultRecordBase.CREATE_TIME
        detail = f"The record has {length:,} bytes: at most {RECORD_BYTES_MAX:,} can be."
        return CutRecord(
            batch.base_offset + offset_delta,
            batch.first_timestamp + timestamp_delta if created else batch.max_timestamp,
            batch.timestamp_type, None if key is None else bytes(key),
            Beginning.of(value or b"", detail), headers,
        )  # fmt: skip


def _field(content: bytearray, at: int, bytes_max: int) -> tuple[memoryview | None, int]:
    """A field of a record, or its beginning, and where it ends."""
    length, at = decode_varint(content, at)
    if length < 0:
        return None, at
    return memoryview(content)[at : at + min(length, bytes_max)], at + length


def _headers(content: bytearray, at: int) -> list[tuple[str, bytes | None]]:
    count, at = decode_varint(content, at)
    headers = []
    for _ in range(min(count, RECORD_HEADERS_MAX)):
        name, at = _field(content, at, len(content))
        value, at = _field(content, at, len(content))
        text = bytes(name or b"").decode("utf-8", "surrogateescape")
        headers.append((text, None if value is None else bytes(value)))
    return headers


# How many bytes the caller may still be given; None: as many as there are.
_ALLOWANCE: ContextVar[list[int] | None] = ContextVar("allowance", default=None)


async def fetched(
    consumer: AIOKafkaConsumer, timeout_ms: int, records_max: int, bytes_max: int
) -> tuple[dict[TopicPartition, list[ConsumerRecord]], int]:
    """What ``getmany`` returns, up to so many bytes in memory and the record that reaches them.

    Returns also how many bytes are left; none, or less, where there may be more records. Records of
    one batch, up to RECORD_BYTES_MAX of them, count as their average.
    """
    allowance = [bytes_max]
    token = _ALLOWANCE.set(allowance)
    try:
        found: dict[TopicPartition, list[ConsumerRecord]] = await consumer.getmany(
            timeout_ms=timeout_ms, max_records=records_max
        )
    finally:
        _ALLOWANCE.reset(token)
    return found, allowance[0]


async def until_fetched(consumer: AIOKafkaConsumer, other: "asyncio.Future[Any]") -> None:
    """Returns once there may be more to take, or another future is done.

    ``getmany`` can wait too, but a call of it that is cancelled counts as one that goes on.
    """
    arrived: asyncio.Future[None] = consumer._fetcher._create_fetch_waiter()
    try:
        await asyncio.wait({arrived, other}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # An error is raised by the next ``getmany``.
        if not arrived.cancel() and not arrived.cancelled():
            arrived.exception()


def size_in_memory(record: ConsumerRecord) -> int:
    """About how many bytes a record takes."""
    size = OBJECT_BYTES + len(record.key or b"") + len(record.value or b"")
    for name, value in record.headers:
        size += HEADER_OBJECT_BYTES + len(name)
        if value:
            size += len(value)
    return size


class _BoundedFetchResult(FetchResult):  # type: ignore[misc]
    """Returns records within the allowance of its caller."""

    _partition_records: Any

    def getall(self, max_records: int | None = None) -> list[ConsumerRecord]:
        allowance = _ALLOWANCE.get()
        if allowance is None:
            found: list[ConsumerRecord] = super().getall(max_records)
            return found
        records: list[ConsumerRecord] = []
        if not self.check_assignment(self._topic_partition) or not self.has_more():
            return records
        if allowance[0] <= 0:
            return records
        left = allowance[0]
        batches = self._partition_records._records
        for record in self._partition_records:
            records.append(record)
            # To look at each header of each record would take as long as to parse it.
            if (record_bytes := batches.record_bytes) is None:
                left -= size_in_memory(record)
            else:
                left -= OBJECT_BYTES + HEADER_OBJECT_BYTES * len(record.headers) + record_bytes
            if left <= 0 or len(records) == max_records:
                self._update_position()
                break
        else:
            self._update_position()
            self._partition_records = None
        allowance[0] = left
        return records
