"""A read is made of a SELECT and the model of a row, which must agree."""

import pytest
from pydantic import BaseModel, Field

from homeroom.errors import NoWayToReader, ResponseMismatch
from homeroom.queries.statement import compose

CLASSES = b"""
SELECT c.class_id::text AS id, c.name::text AS name FROM teacher_classes c
WHERE c.teacher_id = me.teacher_id
"""


class ShownClass(BaseModel):
    id: str = Field(alias="_id")
    name: str


class Reordered(BaseModel):
    name: str
    id: str


def test_the_model_names_what_is_on_the_wire():
    read = compose(rows=CLASSES, row=ShownClass)
    assert read.row_names == ("_id", "name")
    assert b"WHEN 'class'" in read.sql
    assert b"WHEN 'class'" not in read.unmarked


def test_a_select_that_returns_other_fields_than_the_model_is_refused():
    with pytest.raises(ResponseMismatch, match="id, name, and Reordered has name, id"):
        compose(rows=CLASSES, row=Reordered)


def test_a_select_that_does_not_say_whose_rows_it_reads_is_refused():
    with pytest.raises(NoWayToReader, match="rests on teacher_classes"):
        compose(rows=CLASSES.partition(b"WHERE")[0])
