"""From an answer's SELECT to what must hold of an incomplete subject's key."""

import pytest
import sqlglot
from sqlglot import exp

from homeroom.engine.planning.joined import read_all
from homeroom.engine.planning.reach import AnswerReach
from homeroom.errors import NoWayToReader

ENTITIES = {
    "essay": ("essay_id",), "mark": ("essay_id", "student_id"), "class": ("class_id",),
    "seat": ("class_id", "student_id"),
}  # fmt: skip
DEFINITIONS = {
    "essays": "-- rows essay_id\nSELECT e.essay_id, e.student_id, e.class_id, c.name, m.marks "
    "FROM essay e LEFT JOIN class c ON c.class_id = e.class_id "
    "LEFT JOIN mark_totals m ON m.essay_id = e.essay_id",
    "mark_totals": "-- totals essay_id\nSELECT m.essay_id, count(*) AS marks "
    "FROM mark m GROUP BY m.essay_id",
    "mark_figures": "-- totals essay_id\nSELECT m.essay_id, round(avg(m.score), 1) AS mean, "
    "max(m.at) AS last, count(DISTINCT m.by) AS graders FROM mark m GROUP BY m.essay_id",
    "first_marks": "-- totals essay_id\nSELECT DISTINCT ON (m.essay_id) m.essay_id, m.score "
    "FROM mark m ORDER BY m.essay_id, m.at, m.student_id",
    "own_marks": "-- rows essay_id, student_id\nSELECT m.essay_id, m.student_id, e.class_id "
    "FROM mark m JOIN essay e ON e.essay_id = m.essay_id",
    "essay_totals": "-- totals class_id\nSELECT e.class_id, count(*) AS essays "
    "FROM essay e GROUP BY e.class_id",
    "rooms": "-- rows class_id\nSELECT c.class_id, c.teacher_id, c.room FROM class c",
    "seats": "-- rows class_id, student_id\nSELECT s.class_id, s.student_id, r.teacher_id, r.room "
    "FROM seat s LEFT JOIN rooms r ON r.class_id = s.class_id WHERE NOT s.empty",
    "best_marks": "-- top 3 essay_id, score DESC\nSELECT m.essay_id, m.student_id, m.score "
    "FROM mark m WHERE m.score IS NOT NULL",
    "best_of_all": "-- top 3 score DESC\nSELECT m.essay_id, m.student_id, m.score FROM mark m",
    "marks_of_classes": "-- totals class_id\nSELECT e.class_id, count(*) AS marks "
    "FROM mark m JOIN essay e ON e.essay_id = m.essay_id GROUP BY e.class_id",
    "newest_marks": "-- refresh essay_id\nSELECT m.essay_id, m.student_id, max(m.at) AS newest "
    "FROM mark m GROUP BY m.essay_id, m.student_id",
    "seated_marks": "-- rows essay_id, student_id\nSELECT m.essay_id, m.student_id, e.class_id, "
    "s.class_id IS NOT NULL AS seated FROM mark m LEFT JOIN essay e ON e.essay_id = m.essay_id "
    "LEFT JOIN seat s ON s.class_id = e.class_id AND s.student_id = m.student_id",
    "classes": "-- rows class_id\nSELECT c.class_id, c.student_id, t.essays FROM class c "
    "LEFT JOIN essay_totals t ON t.class_id = c.class_id",
}
COLUMNS = {
    "essay": ("essay_id", "student_id", "class_id"),
    "mark": ("essay_id", "student_id", "score", "at", "by"),
    "class": ("class_id", "student_id", "teacher_id", "name", "room"),
    "seat": ("class_id", "student_id", "empty"),
}
MINE = 'SELECT p0."{}" FROM "essays" AS p0 WHERE p0."student_id" = me."student_id"'


def conditions(select: str) -> dict[str, list[str]]:
    definitions = [*read_all(DEFINITIONS, COLUMNS, ENTITIES).values()]
    parsed = sqlglot.parse_one(select, read="postgres", into=exp.Select)
    return AnswerReach(definitions, ENTITIES).conditions([parsed])


def test_what_is_read_of_a_projection_leads_to_its_entities_and_nothing_else_does():
    assert conditions("SELECT e.essay_id FROM essays e WHERE e.student_id = me.student_id") == {
        "essay": [f"i.key IN ({MINE.format('essay_id')})"],
    }
    assert conditions(
        "SELECT e.name, e.marks FROM essays e WHERE e.student_id = me.student_id"
    ) == {
        "essay": [f"i.key IN ({MINE.format('essay_id')})"],
        "class": [f"i.key IN ({MINE.format('class_id')})"],
        "mark": [f"split_part(i.key, '/', 1) IN ({MINE.format('essay_id')})"],
    }


