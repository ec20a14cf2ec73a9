"""By what a log is known again: the last record that was applied of each partition."""

from homeroom.engine.log.last_applied import LastApplied, digest, last_applied
from homeroom.engine.log.records import Move, Partition, StoredRecord

HEADERS: tuple[tuple[str, bytes | None], ...] = (("ce_id", b"1"), ("ce_type", b"a"))


def record(
    offset: int = 0,
    key: bytes | None = b"K",
    value: bytes | None = b"V",
    headers: tuple[tuple[str, bytes | None], ...] = HEADERS,
    partition: int = 0,
    timestamp: int = 1,
) -> StoredRecord:
    return StoredRecord("people", partition, offset, timestamp, key, value, headers)


def test_a_record_is_the_same_wherever_and_whenever_it_was_stored() -> None:
    assert digest(record()) == digest(record(offset=7, partition=3, timestamp=2))


def test_any_other_content_is_another_record() -> None:
    others = [
        record(key=None), record(key=b""), record(key=b"KV", value=b""), record(value=None),
        record(headers=()), record(headers=HEADERS[::-1]),
        record(headers=(("ce_id", b"1"), ("ce_type", None))),
        record(headers=(("ce_id", b"1ce_"), ("type", b"a"))),
        # Names that are no UTF-8, as the client reads them.
        record(headers=(("\udcff", b"1"),)), record(headers=(("\udcfe", b"1"),)),
    ]  # fmt: skip
    assert len({digest(other) for other in [record(), *others]}) == len(others) + 1


def test_the_last_record_that_a_move_passes_counts() -> None:
    first, second, third = (Partition("people", number) for number in range(3))
    # The second moves over a transaction's mark, the third was read again and does not move.
    moves = {first: Move(5, 9), second: Move(0, 1), third: Move(4, 4)}
    records = [record(4), record(5, b"a"), record(6, b"b"), record(3, partition=2)]
    assert last_applied(records, moves) == {first: LastApplied(6, digest(record(key=b"b")))}
