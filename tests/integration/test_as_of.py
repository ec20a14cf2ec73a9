"""A rebuild as of a moment: what lies beyond a subject's end leaves no trace."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import StoredRecord
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import RebuildOptions
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.property.memory_log import MemoryLog, read_from, unprefixed
from tests.support.feed import record
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

from .test_dead_letters import registered, teacher

MOMENT = "2026-01-02T12:00:00+00:00"
LATER = b"2026-01-02T12:00:01Z"


def praised(key: str, sequence: int) -> StoredRecord:
    return record("people", "teacher.praised.v1", key, sequence, b"")


def later(given: StoredRecord) -> StoredRecord:
    headers = dict(given.headers) | {"ce_time": LATER}
    return given._replace(headers=tuple(headers.items()))


def test_what_was_passed_over_beyond_an_end_that_comes_to_light_later_is_not_counted(
    settings: Settings,
) -> None:
    plain = unprefixed(settings)
    model = ReadModel(read_model(plain).catalog, {})
    prepare(plain, model)
    log = MemoryLog.of_one_partition([
        registered("T1"), registered("T2"), praised("T2", 2), praised("T1", 3), praised("T1", 3),
        praised("T3", 2), later(teacher("T1", 2)), later(registered("T3")), praised("T1", 4),
        teacher("T2", 4), praised("T2", 3),
    ])  # fmt: skip
    with read_from(log, model):
        options = RebuildOptions(as_of=datetime.fromisoformat(MOMENT), into="january")
        rebuild(plain, model, options, lambda *_: None, lambda _: None, hands_over=False)
    with psycopg.connect(plain.require_database()) as database:
        assert table(database, "passed_over") == [("people", "teacher.praised.v1", 2, "T2", 0, 10)]
        assert [table(database, name) for name in ("waiting", "gaps", "incomplete")] == [[], [], []]


@at_full_strength
def test_in_a_sparse_topic_an_old_event_ends_nothing(settings: Settings) -> None:
    plain = unprefixed(settings).model_copy(update={"sparse_topics": "people"})
    model = ReadModel(read_model(plain).catalog, {})
    prepare(plain, model)
    log = MemoryLog.of_one_partition([
        teacher("T1", 5, "registered"), later(teacher("T1", 4)), teacher("T1", 6),
        later(teacher("T1", 7)), teacher("T1", 8),
    ])  # fmt: skip
    with read_from(log, model):
        options = RebuildOptions(as_of=datetime.fromisoformat(MOMENT), into="january")
        rebuild(plain, model, options, lambda *_: None, lambda _: None, hands_over=False)
    with psycopg.connect(plain.require_database()) as database:
        found = database.execute("SELECT name, sequence FROM january.teacher").fetchall()
    assert found == [("name 6", 6)]


def table(database: psycopg.Connection[Any], name: str) -> list[tuple[Any, ...]]:
    query = sql.SQL("TABLE {}").format(sql.Identifier("january", name))
    return database.execute(query).fetchall()
