"""Values in Flink's SQL are PostgreSQL's: those that it would compare, round or write otherwise."""

import re

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.errors import NotForFlink
from homeroom.flink.kinds import ValueKind
from homeroom.flink.script import Target, make_script
from homeroom.flink.sinks import written
from homeroom.flink.validity import moment
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.definitions import with_what_it_reads

MODEL = read_model(Settings(sparse_topics="", topic_prefix=""))


def view(text: str) -> str:
    """The view of Flink that is made of a definition; raises NotForFlink."""
    model = ReadModel(MODEL.catalog, with_what_it_reads("tried", text, MODEL.definitions))
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
        # Equal times and documents have different texts.
        ("-- rows exam_id, created_at\nSELECT e.exam_id, e.created_at FROM exam e "
         "WHERE e.created_at IS NOT NULL", "its key created_at is a time"),
        ("-- totals at\nSELECT e.created_at AS at, count(*) AS n FROM exam e WHERE e.created_at IS "
         "NOT NULL GROUP BY e.created_at;\nSELECT c.created_at AS at, count(*) AS n FROM class c "
         "WHERE c.created_at IS NOT NULL GROUP BY c.created_at", "its key at is a time"),
        ("-- refresh student_id\nSELECT s.student_id, row_number() OVER (PARTITION BY "
         "s.student_id, s.consents ORDER BY s.student_id) AS n FROM student s", "equal documents"),
        ("-- refresh student_id\nSELECT s.student_id, s.consents, count(*) AS n FROM student s "
         "GROUP BY s.student_id, s.consents", "documents are not grouped by"),
        *(
            (f"-- rows student_id\nSELECT s.student_id, {value} AS x FROM student s", "documents")
            for value in (
                "s.consents = '{}'", "'{}' <> s.consents", "s.consents IN ('{}')",
                "CASE s.consents WHEN '{}' THEN 1 END", "nullif(s.consents, '{}')",
                "s.consents IS DISTINCT FROM s.consents",
            )
        ),
        *(
            (f"-- rows exam_id\nSELECT e.exam_id, {value} AS x FROM exam e", "a list is JSON")
            for value in (
                "e.assigned_teachers = '{}'", "coalesce(e.assigned_teachers, '{}')",
                "CASE WHEN e.deleted THEN '{a}' ELSE e.assigned_teachers END",
            )
        ),
        # Flink would round what they divide by.
        *(
            ("-- refresh assessment_id, student_id\nSELECT a.assessment_id, a.student_id, "
             f"a.score / {divisor} AS part FROM assessment a", "round the divisor")
            for divisor in ("nullif(a.score * 3 + 0.5, 0)", "0.0000001")
        ),
        ("-- refresh student_id\nSELECT p.student_id, 1 / nullif(p.completion, 0) AS part "
         "FROM progress p", "round the divisor"),
    ],
)  # fmt: skip
def test_what_flink_would_have_otherwise_is_refused(text: str, words: str) -> None:
    with pytest.raises(NotForFlink) as told:
        view(text)
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("text", "told_apart"),
    [
        ("SELECT DISTINCT ON (a.student_id, a.assessed_at) a.student_id, a.assessment_id "
         "FROM assessment a ORDER BY a.student_id, a.assessed_at, a.assessment_id",
         "PARTITION BY `a`.`student_id`, {a} ORDER BY `a`.`assessment_id`"),
        ("SELECT a.student_id, a.assessment_id, row_number() OVER (PARTITION BY a.student_id, "
         "a.assessed_at ORDER BY a.assessment_id) AS place FROM assessment a",
         "PARTITION BY `a`.`student_id`, {a} ORDER BY `a`.`assessment_id`"),
        ('SELECT a.student_id, a.assessment_id, (SELECT array_agg(DISTINCT b.kind COLLATE "C" '
         'ORDER BY b.kind COLLATE "C") FROM assessment b WHERE b.student_id = a.student_id '
         "AND b.assessed_at = a.assessed_at) AS kinds FROM assessment a",
         "GROUP BY `b`.`student_id`, {b}) AS `_s1` ON `_s1`.`_k0` = `a`.`student_id` "
         "AND `_s1`.`_k1` = {a}"),
    ],
)  # fmt: skip
def test_one_time_in_two_zones_is_one_value(text: str, told_apart: str) -> None:
    moments = {alias: moment(f"`{alias}`.`assessed_at`") for alias in "ab"}
    made = view(f"-- refresh student_id, assessment_id\n{text}")
    assert told_apart.format(**moments) in made


@pytest.mark.parametrize(
    ("divisor", "sql"),
    [
        ("nullif(a.max_score, 0)", "NULLIF(`a`.`max_score`, 0)"), ("3", "3"),
        ("0.125", "CAST(0.125 AS DECIMAL(38, 20))"),
        ("nullif(length(a.kind), 0)", "NULLIF(CHAR_LENGTH(`a`.`kind`), 0)"),
        ("length(a.kind)::numeric", "CAST(CHAR_LENGTH(`a`.`kind`) AS DECIMAL(38, 20))"),
    ],
)  # fmt: skip
def test_what_has_six_decimals_at_most_may_divide(divisor: str, sql: str) -> None:
    made = view(
        "-- refresh assessment_id\nSELECT a.assessment_id, "
        f"a.score / {divisor} AS part FROM assessment a"
    )
    dividend = "CAST(`a`.`score` AS DECIMAL(38, 20))"
    assert f"({dividend} / CAST({sql} AS DECIMAL(20, 6))) AS `part`" in made


@pytest.mark.parametrize("type_", ["numeric", "decimal"])
def test_a_number_is_cast_to_one_with_decimals(type_: str) -> None:
    """The parser calls both by the name that Flink has."""
    made = view(f"-- rows exam_id\nSELECT e.exam_id, e.total_questions::{type_} AS n FROM exam e")
    assert "CAST(`e`.`total_questions` AS DECIMAL(38, 20)) AS `n`" in made


def test_of_several_selects_a_key_is_of_the_kind_that_holds_all() -> None:
    of_marks = "SELECT e.total_marks AS n, count(*) AS c FROM exam e {0} GROUP BY e.total_marks"
    of_questions = of_marks.replace("total_marks", "total_questions")
    for selects in ((of_marks, of_questions), (of_questions, of_marks)):
        made = view("-- totals n\n" + ";\n".join(selects).format("WHERE e.exam_id <> 'x'"))
        for column in ("total_marks", "total_questions"):
            assert f"CAST(`e`.`{column}` AS DOUBLE) AS `n`" in made


def test_of_several_selects_what_is_counted_is_looked_at_as_a_whole() -> None:
    select = "SELECT c.class_id, count(NOT c.deleted) AS n FROM class c GROUP BY c.class_id"
    assert "(NOT (`c`.`deleted`)) IS NOT NULL" in view(f"-- totals class_id\n{select};\n{select}")


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
