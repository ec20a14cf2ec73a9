"""Where one table is not enough, the planner makes the others, and the file's is as it says."""

import pytest

from homeroom.engine.planning.definitions import read_definition
from homeroom.engine.planning.planner import make_plan
from homeroom.errors import DefinitionError
from tests.unit.test_definitions import CATALOG, desks, rows
from tests.unit.test_definitions import view as view_of

ITEMS = (
    "-- rows exam_id, item\nSELECT e.exam_id, t.item, c.name FROM exam e {0} CROSS JOIN LATERAL "
    "distinct_items(e.teachers, NULL) AS t(item) {1}"
)
CLASS = "JOIN class c ON c.class_id = t.item"
EXAMS = "WITH n AS (SELECT e.class_id, count(*) AS exams FROM exam e GROUP BY e.class_id) "
JOINED = ("n_joined", ("exam_id", "student_id"))
OF_CLASS = ("n_n", ("class_id",))

# kind: the definition, and what is made for it: the names and the keys.
MADE: dict[str, tuple[str, list[tuple[str, tuple[str, ...]]]]] = {
    "an inner join to the items of a list": (
        ITEMS.format("", CLASS), [("n_joined", ("exam_id", "item"))]),
    "an item that the key has by what is joined to it": (
        ITEMS.format("", CLASS).replace("item\n", "of\n").replace("t.item,", "c.class_id AS of,"),
        [("n_joined", ("exam_id", "item"))]),
    "an inner join to two tables at once": (desks(join="JOIN desk d"), [JOINED]),
    "a WHERE on what is joined to two tables at once": (desks(rest="WHERE d.number > 3"), [JOINED]),
    "a WHERE that takes only rows without it": (
        desks(rest="WHERE r.score > 0 AND d.student_id IS NULL"), [JOINED]),
    "a join to what is joined to two tables at once": (
        desks(", d.number, d.class_id AS of_desk, c.name",
              rest="LEFT JOIN class c ON c.class_id = d.class_id"), [JOINED]),
    "a join to it and to another table": (
        desks(", d.number, d.class_id AS of_desk, x.number AS other",
              rest="JOIN desk x ON x.class_id = e.class_id AND x.student_id = d.class_id"),
        [JOINED, ("n_joined_2", ("exam_id", "student_id"))]),
    "EXISTS in two tables at once": (
        desks("", rest="WHERE EXISTS (SELECT FROM desk x WHERE x.class_id = e.class_id "
              "AND x.student_id = r.student_id AND x.number > 0)"), [JOINED]),
    "EXISTS by a part of a key": (
        rows(rest="WHERE EXISTS (SELECT 1 FROM result r WHERE r.exam_id = e.exam_id)"),
        [("n_result", ("exam_id",))]),
    "EXISTS by a part of a key, under a condition, twice": (
        rows("EXISTS (SELECT FROM result r WHERE r.exam_id = e.exam_id AND r.score > 0) AS good, "
             "EXISTS (SELECT FROM result r WHERE e.exam_id = r.exam_id) AS held, NOT EXISTS "
             "(SELECT FROM result x WHERE x.exam_id = e.exam_id AND x.score > 9) AS bad"),
        [("n_result", ("exam_id",)), ("n_result_2", ("exam_id",)), ("n_result_3", ("exam_id",))]),
    "EXISTS by a column that is no key, and a constant": (
        rows(rest="WHERE EXISTS (SELECT FROM desk d WHERE d.class_id = e.class_id "
             "AND d.number = 3)"), [("n_desk", ("class_id",))]),
    "IN the different values of a column": (
        rows("e.created_by", "WHERE e.created_by IN (SELECT DISTINCT r.grader_id FROM result r)"),
        [("n_result", ("grader_id",))]),
    "IN a group": (
        rows(rest="WHERE e.exam_id IN (SELECT r.exam_id FROM result r GROUP BY r.exam_id "
             "HAVING count(*) > 3)"),
        [("n_r_groups", ("exam_id",)), ("n_r", ("exam_id",))]),
    "IN several columns": (
        rows(rest="WHERE (e.exam_id, e.created_by) IN (SELECT r.exam_id, r.grader_id FROM "
             "result r WHERE r.score > 0)").replace("e.title", "e.title, e.created_by"),
        [("n_result", ("exam_id", "grader_id"))]),
    "EXISTS in a join": (
        rows(rest="WHERE NOT EXISTS (SELECT 1 FROM desk d JOIN class c ON c.class_id = d.class_id "
             "AND c.name > 'x' WHERE d.class_id = e.class_id AND d.number > 3 "
             "AND e.created_by = d.student_id)").replace("e.title", "e.created_by"),
        [("n_d_joined", ("value_0", "value_1")), ("n_d", ("value_0", "value_1"))]),
    "IN a column of a join": (
        rows(rest="WHERE e.class_id IN (SELECT c.class_id FROM desk d "
             "JOIN class c ON c.class_id = d.class_id)"),
        [("n_d_joined", ("class_id", "student_id")), ("n_d", ("class_id",))]),
    "WITH a group, joined": (
        f"-- rows class_id\n{EXAMS} SELECT c.class_id, n.exams FROM class c "
        "LEFT JOIN n ON n.class_id = c.class_id", [OF_CLASS]),
    "WITH a group, of which some are taken": (
        f"-- rows class_id\n{EXAMS} SELECT n.class_id, n.exams FROM n WHERE n.exams > 1 "
        "AND n.class_id <> ''", [OF_CLASS]),
    "the same as totals": (
        f"-- totals class_id\n{EXAMS} SELECT n.class_id, n.exams FROM n WHERE n.exams > 1 "
        "AND n.class_id <> ''", [OF_CLASS]),
    "WITH a group that is counted": (
        "-- totals exams\nWITH n AS (SELECT r.exam_id, count(*) AS exams FROM result r "
        "GROUP BY r.exam_id) SELECT n.exams, count(*) AS n FROM n GROUP BY n.exams",
        [("n_n", ("exam_id",))]),
    "a group without its key": (
        "-- totals results\nSELECT q.results, count(*) AS n FROM (SELECT count(*) AS results "
        "FROM result r GROUP BY r.exam_id) AS q GROUP BY q.results", [("n_q", ("exam_id",))]),
    "WITH a group of a group": (
        "-- totals n\nWITH n AS (SELECT r.exam_id, count(*) AS n FROM result r GROUP BY r.exam_id)"
        ", m AS (SELECT n.n, count(*) AS exams FROM n GROUP BY n.n) "
        "SELECT m.n, m.exams FROM m WHERE m.exams > 1",
        [("n_n", ("exam_id",)), ("n_m", ("n",))]),
    "WITH a group of a join": (
        "-- rows class_id\nWITH n AS (SELECT e.class_id, count(*) AS n FROM result r JOIN exam e "
        "ON e.exam_id = r.exam_id GROUP BY e.class_id) SELECT c.class_id, n.n FROM class c "
        "JOIN n ON n.class_id = c.class_id", [("n_n_joined", ("exam_id", "student_id")), OF_CLASS]),
    "WITH a group that is read twice": (
        f"-- rows class_id\n{EXAMS} SELECT c.class_id, a.exams, b.exams AS same FROM class c "
        "LEFT JOIN n AS a ON a.class_id = c.class_id LEFT JOIN n AS b ON b.class_id = c.class_id",
        [("n_a", ("class_id",))]),
    "WITH different values": (
        "-- rows exam_id\nWITH n(id) AS (SELECT DISTINCT r.exam_id FROM result r) "
        "SELECT e.exam_id, n.id IS NOT NULL AS held FROM exam e LEFT JOIN n ON n.id = e.exam_id",
        [("n_n", ("id",))]),
    "WITH the first of each": (
        "-- rows class_id\nWITH n AS (SELECT DISTINCT ON (e.class_id) e.class_id, e.exam_id "
        "FROM exam e ORDER BY e.class_id, e.at DESC, e.exam_id) SELECT c.class_id, n.exam_id "
        "FROM class c LEFT JOIN n ON n.class_id = c.class_id", [OF_CLASS]),
    "a leaderboard of groups": (
        f"-- top 3 exams DESC\n{EXAMS} SELECT n.class_id, n.exams FROM n "
        "WHERE n.class_id IS NOT NULL", [OF_CLASS]),
}  # fmt: skip


