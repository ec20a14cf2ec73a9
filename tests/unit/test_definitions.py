"""What the planner cannot keep exactly is refused, with the rule, the place and what to write."""

import pytest

from homeroom.engine.catalog import Catalog, Column, Entity
from homeroom.engine.planning.planner import make_plan
from homeroom.errors import DefinitionError
from tests.unit import definitions_of_times, definitions_of_totals
from tests.unit.definitions_of_totals import totals

ID = 'varchar(64) COLLATE "C"'
CATALOG = Catalog(
    (
        Entity("exam", "exams", (Column("exam_id", ID),),
               (Column("class_id", ID), Column("created_by", ID), Column("title", "text"),
                Column("marks", "integer"), Column("teachers", 'varchar(64)[] COLLATE "C"'),
                Column("at", "timestamptz"))),
        Entity("class", "classes", (Column("class_id", ID),), (Column("name", "text"),)),
        Entity("result", "exams", (Column("exam_id", ID), Column("student_id", ID)),
               (Column("score", "numeric"), Column("grader_id", ID))),
        Entity("desk", "classes", (Column("class_id", ID), Column("student_id", ID)),
               (Column("number", "integer"),)),
    ),
    (),
)  # fmt: skip

ROWS = "-- rows exam_id\nSELECT e.exam_id, e.class_id, e.title{0} FROM exam e {1}"
# A result, its exam, and the student's desk in the exam's class: of two tables at once.
DESKS = (
    "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, e.class_id{0} FROM result r "
    "LEFT JOIN exam e ON e.exam_id = r.exam_id {1} ON {2} {3}"
)


def rows(outputs: str = "", rest: str = "") -> str:
    return ROWS.format(outputs and f", {outputs}", rest)


def desks(
    outputs: str = ", d.number", join: str = "LEFT JOIN desk d", rest: str = "",
    on: str = "d.class_id = e.class_id AND d.student_id = r.student_id",
) -> str:  # fmt: skip
    return DESKS.format(outputs, join, on, rest)


def view(joins: str = "JOIN exam e ON e.exam_id = r.exam_id") -> str:
    return f"-- view exam_id, student_id\nSELECT r.exam_id, r.student_id FROM result r {joins}"


