"""What batches open to is bounded: each record of one is there, whole or as its beginning."""

import contextlib
import random
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cramjam
import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

import homeroom
import homeroom_kit
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import DeadLetter, Event, Reason
from homeroom.operations.migrating.topics import LARGEST_RECORD
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit import aiokafka_bounds
from homeroom_kit.aiokafka_bounds import BoundedRecords, fetched
from homeroom_kit.kafka import TOPIC_CONFIGURATION, make_consumer
from homeroom_kit.opening import FRAMED, TooLargeError, opened
from homeroom_kit.record_bounds import (
    BATCH_BYTES_MAX,
    BEGINNING_BYTES,
    RECORD_BYTES_MAX,
    RECORD_HEADERS_MAX,
    Beginning,
)
from tests.support.good_input import Good

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
DECODER = Decoder(read_model(Settings()).catalog)
Made = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]]]
SMALL: Made = (b"K1", b"value", [("name", b"header")])
LARGE: Made = (b"K1", b"x" * (RECORD_BYTES_MAX + 1), [("name", b"header")])


def batch(codec: str, records: Sequence[Made], first: int = 100) -> bytes:
    """A record batch as a producer makes it and a broker keeps it."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=CODECS[codec], is_transactional=0, producer_id=-1,
        producer_epoch=-1, base_sequence=-1, batch_size=2**30,
    )  # fmt: skip
    for number, (key, value, headers) in enumerate(records):
        builder.append(number, timestamp=7_000 + number, key=key, value=value, headers=headers)
    made = bytearray(builder.build())
    made[:8] = first.to_bytes(8)
    return bytes(made)


def read(data: bytes) -> list[Any]:
    records, found = BoundedRecords(data), []
    while records.has_next():
        one = records.next_batch()
        assert one.validate_crc()
        found += [(one.next_offset, record) for record in one]
    return found


def plain(record: Any) -> tuple[Any, ...]:
    return (
        record.offset, record.timestamp, record.timestamp_type, record.key, record.value,
        list(record.headers),
    )  # fmt: skip


@pytest.mark.parametrize("codec", CODECS)
def test_what_is_within_the_bounds_is_read_as_aiokafka_reads_it(codec: str) -> None:
    made = [SMALL, (None, None, []), (b"", b"x" * 1_000, [("a", None), ("b", b"")])] * 3_000
    data = batch(codec, made, first=0) + batch(codec, [SMALL], first=9_000)
    expected, its = [], MemoryRecords(data)
    while its.has_next():
        expected += [plain(record) for record in its.next_batch()]
    assert [plain(record) for _, record in read(data)] == expected
    assert not any(isinstance(record.value, Beginning) for _, record in read(data))


@pytest.mark.parametrize("codec", CODECS)
def test_a_record_that_is_too_large_is_its_beginning_and_the_others_are_whole(codec: str) -> None:
    found = [record for _, record in read(batch(codec, [SMALL, LARGE, SMALL, SMALL, LARGE]))]
    assert [record.offset for record in found] == [100, 101, 102, 103, 104]
    assert [record.timestamp for record in found] == [7_000, 7_001, 7_002, 7_003, 7_004]
    for number, record in enumerate(found):
        assert (record.key, list(record.headers)) == (b"K1", [("name", b"header")])
        is_cut = number in {1, 4}
        assert isinstance(record.value, Beginning) is is_cut
        assert record.value == (b"x" * BEGINNING_BYTES if is_cut else b"value")


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_batch_that_opens_to_too_much_is_one_record_with_its_last_offset(codec: str) -> None:
    bomb = batch(codec, [SMALL, (b"K2", b"x" * BATCH_BYTES_MAX, []), SMALL])
    assert len(bomb) < BATCH_BYTES_MAX / 15
    (following, cut), (_, after) = read(bomb + batch(codec, [SMALL], first=103))
    assert (following, cut.offset, after.offset) == (103, 102, 103)
    assert isinstance(cut.value, Beginning)
    assert len(cut.value) == BEGINNING_BYTES
    assert b"value" in cut.value[:50]
    assert "3 records, of the offsets 100 to 102" in cut.value.detail


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_a_record_of_very_many_headers_is_its_beginning(codec: str) -> None:
    many: Made = (b"K1", b"value", [("h", b"")] * (RECORD_HEADERS_MAX + 1))
    most: Made = (b"K1", b"value", [("h", b"")] * RECORD_HEADERS_MAX)
    cut, whole = (record for _, record in read(batch(codec, [many, most])))
    assert isinstance(cut.value, Beginning)
    assert not isinstance(whole.value, Beginning)
    assert "1,001 headers" in cut.value.detail
    heavy: Made = (b"K1", b"", [("h", b"")] * (RECORD_BYTES_MAX // 3))
    cut, whole = (record for _, record in read(batch(codec, [heavy, most])))
    assert isinstance(cut.value, Beginning)
    assert (cut.headers, cut.offset, whole.offset) == ([], 100, 101)


def test_a_raw_block_of_snappy_is_not_opened_where_it_says_that_it_is_too_large() -> None:
    raw = bytes(cramjam.snappy.compress_raw(b"x" * 5_000))
    framed = FRAMED + bytes(8) + len(raw).to_bytes(4) + raw
    for content in (raw, framed):
        assert opened(CODECS["snappy"], memoryview(content), 5_000) == b"x" * 5_000
        with pytest.raises(TooLargeError):
            opened(CODECS["snappy"], memoryview(content), 4_999)


@pytest.mark.parametrize("is_framed", [False, True])
@pytest.mark.parametrize(
    "begins", [b"", b"event ", bytes(range(256)) * 9, random.Random(1).randbytes(70_000)]
)
def test_the_beginning_of_a_raw_block_is_opened_though_all_of_it_is_too_large(
    begins: bytes, is_framed: bool
) -> None:
    content = begins + b"xyz" * 40_000
    raw = bytes(cramjam.snappy.compress_raw(content))
    block = FRAMED + bytes(8) + len(raw).to_bytes(4) + raw if is_framed else raw
    with pytest.raises(TooLargeError) as raised:
        opened(CODECS["snappy"], memoryview(block), len(content) - 1)
    beginning = bytes(raised.value.beginning)
    assert BEGINNING_BYTES - 64 < len(beginning) <= BEGINNING_BYTES
    assert content.startswith(beginning)


@given(st.binary(max_size=200))
def test_no_bytes_of_snappy_raise_anything_else(drawn: bytes) -> None:
    with contextlib.suppress(TooLargeError):
        opened(CODECS["snappy"], memoryview(b"\xff\xff\xff\x7f" + drawn), 1_000)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_what_cannot_be_opened_is_told_too(codec: str) -> None:
    made = bytearray(batch(codec, [SMALL] * 100))
    made[61:] = made[61:-9] + b"\xff" * 9
    made[17:21] = calc_crc32c(made[21:]).to_bytes(4)
    ((_, cut),) = read(bytes(made))
    assert isinstance(cut.value, Beginning)
    assert cut.offset == 199


def test_what_is_cut_is_a_letter_in_its_place_where_its_headers_say_it() -> None:
    good = Good()
    made = good.record()
    cut = Beginning.of(made.value or b"", "The record has too much.")
    letter = DECODER.decode(made._replace(value=cut))
    assert isinstance(letter, DeadLetter)
    assert (letter.reason, letter.detail) == (Reason.TOO_LARGE, "The record has too much.")
    assert letter.place is not None
    assert letter.place.sequence == good.sequence
    for lost in (good.envelope(), made._replace(topic="people"), made._replace(headers=())):
        other = DECODER.decode(lost._replace(value=cut))
        assert isinstance(other, DeadLetter)
        assert (other.reason, other.place) == (Reason.TOO_LARGE, None)
    assert isinstance(DECODER.decode(made), Event)


def test_what_a_topic_takes_uncompressed_is_never_too_large() -> None:
    assert int(TOPIC_CONFIGURATION[LARGEST_RECORD]) <= RECORD_BYTES_MAX


async def test_a_poll_returns_records_up_to_its_bytes_and_loses_none() -> None:
    value = b"x" * 10_000
    data = batch("gzip", [(b"K", value, [])] * 100, first=0)
    state = SimpleNamespace(paused=False, position=0)
    state.consumed_to = lambda offset: setattr(state, "position", offset)
    assignment = SimpleNamespace(active=True, state_value=lambda _: state)
    partitions = [TopicPartition("people", number) for number in range(2)]
    aiokafka_bounds.install()
    results = []
    for partition in partitions:
        records = fetcher.PartitionRecords(
            partition, BoundedRecords(data), [], 0, None, None, True, 1
        )
        results.append(
            fetcher.FetchResult(
                partition, assignment=assignment, partition_records=records, backoff=0
            )
        )

    class Consumer:
        async def getmany(self, timeout_ms: int, max_records: int) -> dict[Any, Any]:
            assert timeout_ms == 0
            first = results[0]
            return {partitions[0]: first.getall(max_records) if first.has_more() else []}

    offsets: list[int] = []
    for _ in range(10):
        found, left = await fetched(Consumer(), 0, 1_000, 150_000)  # type: ignore[arg-type]
        polled = [record.offset for of_partition in found.values() for record in of_partition]
        assert len(polled) <= 16
        assert (left <= 0) is (len(polled) >= 14)
        assert state.position == polled[-1] + 1 if polled else True
        offsets += polled
    assert offsets == list(range(100))


async def test_making_a_consumer_installs_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", MemoryRecords)
    await make_consumer(bootstrap_servers="localhost:1").stop()
    assert fetcher.MemoryRecords is BoundedRecords


def test_every_consumer_of_homeroom_is_made_with_them() -> None:
    packages = [Path(package.__file__).parent for package in (homeroom, homeroom_kit)]
    files = [file for package in packages for file in package.rglob("*.py")]
    makers = [file.name for file in files if "AIOKafkaConsumer(" in file.read_text()]
    assert makers == ["kafka.py"]