@pytest.mark.parametrize("kind", MADE)
def test_what_is_made_has_the_name_of_the_file_before_its_own(kind: str) -> None:
    text, made = MADE[kind]
    plan = make_plan(CATALOG, {"n": text})
    assert {(p.name, p.key) for p in plan.projections[:-1]} == set(made)
    assert {p.file for p in plan.projections} == {"n"}
    assert plan.projections[-1].name == "n"


def test_a_join_to_what_equals_a_column_of_one_table_is_one_to_that_table() -> None:
    text = desks(
        ", d.number", "JOIN class c", "JOIN desk d ON d.class_id = c.class_id AND d.student_id = "
        "e.class_id AND e.class_id > 'a'", on="c.class_id = e.class_id",
    )  # fmt: skip
    (plan,) = make_plan(CATALOG, {"n": text}).projections
    assert plan.sources == ("result", "exam", "class", "desk")


def test_a_group_that_is_only_called_otherwise_is_the_table_itself() -> None:
    for kind in ("rows", "totals"):
        known = EXAMS.replace("GROUP", "WHERE e.class_id IS NOT NULL GROUP")
        text = (
            f"-- {kind} of\n-- index exams DESC\n{known}, m AS (SELECT n.class_id AS of, "
            "n.exams AS exams FROM n) SELECT m.of, m.exams FROM m"
        )
        (plan,) = make_plan(CATALOG, {"n": text}).projections
        assert (plan.key, plan.columns) == (("of",), ("of", "exams"))
        assert read_definition("n", text).kind == "totals"