@pytest.mark.parametrize(
    ("table", "column"),
    [("mark_figures", "mean"), ("mark_figures", "last"), ("mark_figures", "graders"),
     ("first_marks", "score")],
)  # fmt: skip
def test_what_is_computed_or_comes_first_leads_to_what_it_is_of(table: str, column: str):
    answer = f"SELECT f.{column} FROM {table} f WHERE f.essay_id = me.essay_id"  # noqa: S608
    assert conditions(answer) == {"mark": ["split_part(i.key, '/', 1) = me.\"essay_id\""]}


def test_who_is_among_the_first_of_a_group_leads_to_all_of_the_group():
    """Somebody else's mark may put one's own out."""
    answer = "SELECT b.score FROM best_marks b WHERE b.essay_id = me.essay_id"
    of_group = {"mark": ["split_part(i.key, '/', 1) = me.\"essay_id\""]}
    assert conditions(answer) == of_group
    own = conditions("SELECT b.score FROM best_marks b WHERE b.student_id = me.student_id")
    mine = 'SELECT p0."essay_id" FROM "best_marks" AS p0 WHERE p0."student_id" = me."student_id"'
    assert own == {"mark": [f"split_part(i.key, '/', 1) IN ({mine})"]}


def test_totals_of_a_join_lead_through_it_to_what_it_joins():
    found = conditions("SELECT m.marks FROM marks_of_classes m WHERE m.class_id = me.class_id")
    assert found.keys() == {"mark", "essay"}
    assert all('"marks_of_classes_joined_own"' in one for of in found.values() for one in of)


def test_a_key_that_says_whose_it_is_needs_no_projection():
    found = conditions("SELECT m.essay_id FROM own_marks m WHERE m.student_id = me.student_id")
    assert found["mark"] == ["split_part(i.key, '/', 2) = me.\"student_id\""]
    assert found["essay"] == [
        f"i.key IN ({MINE.format('essay_id')})".replace("essays", "own_marks")
    ]


def test_a_way_enters_a_projection_that_is_joined_before_the_definitions_own_table():
    """That one lacks what its conditions leave out, and what is not known yet."""
    found = conditions("SELECT s.room FROM seats s WHERE s.teacher_id = me.teacher_id")
    rooms = 'SELECT p0."class_id" FROM "rooms" AS p0 WHERE p0."teacher_id" = me."teacher_id"'
    assert found["seat"] == [f"split_part(i.key, '/', 1) IN ({rooms})"]


def test_the_first_row_of_a_value_leads_back_by_who_lists_the_value():
    found = conditions(
        "SELECT e.name, n.newest FROM essays e JOIN newest_marks n ON n.essay_id = e.essay_id "
        "WHERE e.student_id = me.student_id AND n.student_id = me.student_id"
    )
    of_marks = MINE.format("essay_id").replace("essays", "newest_marks")
    assert found["mark"] == [
        f"split_part(i.key, '/', 1) IN ({of_marks})",
        f"split_part(i.key, '/', 1) IN ({MINE.format('essay_id')})",
    ]


def test_what_is_joined_to_two_tables_is_found_by_both_of_its_columns():
    found = conditions("SELECT m.seated FROM seated_marks m WHERE m.student_id = me.student_id")
    assert found["seat"] == [
        "split_part(i.key, '/', 2) = me.\"student_id\" AND split_part(i.key, '/', 1) IN "
        f"({MINE.format('class_id').replace('essays', 'seated_marks')})"
    ]


def test_a_projection_may_be_the_readers_through_another():
    found = conditions(
        "SELECT (SELECT count(*) FROM own_marks m WHERE m.essay_id = e.essay_id) AS marks "
        "FROM essays e WHERE e.student_id = me.student_id"
    )
    assert found["mark"] == [f"split_part(i.key, '/', 1) IN ({MINE.format('essay_id')})"]


@pytest.mark.parametrize(
    ("select", "relation"),
    [
        ("SELECT e.essay_id FROM essays e", "essays"),
        ("SELECT e.essay_id FROM essays e WHERE e.student_id = me.student_id OR true", "essays"),
        ("SELECT e.essay_id FROM essay e WHERE e.student_id = me.student_id", "essay"),
        ("SELECT e.x FROM unknown e WHERE e.student_id = me.student_id", "unknown"),
        ("SELECT c.essays FROM classes c WHERE c.student_id = me.student_id", "essay"),
        ("SELECT b.score FROM best_of_all b WHERE b.student_id = me.student_id", "mark"),
    ],
)
def test_what_does_not_lead_back_to_the_reader_is_an_error(select, relation):
    with pytest.raises(NoWayToReader, match=f"rests on {relation},"):
        conditions(select)