# kind: the definition, and words of the message: the rule, where, what instead.
REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "no comment": ("SELECT 1", ("no comment", "Begin with")),
    "an unknown kind": ("-- table exam_id\nSELECT 1", ("no kind", "-- rows exam_id")),
    "no SQL": ("-- rows exam_id\nSELEC oops(", ("",)),
    "two SELECTs of rows": (rows() + "; SELECT 1", ("2 statements", "one SELECT")),
    "no SELECT": ("-- rows exam_id\nDELETE FROM exam", ("no SELECT", "plain SELECT")),
    "a UNION": (rows() + " UNION " + rows().split("\n")[1], ("UNION", "plain SELECT")),
    "HAVING in rows": (rows(rest="HAVING e.marks > 1"), ("HAVING", "Leave it out")),
    "DISTINCT in a view": (
        view().replace("SELECT", "SELECT DISTINCT"), ("DISTINCT", "Leave it out")),
    "ORDER BY": (rows(rest="ORDER BY e.title"), ("ORDER", "Leave it out")),
    "LIMIT": (rows(rest="LIMIT 5"), ("LIMIT", "Leave it out")),
    "OFFSET": (rows(rest="OFFSET 5"), ("OFFSET", "Leave it out")),
    "FOR UPDATE": (rows(rest="FOR UPDATE"), ("LOCKS", "Leave it out")),
    "GROUP BY in rows": (
        rows(rest="GROUP BY e.exam_id"), ("without GROUP BY", "-- totals exam_id")),
    "GROUPING SETS": (
        totals().replace("GROUP BY e.class_id", "GROUP BY GROUPING SETS ((e.class_id))"),
        ("",)),
    "ROLLUP": (totals().replace("GROUP BY e.class_id", "GROUP BY ROLLUP (e.class_id)"), ("",)),
    "WITH that nothing reads": (
        rows().replace("SELECT", "WITH x AS (SELECT 1) SELECT"),
        ("nothing reads x", "Leave it out")),
    "WITH RECURSIVE": (
        rows().replace("SELECT", "WITH RECURSIVE x AS (SELECT c.class_id FROM class c) SELECT"),
        ("WITH RECURSIVE", "publisher")),
    "WITH that writes": (
        rows().replace("SELECT", "WITH x AS (DELETE FROM class c) SELECT"),
        ("x is no SELECT", "plain SELECTs")),
    "WITH a LIMIT": (
        "-- rows exam_id\nWITH n AS (SELECT e.exam_id FROM exam e ORDER BY e.exam_id LIMIT 3) "
        "SELECT n.exam_id FROM n", ("Make n, the inner SELECT of exam",)),
    "WITH what is computed, behind a LEFT JOIN": (
        rows("n.name", "LEFT JOIN (SELECT c.class_id, coalesce(c.name, '') AS name FROM class c) "
             "AS n ON n.class_id = e.class_id"), ("Make n, the inner SELECT of class",)),
    "a column that WITH has not": (
        "-- rows exam_id\nWITH n AS (SELECT e.exam_id FROM exam e) SELECT n.exam_id, n.title "
        "FROM n",
        ("no table is called n",)),
    "a SELECT within": (
        rows("(SELECT max(r.score) FROM result r) AS best"),
        ("SELECT within a SELECT", "of result a projection of its own", "whole key")),
    "EXISTS": (rows(rest="WHERE EXISTS (SELECT FROM class c)"), ("",)),
    "EXISTS by a column that is not output": (
        "-- rows exam_id\nSELECT e.exam_id FROM exam e WHERE EXISTS "
        "(SELECT 1 FROM class c WHERE c.class_id = e.class_id)",
        ("e.class_id is not among the outputs",)),
    "EXISTS of a group": (
        rows(rest="WHERE EXISTS (SELECT 1 FROM class c WHERE c.class_id = e.class_id LIMIT 1)"),
        ("SELECT within a SELECT", "whole key")),
    "IN a SELECT that may be null": (
        rows("e.class_id IN (SELECT c.class_id FROM class c) AS x"), ("may be null", "EXISTS")),
    "IN a SELECT that is not": (
        rows(rest="WHERE NOT (e.marks > 3 OR e.class_id IN (SELECT c.class_id FROM class c))"),
        ("may be null", "NOT EXISTS")),
    "IN a SELECT behind OR, as an output": (
        rows("e.marks > 3 OR e.class_id IN (SELECT c.class_id FROM class c) AS x"),
        ("may be null", "EXISTS")),
    "NOT IN a SELECT": (
        rows(rest="WHERE e.class_id NOT IN (SELECT c.class_id FROM class c)"),
        ("may be null", "NOT EXISTS")),
    "a number as a condition": (rows(rest="WHERE e.marks"), ("no condition", "`e.marks > 0`")),
    "a number as a part of a condition": (
        rows(rest="WHERE NOT (e.marks OR e.title = 'x')"), ("no condition", "`e.marks > 0`")),
    "a text that decides": (
        rows("CASE WHEN e.title THEN 1 END AS x"), ("no condition", "`e.title IS NOT NULL`")),
    "a number in ON": (
        rows("c.name", "JOIN class c ON c.class_id = e.class_id AND e.marks"), ("no condition",)),
    "a derived table": (
        "-- rows exam_id\nSELECT e.exam_id FROM (SELECT * FROM exam) AS e", ("",)),
    "a window function": (
        rows("row_number() OVER (ORDER BY e.title) AS n"),
        ("ROW_NUMBER() OVER depends on rows", "-- refresh exam_id", "DISTINCT ON and ORDER BY")),
    "an aggregate in rows": (
        rows("max(e.marks) AS m"), ("one of a whole group", "`MAX(e.marks)` a `totals`")),
    "now()": (rows("now() AS at"), ("no clock", "reader's query")),
    "CURRENT_DATE": (rows("CURRENT_DATE AS at"), ("no clock", "reader's query")),
    "random()": (rows("random() AS r"), ("no randomness",)),
    "clock_timestamp()": (rows("clock_timestamp() AS at"), ("clock_timestamp", "Use one of")),
    "gen_random_uuid()": (rows("gen_random_uuid() AS u"), ("",)),
    "an unknown function": (rows("frobnicate(e.title) AS f"), ("frobnicate", "Use one of")),
    "a quotient of one row that is not rounded": (
        rows("e.marks / 0.3 AS part"), ("no end of decimals", "`round(e.marks / 0.3, 2)`")),
    "a quotient of whole numbers": (
        rows("round(e.marks / 3, 2) AS third"), ("integers cuts", "`e.marks::numeric`")),
    "a condition with such a quotient": (
        rows(rest="WHERE e.marks / 0.3 > 1"), ("no end of decimals", "`round(e.marks / 0.3, 2)`")),
    "a quotient that may fail": (
        rows("round(0.5 / e.marks, 1) AS part"), ("division by 0", "`nullif(e.marks, 0)`")),
    "the rest of a division": (
        rows("e.marks % 3 AS rest"), ("division", "`round(e.marks / nullif(3, 0), 2)`")),
    "a division in a view": (
        view("WHERE r.score / 3 > 1"), ("may fail", "`round(r.score / nullif(3, 0), 2)`")),
    "rounding in a view": (
        view("WHERE round(r.score, 1) > 1"), ("in `rows` and", "`ROUND(r.score, 1)` of a `rows`")),
    "ANY of a SELECT": (
        rows(rest="WHERE e.class_id = ANY(SELECT c.class_id FROM class c)"),
        ("items of an array", "IN (")),
    "ANY without =": (rows(rest="WHERE e.class_id < ANY(e.teachers)"), ("items of an array",)),
    "a LEFT JOIN in a view": (
        view("LEFT JOIN exam e ON e.exam_id = r.exam_id"),
        ("no row where a joined table has none", "Write JOIN")),
    "a table twice in a view": (
        view("JOIN exam e ON e.exam_id = r.exam_id JOIN exam f ON f.exam_id = e.class_id"),
        ("each once", "`rows` projection")),
    "a key that is compared twice in a view": (
        view("JOIN exam e ON e.exam_id = r.exam_id AND e.exam_id = r.student_id"),
        ("compared twice", "WHERE")),
    "a view that is not joined by a key": (
        view("JOIN desk d ON d.student_id = r.student_id"), ("by its whole key", "every column")),
    "an index on a view": (
        view().replace("\n", "\n-- index student_id\n", 1), ("not stored", "Leave these lines")),
    "a function that makes rows in a view": (
        view("JOIN exam e ON e.exam_id = r.exam_id "
             "CROSS JOIN LATERAL distinct_items(e.teachers, e.created_by) AS t(item)"),
        ("not on the list", "Use plain columns")),
    "an unnamed output": (rows("e.marks + 1"), ("no name", "AS name")),
    "a star": ("-- rows exam_id\nSELECT * FROM exam e", ("",)),
    "a key that is not output": (
        "-- rows exam_id\nSELECT e.title FROM exam e", ("exam_id is not among the outputs", "key")),
    "an unqualified column": (rows("marks"), ("names no table", "alias.column")),
    "an unknown column": (rows("e.colour"), ("no column colour", "It has")),
    "an unknown relation": (
        "-- rows exam_id\nSELECT q.exam_id FROM quiz q",
        ("there is no relation quiz", "Read one of")),
    "an unknown alias": (rows("z.title AS t2"), ("no table is called z", "Read one of: e")),
    "a join by part of a key": (
        rows(rest="JOIN result r ON r.exam_id = e.exam_id"), ("whole key", "every column")),
    "a join by another column": (
        rows(rest="JOIN class c ON c.name = e.title"), ("whole key (class_id)", "every column")),
    "EXISTS by a part of a key and a condition on both": (
        rows("e.marks", "WHERE EXISTS (SELECT 1 FROM result r WHERE r.exam_id = e.exam_id "
             "AND r.score > e.marks)"),
        ("whole key (exam_id, student_id)", "the different exam_id of result a `totals`")),
    "a join by constants alone": (
        rows(rest="JOIN desk d ON d.class_id = 'x' AND d.student_id = 'y'"), ("",)),
    "a join by OR": (
        rows(rest="JOIN class c ON c.class_id = e.class_id OR c.class_id = e.title"),
        ("more than key = column",)),
    "a join without ON": (rows(rest="CROSS JOIN class c"), ("JOIN … ON",)),
    "a comma": (rows(rest=", class c WHERE c.class_id = e.class_id"), ("JOIN … ON",)),
    "USING": (rows(rest="JOIN class c USING (class_id)"), ("JOIN … ON",)),
    "a NATURAL JOIN": (rows(rest="NATURAL JOIN class c"), ("",)),
    "a RIGHT JOIN": (rows(rest="RIGHT JOIN class c ON c.class_id = e.class_id"), ("JOIN … ON",)),
    "a FULL JOIN": (rows(rest="FULL JOIN class c ON c.class_id = e.class_id"), ("JOIN … ON",)),
    "a joined key that is not output": (
        "-- rows exam_id\nSELECT e.exam_id FROM exam e LEFT JOIN class c "
        "ON c.class_id = e.class_id",
        ("e.class_id is not among the outputs", "Output it")),
    "one of two tables whose column is not output": (
        desks().replace("e.class_id, d", "d"), ("e.class_id is not among the outputs",)),
    "a function that emits rows": (
        rows("t.i", "CROSS JOIN LATERAL unnest(e.teachers) AS t(i)"), ("",)),
    "TABLESAMPLE": (rows().replace("exam e", "exam e TABLESAMPLE SYSTEM (10)"), ("",)),
    "another schema's table": (rows().replace("exam e", "pg_catalog.exam e"),
                               ("another schema", "name alone")),
    "SELECT INTO": (rows().replace("FROM", "INTO t FROM"), ("",)),
}  # fmt: skip


