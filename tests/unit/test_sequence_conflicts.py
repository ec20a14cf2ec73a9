"""Of two events with one number and different ids, the second is a conflict, where it is seen."""

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from homeroom.engine import log_messages
from homeroom.engine.catalog import Entity
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.decoding.envelope import ID_CHARACTERS_MAX
from homeroom.engine.log.records import Event, SequenceConflict
from homeroom.engine.ordering.discards import SequenceRange
from homeroom.engine.ordering.fold import fold
from homeroom.engine.ordering.rule import Outcome, SubjectState, resolve
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import record
from tests.unit.test_fold import EXAM, SPARSE, event

NEW = SubjectState(EXAM, "E1", 0, False)


def of(event_id: str, sequence: int, entity: Entity = EXAM, verb: str = "updated") -> Event:
    made = event(verb, sequence, entity, title=event_id, marks=1)
    made.id = event_id
    return made


def at(sequence: int, event_id: str | None, entity: Entity = EXAM) -> SubjectState:
    return SubjectState(entity, "E1", sequence, True, event_id=event_id)


def conflicts(outcome: Outcome) -> list[tuple[int, str | None, str]]:
    return [(c.event.sequence, c.event.id, c.first_id) for c in outcome.conflicts]


def test_another_event_with_the_newest_number_is_a_conflict() -> None:
    outcome = resolve(at(4, "four"), [], [of("other", 4), of("five", 5), of("again", 5)], [])
    assert conflicts(outcome) == [(4, "other", "four"), (5, "again", "five")]
    assert (outcome.sequence, outcome.event_id) == (5, "five")


def test_another_event_with_the_number_of_one_that_waits_is_a_conflict() -> None:
    outcome = resolve(at(4, "four"), [of("six", 6)], [of("other", 6), of("eight", 8)], [])
    assert conflicts(outcome) == [(6, "other", "six")]
    assert conflicts(resolve(at(4, "four"), [], [of("six", 6), of("other", 6)], [])) == [
        (6, "other", "six")
    ]


@pytest.mark.parametrize("sequence", [3, 4])
def test_the_same_event_again_is_none_nor_is_one_below_the_newest(sequence: int) -> None:
    assert conflicts(resolve(at(4, "four"), [], [of("four", sequence)], [])) == []
    assert conflicts(resolve(at(5, "five"), [], [of("other", sequence)], [])) == []


def test_in_sparse_topics_too() -> None:
    outcome = resolve(at(70, "old", SPARSE), [], [of("other", 70, SPARSE), of("x", 9, SPARSE)], [])
    assert conflicts(outcome) == [(70, "other", "old")]


def test_a_discarded_number_has_no_id() -> None:
    discarded = resolve(at(1, "one"), [], [], [], [SequenceRange(2, 2)])
    assert (discarded.sequence, discarded.event_id) == (2, None)
    assert conflicts(resolve(at(2, None), [], [of("late", 2), event(None, 2)], [])) == []


def test_a_batch_with_both_is_looked_at_one_by_one_and_copies_are_not() -> None:
    both = fold([of("a", 2), of("b", 2), of("c", 3)])["exam"]
    assert (both.unresolved, both.patches) == ({"E1"}, [])
    copies = fold([of("a", 2), of("a", 2), of("c", 3)])["exam"]
    assert (copies.unresolved, [p.event_id for p in copies.patches]) == (set(), ["c"])


events = st.lists(
    st.builds(of, st.sampled_from("ab"), st.integers(1, 4), st.just(EXAM),
              st.sampled_from(["created", "updated"])),
    max_size=14,
)  # fmt: skip


@given(events, st.integers(0, 14))
def test_however_a_log_is_cut_the_same_conflicts_are_seen(log: list[Event], cut: int) -> None:
    whole = resolve(NEW, [], log, [])
    first = resolve(NEW, [], log[:cut], [])
    behind = SubjectState(EXAM, "E1", first.sequence, first.has_row, event_id=first.event_id)
    second = resolve(behind, first.waits, log[cut:], [])
    assert first.conflicts + second.conflicts == whole.conflicts
    assert second.event_id == whole.event_id


@pytest.mark.parametrize(
    ("given_id", "stored"),
    [
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ("Prüfung 7/ü", "Prüfung 7/ü"),
        ("x" * ID_CHARACTERS_MAX, "x" * ID_CHARACTERS_MAX),
        ("x" * 10_000, "x" * 100 + "…"),
        ("a\x00b", "a\\x00b…"),
    ],
)
def test_an_id_is_stored_whole_unless_it_is_very_long_or_cannot_be_printed(
    given_id: str, stored: str
) -> None:
    decoder = Decoder(read_model(Settings(topic_prefix="")).catalog)
    data = {"teacher_id": "T1", "name": "Ada", "email": None, "organization_id": None}
    made = record("people", "teacher.registered.v1", "T1", 1, data, ce_id=given_id.encode())
    decoded = decoder.decode(made)
    assert isinstance(decoded, Event)
    assert decoded.id is not None
    assert decoded.id.startswith(stored)
    # Behind the beginning stands a hash of all of it.
    assert len(decoded.id) == len(stored) + (64 if stored.endswith("…") else 0)


def test_of_many_conflicts_in_one_batch_the_log_counts_the_rest() -> None:
    many = [SequenceConflict(of(f"other {n}", 2), f"first {n}") for n in range(25)]
    with structlog.testing.capture_logs() as lines:
        log_messages.conflicts_found(many)
    assert len(lines) == 21
    assert (lines[0]["event_id"], lines[0]["first_event_id"]) == ("other 0", "first 0")
    assert (lines[-1]["event"], lines[-1]["events"]) == ("more sequence conflicts", 5)
