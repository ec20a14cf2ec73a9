"""Exactly once, in effect: a batch is applied whole with its positions, or not at all."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql

from homeroom.database import connect
from homeroom.engine.applying.applier import BatchApplier, Committed
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import Batch, make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.log.records import Move, Partition, StoredRecord
from homeroom.engine.ordering.fold import folding
from homeroom.engine.ordering.store import KeptBack, count_kept_back
from homeroom.errors import PositionConflict
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import record
from tests.support.strength import at_full_strength, thinned
from tests.support.templates import prepare

PEOPLE = Partition("people", 0)
FREEZE = """
CREATE FUNCTION end_backend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE TRIGGER end_backend AFTER INSERT ON {} FOR EACH STATEMENT EXECUTE FUNCTION end_backend();
"""


@pytest.fixture
def model(settings: Settings) -> ReadModel:
    return read_model(settings.model_copy(update={"topic_prefix": ""}))


@pytest.fixture
def schema(settings: Settings, model: ReadModel) -> str:
    return prepare(settings, model)


@pytest.fixture
def database(database_url: str, schema: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        enter(connection, schema, for_session=True)
        connection.execute("INSERT INTO positions (topic, partition, next_offset) "
                           "VALUES ('people', 0, 0), ('exams', 0, 0)")  # fmt: skip
        yield connection


@pytest.fixture
async def writer(
    database_url: str, model: ReadModel, schema: str, database: psycopg.Connection[Any]
) -> AsyncIterator[BatchWriter]:
    assert database
    connection = await connect(database_url, "homeroom tests")
    made = BatchWriter(connection, model, schema)
    await made.prepare(30)
    yield made
    await connection.close()


def teacher(key: str, offset: int, sequence: int = 1, **changed: Any) -> StoredRecord:
    data = {"teacher_id": key, "name": "Ada", "email": None, "organization_id": None}
    about = {name: changed.pop(name) for name in ("time", "timestamp") if name in changed}
    return record(
        "people", "teacher.registered.v1", key, sequence, data | changed, offset=offset, **about
    )


def batch(
    model: ReadModel, *records: StoredRecord, start: int = 0, end: int | None = None
) -> Batch:
    following = records[-1].offset + 1 if end is None else end
    return make_batch(Decoder(model.catalog), records, {PEOPLE: Move(start, following)})


def everything(database: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """Every row of every table of the generation."""
    tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return {
        name: sorted(map(str, database.execute(sql.SQL("TABLE {}").format(sql.Identifier(name)))))
        for (name,) in tables.fetchall()
    }


def position(database: psycopg.Connection[Any]) -> int:
    row = database.execute("SELECT next_offset FROM positions WHERE topic = 'people'").fetchone()
    assert row
    return int(row[0])


def column(database: psycopg.Connection[Any], query: str) -> list[Any]:
    return [row[0] for row in database.execute(query.encode())]


@pytest.mark.parametrize("start", [1, pytest.param(7, marks=at_full_strength)])
async def test_a_batch_whose_position_is_not_the_stored_one_changes_nothing(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any], start: int
) -> None:
    before = everything(database)
    with pytest.raises(PositionConflict, match="people:0"):
        await writer.apply(batch(model, teacher("T1", 7), start=start))
    assert everything(database) == before


async def test_the_same_batch_applied_twice_is_refused_the_second_time(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    once = batch(
        model, teacher("T1", 0), record("people", "school.sung.v1", "O1", 1, b"", offset=1)
    )
    await writer.apply(once)
    before = everything(database)
    with pytest.raises(PositionConflict):
        await writer.apply(once)
    assert everything(database) == before
    assert column(database, "SELECT events FROM passed_over") == [1]


@pytest.mark.parametrize(
    "table",
    thinned(
        ["teacher", "teachers", "passed_over", "dead_letters", "waiting"],
        lambda table: table in {"teacher", "waiting"},
    ),
)
async def test_a_backend_that_dies_in_the_middle_of_a_batch_changes_nothing(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any], database_url: str,
    schema: str, table: str,
) -> None:  # fmt: skip
    records = [
        teacher("T1", 0), teacher("T2", 1, sequence=3), teacher("T3", 2, name=5),
        record("people", "planet.seen.v1", "x", 1, b"", offset=3),
    ]  # fmt: skip
    before = everything(database)
    database.execute(sql.SQL(FREEZE).format(sql.Identifier(table)))
    with pytest.raises(psycopg.OperationalError):
        await writer.apply(batch(model, *records))
    assert everything(database) == before

    database.execute(sql.SQL("DROP TRIGGER end_backend ON {}").format(sql.Identifier(table)))
    connection = await connect(database_url, "homeroom tests")
    successor = BatchWriter(connection, model, schema)
    await successor.prepare(30)
    await successor.apply(batch(model, *records))
    await connection.close()
    assert column(database, "SELECT teacher_id FROM teachers") == ["T1"]
    assert position(database) == 4


async def test_a_position_moves_over_offsets_that_hold_no_event(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    await writer.apply(batch(model, end=3))
    assert position(database) == 3
    await writer.apply(batch(model, teacher("T1", 5), start=3, end=9))
    assert position(database) == 9
    assert column(database, "SELECT teacher_id FROM teachers") == ["T1"]


async def test_only_events_that_were_applied_make_the_tables_newer(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    early, late = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    passed = record("people", "teacher.sung.v1", "T1", 2, b"", offset=1, time=late)
    await writer.apply(batch(
        model, teacher("T1", 0, time=early), passed, teacher("T2", 2, sequence=2, time=late),
        teacher("T3", 3, time=late, name=5), teacher("T1", 4, time=late, name="again"),
    ))  # fmt: skip
    newest = "SELECT to_char(newest_time, 'YYYY-MM-DD') FROM positions WHERE topic = 'people'"
    assert column(database, newest) == ["2026-01-01"]
    await writer.apply(batch(model, teacher("T2", 5, time=early), start=5))
    assert column(database, newest) == ["2026-01-02"]


async def test_no_clock_of_a_publisher_makes_the_tables_newer_than_now(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    never = "9999-12-31T23:59:59Z"
    await writer.apply(batch(model, teacher("T1", 0, time=never)))
    newest = "SELECT newest_time FROM positions WHERE topic = 'people'"
    (published,) = column(database, newest)
    assert published == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    await writer.apply(batch(model, teacher("T2", 1, time=never, timestamp=2**43), start=1))
    (applied,) = column(database, newest)
    assert published < applied <= datetime.now(UTC)


@pytest.mark.parametrize("timestamp", [2**43, 2**43 * 1000], ids=["ahead", "in microseconds"])
async def test_nothing_is_missing_since_a_time_that_is_to_come(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any], timestamp: int
) -> None:
    await writer.apply(batch(
        model, teacher("T1", 0), teacher("T1", 1, 3, timestamp=timestamp),
        teacher("T2", 2), teacher("T2", 3, 2, timestamp=timestamp, name=5),
    ))  # fmt: skip
    since = column(database, "SELECT since FROM incomplete UNION ALL SELECT since FROM gaps")
    assert len(since) == 3
    assert all(datetime(2026, 1, 2, tzinfo=UTC) < at <= datetime.now(UTC) for at in since)
    # What comes later leaves it as it is.
    (first,) = column(database, "SELECT since FROM incomplete WHERE key = 'T1'")
    await writer.apply(batch(model, teacher("T1", 4, 4, timestamp=timestamp), start=4))
    assert column(database, "SELECT since FROM incomplete WHERE key = 'T1'") == [first]


async def test_what_is_passed_over_is_counted_once_by_topic_and_type(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    def seen(offset: int) -> StoredRecord:
        return record("people", "planet.seen.v1", "x", 1, b"", offset=offset)

    await writer.apply(batch(model, seen(0), seen(1)))
    await writer.apply(batch(model, seen(2), start=2))
    counted = database.execute("TABLE passed_over").fetchall()
    assert counted == [("people", "planet.seen.v1", 3, None, 0, 2)]


async def test_what_was_folded_ahead_is_applied_without_what_was_discarded_meanwhile(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    plain = batch(model, teacher("T1", 0), teacher("T1", 1, 2, name="Eve"), teacher("T2", 2))
    *_, ahead = folding(plain)
    assert ahead is not None
    database.execute(
        "INSERT INTO homeroom.discard (entity, key, first_sequence, last_sequence, by, why) "
        "VALUES ('teacher', 'T1', 2, 2, 'ada', 'the tests say so')"
    )
    await writer.apply(ahead)
    assert column(database, "SELECT name FROM teacher ORDER BY teacher_id") == ["Ada", "Ada"]
    assert column(database, "SELECT sequence FROM teacher ORDER BY teacher_id") == [2, 1]


async def test_a_number_that_was_taken_without_a_row_is_not_taken_again(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    database.execute(
        "INSERT INTO homeroom.discard (entity, key, first_sequence, last_sequence, by, why) "
        "VALUES ('teacher', 'T1', 1, 1, 'ada', 'the tests say so')"
    )
    await writer.apply(batch(model, teacher("T1", 0, name="early")))
    await writer.apply(batch(model, teacher("T1", 1), start=1))
    assert column(database, "SELECT teacher_id FROM teacher") == []

    await writer.apply(batch(model, teacher("T1", 2, sequence=2), start=2))
    assert column(database, "SELECT sequence FROM teacher") == [2]
    assert column(database, "SELECT key FROM subjects_without_row") == []


async def test_a_number_given_twice_is_kept_once_within_a_batch_and_across_batches(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    def sent(key: str, sequence: int, event_id: str, offset: int) -> StoredRecord:
        made = teacher(key, offset, sequence, name=event_id)
        headers = dict(made.headers) | {"ce_id": event_id.encode()}
        return made._replace(headers=tuple(headers.items()))

    done = await writer.apply(
        batch(model, sent("T1", 1, "a", 0), sent("T1", 1, "b", 1), sent("T1", 2, "c", 2))
    )
    assert [(c.event.id, c.first_id) for c in done.conflicts] == [("b", "a")]
    assert column(database, "SELECT event_id FROM teacher") == ["c"]
    done = await writer.apply(
        batch(model, sent("T1", 2, "c", 3), sent("T1", 2, "d", 4), sent("T2", 1, "e", 5), start=3)
    )
    assert [(c.event.id, c.first_id) for c in done.conflicts] == [("d", "c")]
    # The same events again, and one that is behind the newest.
    done = await writer.apply(
        batch(model, sent("T1", 2, "d", 6), sent("T1", 1, "b", 7), sent("T2", 1, "e", 8), start=6)
    )
    assert done.conflicts == []
    # Two that wait.
    await writer.apply(batch(model, sent("T2", 3, "g", 9), sent("T2", 3, "h", 10), start=9))
    await writer.apply(batch(model, sent("T2", 3, "i", 11), sent("T2", 2, "f", 12), start=11))
    kept = column(
        database,
        "SELECT concat_ws(' ', key, sequence, first_event_id, event_id) FROM sequence_conflicts "
        'ORDER BY "offset"',
    )
    assert kept == ["T1 1 a b", "T1 2 c d", "T2 3 g h", "T2 3 g i"]
    assert column(database, "SELECT name FROM teacher ORDER BY 1") == ["c", "g"]


@pytest.mark.parametrize("mistyped", ["teacher.registred.v1", "teacher.registered.v2"])
async def test_a_mistyped_first_event_does_not_take_the_place_of_the_right_one(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any], mistyped: str
) -> None:
    letters = "SELECT concat_ws(' ', reason, sequence, closed_as) FROM dead_letters"
    await writer.apply(batch(model, record("people", mistyped, "T1", 1, b"{}", offset=0)))
    assert column(database, letters) == ["unknown_type 1"]
    await writer.apply(batch(model, teacher("T1", 1, sequence=2, name="behind"), start=1))
    await writer.apply(batch(model, teacher("T1", 2), start=2))
    assert column(database, "SELECT name FROM teachers") == ["behind"]
    assert column(database, letters) == ["unknown_type 1 superseded"]
    counted = database.execute("TABLE passed_over").fetchall()
    assert counted == [("people", mistyped, 1, "T1", 0, 0)]

    # Of a subject that has a row it takes its place.
    await writer.apply(batch(model, record("people", mistyped, "T1", 3, b"", offset=3), start=3))
    assert column(database, "SELECT sequence FROM teacher") == [3]
    assert column(database, letters) == ["unknown_type 1 superseded"]


async def test_a_record_that_postgresql_refuses_is_a_letter_and_the_others_apply(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    # Validation lets through nothing that these columns refuse, so one is made to.
    database.execute("ALTER TABLE teacher ADD CHECK (name <> 'refused')")
    records = [teacher(f"T{n}", n, name="refused" if n == 5 else "Ada") for n in range(9)]
    unseen = record("people", "planet.seen.v1", "x", 1, b"", offset=9)
    behind = record("people", "teacher.deactivated.v1", "T5", 2, {"teacher_id": "T5"}, offset=10)
    committed: list[Committed] = []
    applier = BatchApplier(writer, Decoder(model.catalog), committed.append)
    await applier.apply(batch(model, *records, unseen, behind))

    taken = column(database, "SELECT teacher_id FROM teachers ORDER BY 1")
    assert taken == [f"T{n}" for n in range(9) if n != 5]
    letters = database.execute('SELECT "offset", reason, key, sequence, detail FROM dead_letters')
    ((offset, reason, key, sequence, detail),) = letters.fetchall()
    assert (offset, reason, key, sequence) == (5, "not_applicable", "T5", 1)
    assert "23514" in detail
    assert position(database) == 11
    assert column(database, "SELECT events FROM passed_over") == [1]
    assert database.execute("SELECT key, sequence FROM waiting").fetchall() == [("T5", 2)]
    assert sum(len(one.applied.dead_letters) for one in committed) == 1


async def test_of_two_with_one_number_the_earlier_counts_though_it_had_to_wait(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    waiting = teacher("T1", 1, sequence=3, name="earlier")
    await writer.apply(batch(model, teacher("T1", 0), waiting))
    # Folded alone, the copy would continue the row, behind the number that was missing.
    copy = teacher("T1", 3, sequence=3, name="later")
    await writer.apply(batch(model, teacher("T1", 2, sequence=2), copy, start=2))
    assert column(database, "SELECT name FROM teacher") == ["earlier"]
    assert column(database, "SELECT sequence FROM teacher") == [3]
    assert column(database, "SELECT key FROM waiting") == []


@pytest.mark.parametrize(
    "bad",
    thinned(
        [
            {"type_name": "planet.\x00", "data": b""},
            {"type_name": "planet." + "x" * 9_000, "data": b""},
            {"type_name": "teacher.registered.v1", "data": b"\x00\xff"},
            {"type_name": "teacher.registered.v1", "data": None, "ce_id": b"\xff\x00"},
            {"type_name": "teacher.registered.v1", "data": None, "timestamp": 2**63 - 1},
            {"type_name": "teacher.registered.v1", "data": None, "timestamp": -1},
        ],
        lambda bad: bad["data"] is not None and len(bad["type_name"]) < 100,
    ),
)
async def test_whatever_cannot_be_stored_as_it_is_does_not_stop_the_batch(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any], bad: dict[str, Any]
) -> None:
    made = record("people", subject="T9", sequence=1, offset=0, **bad)
    await writer.apply(batch(model, made, teacher("T1", 1)))
    assert column(database, "SELECT count(*) FROM dead_letters") == [1]
    assert column(database, "SELECT teacher_id FROM teachers") == ["T1"]


async def test_values_arrive_in_the_tables_as_they_were_said(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any]
) -> None:
    said = 'tab\t line\n back\\slash "quote" {brace} NULL \\N 😀 \x01\x7f'
    await writer.apply(
        batch(model, teacher("T1", 0, name=said), teacher("T2", 1, name="", email=""))
    )
    assert column(database, "SELECT name FROM teacher ORDER BY teacher_id") == [said, ""]
    result = {"exam_id": "E1", "student_id": "S1", "score": 0.1, "graded_by": None,
              "recorded_at": "2026-01-02T03:04:05.123456+05:30"}  # fmt: skip
    graded = record("exams", "exam_result.recorded.v1", "E1/S1", 1, result)
    moves = {Partition("exams", 0): Move(0, 1)}
    await writer.apply(make_batch(Decoder(model.catalog), [graded], moves))
    assert database.execute(
        "SELECT score::text, recorded_at = '2026-01-01T21:34:05.123456Z' FROM exam_result"
    ).fetchone() == ("0.1", True)


async def test_a_generation_with_the_older_names_of_tables_is_counted_until_it_is_replaced(
    writer: BatchWriter, model: ReadModel, schema: str, database: psycopg.Connection[Any]
) -> None:
    await writer.apply(batch(model, teacher("T1", 0, sequence=2), teacher("T2", 1, name=7)))
    kept_back = KeptBack(dead_letters=1, gaps=1, waiting=1)
    assert count_kept_back(database, schema) == kept_back
    database.execute("ALTER TABLE dead_letters RENAME TO letters")
    database.execute("ALTER TABLE gaps RENAME TO holes")
    assert count_kept_back(database, schema) == kept_back


def receipt(what: str, sequence: int, offset: int, at: str) -> StoredRecord:
    data = {"notification_id": "N1", "teacher_id": "T1", "at": at}
    kind = f"notification_receipt.{what}.v1"
    return record("notifications", kind, "N1/T1", sequence, data, offset=offset)


@pytest.mark.parametrize("order", [("read", "dismissed"), ("dismissed", "read")])
@pytest.mark.parametrize("together", [True, False])
async def test_a_type_that_keeps_makes_the_row_and_leaves_the_other_columns(
    writer: BatchWriter, model: ReadModel, database: psycopg.Connection[Any],
    order: tuple[str, str], together: bool,
) -> None:  # fmt: skip
    database.execute(
        "INSERT INTO positions (topic, partition, next_offset) VALUES ('notifications', 0, 0)"
    )
    told = {"read": "2026-03-01T09:00:00Z", "dismissed": "2026-03-01T10:00:00Z"}
    both = [receipt(what, n + 1, n, told[what]) for n, what in enumerate(order)]
    place = Partition("notifications", 0)
    for records in [both] if together else [[one] for one in both]:
        moves = {place: Move(records[0].offset, records[-1].offset + 1)}
        await writer.apply(make_batch(Decoder(model.catalog), records, moves))
        if len(records) == 1 and records[0].offset == 0:
            first = database.execute("SELECT read_at, dismissed_at FROM notification_receipts")
            (there,) = (at for at in first.fetchone() or () if at)
            assert there == datetime.fromisoformat(told[order[0]])
    rows = database.execute("SELECT read_at, dismissed_at FROM notification_receipts").fetchall()
    assert rows == [tuple(datetime.fromisoformat(told[n]) for n in ("read", "dismissed"))]
