"""Whatever a record holds, it becomes an event, a letter with a reason, or is passed over."""

import pytest

from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import DeadLetter, Event, PassedOver
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.bad_envelopes import INPUTS
from tests.support.bad_input import Place
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


def test_an_unknown_type_without_a_readable_place_is_a_letter() -> None:
    made = Good().record(ce_type=b"exam.sung.v1", ce_sequence=None)
    assert isinstance(DECODER.decode(made), DeadLetter)