def test_groups_of_null_are_left_out_where_nobody_takes_them() -> None:
    joined = MADE["WITH a group, joined"][0]
    groups, _ = make_plan(CATALOG, {"n": joined}).projections
    assert 'NOT "e"."class_id" IS NULL' in groups.create[0]
    for rest in ("", "WHERE n.exams > 1"):
        with pytest.raises(DefinitionError, match="class_id may be null") as told:
            make_plan(CATALOG, {"n": f"-- rows class_id\n{EXAMS} SELECT n.class_id, n.exams "
                                f"FROM n {rest}"})  # fmt: skip
        assert told.value.instead == "Leave such rows out: WHERE e.class_id IS NOT NULL."


def test_what_is_joined_to_several_tables_is_found_by_an_index_of_what_comes_before_it() -> None:
    of_class = "LEFT JOIN class c ON c.class_id = e.class_id"
    text = desks(", d.number, c.name", "JOIN desk d", of_class)
    joined, taken = make_plan(CATALOG, {"n": text}).projections
    assert 'CREATE INDEX ON "n_joined" ("class_id", "student_id")' in joined.index
    # A class has to do with the outputs alone, and a new name of it passes through one table.
    assert (joined.sources, taken.sources) == (("result", "exam"), ("n_joined", "desk", "class"))
    statement = taken.maintain(frozenset({"desk"}))
    assert '"_d_desk"' in statement
    assert '"result"' not in statement


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ITEMS.format("", CLASS).replace("item\n", "name\n"), "add it to the key: t.item"),
        (desks(join="JOIN desk d").replace("e.class_id, ", ""),
         "e.class_id is not among the outputs. Output it: that is how a change of desk finds"),
        (ITEMS.format("", CLASS).replace("t.item", "left(t.item, 3) AS item", 1),
         "t.item is not among the outputs. Output it: that is how a change of exam finds"),
        (desks(join="JOIN desk d", rest="WHERE d.number / 3 > e.marks"), "at `d.number / 3`"),
        (desks(", d.number, joined.marks", "JOIN desk d"), "no table is called joined here"),
        (MADE["WITH a group, joined"][0].replace("n.exams", "n.marks", 1), "n has no column marks"),
        (MADE["WITH a group, joined"][0].replace("count(*)", "avg(e.marks)"), "at `AVG(e.marks)`"),
    ],
)  # fmt: skip
def test_a_refusal_speaks_of_what_the_file_says(text: str, words: str) -> None:
    with pytest.raises(DefinitionError) as told:
        make_plan(CATALOG, {"n": text})
    assert told.value.projection == "n"
    assert words in f"at `{told.value.where}` {told.value.problem}. {told.value.instead}"
    assert "n_joined" not in str(told.value)


def test_what_cannot_be_a_group_of_its_own_is_refused() -> None:
    """One that reads the row outside, and one without a key."""
    texts = (
        rows("", "JOIN (SELECT max(r.score) AS most FROM result r) AS q ON q.most = e.marks"),
        rows(rest="WHERE EXISTS (SELECT FROM (SELECT r.exam_id FROM result r WHERE r.exam_id = "
             "e.title GROUP BY r.exam_id) AS q WHERE q.exam_id = e.exam_id)"),
        rows("", "JOIN (SELECT r.exam_id FROM result r GROUP BY 1) AS q ON q.exam_id = e.exam_id"),
    )  # fmt: skip
    for text in texts:
        with pytest.raises(DefinitionError, match="SELECT within a SELECT"):
            make_plan(CATALOG, {"n": text})


def test_what_is_made_of_two_parts_has_two_names() -> None:
    joined = (
        f"-- totals exam_id\n{EXAMS.replace('n AS', 'joined AS')} SELECT r.exam_id, "
        "sum(joined.exams) AS n FROM result r JOIN exam e ON e.exam_id = r.exam_id JOIN joined "
        "ON joined.class_id = e.class_id GROUP BY r.exam_id"
    )
    with pytest.raises(DefinitionError, match="a part of it is called n_joined"):
        make_plan(CATALOG, {"n": joined})
    with pytest.raises(DefinitionError, match="a part of it is called n_n") as told:
        make_plan(CATALOG, {"n": MADE["WITH a group, joined"][0], "n_n": rows()})
    assert told.value.projection == "n"


def test_a_view_may_join_groups() -> None:
    text = view_of(
        "JOIN (SELECT d.student_id, count(*) AS n FROM desk d GROUP BY d.student_id) AS s "
        "ON s.student_id = r.student_id"
    ).replace("r.student_id FROM", "r.student_id, s.n FROM")
    counted = "-- totals exam_id\nSELECT v.exam_id, sum(v.n) AS n FROM v v GROUP BY v.exam_id"
    plan = make_plan(CATALOG, {"v": text, "n": counted})
    assert [p.name for p in plan.projections] == ["v_s", "v", "n"]
