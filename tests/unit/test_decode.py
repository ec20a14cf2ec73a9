"""Whatever a record holds, it becomes an event, a letter with a reason, or is passed over."""

import pytest

from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import DeadLetter, Event, Move, Partition, PassedOver
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.bad_envelopes import INPUTS
from tests.support.bad_input import Place
from tests.support.feed import record
from tests.support.good_input import Good

DECODER = Decoder(read_model(Settings()).catalog)
BAD = {name: kind for name, kind in INPUTS.items() if kind.reason}
PASSED_OVER = {"a version that nobody knows", "a verb that nobody knows"}
WELL = [n for n, i in INPUTS.items() if i.place is Place.TAKEN and n not in PASSED_OVER]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_record_is_a_letter_with_its_reason_and_in_its_place(kind: str) -> None:
    bad = BAD[kind]
    good = Good(bad.kind)
    letter = DECODER.decode(bad.make(good))
    assert isinstance(letter, DeadLetter)
    assert letter.reason == bad.reason
    for words in bad.told:
        assert words in letter.detail
    assert len(letter.detail) <= 1_000
    found = letter.place
    expected = good.place if bad.place is Place.KEPT else None
    assert (found and (found.entity.name, found.subject, found.sequence)) == expected


@pytest.mark.parametrize("kind", WELL)
def test_a_good_record_is_an_event(kind: str) -> None:
    good = Good(INPUTS[kind].kind)
    event = DECODER.decode(INPUTS[kind].make(good))
    assert isinstance(event, Event)
    assert (event.entity.name, event.subject, event.sequence) == good.place
    assert event.type
    assert event.type.name == good.kind.type


@pytest.mark.parametrize("kind", sorted(PASSED_OVER))
def test_an_unknown_type_of_a_known_entity_is_passed_over_and_takes_its_place(kind: str) -> None:
    passed = DECODER.decode(INPUTS[kind].make(Good()))
    assert isinstance(passed, PassedOver)
    assert passed.event is not None
    assert passed.event.place.sequence == 2
    assert (passed.event.subject, passed.event.type) == ("K1", None)


def test_an_unknown_entity_is_passed_over_and_takes_no_place() -> None:
    passed = DECODER.decode(INPUTS["an entity that nobody knows"].make(Good()))
    assert passed == PassedOver("planet.seen.v1", None)


@pytest.mark.parametrize("name", ["exam.created.v9", "exam.sung.v1"])
def test_an_unknown_type_on_a_topic_that_is_not_its_entitys_takes_no_place(name: str) -> None:
    made = Good().record(ce_type=name.encode())._replace(topic="people")
    assert DECODER.decode(made) == PassedOver(name, None)


@pytest.mark.parametrize(
    "changed", [{}, {"ce_time": b"x"}, {"ce_id": None}, {"content_type": b"x"}, {"ce_source": b""}]
)
def test_whatever_else_is_wrong_a_record_on_another_topic_has_no_place(
    changed: dict[str, bytes | None],
) -> None:
    letter = DECODER.decode(Good().record(**changed)._replace(topic="people", key=b"K9"))
    assert isinstance(letter, DeadLetter)
    assert (letter.reason, letter.place) == ("wrong_topic", None)


def test_an_envelope_in_the_value_says_nothing_of_another_topics_entities() -> None:
    letter = DECODER.decode(Good().envelope(time="x")._replace(topic="people"))
    assert isinstance(letter, DeadLetter)
    assert (letter.reason, letter.place) == ("wrong_topic", None)


NOON = 1_772_366_400_000  # 1 March 2026, in milliseconds


@pytest.mark.parametrize(
    ("day", "timestamp", "is_taken"),
    [
        ("2020-01-01", NOON, True), ("2026-03-02", NOON, True), ("2026-03-03", NOON, False),
        ("9999-12-31", NOON, False), ("2026-03-02", NOON * 1000, True),
        ("2026-03-03", NOON * 1000, False), ("2026-03-03", NOON * 1_000_000, False),
        ("2026-03-02", NOON - 1 - 12 * 3_600_000, False), ("9999-12-31", -1, True),
        # As the tables keep it.
        ("9999-12-31", 0, True),
    ],
)  # fmt: skip
def test_a_score_of_a_day_that_is_to_come_is_a_letter(
    day: str, timestamp: int, is_taken: bool
) -> None:
    data = {
        "student_id": "S1", "scored_on": day, "score": 50, "gaps": [], "time_to_ready_days": None,
    }  # fmt: skip
    made = record("talentscope", "readiness.scored.v1", f"S1/{day}", 1, data, timestamp=timestamp)
    decoded = DECODER.decode(made)
    assert isinstance(decoded, Event) is is_taken
    if isinstance(decoded, DeadLetter):
        assert decoded.reason == "invalid_data"
        assert f'found "{day}"' in decoded.detail
        assert "data.scored_on" in decoded.detail


def test_an_unknown_type_without_a_readable_place_is_a_letter() -> None:
    made = Good().record(ce_type=b"exam.sung.v1", ce_sequence=None)
    assert isinstance(DECODER.decode(made), DeadLetter)


def test_an_unknown_type_is_counted_once_however_often_its_record_is_applied() -> None:
    made = record("exams", "exam.creted.v1", "K1", 1, b"{}", offset=3)
    exams = Partition("exams", 0)
    (counted,) = make_batch(DECODER, [made], {exams: Move(0, 4)}).unknown_types.values()
    assert (counted.events, counted.subject, counted.offset) == (1, "K1", 3)
    again = make_batch(DECODER, [made], {exams: Move(4, 4)})
    assert (again.unknown_types, len(again.events)) == ({}, 1)