REFUSED |= definitions_of_totals.REFUSED
REFUSED |= {kind: (rows(f"{of_time} AS x"), words)
            for kind, (of_time, words) in definitions_of_times.REFUSED.items()}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_definition_that_cannot_be_kept_exactly_is_refused(kind: str) -> None:
    text, words = REFUSED[kind]
    with pytest.raises(DefinitionError) as refused:
        make_plan(CATALOG, {"broken": text})
    said = str(refused.value)
    assert said.startswith("projections/broken.sql")
    assert [word for word in words if word.lower() not in said.lower()] == []


def test_a_circle_of_definitions_is_refused() -> None:
    circle = {
        "one": "-- rows exam_id\nSELECT t.exam_id FROM two t",
        "two": "-- rows exam_id\nSELECT o.exam_id FROM one o",
    }
    with pytest.raises(DefinitionError, match="reads itself through one, two"):
        make_plan(CATALOG, circle)


def test_a_view_is_for_totals_alone() -> None:
    texts = {
        "seen": view(),
        "broken": "-- rows exam_id, student_id\nSELECT v.exam_id, v.student_id FROM seen v",
    }
    with pytest.raises(DefinitionError, match="seen is a view, which only `totals` read") as told:
        make_plan(CATALOG, texts)
    assert told.value.projection == "broken"


