"""Values in Flink's SQL are PostgreSQL's: those that it would compare, round or write otherwise."""

import re

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.errors import NotForFlink
from homeroom.flink.kinds import ValueKind
from homeroom.flink.script import Target, make_script
from homeroom.flink.sinks import written
from homeroom.readmodel import read_model
from homeroom.settings import Settings

MODEL = read_model(Settings(sparse_topics="", topic_prefix=""))


def view(text: str) -> str:
    """The view of Flink that is made of a definition; raises NotForFlink."""
    model = ReadModel(MODEL.catalog, {**MODEL.definitions, "tried": text})
    script = make_script(model, Target({}, {}, tables=("tried",)))
    (made,) = (s for s in script.statements if s.startswith("CREATE TEMPORARY VIEW `tried` "))
    return made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # What stands in ON of a LATERAL would be passed over.
        ("-- rows exam_id, item\nSELECT e.exam_id, t.item FROM exam e JOIN LATERAL "
         "distinct_items(e.assigned_teachers, NULL) AS t(item) ON t.item <> 'x'", "in WHERE"),
        ("-- refresh student_id\nSELECT p.student_id, n.score FROM profile p LEFT JOIN LATERAL "
         "(SELECT r.score FROM readiness r WHERE r.student_id = p.student_id "
         "ORDER BY r.scored_on DESC LIMIT 1) AS n ON n.score > 3", "in WHERE"),
    ],
)  # fmt: skip
def test_what_flink_would_have_otherwise_is_refused(text: str, words: str) -> None:
    with pytest.raises(NotForFlink) as told:
        view(text)
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("number", "text"),
    [("100", "100"), ("0", "0"), ("10.50", "10.5"), ("90.00", "90"), ("0.0", "0")],
)
def test_a_number_is_written_without_the_zeros_behind_its_point_alone(
    number: str, text: str
) -> None:
    """The form is Flink's; here Python's functions of the same meaning compute it."""
    found = re.fullmatch(
        r"CASE WHEN POSITION\('(.)' IN (.+)\) > 0 "
        r"THEN REGEXP_REPLACE\(\2, '(.+)', ''\) ELSE \2 END",
        written("n", ValueKind.DECIMAL),
    )
    assert found is not None
    point, value, zeros = found.groups()
    assert value == "CAST(n AS STRING)"
    # Java's name for the end of a text is Python's in small.
    shorter = re.sub(zeros.replace("z", "Z"), "", number)
    assert (shorter if point in number else number) == text
