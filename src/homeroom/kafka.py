"""How every part of homeroom reaches the brokers."""

import ssl
from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

from homeroom.errors import ConfigurationError
from homeroom.settings import Settings

# For consumers that ask how far many topics go: aiokafka learns of unknown topics one at a time,
# and pauses after each as after a failure, for a tenth of a second of itself.
ASKING = {"retry_backoff_ms": 10}


def client_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for any aiokafka client: the brokers and how to log in.

    Raises ConfigurationError where the brokers' address is not set or the CA file is not usable.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.require_kafka(),
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = _ssl_context(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        options["sasl_plain_password"] = settings.kafka_sasl_password.get_secret_value()
    return options


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.kafka_ca_file or None)
    except OSError as error:
        raise ConfigurationError(
            f"HOMEROOM_KAFKA_CA_FILE names {settings.kafka_ca_file}, which cannot be used: "
            f"{error}. Give a PEM file with the certificate of the brokers' authority."
        ) from None


class _Fetched:
    """What one fetch brought of a partition, whatever its headers are called.

    Kafka carries names of any bytes, and many clients send them; aiokafka takes UTF-8 alone and
    raises at the same record again and again, so that one such name would stop a partition for
    good. A batch that holds one is read once more in plain Python.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records = MemoryRecords(data)
        self._batches = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> "_FetchedBatch":
        self._batches += 1
        return _FetchedBatch(self._records.next_batch(), self._data, self._batches)


class _FetchedBatch:
    """The so-manieth batch of what was fetched."""

    def __init__(self, batch: Any, data: bytes, number: int) -> None:
        self._batch = batch
        self._data = data
        self._number = number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        done = 0
        try:
            for record in self._batch:
                yield record
                done += 1
        except (UnicodeDecodeError, CorruptRecordException):
            yield from islice(self._read_again(), done, None)

    def _read_again(self) -> Iterator[Any]:
        start = end = 0
        for _ in range(self._number):
            # A batch begins with its first offset, 8 bytes, and the length of what follows, 4.
            start, end = end, end + 12 + int.from_bytes(self._data[end + 8 : end + 12], "big")
        plain = _DefaultRecordBatchPy(self._data[start:end])
        plain._maybe_uncompress()
        plain._buffer = _Bytes(plain._buffer)
        return iter(plain)


class _Bytes(bytearray):
    """Bytes that decode what is no UTF-8 as Python does for names of files (PEP 383)."""

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return _Bytes(found) if isinstance(index, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        return super().decode(encoding, errors)


fetcher.MemoryRecords = _Fetched
