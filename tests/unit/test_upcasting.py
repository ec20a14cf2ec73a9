"""An event of an older version is read as one of the newest, and keeps the name that was sent."""

from typing import Any

import pytest
from pydantic import ValidationError

from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import DeadLetter, Event, Reason
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.contract import ENTITIES, EVENT_TYPES, exams
from homeroom_kit.contract.event import EventData, Fields
from homeroom_kit.contract.upcasting import newest_version, upcaster, upcasters
from homeroom_kit.documents import examples
from tests.support.feed import record

AT = "2026-03-01T09:00:00Z"
V1 = {"exam_id": "E1", "scheduled_at": AT}
V2 = {"exam_id": "E1", "starts_at": AT, "ends_at": None}
DECODER = Decoder(read_model(Settings()).catalog)


def decoded(type_name: str, data: dict[str, Any], **headers: bytes) -> Any:
    made = record("exams", type_name, "E1", 2, data, **headers)
    usual, by_every_rule = DECODER.decode(made), DECODER.by_every_rule(made)
    assert type(usual) is type(by_every_rule)
    return usual


def test_an_older_version_is_read_as_the_newest_and_keeps_its_name() -> None:
    old, new = decoded("exam.scheduled.v1", V1), decoded("exam.scheduled.v2", V2)
    assert isinstance(old, Event)
    assert isinstance(new, Event)
    assert old.values == new.values == {
        "exam_id": "E1", "scheduled_at": old.values["scheduled_at"], "ends_at": None,
    }  # fmt: skip
    assert old.type is not None
    assert new.type is not None
    assert (old.type.name, new.type.name) == ("exam.scheduled.v1", "exam.scheduled.v2")
    assert (old.type.mask, old.type.constants) == (new.type.mask, new.type.constants)


@pytest.mark.parametrize("headers", [{}, {"content_type": b"application/json; charset=utf-8"}])
def test_each_version_is_held_to_its_own_fields(headers: dict[str, bytes]) -> None:
    """By the short way, and by that of unusual records."""
    for type_name, data, missing in (
        ("exam.scheduled.v1", V2, "data.scheduled_at"),
        ("exam.scheduled.v2", V1, "data.starts_at"),
    ):
        letter = decoded(type_name, data, **headers)
        assert isinstance(letter, DeadLetter)
        assert letter.reason is Reason.INVALID_DATA
        assert missing in letter.detail


def test_a_version_to_come_is_passed_over() -> None:
    passed = decoded("exam.scheduled.v3", V2)
    assert passed.type_name == "exam.scheduled.v3"
    assert passed.event.type is None


def test_only_columns_of_the_newest_version_are_stored() -> None:
    (exam,) = [entity for entity in ENTITIES if entity.name == "exam"]
    names = [column.name for column in exam.columns]
    assert names.count("scheduled_at") == 1
    assert "ends_at" in names


@pytest.fixture
def versions() -> tuple[type[EventData], ...]:
    """Three versions of a type that only this test knows."""

    class Meal(EventData, topic="exams", entity="meal"):
        meal_id: str

    class MealEaten(Meal, type="meal.eaten.v1"):
        grams: int

    class MealEatenV2(Meal, type="meal.eaten.v2"):
        kilograms: float

    class MealEatenV3(Meal, type="meal.eaten.v3"):
        kilograms: float
        course: str | None

    return MealEaten, MealEatenV2, MealEatenV3


def in_kilograms(fields: Fields) -> dict[str, Any]:
    return {"meal_id": fields["meal_id"], "kilograms": fields["grams"] / 1000}


def without_course(fields: Fields) -> dict[str, Any]:
    return {**fields, "course": None}


def test_several_versions_lead_to_the_newest_one_by_one(
    versions: tuple[type[EventData], ...],
) -> None:
    first, second, third = versions
    upcaster(second, third)(without_course)
    upcaster(first, second)(in_kilograms)
    assert [newest_version(event) for event in versions] == [third] * 3
    fields: dict[str, Any] = {"meal_id": "M", "grams": 250}
    for function in upcasters(first):
        fields = function(fields)
    assert fields == {"meal_id": "M", "kilograms": 0.25, "course": None}
    assert upcasters(third) == ()


def test_only_a_version_and_the_one_that_follows_belong_together(
    versions: tuple[type[EventData], ...],
) -> None:
    first, second, third = versions
    for old, new in ((first, third), (second, first), (first, exams.ExamScheduledV2)):
        with pytest.raises(TypeError, match="is not the version that follows"):
            upcaster(old, new)
    upcaster(first, second)(in_kilograms)
    with pytest.raises(TypeError, match="has an upcaster already"):
        upcaster(first, second)


@pytest.mark.parametrize(
    "event", [e for e in EVENT_TYPES.values() if e.upcast], ids=lambda event: event.type
)
def test_what_an_upcaster_makes_of_an_example_is_valid(event: type[EventData]) -> None:
    fields = event.model_validate(examples.data(event)).model_dump(by_alias=False)
    before = dict(fields)
    for function in upcasters(event):
        fields = function(fields)
    assert before == event.model_validate(examples.data(event)).model_dump(by_alias=False)
    newest = newest_version(event)
    named = {newest.model_fields[name].alias or name: value for name, value in fields.items()}
    written = newest.model_construct(**fields).model_dump_json(by_alias=True)
    assert newest.model_validate_json(written).model_dump(by_alias=True) == named
    with pytest.raises(ValidationError):
        newest.model_validate_json("{}")
