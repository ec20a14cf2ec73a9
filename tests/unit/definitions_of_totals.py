"""Definitions of ``totals`` and ``top``: what is refused, with which words, and what is planned."""

TOTALS = "-- totals class_id\nSELECT e.class_id, {0} FROM exam e {1} GROUP BY e.class_id {2}"
KNOWN = "WHERE e.class_id IS NOT NULL"


def totals(outputs: str = "count(*) AS n", rest: str = KNOWN, end: str = "") -> str:
    return TOTALS.format(outputs, rest, end)


# kind: the definition, and words of the message: the rule, where, what instead.
REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "DISTINCT of more than the key": (
        "-- totals class_id\nSELECT DISTINCT e.class_id, e.marks FROM exam e",
        ("DISTINCT", "with class_id alone", "DISTINCT ON (class_id)")),
    "DISTINCT in a sum": (
        totals("sum(DISTINCT e.marks) AS n"), ("count of one column", "count(DISTINCT e.marks)")),
    "different texts of any length": (
        totals("count(DISTINCT e.title) AS n"), ("longer than an index holds", "left(")),
    "different values of no column": (
        totals("count(DISTINCT e.marks + 1) AS n"), ("no index finds", "`rows` projection")),
    "avg": (totals("avg(e.marks) AS a"), ("no end of decimals", "`round(AVG(e.marks), 2)`")),
    "avg in rows": (
        "-- rows exam_id\nSELECT e.exam_id, avg(e.marks) AS a FROM exam e",
        ("one of a whole group", "`round(AVG(e.marks), 2)`")),
    "a quotient that is not rounded": (
        totals("sum(e.marks)::numeric / nullif(count(*), 0) AS a"),
        ("no end of decimals", "`round(", ", 2)`")),
    "a division by what may be 0": (
        totals("round(sum(e.marks)::numeric / count(*), 1) AS a"), ("by 0 fails", "nullif(")),
    "a division of single rows": (
        totals("sum(e.marks / 3) AS a"), ("of totals, not of single rows", "`rows` projection")),
    "a division in a condition": (
        totals(rest=f"{KNOWN} AND e.marks / 3 > 1"), ("of totals, not of single rows",)),
    "an aggregate of an aggregate": (
        totals("sum(max(e.marks)) AS a"), ("one of a whole group", "an output of its own")),
    "the greatest of no column": (
        totals("max(e.marks + 1) AS a"), ("no index finds", "`rows` projection")),
    "the greatest text of any length": (
        totals("max(e.title) AS a"), ("longer than an index holds", "left(")),
    "the greatest of a group by no column": (
        "-- totals class_id\nSELECT coalesce(e.class_id, '') AS class_id, max(e.marks) AS most "
        "FROM exam e GROUP BY coalesce(e.class_id, '')",
        ("no index finds a group", "`rows` projection")),
    "the greatest of what a cast chooses": (
        totals("max(e.marks) AS a", f"{KNOWN} AND e.marks::text <> '3'"),
        ("no index can be on rows", "Output the condition")),
    "the greatest truth": (
        totals("max((e.marks > 3)) AS a"), ("no index finds",)),
    "the greatest of several SELECTs": (
        totals("max(e.marks) AS a") + ";\n" + totals("max(e.marks) AS a").split("\n")[1],
        ("several SELECTs", "a name of its own")),
    "an average of several SELECTs": (
        totals("round(avg(e.marks), 1) AS a") + ";\n" + totals("count(*) AS a").split("\n")[1],
        ("several SELECTs", "a name of its own")),
    "HAVING of several SELECTs": (
        totals(end="HAVING count(*) > 1") + ";\n" + totals("count(*) AS a").split("\n")[1],
        ("several SELECTs", "WHERE in a `rows` projection")),
    "HAVING of a column": (
        totals(end="HAVING e.marks > 1"), ("neither in GROUP BY", "Judge it in WHERE")),
    "HAVING of a total or a column of the group": (
        totals(end="HAVING count(*) > 1 OR e.class_id = 'x'"), ("a condition of its own",)),
    "whether any is": (
        totals("bool_or(e.marks > 3) AS any"),
        ("of a whole group", "`count(*) FILTER (WHERE e.marks > 3) > 0`")),
    "whether all are": (
        totals("bool_and(e.marks > 3) AS every"),
        ("of a whole group", "`count(*) FILTER (WHERE NOT (e.marks > 3)) = 0`")),
    "HAVING of a count that is compared with nothing": (
        totals(end="HAVING count(*)"), ("at `COUNT(*)`", "no condition", "`COUNT(*) > 0`")),
    "HAVING of one that is, and one that is not": (
        totals(end="HAVING count(*) > 1 AND max(e.marks)"), ("no condition", "`MAX(e.marks) > 0`")),
    "FILTER by a number": (
        totals("count(*) FILTER (WHERE e.marks) AS n"), ("no condition", "`e.marks > 0`")),
    "HAVING with a quotient": (
        totals(end="HAVING avg(e.marks) > 1"), ("`round(AVG(e.marks), 2)`",)),
    "HAVING with DISTINCT": (
        "-- totals class_id\nSELECT DISTINCT e.class_id FROM exam e HAVING count(*) > 1",
        ("DISTINCT",)),
    "the first by chance": (
        totals("(array_agg(e.exam_id))[1] AS a"), ("without an order", "ORDER BY")),
    "the first of equals": (
        totals("(array_agg(e.exam_id ORDER BY e.marks))[1] AS a"),
        ("leaves rows equal", "whole key at the end (exam_id)")),
    "the row after the first": (
        "-- totals class_id\nSELECT q.class_id, q.exam_id FROM (SELECT e.class_id, e.exam_id, "
        "row_number() OVER (PARTITION BY e.class_id ORDER BY e.exam_id) AS n FROM exam e) AS q "
        "WHERE q.n = 2", ("SELECT within a SELECT",)),
    "the first row, if it is good": (
        "-- totals class_id\nSELECT q.class_id, q.marks FROM (SELECT e.class_id, e.marks, "
        "row_number() OVER (PARTITION BY e.class_id ORDER BY e.exam_id) AS n FROM exam e) AS q "
        "WHERE q.n = 1 AND q.marks > 3", ("SELECT within a SELECT",)),
    "the second of a group": (
        totals("(array_agg(e.exam_id ORDER BY e.exam_id))[2] AS a"), ("first item alone", "[1]")),
    "a list of a group": (
        totals("array_agg(e.exam_id ORDER BY e.exam_id) AS a"), ("first item alone", "refresh")),
    "the first of other groups": (
        "-- totals class_id\nSELECT DISTINCT ON (e.created_by) e.class_id, e.marks FROM exam e "
        "ORDER BY e.created_by, e.exam_id", ("DISTINCT", "DISTINCT ON (class_id)")),
    "an output that is not grouped": (totals("e.title AS t, count(*) AS n"), ("neither key",)),
    "grouped by more than the key": (
        totals(end=", e.title"), ("not grouped by the key", "GROUP BY")),
    "totals without GROUP BY": (
        totals().split("GROUP BY")[0], ("not grouped by the key", "GROUP BY")),
    # Leaderboards.
    "a leaderboard without an order": (
        "-- top 10 class_id, marks\nSELECT e.class_id, e.exam_id, e.marks FROM exam e",
        ("has no order", "`-- top 10 class_id, marks DESC`")),
    "a leaderboard by what is no column": (
        "-- top 10 e.marks DESC\nSELECT e.exam_id, e.marks FROM exam e",
        ("columns with ASC or DESC", "`-- top 10 marks DESC`")),
    "a leaderboard of none": (
        "-- top 0 marks DESC\nSELECT e.exam_id, e.marks FROM exam e", ("from 1 to 1,000",)),
    "a leaderboard of too many": (
        "-- top 1001 marks DESC\nSELECT e.exam_id, e.marks FROM exam e", ("from 1 to 1,000",)),
    "a leaderboard without the key": (
        "-- top 3 marks DESC\nSELECT e.class_id, e.marks FROM exam e",
        ("decides between equals", "Output it: e.exam_id")),
    "a leaderboard of a join that lacks a part of the key": (
        "-- top 3 number ASC\nSELECT r.class_id, r.number, c.name FROM desk r JOIN class c "
        "ON c.class_id = r.class_id", ("decides between equals", "Output it: r.student_id")),
    "a leaderboard by another column": (
        "-- top 3 score DESC\nSELECT e.exam_id, e.marks FROM exam e",
        ("names score, which is no output", "exam_id, marks")),
    "a leaderboard by what is computed": (
        "-- top 3 more DESC\nSELECT e.exam_id, e.marks::numeric * 2 AS more FROM exam e",
        ("no index finds", "`rows` projection")),
    "a leaderboard by a text of any length": (
        "-- top 3 title ASC\nSELECT e.exam_id, e.title FROM exam e", ("longer than an index",)),
    "a leaderboard of groups that may be null": (
        "-- top 3 class_id, marks DESC\nSELECT e.class_id, e.exam_id, e.marks FROM exam e",
        ("class_id may be null", "WHERE e.class_id IS NOT NULL")),
    "a leaderboard with an order of its own": (
        "-- top 3 marks DESC\nSELECT e.exam_id, e.marks FROM exam e ORDER BY e.marks LIMIT 3",
        ("understood here", "the first line has the order")),
    "places in a leaderboard": (
        "-- top 3 marks DESC\nSELECT e.exam_id, e.marks, row_number() OVER (ORDER BY e.marks) AS n "
        "FROM exam e", ("did not change", "reader's query")),
    "a leaderboard of groups": (
        "-- top 3 n DESC\nSELECT e.class_id, count(*) AS n FROM exam e GROUP BY e.class_id",
        ("`-- totals class_id`",)),
    # Totals of a join: what is wrong with it is said in the words of the file.
    "totals of a join by no whole key": (
        "-- totals exam_id\nSELECT e.exam_id, count(*) AS n FROM exam e JOIN result r "
        "ON r.exam_id = e.exam_id GROUP BY e.exam_id", ("whole key (exam_id, student_id)",)),
    "totals of a join by less than its condition": (
        totals(rest=f"JOIN class c ON c.class_id = e.class_id OR c.name = e.title {KNOWN}"),
        ("more than key = column",)),
    "totals of a table beside another": (
        totals(rest=f"CROSS JOIN class c {KNOWN}"), ("JOIN … ON",)),
    "totals by what a LEFT JOIN may lack": (
        "-- totals name\nSELECT left(c.name, 9) AS name, count(*) AS n FROM exam e LEFT JOIN class "
        "c ON c.class_id = e.class_id GROUP BY left(c.name, 9)",
        ("name may be null", "WHERE LEFT(c.name, 9) IS NOT NULL")),
    "totals by a column that is not there": (
        totals("count(c.title) AS n", f"JOIN class c ON c.class_id = e.class_id {KNOWN}"),
        ("class has no column title",)),
    "the greatest of a join by chance": (
        totals("(array_agg(e.exam_id ORDER BY c.name))[1] AS a",
               f"JOIN class c ON c.class_id = e.class_id {KNOWN}"), ("leaves rows equal",)),
    "a sum of a join that overflows": (
        totals("sum(e.marks * e.marks) AS a", f"JOIN class c ON c.class_id = e.class_id {KNOWN}"),
        ("`e.marks * e.marks`", "may be larger")),
}  # fmt: skip
ALLOWED = {
    "a total plus one": totals("count(*) + 1 AS n"),
    "totals of totals": totals(
        "round(avg(e.marks), 1) AS a, count(*) - count(e.title) AS n, max(e.marks)::numeric - "
        "min(e.marks) AS m, CASE WHEN count(*) > 3 THEN 'many' END AS level"
    ),
    "extremes and different values": totals(
        "max(e.marks) AS m, count(DISTINCT e.created_by) FILTER (WHERE e.marks > 0) AS n"
    ),
    "the greatest of what a constant chooses": totals(
        "max(e.marks) AS a", f"{KNOWN} AND e.marks < '1000000000'::integer"
    ),
    "different values alone": "-- totals class_id\nSELECT DISTINCT c.class_id FROM class c",
    "totals of some rows": totals(
        "count(*) FILTER (WHERE e.marks > 3) AS n", "WHERE NOT e.class_id IS NULL"
    ),
    "a leaderboard of all": "-- top 3 marks DESC NULLS LAST, title_start ASC\nSELECT e.exam_id, "
    "e.created_by AS title_start, e.marks FROM exam e",
    "a leaderboard of each": "-- top 1000 class_id, marks DESC, exam_id\nSELECT e.class_id, "
    f"e.exam_id, e.marks, lower(e.title) AS title FROM exam e {KNOWN} AND e.marks > 3",
    "totals of several sources": totals() + ";\n" + totals("count(*) AS k").split("\n")[1],
}
