"""Header names that are not UTF-8 are read, and aiokafka by itself still cannot read them."""

import struct

import pytest
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder, _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from homeroom_kit.aiokafka_header_names import TolerantRecords

NO_UTF8 = b"gr\xf6\xdfe"
AS_TEXT = "gr\udcf6\udcdfe"
STAND_IN = b"groes"
RECORDS = 4
# Where a batch has its checksum, and where what it covers begins.
CHECKSUM_AT, CHECKED_FROM = 17, 21


def batch(bad: int | None) -> bytes:
    """A batch of some records; the name of the bad one's header is not UTF-8."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=0, is_transactional=0, producer_id=-1, producer_epoch=-1,
        base_sequence=-1, batch_size=100_000,
    )  # fmt: skip
    for number in range(RECORDS):
        name = STAND_IN.decode() if number == bad else "fine"
        value = f"value {number}".encode()
        builder.append(number, timestamp=0, key=b"key", value=value, headers=[(name, b"header")])
    built = bytes(builder.build()).replace(STAND_IN, NO_UTF8)
    checksum = struct.pack(">I", calc_crc32c(built[CHECKED_FROM:]))
    return built[:CHECKSUM_AT] + checksum + built[CHECKED_FROM:]


def names(records: TolerantRecords) -> list[list[str]]:
    """The names of all headers, a list for each batch."""
    batches = []
    while records.has_next():
        one = records.next_batch()
        assert one.validate_crc()
        batches.append([record.headers[0][0] for record in one])
    return batches


def test_the_installed_aiokafka_still_needs_the_patch() -> None:
    """Once this fails, the module that is tested here has done its service: delete both."""
    with pytest.raises(UnicodeDecodeError):
        list(MemoryRecords(batch(bad=1)).next_batch())
    with pytest.raises(CorruptRecordException, match="UnicodeDecodeError"):
        list(_DefaultRecordBatchPy(batch(bad=1)))


@pytest.mark.parametrize("bad", range(RECORDS))
def test_each_record_of_such_a_batch_is_read_once(bad: int) -> None:
    records = list(TolerantRecords(batch(bad)).next_batch())
    assert [record.value for record in records] == [f"value {n}".encode() for n in range(RECORDS)]
    expected = ["fine"] * RECORDS
    expected[bad] = AS_TEXT
    assert [record.headers for record in records] == [[(name, b"header")] for name in expected]


def test_only_such_a_batch_among_others_is_parsed_again() -> None:
    fine = ["fine"] * RECORDS
    fetched = batch(None) + batch(2) + batch(None) + batch(0)
    assert names(TolerantRecords(fetched)) == [
        fine, ["fine", "fine", AS_TEXT, "fine"], fine, [AS_TEXT, "fine", "fine", "fine"],
    ]  # fmt: skip


def test_what_is_really_corrupt_is_still_refused() -> None:
    """A record that says that it is longer than it is."""
    broken = bytearray(batch(None))
    first_record = 61
    broken[first_record] += 2
    with pytest.raises(CorruptRecordException):
        list(TolerantRecords(bytes(broken)).next_batch())
