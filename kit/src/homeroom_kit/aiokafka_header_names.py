"""Fixes a defect of aiokafka: a header name that is not UTF-8 stops its partition for good.

Kafka carries header names as bytes and checks nothing about them. aiokafka (0.14.0, and all
versions before it) decodes each name as strict UTF-8 while it parses a record: the C extension
(``aiokafka.record._crecords``) raises UnicodeDecodeError, the version in plain Python
(``_DefaultRecordBatchPy``) wraps it into CorruptRecordException. The consumer never gets past
such a record.

``tests/unit/test_aiokafka_header_names.py`` fails as soon as a version of aiokafka reads such names
by itself: then this module goes, and ``aiokafka_bounds`` takes aiokafka's own MemoryRecords.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

# A record batch begins with its first offset (8 bytes) and the length of what follows (4 bytes).
BATCH_LENGTH_AT, BATCH_BODY_AT = 8, 12


class TolerantRecords:
    """Record batches of one partition; stands in for aiokafka's MemoryRecords.

    Names that are not UTF-8 arrive as Python writes undecodable file names (``surrogateescape``,
    PEP 383). A batch with an undecodable header name is parsed a second time, in plain Python.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records = MemoryRecords(data)
        self._batches = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> "_TolerantBatch":
        self._batches += 1
        return _TolerantBatch(self._records.next_batch(), self._data, self._batches)


class _TolerantBatch:
    """Batch ``number`` of the fetched ``data``, counted from 1."""

    def __init__(self, batch: Any, data: bytes, number: int) -> None:
        self._batch = batch
        self._data = data
        self._number = number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        records_read = 0
        try:
            for record in self._batch:
                yield record
                records_read += 1
        except (UnicodeDecodeError, CorruptRecordException):
            yield from islice(self._parse_in_python(), records_read, None)

    def _parse_in_python(self) -> Iterator[Any]:
        start = end = 0
        for _ in range(self._number):
            start = end
            length = self._data[start + BATCH_LENGTH_AT : start + BATCH_BODY_AT]
            end = start + BATCH_BODY_AT + int.from_bytes(length, "big")
        batch = _DefaultRecordBatchPy(self._data[start:end])
        batch._maybe_uncompress()
        batch._buffer = _TolerantBytes(batch._buffer)
        return iter(batch)


class _TolerantBytes(bytearray):
    """Bytes that decode what is not UTF-8 with ``surrogateescape`` instead of raising."""

    def __getitem__(self, index: Any) -> Any:
        item = super().__getitem__(index)
        return _TolerantBytes(item) if isinstance(index, slice) else item

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        return super().decode(encoding, errors)
