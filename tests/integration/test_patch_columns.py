"""PostgreSQL reads a column of patches as it was, whatever stands in it."""

import json
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql

from homeroom.engine.catalog import Column, Entity, EventType
from homeroom.engine.log.records import Event
from homeroom.engine.ordering.fold import as_columns, fold
from tests.support.feed import record

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
# What one of JSON and of PostgreSQL's arrays reads in a way of its own, and their borders.
PARTS = ("", "null", "NULL", " ", ",", "{", "}", '"', "'", "\\", "\\n", "\\u0041", "/", "é", "😀")
TEXTS = [*map("{0}a{0}".format, PARTS), *PARTS, *map(chr, range(1, 33)), "\x7f", "\u2028", None]


@pytest.mark.parametrize(
    ("sql_type", "values"),
    [
        ("text", TEXTS),
        ("numeric", [1, 2.5, 0.01, 1e-7, 100, None]),
        ("boolean", [True, False, None]),
        ("timestamptz", [NOON, NOON.replace(microsecond=1), datetime(1, 1, 1, tzinfo=UTC), None]),
        ("text[]", [[], ["a", '"', "\n\\"], None]),
        ("jsonb", [{}, {'a"\n\\': True}, None]),
    ],
)
def test_a_value_arrives_as_it_was(database_url: str, sql_type: str, values: list[Any]) -> None:
    entity = Entity("exam", "exams", (Column("exam_id", "text"),), (Column("value", sql_type),))
    created = EventType("exam.created.v1", entity, True, ("exam_id", "value"), {}, lambda _: {})
    events = [
        Event(
            entity, created, f"E{n}", 1, NOON, {"value": value},
            record("exams", "x", f"E{n}", 1, b"", partition=0, offset=n),
        )
        for n, value in enumerate(values)
    ]  # fmt: skip
    _, column, *_ = as_columns(fold(events)["exam"].patches)
    array = "text[]" if "[]" in sql_type or sql_type == "jsonb" else f"{sql_type}[]"
    taken_apart = sql.SQL("SELECT unnest(%s::{})").format(sql.SQL(array))
    with psycopg.connect(database_url) as connection:
        read = [value for (value,) in connection.execute(taken_apart, (column,)).fetchall()]
    if array != f"{sql_type}[]":
        read = [value and json.loads(value) for value in read]
    if sql_type == "numeric":
        read = [value and float(value) for value in read]
    assert read == values
