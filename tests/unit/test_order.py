"""What becomes of a subject's events once its row is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.engine.log.records import DeadLetter, Event, Place, Reason
from homeroom.engine.ordering.discards import SequenceRange
from homeroom.engine.ordering.fold import resolved_patch
from homeroom.engine.ordering.gaps import gaps
from homeroom.engine.ordering.rule import Outcome, SubjectState, resolve
from tests.unit.test_fold import EXAM, SPARSE, created, event


def has_row(reached: int) -> SubjectState:
    return SubjectState(EXAM, "E1", reached, True)


NEW = SubjectState(EXAM, "E1", 0, False)


def updated(sequence: int) -> Event:
    return event("updated", sequence, title=str(sequence))


def numbers(events: list[Event]) -> list[int]:
    return [e.sequence for e in events]


def applied(outcome: Outcome) -> tuple[int, int] | None:
    patch = resolved_patch(outcome)
    return (patch.first, patch.last) if patch else None


def test_an_event_at_or_below_the_sequence_is_old() -> None:
    outcome = resolve(has_row(4), [], [updated(3), updated(4)], [])
    assert (applied(outcome), outcome.waits, outcome.dead_letters, outcome.sequence) == (
        None,
        [],
        [],
        4,
    )


def test_an_event_ahead_of_a_hole_waits_with_all_that_follow_it() -> None:
    outcome = resolve(has_row(4), [], [updated(6), updated(7), updated(9)], [])
    assert applied(outcome) is None
    assert numbers(outcome.waits) == numbers(outcome.newly_waiting) == [6, 7, 9]


def test_the_missing_event_lets_go_of_what_waited_up_to_the_next_hole() -> None:
    outcome = resolve(has_row(4), [updated(6), updated(8)], [updated(5)], [])
    assert applied(outcome) == (5, 6)
    assert (outcome.released, numbers(outcome.waits), outcome.newly_waiting) == ([6], [8], [])


def test_a_second_copy_of_what_waits_is_old() -> None:
    outcome = resolve(has_row(4), [updated(6)], [updated(6)], [])
    assert (numbers(outcome.waits), outcome.newly_waiting, outcome.released) == ([6], [], [])


def test_what_waits_at_or_below_the_sequence_is_let_go() -> None:
    outcome = resolve(has_row(6), [updated(6), updated(8)], [], [])
    assert (applied(outcome), outcome.released, numbers(outcome.waits)) == (None, [6], [8])


def test_a_first_event_that_does_not_create_is_a_letter_and_later_ones_wait() -> None:
    outcome = resolve(NEW, [], [updated(1), updated(2)], [])
    assert [letter.reason for letter in outcome.dead_letters] == [Reason.NO_ROW]
    assert (numbers(outcome.waits), outcome.sequence) == ([2], 0)


def test_a_good_event_fills_the_place_of_a_letter() -> None:
    outcome = resolve(NEW, [updated(2)], [updated(1), created(1)], [])
    assert applied(outcome) == (1, 2)
    assert outcome.supersedes(Place(EXAM, "E1", 1))


def unknown(sequence: int) -> Event:
    made = event(None, sequence)
    made.unknown_type = "exam.creted.v1"
    return made


def test_without_a_row_an_unknown_type_is_a_letter_and_takes_no_place() -> None:
    outcome = resolve(NEW, [], [unknown(1), updated(2), created(1)], [])
    assert [letter.reason for letter in outcome.dead_letters] == [Reason.UNKNOWN_TYPE]
    assert "exam.creted.v1" in outcome.dead_letters[0].detail
    assert applied(outcome) == (1, 2)


def test_with_a_row_an_unknown_type_takes_its_place() -> None:
    outcome = resolve(has_row(4), [], [unknown(5)], [])
    assert (outcome.sequence, outcome.dead_letters) == (5, [])


def test_without_a_row_what_was_discarded_takes_its_place() -> None:
    outcome = resolve(NEW, [], [event(None, 1)], [])
    assert (outcome.sequence, outcome.has_row, resolved_patch(outcome)) == (1, False, None)


def test_a_row_may_begin_behind_what_was_discarded() -> None:
    outcome = resolve(SubjectState(EXAM, "E1", 1, False), [], [created(2)], [])
    assert applied(outcome) == (2, 2)
    patch = resolved_patch(outcome)
    assert patch
    assert patch.starts


def test_a_letter_is_superseded_at_the_sequence_and_where_an_event_waits() -> None:
    outcome = resolve(has_row(4), [], [updated(6)], [])
    assert [n for n in range(3, 9) if outcome.supersedes(Place(EXAM, "E1", n))] == [3, 4, 6]


def test_in_sparse_topics_the_order_is_the_logs_and_nothing_waits() -> None:
    subject = SubjectState(SPARSE, "E1", 4, True)
    arrived = [event("updated", n, SPARSE, title="") for n in (9, 7, 12)]
    outcome = resolve(subject, [], arrived, [])
    assert (applied(outcome), outcome.waits, outcome.sequence) == ((9, 12), [], 12)


@pytest.mark.parametrize(
    ("reached", "waits", "lettered", "expected"),
    [
        (4, [6], set(), [(5, 5, 1)]),
        (0, [3, 4, 7], set(), [(1, 2, 3), (5, 6, 1)]),
        (4, [9], {6}, [(5, 5, 1), (7, 8, 1)]),
        (4, [6], {5}, []),
        (4, [7], {5, 6}, []),
        (4, [7], {3, 9}, [(5, 6, 1)]),
        (4, [], {6}, []),
    ],
)
def test_a_hole_is_a_range_of_missing_numbers_without_the_letters_places(
    reached: int, waits: list[int], lettered: set[int], expected: list[tuple[int, int, int]]
) -> None:
    outcome = resolve(has_row(reached), [updated(n) for n in waits], [], [])
    found = [(hole.first, hole.last, hole.waiting) for hole in gaps(outcome, lettered)]
    assert found == expected


events = st.lists(
    st.tuples(st.sampled_from(["created", "updated", None]), st.integers(1, 7)), max_size=14
)


@given(events, st.integers(0, 14))
def test_however_a_subjects_log_is_cut_the_same_comes_of_it(
    drawn: list[tuple[str | None, int]], cut: int
) -> None:
    log = [event(verb, n, title=f"{i}", marks=i) for i, (verb, n) in enumerate(drawn)]
    whole = resolve(NEW, [], log, [])
    first = resolve(NEW, [], log[:cut], [])
    behind = SubjectState(EXAM, "E1", first.sequence, first.has_row)
    second = resolve(behind, first.waits, log[cut:], [])
    assert (second.sequence, second.has_row) == (whole.sequence, whole.has_row)
    assert second.waits == whole.waits
    assert _records(first.dead_letters + second.dead_letters) == _records(whole.dead_letters)


def _records(letters: list[DeadLetter]) -> list[int]:
    return [id(letter.record) for letter in letters]


def test_discarded_numbers_are_passed_at_once() -> None:
    outcome = resolve(has_row(1), [updated(4)], [], [], [SequenceRange(2, 3)])
    assert (applied(outcome), outcome.sequence, outcome.released) == ((2, 4), 4, [4])


def test_discarded_numbers_behind_a_hole_are_passed_when_it_is_filled() -> None:
    waits = [updated(6)]
    outcome = resolve(has_row(1), waits, [], [], [SequenceRange(3, 5)])
    assert (applied(outcome), numbers(outcome.waits)) == (None, [6])
    assert [(h.first, h.last) for h in gaps(outcome, [], [SequenceRange(3, 5)])] == [(2, 2)]
    assert applied(resolve(has_row(1), waits, [updated(2)], [], [SequenceRange(3, 5)])) == (2, 6)


def test_what_came_to_a_discarded_number_takes_its_place_among_them() -> None:
    outcome = resolve(has_row(1), [updated(3), updated(7)], [], [], [SequenceRange(2, 5)])
    assert (outcome.sequence, outcome.released, numbers(outcome.waits)) == (5, [3], [7])


def test_a_subject_without_a_row_passes_discarded_numbers_too() -> None:
    outcome = resolve(NEW, [created(2)], [], [], [SequenceRange(1, 1)])
    patch = resolved_patch(outcome)
    assert (applied(outcome), patch and patch.starts) == ((1, 2), True)


def test_in_sparse_topics_a_discard_takes_no_number() -> None:
    subject = SubjectState(SPARSE, "E1", 4, True)
    assert resolve(subject, [], [], [], [SequenceRange(5, 5)]).sequence == 4


def test_letters_and_discards_are_no_holes() -> None:
    outcome = resolve(has_row(1), [updated(9)], [], [])
    found = gaps(outcome, [3], [SequenceRange(5, 6), SequenceRange(8, 12)])
    assert [(h.first, h.last) for h in found] == [(2, 2), (4, 4), (7, 7)]
