"""A read is made of a SELECT and the model of a row, which must agree."""

import pytest
import sqlglot
from pydantic import BaseModel, Field
from sqlglot import exp

from homeroom.errors import NoWayToReader, ResponseMismatch
from homeroom.queries.statement import compose
from tests.support import reads

READS = reads.TEACHERS | reads.TEACHERS_LISTS | reads.STUDENTS

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


@pytest.mark.parametrize("name", READS)
def test_no_list_of_an_answer_has_an_order_that_the_plan_chooses(name):
    """Else its ETag would change while nothing did."""
    (statement,) = sqlglot.parse(READS[name].unmarked.decode(), read="postgres")
    lists = [*statement.find_all(exp.JSONArrayAgg, exp.ArrayAgg)]
    assert [one.sql() for one in lists if not isinstance(one.this, exp.Order)] == []
    selected = [one.expressions[0] for one in statement.find_all(exp.Array) if one.expressions]
    unordered = [s for s in selected if isinstance(s, exp.Select) and not s.args.get("order")]
    assert [one.sql() for one in unordered] == []
    cut = [limit.parent for limit in statement.find_all(exp.Limit)]
    assert [one.sql() for one in cut if not one.args.get("order")] == []
