"""No bytes make decoding raise, take long, or give what PostgreSQL will not hold."""

import asyncio
import time
from collections import Counter
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import DETAIL_CHARACTERS_MAX, Decoder
from homeroom.engine.decoding.usual import UsualEvents
from homeroom.engine.log.columns import record_columns
from homeroom.engine.log.records import DeadLetter, Event, Move, Partition, PassedOver, StoredRecord
from homeroom.engine.ordering.fold import Patch, as_columns
from homeroom.operations.verifying.verify import verify
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.rfc3339 import instant
from tests.property.arena import Arena
from tests.property.mutations import TYPED, records, times
from tests.support.good_input import KINDS, Good
from tests.support.strength import examples

CATALOG = read_model(Settings()).catalog
DECODER = Decoder(CATALOG)
# Hundreds of times what a record takes, and far less than what would hold up a partition.
SECONDS_MAX = 2.0


def test_every_kind_of_field_has_values_to_draw() -> None:
    kinds = {
        column.sql_type
        for event_type in CATALOG.event_types
        for column in event_type.entity.columns
        if column.name in event_type.fields
    }
    assert kinds == TYPED.keys()


@examples(30)
@given(records)
def test_any_record_is_an_event_or_a_letter_or_passed_over_in_bounded_time(
    record: StoredRecord,
) -> None:
    started = time.monotonic()
    decoded = DECODER.decode(record)
    assert time.monotonic() - started < SECONDS_MAX
    assert isinstance(decoded, Event | DeadLetter | PassedOver)
    record_columns(record)
    if isinstance(decoded, DeadLetter):
        assert 0 < len(decoded.detail) <= DETAIL_CHARACTERS_MAX
        assert "\x00" not in decoded.detail
        assert decoded.detail.encode()
    if isinstance(decoded, PassedOver):
        assert "\x00" not in decoded.type_name
        assert decoded.type_name.encode()
        decoded = decoded.event or decoded
    if isinstance(decoded, Event):
        assert decoded.subject.encode() == record.key
        columns = "".join(as_columns([Patch([decoded])]))
        assert "\x00" not in columns


def _described(decoded: Event | DeadLetter | PassedOver) -> object:
    """All that a decoded record says, in a form that compares by value."""
    if isinstance(decoded, Event):
        return [(type(v := getattr(decoded, name)), v) for name in Event.__slots__] + [
            [(name, type(value)) for name, value in decoded.values.items()]
        ]
    if isinstance(decoded, PassedOver) and decoded.event:
        return decoded.type_name, _described(decoded.event)
    return decoded


ODD_HEADER_VALUES = (
    None, b"", b"\xff", b"0", b"01", b"9" * 18, b"9" * 19, b"+1", b" 1", b"1_0", "\u0661".encode(),
    b"1.0 ", b"x" * 200, b"x" * 201, b"a\x00b", b"application/json; charset=utf-8", b"text/xml",
    b"2026-01-02T24:00:00Z", b"2026-01-02t03:04:05.1234567z", b"2016-12-31T23:59:60Z",
    b"0000-01-01T00:00:00Z", b"2026-01-02T03:04:05+01:00", b"2026-W01-1T00:00:00Z",
)  # fmt: skip


@examples(10)
@given(records, st.randoms(use_true_random=False))
def test_usual_and_unusual_records_are_decoded_by_the_same_rules(
    record: StoredRecord, random: Random
) -> None:
    headers = tuple(random.sample(record.headers, len(record.headers)))
    record = record._replace(headers=headers)
    assert _described(DECODER.decode(record)) == _described(DECODER.by_every_rule(record))


def test_no_odd_header_makes_an_event_usual_that_is_none_by_every_rule() -> None:
    """Each header in turn left out, replaced, or there twice."""
    good = Good(KINDS[1], "K1", 1).record()
    headers = list(good.headers)
    for name in [*dict(headers), "ce_traceparent", "content-type"]:
        others = [header for header in headers if header[0] != name]
        for value in (*ODD_HEADER_VALUES, *dict(headers).values()):
            odd = (name, value)
            for changed in (others, [*others, odd], [*headers, odd], [odd, *headers]):
                record = good._replace(headers=tuple(changed))
                assert _described(DECODER.decode(record)) == _described(
                    DECODER.by_every_rule(record)
                )


