"""The contract in code is docs/contract.md, and it takes data strictly."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from homeroom_kit import contract
from tests.model.contract import BY_ENTITY, TIMED, TYPES, Field, Type, empty_row

AT = "2026-01-02T03:04:05Z"
VALUES: dict[str, Any] = {
    "id": "T1", "ids": ["T1", "T1"], "time": AT, "integer": 7, "count": 7, "marks": 7.5,
    "marks above 0": 8.5, "amount": "25.50", "currency": "EUR",
    "score": 99.5, "text": "x", "texts": ["x"], "flags": {"photos": True}, "flag": True,
    "day": "2026-03-01",
}  # fmt: skip
SQL_TYPES = {
    "id": 'varchar(64) COLLATE "C"', "ids": 'varchar(64)[] COLLATE "C"', "time": "timestamptz",
    "integer": "integer", "count": "integer", "marks": "numeric",
    "marks above 0": "numeric", "amount": "numeric",
    "currency": 'varchar(3) COLLATE "C"', "score": "numeric",
    "text": "text", "texts": "text[]", "flags": "jsonb",
    "choice": 'varchar(32) COLLATE "C"', "flag": "boolean", "day": 'varchar(10) COLLATE "C"',
}  # fmt: skip
WRONG: dict[str, list[Any]] = {
    "id": ["", "a b", "x" * 65, "é", "a/b", "T1\n", 5, True, ["T1"]],
    "ids": ["T1", {}, [5], [None], ["a b"], ["T1"] * 1001],
    "time": ["", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", 1767323045, True,
             "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "2026-13-01T00:00:00Z",
             "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+24:00", "2016-12-31T22:59:60Z",
             "2016-12-31T23:59:61Z", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+00:01",
             "9999-12-31T23:59:59-00:01", "2026-01-02T03:04:05Z\n"],
    "integer": ["7", 7.5, True, 2**31, -(2**31) - 1, 1e10, 1e300, [7]],
    "count": ["7", 7.5, True, 2**31, -1, -1.0, 1e10, 1e300, [7]],
    "marks": ["7.5", -0.5, 7.125, 0.001, 5e-324, True, 2**31, 1e300, [7.5]],
    "marks above 0": ["7.5", 0, -0.5, 0.001, 7.125, True, 2**31, 1e300, [7.5]],
    "amount": [25.5, 25, "25", "25.5", "25.500", "-1.00", "+1.00", "01.00", ".50", "1e2", "1,00",
               " 1.00", "1.00\n", "", "99999999999999.00", True],
    "currency": ["", "eur", "EURO", "EU", "E1R", 978, "EUR\n", True],
    "score": ["99.5", -0.1, 100.1, True, [1]],
    "text": [5, True, [], {}, "x" * 10_001, "a\x00b"],
    "texts": ["x", [5], ["a\x00b"], ["x"] * 1001],
    "day": ["", "2026-3-1", "2026-02-30", "0000-01-01", "2026-03-01T00:00:00Z", 20260301, True],
    "flag": ["true", 1, 0, []],
    "flags": [[], "x", {"photos": "yes"}, {"photos": 1}, {"photos": None},
              {str(n): True for n in range(1001)}],
    "choice": ["other", "", 5, True],
}  # fmt: skip
ALL_FIELDS = [
    pytest.param(type_, field, id=f"{type_.name}:{field.name}")
    for type_ in TYPES.values() for field in type_.fields
]  # fmt: skip


def good(type_: Type) -> dict[str, Any]:
    data = {name: _key_value(name) for name in type_.key}
    return data | {f.name: f.choices[0] if f.choices else VALUES[f.kind] for f in type_.fields}


def _key_value(name: str) -> str:
    if name == "channel":
        return "websocket"
    return str(VALUES["day" if name.endswith("_on") else "id"])


def check(type_: Type, data: dict[str, Any]) -> Any:
    return contract.EVENT_TYPES[type_.name].model_validate_json(orjson.dumps(data))


def test_the_event_types_are_those_of_the_contract_and_in_its_order() -> None:
    assert list(contract.EVENT_TYPES) == list(TYPES)


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_an_event_type_is_what_the_contract_says(type_: Type) -> None:
    event = contract.EVENT_TYPES[type_.name]
    assert (event.topic, event.entity, event.key_names) == (type_.topic, type_.entity, type_.key)
    assert (event.creates, event.keeps) == (type_.creates, type_.keeps)
    assert dict(event.sets) == dict(type_.sets)
    assert list(event.model_fields) == [*type_.key, *type_.columns]


@pytest.mark.parametrize("entity", BY_ENTITY)
def test_an_entitys_columns_are_its_events_fields_and_what_they_set(entity: str) -> None:
    described = next(e for e in contract.ENTITIES if e.name == entity)
    assert {c.name: c.empty for c in described.columns} == empty_row(entity)
    assert tuple(c.name for c in described.key) == BY_ENTITY[entity][0].key
    kinds = {f.column: f.kind for type_ in BY_ENTITY[entity] for f in type_.fields}
    kinds[TIMED.get(entity, "")] = "time"
    for column in described.columns:
        flag = "boolean" if column.empty is False else SQL_TYPES["choice"]
        assert column.sql_type == SQL_TYPES.get(kinds.get(column.name, ""), flag)


def test_each_entity_has_one_type_that_creates_and_it_comes_first_or_all_do_and_keep() -> None:
    for types in BY_ENTITY.values():
        if types[0].keeps:
            assert all(t.creates and t.keeps for t in types)
            continue
        assert [t.creates for t in types] == [True] + [False] * (len(types) - 1)


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_good_data_is_taken_and_unknown_fields_are_ignored(type_: Type) -> None:
    taken = check(type_, good(type_) | {"something_new": {"a": [1]}})
    assert set(taken.model_dump()) == {*type_.key, *type_.columns}


@pytest.mark.parametrize(("type_", "field"), ALL_FIELDS)
def test_a_field_may_be_null_only_where_the_contract_says_so(type_: Type, field: Field) -> None:
    data = good(type_) | {field.name: None}
    if field.nullable:
        assert getattr(check(type_, data), field.name) is None
    else:
        with pytest.raises(ValidationError, match=field.name):
            check(type_, data)


@pytest.mark.parametrize(("type_", "field"), ALL_FIELDS)
def test_null_is_said_and_not_left_out(type_: Type, field: Field) -> None:
    data = good(type_)
    del data[field.name]
    with pytest.raises(ValidationError, match=field.name):
        check(type_, data)


@pytest.mark.parametrize(("type_", "field"), ALL_FIELDS)
def test_a_value_of_another_kind_or_beyond_its_limits_is_refused(type_: Type, field: Field) -> None:
    for value in WRONG[field.kind]:
        with pytest.raises(ValidationError, match=field.name):
            check(type_, good(type_) | {field.name: value})


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_a_key_is_an_id_and_stands_in_the_data(type_: Type) -> None:
    for name in type_.key:
        for value in [None, *WRONG["day" if name.endswith("_on") else "id"]]:
            with pytest.raises(ValidationError, match=name):
                check(type_, good(type_) | {name: value})


@pytest.mark.parametrize(
    ("type_name", "field", "value"),
    [
        ("exam.created.v1", "total_marks", 2**31 - 1), ("exam.created.v1", "total_marks", 19.99),
        ("exam.created.v1", "total_questions", 2**31 - 1),
        ("exam.created.v1", "total_questions", 0), ("exam.created.v1", "duration_minutes", 0),
        ("module.published.v1", "position", -(2**31)), ("module.published.v1", "position", 7.0),
        ("exam.created.v1", "title", "x" * 10_000), ("exam.created.v1", "title", ""),
        ("exam.created.v1", "assigned_teachers", ["T1"] * 1000),
        ("exam.created.v1", "assigned_teachers", []),
        ("exam.created.v1", "created_by", "a-Z_0" + "x" * 59),
        ("assessment.given.v1", "max_score", 7.5), ("assessment.given.v1", "score", 8.5),
        ("assessment.given.v1", "score", 0),
        ("payment.earned.v1", "amount", "0.00"),
        ("payment.earned.v1", "amount", "9999999999999.99"),
        ("exam_result.recorded.v1", "score", 0), ("exam_result.recorded.v1", "score", 100),
        ("exam.scheduled.v1", "scheduled_at", "2026-01-02t03:04:05.123456789+14:00"),
    ],
)  # fmt: skip
def test_what_lies_just_within_the_limits_is_taken(type_name: str, field: str, value: Any) -> None:
    type_ = TYPES[type_name]
    assert getattr(check(type_, good(type_) | {field: value}), field) is not None


@pytest.mark.parametrize(("score", "most"), [(8.51, 8.5), (1, 0.99), (100, 99.99)])
def test_a_score_above_its_maximum_is_refused(score: float, most: float) -> None:
    type_ = TYPES["assessment.given.v1"]
    with pytest.raises(ValidationError, match="max_score"):
        check(type_, good(type_) | {"score": score, "max_score": most})


@pytest.mark.parametrize("text", [b"10", b"10.0", b"1e1", b"1E+1", b"100e-1"])
def test_a_whole_number_may_be_written_in_any_notation(text: bytes) -> None:
    type_ = TYPES["exam.created.v1"]
    data = orjson.dumps(good(type_) | {"total_questions": "@", "total_marks": "@"})
    model = contract.EVENT_TYPES[type_.name]
    taken = model.model_validate_json(data.replace(b'"@"', text)).model_dump()
    assert [taken["total_questions"], taken["total_marks"]] == [10, 10]
    assert {type(taken[name]) for name in ("total_questions", "total_marks")} == {int}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59)),
        ("9999-12-31T23:59:59.9999999Z", datetime.max),
        ("0001-01-01T00:00:00Z", datetime.min),
        ("0001-01-01T23:59:00+23:59", datetime.min),
        ("9999-12-31T00:00:59.999999-23:59", datetime.max),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1)),
        ("2016-12-31T15:59:60.5-08:00", datetime(2017, 1, 1, 0, 0, 0, 500_000)),
        ("2026-01-02t03:04:05.123456789z", datetime(2026, 1, 2, 3, 4, 5, 123_456)),
    ],
)
def test_every_instant_of_the_years_1_to_9999_is_taken_as_it_is(text: str, at: datetime) -> None:
    type_ = TYPES["subscription.started.v1"]
    taken = check(type_, good(type_) | {"current_period_end": text})
    assert taken.current_period_end == at.replace(tzinfo=UTC)