def test_a_view_looks_up_each_table_by_what_changed_in_another() -> None:
    """The largest one last, by its key: only a change of the class needs an index of its own."""
    joins = (
        "JOIN exam e ON e.exam_id = r.exam_id "
        "JOIN desk d ON d.class_id = e.class_id AND d.student_id = r.student_id"
    )
    totals_of = "-- totals exam_id\nSELECT v.exam_id, count(*) AS n FROM seen v GROUP BY v.exam_id"
    plan = make_plan(CATALOG, {"seen": view(joins), "n": totals_of})
    made = make_plan(CATALOG, {})
    assert plan.entities["result"].index == made.entities["result"].index
    assert plan.entities["desk"].index == made.entities["desk"].index
    assert [*set(plan.entities["exam"].index) - set(made.entities["exam"].index)] == [
        'CREATE INDEX ON "exam" ("class_id")'
    ]
    (seen, _) = plan.projections
    assert (seen.is_view, plan.tables) == (True, plan.projections[1:])
    of_desk = seen.maintain(frozenset({"desk"}))
    assert of_desk.count("_d_") == 2
    assert of_desk.index('FROM "exam"') < of_desk.index('FROM "result"')
    assert not seen.joins_deltas(frozenset({"desk"}))
    assert seen.maintain(frozenset({"desk", "result"})).count("UNION ALL") == 2


