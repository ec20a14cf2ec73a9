"""Definitions for which the planner makes further tables, with names and nulls that are awkward."""

ITEMS = "CROSS JOIN LATERAL distinct_items(e.teachers, e.class_id) AS t(item)"
# By name: the definition, which is kept exactly.
KEPT: dict[str, tuple[str, str]] = {
    "a JOIN to the items of a list, and one behind it": (
        "order", '-- rows exam_id, user\nSELECT e.exam_id, e.class_id, joined.class_id AS "user", '
        "joined.user AS \"end\", d.number AS \"limit\", e.order FROM exam e "
        f"{ITEMS} JOIN class joined ON joined.class_id = t.item AND NOT joined.gone "
        "LEFT JOIN desk d ON d.class_id = e.class_id AND d.student_id = joined.user "
        "WHERE e.marks > 0 AND joined.name IS NOT NULL"),
    "joins to several tables, one behind the other": (
        "tried", "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id, "
        "e.class_id AS of, d.limit, x.number, k.name FROM result r JOIN exam e ON e.exam_id = "
        "r.exam_id JOIN desk d ON d.class_id = e.class_id AND d.student_id = r.student_id "
        "LEFT JOIN desk x ON x.class_id = r.class_id AND x.student_id = d.limit "
        "LEFT JOIN class k ON k.class_id = r.class_id "
        "WHERE x.number IS NULL OR x.number > d.number"),
    "the items of what is joined by an item": (
        "tried", "-- rows exam_id, other, item\nSELECT e.exam_id, o.exam_id AS other, u.item, "
        f"o.title FROM exam e {ITEMS} JOIN exam o ON o.exam_id = t.item "
        "CROSS JOIN LATERAL distinct_items(o.teachers, e.title) AS u(item) WHERE o.order >= 0"),
    "a join to what equals a column of another table": (
        "tried", "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, c.class_id, "
        "d.number, d.limit FROM result r JOIN class c ON c.class_id = r.class_id JOIN desk d "
        "ON d.class_id = c.class_id AND r.student_id = d.student_id "
        "WHERE d.number IS NOT NULL AND NOT c.gone"),
    "what does not exist in two tables at once": (
        "tried", "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, e.class_id FROM "
        "result r LEFT JOIN exam e ON e.exam_id = r.exam_id WHERE NOT EXISTS (SELECT 1 FROM desk d "
        "WHERE d.class_id = e.class_id AND d.student_id = r.student_id AND d.number > 0)"),
    "a group by a word of SQL": (
        "limit", '-- rows class_id\nWITH "order"("user", "end") AS (SELECT r.class_id, '
        "max(r.score) FROM result r WHERE r.end >= 0 GROUP BY r.class_id HAVING count(*) > 1) "
        'SELECT c.class_id, c.user, o."end" FROM class c JOIN "order" AS o ON o."user" = c.user '
        'WHERE o."end" > 0'),
    "groups of groups of a join, under conditions": (
        "tried", "-- totals n\nWITH n AS (SELECT e.class_id, r.student_id, count(*) AS n FROM "
        "result r JOIN exam e ON e.exam_id = r.exam_id AND NOT e.gone GROUP BY e.class_id, "
        "r.student_id), m AS (SELECT n.class_id, max(n.n) AS n FROM n WHERE n.n < 9 "
        "AND n.class_id IS NOT NULL GROUP BY n.class_id) SELECT m.n, count(*) AS classes, "
        "min(m.class_id) AS first FROM m WHERE m.n IS NOT NULL GROUP BY m.n HAVING count(*) > 1"),
    "a group that has no key among its outputs": (
        "tried", "-- totals part\nSELECT q.part, sum(q.n) AS n FROM (SELECT count(*) AS n, "
        "left(coalesce(r.sign, 'none'), 3) AS part FROM result r WHERE r.class_id IS NOT NULL "
        "GROUP BY r.class_id, left(coalesce(r.sign, 'none'), 3)) AS q GROUP BY q.part"),
    "the first of each, joined": (
        "tried", "-- rows class_id\nWITH best AS (SELECT DISTINCT r.class_id FROM result r "
        "WHERE r.score > 1) SELECT c.class_id, f.number, "
        "b.class_id IS NOT NULL AS good FROM class c "
        "LEFT JOIN best b ON b.class_id = c.class_id LEFT JOIN (SELECT DISTINCT ON (d.class_id) "
        "d.class_id, d.number FROM desk d ORDER BY d.class_id, d.student_id) AS f "
        "ON f.class_id = c.class_id"),
    "a part of a key that may be null": (
        "tried", "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id, r.sign, "
        "EXISTS (SELECT 1 FROM class c WHERE c.user = r.class_id) AS used, NOT EXISTS (SELECT 1 "
        "FROM class c WHERE c.user = r.class_id AND c.gone) AS kept FROM result r WHERE "
        "r.class_id IN (SELECT d.limit FROM desk d WHERE d.number > 0) "
        "OR r.student_id IN (SELECT d.limit FROM desk d JOIN class c ON c.class_id = d.class_id)"),
    "groups of several columns that are asked for": (
        "tried", "-- totals class_id\nSELECT r.class_id, count(*) AS n, count(*) FILTER (WHERE "
        "r.exam_id IN (SELECT e.exam_id FROM exam e GROUP BY e.exam_id) OR r.score > 1) AS some "
        "FROM result r WHERE (r.class_id, r.student_id) IN (SELECT d.class_id, d.student_id "
        "FROM desk d WHERE d.number > 0) GROUP BY r.class_id"),
    "keys that WHERE has": (
        "tried", "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id, "
        "c.name, d.number FROM result r CROSS JOIN class c JOIN desk d ON d.class_id = c.class_id "
        "AND d.limit = r.class_id WHERE c.class_id = r.class_id AND 'x1' = d.student_id "
        "AND (c.gone OR d.number > 0)"),
}  # fmt: skip
