"""No bytes make decoding raise, take long, or give what PostgreSQL will not hold."""

import asyncio
import time
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import DETAIL_CHARACTERS_MAX, Decoder
from homeroom.engine.log.columns import record_columns
from homeroom.engine.log.records import DeadLetter, Event, Move, Partition, PassedOver, StoredRecord
from homeroom.engine.ordering.fold import Patch, as_columns
from homeroom.operations.verifying.verify import verify
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.property.arena import Arena
from tests.property.mutations import TYPED, records
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
        assert "\\u0000" not in columns.replace("\\\\", "")


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