OF_EXAMS = "JOIN exam e ON e.exam_id = r.exam_id"
OF_DESKS = "JOIN desk d ON d.class_id = e.class_id AND d.student_id = r.student_id"


@pytest.mark.parametrize(
    ("joins", "outputs", "is_view"),
    [
        (OF_EXAMS, "count(*) AS n", True),
        (f"{OF_EXAMS} {OF_DESKS} AND d.number > 3", "sum(d.number) AS n", True),
        (OF_EXAMS, "max(r.score) AS most", False),
        (OF_EXAMS, "count(DISTINCT r.grader_id) AS graders", False),
        (f"LEFT {OF_EXAMS}", "count(e.marks) AS n", False),
        (f"{OF_EXAMS} {OF_DESKS}", "max(d.number) AS most", False),
        (f"{OF_EXAMS} JOIN exam f ON f.exam_id = e.class_id", "count(f.marks) AS n", False),
    ],
)
def test_totals_of_a_join_are_of_a_view_where_one_can_be(
    joins: str, outputs: str, *, is_view: bool
) -> None:
    text = (
        f"-- totals exam_id\nSELECT r.exam_id, {outputs} FROM result r {joins} GROUP BY r.exam_id"
    )
    of_join, totals_of = make_plan(CATALOG, {"n": text}).projections
    assert (of_join.name, of_join.file, of_join.is_view) == ("n_joined", "n", is_view)
    assert (of_join.key, totals_of.sources) == (("exam_id", "student_id"), ("n_joined",))


def test_what_is_made_of_a_join_has_a_name_of_its_own() -> None:
    text = (
        f"-- totals exam_id\nSELECT r.exam_id, count(*) AS n FROM result r {OF_EXAMS} "
        "GROUP BY r.exam_id"
    )
    with pytest.raises(DefinitionError, match="called n_joined, and so is another") as told:
        make_plan(CATALOG, {"n": text, "n_joined": rows()})
    assert told.value.projection == "n"
    with pytest.raises(DefinitionError, match="at most 59 letters"):
        make_plan(CATALOG, {"n" * 55: text})
    two = make_plan(CATALOG, {"n": f"{text};\n" + text.split("\n")[1]}).projections
    assert [p.name for p in two] == ["n_joined", "n_joined_2", "n"]


def test_a_refusal_shows_the_place() -> None:
    with pytest.raises(DefinitionError, match=r"at `FROBNICATE\(e.title\)`"):
        make_plan(CATALOG, {"broken": rows("frobnicate(e.title) AS f")})