@examples(10)
@given(times, st.sampled_from(["Z", ".5Z", ".1234567Z", "Z\n", " Z", ",5Z", "+00:00Z", "\u0661Z"]))
@example("2026-01-02T03:04:05", ",5Z")
@example("2026-01-02T24:00:00", "Z")
@example("2016-12-31T23:59:60", "Z")
@example("2026-W01-1T00:00:00", "Z")
@example("0000-01-01T00:00:00", "Z")
def test_a_time_is_read_alike_in_all_its_spellings(time: str, end: str) -> None:
    """The capital ``Z`` is what nearly all write, and has a quicker way."""

    def found(text: str) -> object:
        try:
            return instant(text)
        except ValueError as error:
            return str(error)

    usual = time[:19] + end
    assert found(usual) == found(usual.replace("Z", "z"))


def test_good_events_are_usual_in_binary_mode() -> None:
    usual = UsualEvents(CATALOG)
    for kind in KINDS:
        assert usual.event(Good(kind, "K1", 1).record()) is not None


@examples()
@given(st.lists(records, min_size=1, max_size=60), st.integers(1, 30))
def test_any_records_are_stored_and_each_is_accounted_for(
    arena: Arena, runner: asyncio.Runner, drawn: list[StoredRecord], size: int
) -> None:
    """Applied, a letter, waiting, passed over or old: nothing raises and nothing is lost."""
    arena.empty()
    log = _placed(drawn)
    runner.run(_apply(arena, arena.members[0].writer, log, size))
    decoded = [DECODER.decode(record) for record in log]
    kept = {table: _positions(arena, table) for table in ("dead_letters", "waiting")}
    assert not kept["dead_letters"] & kept["waiting"]
    _check_letters(decoded, kept["dead_letters"])
    _check_events(arena, decoded, kept["dead_letters"], kept["waiting"])
    passed = Counter((d.type_name) for d in decoded if isinstance(d, PassedOver))
    assert dict(arena.database.execute("SELECT type, sum(events)::int FROM passed_over "
                                       "GROUP BY type").fetchall()) == passed  # fmt: skip
    assert [compared for compared in verify(arena.database_url) if compared.differs] == []


def _placed(drawn: list[StoredRecord]) -> list[StoredRecord]:
    """The records one behind the other in their topics."""
    ends: Counter[str] = Counter()
    log = []
    for record in drawn:
        log.append(record._replace(offset=ends[record.topic]))
        ends[record.topic] += 1
    return log


async def _apply(arena: Arena, writer: BatchWriter, log: list[StoredRecord], size: int) -> None:
    reached = {Partition(record.topic, 0): 0 for record in log}
    arena.database.cursor().executemany(
        "INSERT INTO positions (topic, partition, next_offset) VALUES (%s, 0, 0)",
        [(partition.topic,) for partition in reached],
    )
    for start in range(0, len(log), size):
        taken = log[start : start + size]
        ends = {Partition(record.topic, 0): record.offset + 1 for record in taken}
        moves = {partition: Move(reached[partition], end) for partition, end in ends.items()}
        await writer.apply(make_batch(DECODER, taken, moves))
        reached |= ends
    assert arena.stored() == reached


Position = tuple[str, int]


def _at(record: StoredRecord) -> Position:
    return record.topic, record.offset


def _positions(arena: Arena, table: str) -> set[Position]:
    query = f'SELECT topic, "offset" FROM {table}'  # noqa: S608 - one of two names
    return set(arena.database.execute(query.encode()).fetchall())


def _check_letters(decoded: list[Event | DeadLetter | PassedOver], letters: set[Position]) -> None:
    assert {_at(d.record) for d in decoded if isinstance(d, DeadLetter)} <= letters


def _check_events(
    arena: Arena,
    decoded: list[Event | DeadLetter | PassedOver],
    letters: set[Position],
    waiting: set[Position],
) -> None:
    """Every event is at or below what its subject reached, or is kept, or repeats what is kept."""
    events = [d.event if isinstance(d, PassedOver) else d for d in decoded]
    placed = [event for event in events if isinstance(event, Event)]
    kept = {
        (e.entity.name, e.subject, e.sequence)
        for e in placed if _at(e.record) in letters | waiting
    }  # fmt: skip
    for event in placed:
        place = (event.entity.name, event.subject, event.sequence)
        assert place in kept or event.sequence <= _reached(arena, event)


def _reached(arena: Arena, event: Event) -> int:
    names = " || '/' || ".join(event.entity.key_names)
    query = (
        f"SELECT sequence FROM {event.entity.name} WHERE {names} = %s "  # noqa: S608 - the contract's
        "UNION ALL SELECT sequence FROM subjects_without_row WHERE (entity, key) = (%s, %s)"
    )
    asked = (event.subject, event.entity.name, event.subject)
    row = arena.database.execute(query.encode(), asked).fetchone()
    return int(row[0]) if row else 0
