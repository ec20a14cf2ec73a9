"""Publishes headers whose names are any bytes, as clients in other languages can."""

import asyncio
import struct
from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

from homeroom.engine.log.records import StoredRecord

# Where a batch has its checksum, and what it is of: all that follows.
CHECKSUM_AT, CHECKED_FROM = 17, 21


def has_raw_names(record: StoredRecord) -> bool:
    """Whether a header's name holds bytes that are no UTF-8 (as PEP 383 writes them)."""
    return any(not _is_text(name) for name, _ in record.headers)


async def send_raw(
    producer: AIOKafkaProducer, topic: str, partition: int, record: StoredRecord
) -> "asyncio.Future[Any]":
    """Sends a record in a batch of its own. aiokafka sends names of UTF-8 only: they are patched.

    Only in batches that are not compressed.
    """
    await producer.flush()
    stand_ins = {_stand_in(name): _raw(name) for name, _ in record.headers if not _is_text(name)}
    names = [(n if _is_text(n) else _stand_in(n).decode(), v) for n, v in record.headers]
    batch = producer.create_batch()
    batch.append(timestamp=None, key=record.key, value=record.value, headers=names)
    batch.close()
    batch._buffer = _patched(batch._build(), stand_ins)
    future = await producer.send_batch(batch, topic, partition=partition)
    await producer.flush()
    return future


def _patched(built: bytes, stand_ins: Mapping[bytes, bytes]) -> bytes:
    patched = bytes(built)
    for stand_in, raw in stand_ins.items():
        assert patched.count(stand_in) == 1
        patched = patched.replace(stand_in, raw)
    checksum = struct.pack(">I", calc_crc32c(patched[CHECKED_FROM:]))
    return patched[:CHECKSUM_AT] + checksum + patched[CHECKED_FROM:]


def _is_text(name: str) -> bool:
    return name == _raw(name).decode("utf-8", "replace")


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _stand_in(name: str) -> bytes:
    """ASCII of the same length, so that nothing else in the batch moves."""
    return b"#" * len(_raw(name))