ALLOWED = {
    "rows": rows(),
    "a LEFT JOIN": rows("c.name", "LEFT JOIN class c ON c.class_id = e.class_id"),
    "the condition the other way round": rows("c.name", "JOIN class c ON e.class_id = c.class_id"),
    "CASE and coalesce": rows("CASE WHEN e.marks > 3 THEN coalesce(e.title, '') END AS x"),
    "a set function of the engine": rows(
        "t.item", "CROSS JOIN LATERAL distinct_items(e.teachers, e.created_by) AS t(item)"
    ).replace("-- rows exam_id", "-- rows exam_id, item"),
    "a LEFT JOIN to two tables at once": desks(),
    "the same before another join and with WHERE on the others": desks(
        rest="LEFT JOIN class c ON c.class_id = e.class_id WHERE r.score > 3 AND NOT e.title = ''"
    ),
    "totals": totals("count(*) AS n, sum(e.marks) AS m, count(e.title) AS t"),
    "DISTINCT that takes nothing away": rows().replace("SELECT", "SELECT DISTINCT"),
    "a join by more than equality": rows(
        "c.name", "JOIN class c ON (c.class_id = e.class_id AND c.name > 'x')"
    ),
    "a LEFT JOIN by more than equality": rows(
        "c.name", "LEFT JOIN class c ON c.class_id = e.class_id AND NOT (c.name LIKE 'x%')"
    ),
    "WITH, each of one or of several tables": (
        "-- rows exam_id\nWITH e AS (SELECT e.exam_id, e.class_id FROM exam e WHERE e.marks > 3), "
        "of(id, class, named) AS (SELECT e.exam_id, e.class_id, c.name || '!' FROM e "
        "JOIN class c ON c.class_id = e.class_id), open AS (SELECT c.class_id FROM class c) "
        "SELECT of.id AS exam_id, of.class, of.named, c.name FROM of "
        "JOIN class c ON c.class_id = of.class LEFT JOIN open ON open.class_id = of.class"
    ),
    "IN a SELECT": rows(
        rest="WHERE e.class_id IN (SELECT c.class_id FROM class c WHERE c.name LIKE 'a%')"
    ),
    "IN a SELECT behind OR, and in CASE": rows(
        "CASE WHEN e.class_id IN (SELECT c.class_id FROM class c) THEN 1 END AS x",
        "WHERE e.marks > 3 OR (e.class_id IN (SELECT c.class_id FROM class c) AND e.marks > 2)",
    ),
    "a key that WHERE has": rows("c.name", "CROSS JOIN class c WHERE c.class_id = e.class_id"),
    "a key of which WHERE has a part": rows(
        "d.number",
        "JOIN desk d ON d.class_id = e.class_id WHERE 'x' = d.student_id AND e.marks > 3",
    ),
    "a join by a key and another column": rows(
        "c.name", "JOIN class c ON c.class_id = e.class_id AND c.name = e.title"
    ),
    "a LEFT JOIN by a key and another column": rows(
        "c.name", "LEFT JOIN class c ON c.class_id = e.class_id AND c.name = e.title"
    ),
    "what is in no array": rows(rest="WHERE e.created_by <> ALL(e.teachers)"),
    "EXISTS, and not": rows(
        "EXISTS (SELECT 1 FROM class x WHERE e.class_id = x.class_id) AS known",
        "WHERE NOT EXISTS (SELECT FROM class c WHERE c.class_id = e.class_id AND c.name > 'x')",
    ),
    "WITH in totals": (
        "-- totals class_id\nWITH good AS (SELECT e.class_id, e.marks + 1::numeric AS marks "
        "FROM exam e WHERE e.marks > 3) SELECT g.class_id, sum(g.marks) AS marks FROM good g "
        "WHERE g.class_id IS NOT NULL GROUP BY g.class_id"
    ),
    "WITH, twice, in a refresh": (
        "-- refresh student_id, class_id\nWITH u AS (SELECT d.student_id, d.class_id FROM desk d) "
        "SELECT u.student_id, u.class_id, EXISTS (SELECT 1 FROM u AS o WHERE o.student_id = "
        "u.student_id AND o.class_id < u.class_id) AS later FROM u"
    ),
    "a LEFT JOIN to the items of a list": rows(
        "t.item, c.name",
        "CROSS JOIN LATERAL distinct_items(e.teachers, NULL) AS t(item) "
        "LEFT JOIN class c ON c.class_id = t.item",
    ).replace("-- rows exam_id", "-- rows exam_id, item"),
    "a key of a column and a constant": rows(
        "d.number", "LEFT JOIN desk d ON d.class_id = e.class_id AND d.student_id = 'x'"
    ),
    "arrays": rows("e.created_by = ANY(e.teachers) AS mine, cardinality(e.teachers) AS n"),
}


