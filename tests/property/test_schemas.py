"""Schemas and models have one verdict on every value.

What JSON Schema cannot say, and publishers are told in docs/contract.md: an instant that its offset
leads out of the years 1 to 9999, and the leap second at the end of 9999.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
from hypothesis import event, given
from hypothesis import strategies as st
from pydantic import ValidationError

from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.contract.fields import SqlType
from tests.model.contract import CHOICES, TYPES, Type
from tests.property.mutations import ids, texts, times, words
from tests.support.strength import examples

COMMITTED = Path(__file__).parents[2] / "schemas" / "events"
integers = st.integers() | st.sampled_from(
    [-1, 0, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 10**40]
)
# Written as `10.0`, `1e+16`, `-0.0`, and what is no whole number.
numbers = (
    integers
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-10, 2**32).map(float)
    | st.integers(-100, 2**38).map(lambda hundredths: hundredths / 100)
    | st.integers(0, 10**6).map(lambda thousandths: thousandths / 1000)
)
instants = times | st.datetimes(datetime.min, datetime.max).map(lambda at: f"{at.isoformat()}Z")
days = st.dates().map(str) | st.sampled_from(
    ["0000-01-01", "2026-02-29", "2026-1-1", "2026-01-01\n"]
)
amounts = st.decimals(-1, 10**14, places=2).map(str)
# Half a character stands for nothing in a validator that holds texts as UTF-8.
encodable = texts.filter(
    lambda text: text.isascii() or text.encode("utf-8", "ignore").decode() == text
)
OF_KIND: Mapping[str, st.SearchStrategy[Any]] = {
    "id": ids | encodable, "ids": st.lists(ids, max_size=3), "time": instants, "day": days,
    "integer": numbers, "count": numbers, "marks": numbers, "score": numbers,
    "marks above 0": numbers,
    "amount": amounts | encodable, "currency": encodable,
    "choice": words, "flag": st.booleans(), "text": encodable,
    "flags": st.dictionaries(encodable, st.booleans(), max_size=2),
    "texts": st.lists(encodable, max_size=2),
}  # fmt: skip
GOOD = {
    "id": "T1", "ids": ["T1"], "time": "2026-01-02T03:04:05Z", "day": "2026-01-02", "integer": 7,
    "count": 7, "marks": 7.5, "score": 99.5, "marks above 0": 2**31 - 1,
    "amount": "25.50", "currency": "EUR",
    "flag": True, "flags": {"a": True}, "text": "a",
    "texts": ["a"],
}  # fmt: skip
anything = st.one_of(st.none(), st.just({}), st.lists(integers, max_size=1), *OF_KIND.values())


@cache
def validator(name: str) -> Any:
    schema = orjson.loads((COMMITTED / f"{name}.json").read_bytes())
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def kinds_of(type_: Type) -> dict[str, str]:
    keys = {name: "day" if name.endswith("_on") else "id" for name in type_.key}
    if "channel" in keys:
        keys["channel"] = "choice"
    return keys | {field.name: field.kind for field in type_.fields}


@st.composite
def data(draw: st.DrawFn) -> tuple[Type, dict[str, Any]]:
    """Good data of a type, but for one field: of its kind, of another kind, or left out."""
    type_ = draw(st.sampled_from(list(TYPES.values())))
    choices = {field.name: field.choices for field in type_.fields}
    choices["channel"] = CHOICES["notification_delivery.channel"]
    kinds = kinds_of(type_)
    made = {n: choices[n][0] if choices.get(n) else GOOD[kind] for n, kind in kinds.items()}
    name = draw(st.sampled_from(sorted(kinds)))
    how = draw(st.sampled_from(["its kind", "its kind", "its kind", "any kind", "left out"]))
    if how == "left out":
        del made[name]
    else:
        made[name] = draw(OF_KIND[kinds[name]] if how == "its kind" else anything)
    return type_, made


def is_out_of_years(value: Any) -> bool:
    """Whether JSON Schema cannot say what is wrong with a time: by its form it is one."""
    return isinstance(value, str) and value[:10] in {"0001-01-01", "9999-12-31"}


def is_score_too_high(type_: Type, made: dict[str, Any]) -> bool:
    """Nor can it compare two fields."""
    if type_.name != "assessment.given.v1":
        return False
    score, most = made.get("score"), made.get("max_score")
    return isinstance(score, int | float) and isinstance(most, int | float) and score > most


@examples(300)
@given(data())
def test_a_schema_and_its_model_have_one_verdict_on_every_value(drawn: tuple[Type, Any]) -> None:
    type_, made = drawn
    written = json.dumps(made).encode()
    try:
        EVENT_TYPES[type_.name].model_validate_json(written)
        refusal = ""
    except ValidationError as error:
        refusal = str(error)
    event("refused" if refusal else "taken")
    if refusal and any(is_out_of_years(value) for value in made.values()):
        return
    if is_score_too_high(type_, made):
        assert refusal
        return
    assert validator(type_.name).is_valid(json.loads(written)) is not bool(refusal), refusal


def test_every_kind_of_field_is_drawn() -> None:
    kinds = {
        item.kind
        for model in EVENT_TYPES.values()
        for field in model.model_fields.values()
        for item in field.metadata
        if isinstance(item, SqlType)
    }
    assert kinds <= OF_KIND.keys()
