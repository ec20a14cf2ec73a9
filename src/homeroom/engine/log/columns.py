"""Records as columns of the tables that keep them."""

from collections.abc import Sequence
from typing import Any

from homeroom.engine.log.records import Record, published_at
from homeroom_kit.record_bounds import Beginning


def record_columns(record: Record) -> tuple[Any, ...]:
    """A record as the tables store it."""
    return (
        record.topic, record.partition, record.offset, published_at(record),
        record.key, flat_headers(record), record.value,
    )  # fmt: skip


def flat_headers(record: Record) -> list[bytes | None]:
    """A record's headers as the tables store them: names and values in turn."""
    headers: list[bytes | None] = []
    for name, value in record.headers:
        headers += (name.encode("utf-8", "surrogateescape"), value)
    return headers


def beginning_columns(record: Record, bytes_max: int) -> tuple[Any, ...]:
    """A record as a dead letter keeps it: as ``record_columns``, and whether it is cut.

    Key and headers come before the value, each whole or not at all.
    """
    *place, key, headers, value = record_columns(record)
    left = bytes_max - len(key or b"")
    if left < 0:
        key, left = key[:bytes_max], 0
    kept: list[bytes | None] = []
    for name, content in zip(headers[::2], headers[1::2], strict=True):
        left -= len(name) + len(content or b"")
        if left < 0:
            break
        kept += (name, content)
    cut = None if value is None else value[: max(left, 0)]
    is_cut = (
        isinstance(record.value, Beginning)
        or len(kept) < len(headers)
        or len(cut or b"") < len(value or b"")
        or len(key or b"") < len(record.key or b"")
    )
    return *place, key, kept, cut, is_cut


def headers_of(flat: Sequence[bytes | None]) -> tuple[tuple[str, bytes | None], ...]:
    """The headers of a stored record."""
    names, values = flat[::2], flat[1::2]
    return tuple(
        ((name or b"").decode("utf-8", "surrogateescape"), value)
        for name, value in zip(names, values, strict=True)
    )