ALLOWED |= definitions_of_totals.ALLOWED
ALLOWED |= {of_time: rows(f"{of_time} AS x") for of_time in definitions_of_times.ALLOWED}


@pytest.mark.parametrize("kind", ALLOWED)
def test_what_can_be_kept_exactly_is_planned(kind: str) -> None:
    (plan,) = make_plan(CATALOG, {"fine": ALLOWED[kind]}).projections
    assert plan.name == "fine"


def test_of_having_the_planner_keeps_all_groups_and_takes_some() -> None:
    text = totals(end="HAVING count(*) > 1 AND e.class_id <> 'x'")
    text = text.replace("\n", "\n-- index n, class_id\n", 1)
    groups, taken = make_plan(CATALOG, {"n": text}).projections
    assert (groups.name, groups.file, taken.name) == ("n_groups", "n", "n")
    assert (groups.key, taken.key) == (("class_id",), ("class_id",))
    assert taken.columns == ("class_id", "n")
    assert not [statement for statement in groups.index if '"n"' in statement.split(" (")[-1]]
    # What no total is asked for is asked of each row, and such groups are not kept.
    assert "<> 'x'" in groups.derive + groups.create[0]
    only = totals(end="HAVING e.class_id <> 'x'")
    assert [p.name for p in make_plan(CATALOG, {"n": only}).projections] == ["n"]


def test_of_a_key_with_a_constant_only_such_rows_are_changes() -> None:
    on = "d.class_id = e.class_id AND 'x' = d.student_id"
    text = rows("d.number", f"JOIN desk d ON {on}")
    (projection,) = make_plan(CATALOG, {"fine": text}).projections
    statement = projection.maintain(frozenset({"desk"}))
    assert statement.count("\"student_id\" = 'x'") == 2
    every = rows("d.number", "JOIN desk d ON d.class_id = 'x' AND d.student_id = 'y'")
    with pytest.raises(DefinitionError, match="every row would rest on one row of desk"):
        make_plan(CATALOG, {"broken": every})


def test_rows_that_rest_on_what_is_joined_to_two_tables_are_found_in_the_projection() -> None:
    """Neither table has them all by the changed key; no index is made there to look for them."""
    plan = make_plan(CATALOG, {"fine": desks()})
    (projection,) = plan.projections
    assert 'CREATE INDEX ON "fine" ("class_id", "student_id")' in projection.index
    assert plan.entities["exam"].index == make_plan(CATALOG, {}).entities["exam"].index
    assert plan.entities["result"].index == make_plan(CATALOG, {}).entities["result"].index


@pytest.mark.parametrize(
    ("index", "takes_its_place"),
    [
        ("class_id", True), ('"class_id" DESC NULLS LAST', True), ("class_id asc", True),
        ('class_id COLLATE "sv-x-icu"', False),
        ("left(class_id, 9)", False), ("(class_id)", False), ("(class_id || 'x')", False),
    ],
)  # fmt: skip
def test_a_declared_index_takes_the_place_of_one_that_is_needed_where_it_has_that_order(
    index: str, takes_its_place: bool
) -> None:
    text = rows("left(c.name, 9) AS name", "LEFT JOIN class c ON c.class_id = e.class_id")
    text = text.replace("e.title", "left(e.title, 9) AS title")
    text = text.replace("\n", f"\n-- index {index}, exam_id\n", 1)
    (projection,) = make_plan(CATALOG, {"fine": text}).projections
    own = 'CREATE INDEX ON "fine" ("class_id")'
    assert (own in projection.index) is not takes_its_place


def test_definitions_come_after_what_they_read() -> None:
    texts = {
        "a": "-- rows class_id\nSELECT b.class_id, b.n FROM b b",
        "b": totals(),
    }
    assert [p.name for p in make_plan(CATALOG, texts).projections] == ["b", "a"]
