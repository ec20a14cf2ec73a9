"""Folding lays the events of a batch over each other, and holds what the row must decide."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeroom.engine.catalog import Column, Entity, EventType
from homeroom.engine.log.records import Event
from homeroom.engine.ordering.fold import Patch, fold
from homeroom.engine.ordering.rule import first_run
from tests.support.feed import record

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
# An hour later, in milliseconds.
PUBLISHED = 1_767_358_800_000
COLUMNS = (Column("title", "text"), Column("marks", "integer"), Column("status", "text"),
           Column("deleted", "boolean", False))  # fmt: skip
EXAM = Entity("exam", "exams", (Column("exam_id", "text"),), COLUMNS)
SPARSE = Entity("exam", "exams", (Column("exam_id", "text"),), COLUMNS, sparse=True)


def event(
    verb: str | None, sequence: int, entity: Entity = EXAM, at: tuple[int, int] = (0, 0),
    **values: Any,
) -> Event:  # fmt: skip
    """``at``: partition and offset."""
    types = {
        "created": EventType("exam.created.v1", entity, True, ("exam_id", "title", "marks"),
                             {"status": "draft"}, lambda _: {}),
        "updated": EventType("exam.updated.v1", entity, False, ("exam_id", "title"), {},
                             lambda _: {}),
        "deleted": EventType("exam.deleted.v1", entity, False, ("exam_id",), {"deleted": True},
                             lambda _: {}),
    }  # fmt: skip
    made = record("exams", "x", "E1", sequence, b"", partition=at[0], offset=at[1],
                  timestamp=PUBLISHED)  # fmt: skip
    time = NOON + timedelta(seconds=sequence)
    type_ = types[verb] if verb else None
    return Event(entity, type_, "E1", sequence, time, {"exam_id": "E1", **values}, made)


def created(sequence: int, entity: Entity = EXAM) -> Event:
    return event("created", sequence, entity, title="Algebra", marks=100)


def only(events: list[Event]) -> Patch:
    batch = fold(events)["exam"]
    assert not batch.unresolved
    (patch,) = batch.patches
    return patch


def test_a_creating_event_sets_every_column() -> None:
    patch = only([created(1)])
    assert patch.values == ["Algebra", 100, "draft", False]
    assert patch.mask == 0b1111
    assert patch.starts


def test_other_events_set_their_columns_and_no_others() -> None:
    patch = only([event("updated", 4, title="Geometry"), event("deleted", 5)])
    assert (patch.values, patch.mask) == (["Geometry", None, None, True], 0b1001)
    assert (patch.first, patch.last, patch.starts) == (4, 5, False)


def test_a_creating_event_after_others_begins_anew() -> None:
    patch = only([event("deleted", 4), created(5)])
    assert (patch.values, patch.mask) == (["Algebra", 100, "draft", False], 0b1111)
    assert not patch.starts


def test_what_is_passed_over_takes_its_place_and_sets_nothing() -> None:
    patch = only([event(None, 4)])
    assert (patch.values, patch.mask) == ([None] * 4, 0)
    assert (patch.last, patch.newest) == (4, None)


def test_the_newest_time_is_that_of_an_event_that_was_applied() -> None:
    assert only([event("deleted", 4), event(None, 5)]).newest == NOON + timedelta(seconds=4)


@pytest.mark.parametrize("timestamp", [PUBLISHED, PUBLISHED * 1000, PUBLISHED * 1_000_000])
def test_no_event_is_newer_than_its_record_whatever_its_publishers_clock(timestamp: int) -> None:
    ahead = event("deleted", 4)
    ahead.time = datetime.max.replace(tzinfo=UTC)
    ahead.record = ahead.record._replace(timestamp=timestamp)  # type: ignore[attr-defined]
    assert only([ahead]).newest == NOON + timedelta(hours=1)


def test_events_are_laid_in_the_order_of_their_sequence_whatever_the_logs() -> None:
    patch = only([event("updated", 3, title="c"), created(1), event("updated", 2, title="b")])
    assert (patch.values[0], patch.first, patch.last) == ("c", 1, 3)


def test_of_two_events_with_one_number_the_earlier_in_the_log_counts() -> None:
    patch = only([event("updated", 3, title="first"), event("updated", 3, title="second")])
    assert patch.values[0] == "first"


def test_what_is_ahead_of_a_hole_is_held_and_what_is_before_it_is_folded() -> None:
    batch = fold([event("updated", 3, title="c"), event("updated", 5, title="e")])["exam"]
    assert batch.unresolved == {"E1"}
    assert [(p.first, p.last) for p in batch.patches] == [(3, 3)]


@pytest.mark.parametrize("first", [event(None, 1), event("updated", 1, title="a")])
def test_a_first_event_that_does_not_create_is_held_for_the_row_to_decide(first: Event) -> None:
    batch = fold([first, event("updated", 2, title="b")])["exam"]
    assert (batch.unresolved, batch.patches) == ({"E1"}, [])


def test_only_the_first_number_starts_a_row() -> None:
    assert not only([created(2)]).starts


def test_in_sparse_topics_any_number_starts_a_row_and_whatever_rises_is_taken() -> None:
    late = event("updated", 90, SPARSE, title="late")
    old = event("updated", 80, SPARSE, title="old")
    patch = only([created(70, SPARSE), late, old])
    assert (patch.starts, patch.first, patch.last, patch.values[0]) == (True, 70, 90, "late")


def test_a_run_ends_at_the_first_hole() -> None:
    run = first_run([event("deleted", n) for n in (7, 3, 4, 4, 6)])
    assert [e.sequence for e in run] == [3, 4]


def stands_at(patch: Patch) -> tuple[int | None, int | None, int | None]:
    return patch.partition, patch.first_offset, patch.last_offset


def deleted(sequence: int, *at: int) -> Event:
    return event("deleted", sequence, at=(at[0], at[1]))


def test_a_patch_knows_where_its_events_stand_in_the_log() -> None:
    assert stands_at(only([deleted(4, 1, 30)])) == (1, 30, 30)
    # An event that waited stands before the one that it waited for.
    waited = [deleted(4, 1, 32), deleted(5, 1, 30), deleted(6, 1, 40), deleted(7, 1, 35)]
    assert stands_at(only(waited)) == (1, 30, 40)


def test_events_of_two_partitions_stand_in_no_single_one() -> None:
    for last in (0, 1):
        spread = [deleted(4, 0, 7), deleted(5, 1, 30), deleted(6, last, 9)]
        assert stands_at(only(spread)) == (-1, 7, 30)


def test_what_sets_nothing_and_what_is_old_stand_nowhere() -> None:
    nothing = event(None, 4, at=(0, 7))
    assert stands_at(only([nothing])) == (None, None, None)
    assert stands_at(only([nothing, deleted(5, 1, 30), deleted(5, 0, 40)])) == (1, 30, 30)


def test_subjects_are_folded_apart() -> None:
    other = created(1)
    other.subject = "E2"
    assert {p.subject for p in fold([created(1), other])["exam"].patches} == {"E1", "E2"}
