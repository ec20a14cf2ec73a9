"""Definitions that were once accepted and not kept: what must be refused, and with which words."""

from tests.property import awkward_made, awkward_values

RESULT = "FROM result r"
REFUSED: dict[str, tuple[str, str]] = {
    # Keys that are not keys.
    "a key that is not unique": (
        "-- rows class_id\nSELECT e.exam_id, e.class_id FROM exam e WHERE e.class_id IS NOT NULL",
        "add it to the key: e.exam_id"),
    "a refresh whose key is not unique": (
        f"-- refresh student_id\nSELECT r.student_id, r.score {RESULT}", "r.exam_id"),
    "a key that may be null": (
        "-- totals class_id\nSELECT e.class_id, count(*) AS results FROM exam e "
        "GROUP BY e.class_id", "WHERE e.class_id IS NOT NULL"),
    "a key of a table that may be missing": (
        "-- rows exam_id, class_id\nSELECT e.exam_id, c.class_id, e.class_id AS of "
        "FROM exam e LEFT JOIN class c ON c.class_id = e.class_id", "WHERE c.class_id IS NOT NULL"),
    "an item that is not in the key": (
        "-- rows exam_id\nSELECT e.exam_id, t.item FROM exam e "
        "CROSS JOIN LATERAL distinct_items(e.teachers, NULL) AS t(item)", "add it to the key"),
    # What looks beyond its key.
    "a rank among all": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, "
        f"rank() OVER (ORDER BY r.score) AS place {RESULT}", "PARTITION BY student_id"),
    "the first of all": (
        f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id {RESULT} "
        "ORDER BY r.score, r.student_id, r.exam_id LIMIT 3", "takes from the rows of every"),
    "a rank within a class, keyed by exam": (
        "-- refresh exam_id, student_id\nSELECT r.exam_id, r.student_id, rank() OVER "
        f"(PARTITION BY r.class_id ORDER BY r.score) AS place {RESULT}", "PARTITION BY exam_id"),
    "a share of the whole": (
        "-- refresh student_id\nSELECT r.student_id, sum(r.score) / nullif((SELECT sum(a.score) "
        f"FROM result a), 0) AS share {RESULT} GROUP BY r.student_id", "Bind it to the row"),
    "a self join by another column": (
        "-- refresh student_id, exam_id, other\nSELECT r.student_id, r.exam_id, "
        "o.student_id AS other FROM result r JOIN result o ON o.exam_id = r.exam_id",
        "o.student_id = r.student_id"),
    "NOT IN over others": (
        f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id {RESULT} "
        "WHERE r.class_id NOT IN (SELECT d.class_id FROM desk d)", "Bind it"),
    "EXISTS over others": (
        f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id {RESULT} "
        "WHERE EXISTS (SELECT 1 FROM desk d WHERE d.class_id = r.class_id)", "Bind it"),
    "a group of several values": (
        "-- refresh student_id, class_id\nSELECT min(r.student_id) AS student_id, r.class_id "
        f"{RESULT} WHERE r.class_id IS NOT NULL GROUP BY r.class_id", "Group by student_id too"),
    "the newest of a class": (
        "-- refresh student_id\nSELECT DISTINCT ON (r.class_id) r.student_id, r.class_id "
        f"{RESULT} ORDER BY r.class_id, r.score, r.exam_id, r.student_id", "DISTINCT ON"),
    "a missing partner's value as partition": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, count(*) OVER "
        "(PARTITION BY d.student_id) AS students FROM result r LEFT JOIN desk d "
        "ON d.student_id = r.student_id AND d.class_id = r.class_id", "PARTITION BY"),
    "a key by another name": (
        "-- refresh class_id, student_id\nSELECT r.exam_id AS class_id, r.student_id "
        f"{RESULT}", "class_id is not the column class_id"),
    "a RIGHT JOIN": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id FROM desk d "
        "RIGHT JOIN result r ON r.student_id = d.student_id", "JOIN or LEFT JOIN"),
    # Columns that are not seen.
    "a star": (f"-- refresh student_id, exam_id\nSELECT * {RESULT}", "no name"),
    "a star within": (
        "-- refresh student_id, exam_id\nSELECT q.student_id, q.exam_id "
        "FROM (SELECT r.* FROM result r) AS q", "Name each column"),
    "a whole row": (
        f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, r AS row {RESULT}",
        "alias.column"),
    "JOIN … USING": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, d.number FROM result r "
        "JOIN desk d USING (student_id, class_id)", "JOIN or LEFT JOIN … ON"),
    "NATURAL JOIN": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, d.number FROM result r "
        "NATURAL JOIN desk d", "JOIN or LEFT JOIN … ON"),
    "a system column": (
        f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, r.ctid AS at {RESULT}",
        "no column ctid"),
    # Clocks and chance.
    "the word now": (
        "-- rows exam_id\nSELECT e.exam_id FROM exam e WHERE e.at < 'now'", "read by the clock"),
    "a cast of now": (
        "-- rows exam_id\nSELECT e.exam_id, 'now'::timestamptz AS seen FROM exam e",
        "read by the clock"),
    "a time without a zone": (
        "-- rows exam_id\nSELECT e.exam_id FROM exam e WHERE e.at >= '2026-01-01'", "00:00:00Z"),
    "the day of a time": (
        "-- rows exam_id\nSELECT e.exam_id, e.at::date AS day FROM exam e", "time zone"),
    "a time as text": (
        "-- rows exam_id\nSELECT e.exam_id, e.at::text AS day FROM exam e", "time zone"),
    "a text that may say now": (
        "-- rows exam_id\nSELECT e.exam_id, e.title::timestamptz AS day FROM exam e", "may fail"),
    "array_agg without an order": (
        "-- refresh student_id\nSELECT r.student_id, array_agg(r.exam_id) AS exams "
        f"{RESULT} GROUP BY r.student_id", "tell any two rows apart|Order by a whole key"),
    "a newest row among equals": (
        "-- refresh student_id\nSELECT DISTINCT ON (r.student_id) r.student_id, r.exam_id "
        f"{RESULT} ORDER BY r.student_id, r.score", "Order by a whole key at the end"),
    "TABLESAMPLE": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id FROM result r "
        "TABLESAMPLE SYSTEM (10)", "TableSample is not on the list"),
    **{
        f"{call} in a refresh": (
            f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, {call} AS value "
            f"{RESULT}", "")
        for call in ("clock_timestamp()", "uuidv7()", "current_setting('TimeZone')",
                     "txid_current()", "now()", "random()", "to_jsonb(r)", "r.day::time",
                     "pg_backend_pid()", "nextval('s')", "current_user", "localtimestamp",
                     "statement_timestamp()", "to_char(r.end, 'L')", "date_trunc('day', r.day)")
    },
    "CASE of a time": (
        "-- rows exam_id\nSELECT e.exam_id, CASE e.at WHEN 'now' THEN 1 ELSE 2 END AS n "
        "FROM exam e",
        "read by the clock"),
    "a default that is a time": (
        "-- refresh exam_id\nSELECT e.exam_id, lag(e.at, 1, 'now') OVER (PARTITION BY e.exam_id "
        "ORDER BY e.exam_id) AS before FROM exam e", "read by the clock"),
    "a UNION with a time": (
        "-- refresh exam_id, at\nSELECT u.exam_id, u.at FROM (SELECT e.exam_id, e.at FROM exam e "
        "UNION SELECT e.exam_id, 'now' AS at FROM exam e) AS u WHERE u.at IS NOT NULL", "Cast it"),
    "a total by now": (
        "-- totals at\nSELECT e.at, count(*) AS n FROM exam e WHERE e.at IS NOT NULL "
        "GROUP BY e.at; SELECT 'now' AS at, count(*) AS n FROM exam e GROUP BY 'now'", "Cast it"),
    "a day of today": (
        "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.day::date - 'today' AS n "
        f"{RESULT}", "read by the clock"),
    "a day of what may say today": (
        "-- rows exam_id\nSELECT e.exam_id, left(e.title, 10)::date AS day FROM exam e",
        "may fail"),
    "a time that is any of those": (
        "-- rows exam_id\nSELECT e.exam_id, 'now' = ANY(e.teachers) AS x, e.at = ANY(e.teachers) "
        "AS y FROM exam e", "Compare values of one type and one collation"),
    "a group by the day of a time": (
        "-- refresh exam_id\nSELECT e.exam_id, count(*) AS n FROM exam e "
        "GROUP BY e.exam_id, e.at::date", "time zone"),
    # What makes several rows, or other names.
    "a function that makes rows, as an output": (
        "-- rows exam_id\nSELECT e.exam_id, distinct_items(e.teachers, NULL) AS item FROM exam e",
        "several rows"),
    "unnest as an output": (
        "-- refresh exam_id\nSELECT e.exam_id, unnest(e.teachers) AS item FROM exam e",
        "several rows"),
    "a week of no zone": (
        "-- totals week\nSELECT date_trunc('week', e.at) AS week, count(*) AS n FROM exam e "
        "WHERE e.at IS NOT NULL GROUP BY date_trunc('week', e.at)", "zone of the session"),
    "a zone that may be none": (
        "-- rows exam_id\nSELECT e.exam_id, e.at AT TIME ZONE e.title AS at FROM exam e",
        "known_time_zone(e.title)"),
    "a sum of what may be infinite": (
        "-- totals exam_id\nSELECT q.exam_id, sum(extract(epoch FROM q.at)) AS n FROM exam q "
        "GROUP BY q.exam_id", "zone of the session"),
    "columns by other names": (
        "-- rows exam_id\nSELECT e.class_id AS exam_id, e.title FROM exam AS e(class_id, title)",
        "Rename outputs"),
    "a UNION ALL of a key": (
        "-- refresh student_id\nSELECT u.student_id FROM (SELECT r.student_id FROM result r "
        "UNION ALL SELECT d.student_id FROM desk d) AS u", "the same key"),
    "a limit that is counted": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, (SELECT d.number "
        "FROM desk d WHERE d.student_id = r.student_id ORDER BY d.class_id LIMIT 1 "
        f"OFFSET (SELECT count(*) FROM desk x)) AS number {RESULT}", "the number itself"),
    "NOT of IS NOT NULL": (
        "-- totals class_id\nSELECT e.class_id, count(*) AS n FROM exam e "
        "WHERE NOT (e.class_id IS NOT NULL) GROUP BY e.class_id", "may be null"),
    "the absolute value of an integer": (
        "-- refresh exam_id, student_id\nSELECT r.exam_id, r.student_id, abs(r.end) AS n "
        f"{RESULT}", "::numeric"),
    # Names.
    "a name with capitals": (
        "-- rows exam_id\nSELECT e.exam_id, e.title AS \"Title\" FROM exam e", "lower-case"),
    "an alias of the engine's": (
        "-- rows exam_id\nSELECT _t.exam_id FROM exam _t", "does not begin with _"),
    "one name for two outputs": (
        "-- rows exam_id\nSELECT e.exam_id, e.title, e.class_id AS title FROM exam e",
        "two outputs"),
    # Arithmetic and types.
    "a float": (
        "-- rows exam_id\nSELECT e.exam_id, e.marks::float8 AS marks FROM exam e", "cast to"),
    "the greatest of booleans": (
        "-- totals exam_id\nSELECT e.exam_id, max(e.gone) AS gone FROM exam e GROUP BY e.exam_id",
        "FILTER"),
    "the sum of a float": (
        "-- totals exam_id\nSELECT r.exam_id, sum(r.score::real) AS total FROM result r "
        "GROUP BY r.exam_id", "cast to"),
    "a sum of integers that overflows": (
        "-- totals exam_id\nSELECT r.exam_id, sum(r.end * 2) AS total FROM result r "
        "GROUP BY r.exam_id", "::numeric"),
    "a text of a number": (
        "-- rows exam_id\nSELECT e.exam_id, e.marks::text AS marks FROM exam e", "1.0 and 1.00"),
    "a text of a number by ||": (
        "-- rows exam_id\nSELECT e.exam_id, 'M' || e.marks AS marks FROM exam e", "1.0 and 1.00"),
    "a json": ("-- rows exam_id\nSELECT e.exam_id, e.title::json AS title FROM exam e", "cast to"),
    "a key of any length": (
        "-- totals title\nSELECT e.title, count(*) AS exams FROM exam e "
        "WHERE e.title IS NOT NULL GROUP BY e.title", "left("),
    "an index on a text of any length": (
        "-- rows exam_id\n-- index title, exam_id\nSELECT e.exam_id, e.title FROM exam e", "left("),
    "a join by a text of any length": (
        "-- rows exam_id\nSELECT e.exam_id, e.title, c.name FROM exam e "
        "JOIN class c ON c.class_id = e.title", "of one type"),
    "an integer joined with a numeric": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id FROM result r "
        "JOIN desk d ON d.student_id = r.student_id AND d.number = r.score", "of one type"),
    "an index that cannot be read": (
        "-- rows exam_id\n-- index exam_id DESC (\nSELECT e.exam_id, e.order FROM exam e",
        "as in CREATE INDEX"),
    "an index on what is no output": (
        "-- rows exam_id\n-- index title\nSELECT e.exam_id FROM exam e", "no output"),
    "a division by what may be 0": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, 1 / r.score AS part "
        f"{RESULT}", "nullif"),
    # Accepted and slow.
    "FULL JOIN": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id FROM result r "
        "FULL JOIN desk d ON d.student_id = r.student_id", "JOIN or LEFT JOIN"),
    "a join of a SELECT": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, q.desks FROM result r "
        "LEFT JOIN (SELECT d.student_id, count(*) AS desks FROM desk d GROUP BY d.student_id) AS q "
        "ON q.student_id = r.student_id", "JOIN LATERAL"),
    "a window that is not by key": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, row_number() OVER "
        "(PARTITION BY r.student_id ORDER BY r.exam_id) AS first, row_number() OVER "
        f"(ORDER BY r.exam_id, r.student_id) AS second {RESULT}", "PARTITION BY student_id"),
}  # fmt: skip
REFUSED |= awkward_values.REFUSED

# By name: the definition, which is kept exactly.
KEPT: dict[str, tuple[str, str]] = {
    "upper case": ("tried", "-- rows exam_id\nSELECT E.Exam_ID, E.Title FROM EXAM E"),
    "names that are words of SQL": (
        "order", '-- rows exam_id\nSELECT e.exam_id, e.class_id, e.order, '
        'e.title AS "end", c.user, c.name AS "limit", e.marks AS sign FROM exam e '
        "LEFT JOIN class c ON c.class_id = e.class_id"),
    "an index on a word of SQL": (
        "user", '-- rows exam_id\n-- index order DESC NULLS LAST, exam_id\n'
        "SELECT e.exam_id, e.order FROM exam e"),
    "a projection with the name of a part of a statement": (
        "n", "-- totals exam_id\nSELECT n.exam_id, count(*) AS n, sum(n.end) AS sign "
        "FROM result n GROUP BY n.exam_id"),
    "one with the name of a delta": (
        "d_exam", "-- rows exam_id\nSELECT changed.exam_id, changed.title FROM exam changed"),
    "a total over everything": (
        "tried", "-- totals every\nSELECT 'x' || '' AS every, count(*) AS results FROM result r "
        "GROUP BY 'x' || ''"),
    "a total of a word of SQL": (
        "user", '-- totals order\nSELECT e.order, count(*) AS "user" FROM exam e '
        "WHERE e.order IS NOT NULL GROUP BY e.order"),
    "the least integer": (
        "tried", "-- totals exam_id\nSELECT r.exam_id, sum(r.end) AS total FROM result r "
        "GROUP BY r.exam_id"),
    "a rank within the key": (
        "tried", "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, rank() OVER "
        "(PARTITION BY r.student_id ORDER BY r.score) AS place FROM result r"),
    "a join by the key and a SELECT within": (
        "tried", "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, d.number, "
        "(SELECT count(*) FROM result o WHERE o.student_id = r.student_id AND o.score < r.score) "
        "AS less FROM result r LEFT JOIN desk d ON d.student_id = r.student_id "
        "AND d.class_id = r.class_id"),
    "a time with its zone": (
        "tried", "-- rows exam_id\nSELECT e.exam_id FROM exam e "
        "WHERE e.at >= '2026-01-01T00:00:00+01:00'"),
    "weeks where clocks are changed": (
        "tried", "-- totals week, title\nSELECT date_trunc('week', e.at AT TIME ZONE "
        "known_time_zone(e.title)) AS week, left(e.title, 20) AS title, count(*) AS n, "
        "sum(extract(epoch FROM e.at AT TIME ZONE known_time_zone(e.title))) AS s FROM exam e "
        "WHERE e.at IS NOT NULL AND e.title IS NOT NULL GROUP BY date_trunc('week', e.at AT TIME "
        "ZONE known_time_zone(e.title)), left(e.title, 20)"),
    "what a clock shows in two zones": (
        "tried", "-- rows exam_id\nSELECT e.exam_id, e.at AT TIME ZONE 'Europe/Stockholm' AS "
        "here, e.at AT TIME ZONE 'Europe/Stockholm' AT TIME ZONE 'America/New_York' AS there, "
        "extract(isodow FROM e.at AT TIME ZONE 'UTC') AS \"end\" FROM exam e WHERE e.at "
        "AT TIME ZONE 'Europe/Stockholm' < '9000-01-01 00:00:00'"),
    "items with their places": (
        "tried", "-- refresh exam_id, place\nSELECT e.exam_id, t.place, t.item FROM exam e "
        "CROSS JOIN LATERAL unnest(e.teachers) WITH ORDINALITY AS t(item, place)"),
    "what a LEFT JOIN finds under a condition": (
        "tried", "-- rows exam_id\nSELECT e.exam_id, e.class_id, c.name, "
        "c.class_id IS NULL AS none, coalesce(c.user, 'x') AS \"user\" "
        "FROM exam e LEFT JOIN class c ON (c.class_id = e.class_id) AND NOT c.gone "
        "AND (c.name LIKE 'a%' OR e.marks > 0)"),
    "what a JOIN finds under a condition": (
        "tried", "-- rows exam_id\nSELECT DISTINCT e.exam_id, e.class_id, c.name, "
        "cardinality(e.teachers) AS n FROM exam e JOIN class c ON c.class_id = e.class_id AND "
        "NOT c.gone AND (c.user = ANY(e.teachers) OR e.gone)"),
    "quotients of sums with other zeros": (
        "tried", "-- totals class_id\nSELECT r.class_id, round(sum(r.score) / nullif(sum(r.end), "
        "0), 30) AS share, round(avg(r.score), 40) AS average FROM result r "
        "WHERE r.class_id IS NOT NULL GROUP BY r.class_id"),
    "groups by what they have": (
        "having", "-- totals class_id\nSELECT r.class_id, count(*) AS holds, "
        "max(r.score) AS most, max(r.score) - min(r.score) AS apart FROM result r WHERE "
        "r.class_id IS NOT NULL GROUP BY "
        "r.class_id HAVING r.class_id <> 'x3' AND (max(r.score) > 1 OR count(DISTINCT r.day) > 1) "
        "AND sum(r.end) > 0"),
    "tables by other names": (
        "tried", "-- rows exam_id, student_id\nWITH exam AS (SELECT e.exam_id, e.class_id, e.marks "
        "FROM exam e WHERE NOT e.gone), "
        "e AS (SELECT c.class_id, c.name FROM class c WHERE c.gone), r(id, student, marks, class) "
        "AS (SELECT r.exam_id, r.student_id, exam.marks, exam.class_id FROM result r JOIN exam "
        "ON exam.exam_id = r.exam_id WHERE r.score > 0) "
        "SELECT r.id AS exam_id, r.student AS student_id, coalesce(r.marks, 0) AS m, r.class, "
        "c.name, e.class_id AS gone FROM r JOIN class c ON c.class_id = r.class "
        "LEFT JOIN e ON e.class_id = r.class"),
    "a part of a key that is a constant": (
        "tried", "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id, "
        "d.number, EXISTS (SELECT 1 FROM desk d WHERE d.student_id = r.student_id "
        "AND d.class_id = 'x2' AND d.number > 0) AS second FROM result r "
        "JOIN desk d ON d.class_id = r.class_id AND 'x1' = d.student_id AND d.number IS NOT NULL"),
    "what is joined to the items of a list": (
        "tried", "-- rows exam_id, item\nSELECT e.exam_id, t.item, e.title, c.name, "
        "EXISTS (SELECT 1 FROM class x WHERE x.class_id = t.item AND NOT x.gone) AS open, "
        "d.number FROM exam e CROSS JOIN LATERAL distinct_items(e.teachers, e.class_id) AS t(item) "
        "LEFT JOIN class c ON c.class_id = t.item AND c.name LIKE 'a%' "
        "LEFT JOIN desk d ON d.class_id = t.item AND d.student_id = 'x1' WHERE NOT e.gone"),
    "one alias in several SELECTs": (
        "tried", "-- refresh student_id, class_id\nWITH u AS (SELECT x.student_id, x.class_id "
        "FROM result x UNION SELECT x.student_id, x.limit FROM desk x) SELECT u.student_id, "
        "u.class_id, (SELECT max(x.number) FROM desk x WHERE x.student_id = u.student_id) AS most, "
        "(SELECT sum(x.score) FROM result x WHERE x.student_id = u.student_id) AS score "
        "FROM u WHERE u.class_id IS NOT NULL"),
    "totals of what exists": (
        "tried", "-- totals class_id\nSELECT r.class_id, count(*) FILTER (WHERE EXISTS (SELECT 1 "
        "FROM exam e WHERE e.exam_id = r.exam_id AND NOT e.gone)) AS n, count(*) AS results "
        "FROM result r WHERE r.class_id IN (SELECT c.class_id FROM class c WHERE NOT c.gone) "
        "GROUP BY r.class_id HAVING count(*) > 1"),
    "what exists and what does not": (
        "tried", "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id, "
        "EXISTS (SELECT 1 FROM exam r_2 WHERE r_2.exam_id = r.exam_id AND r_2.gone) AS gone, CASE "
        "WHEN NOT EXISTS (SELECT 1 FROM desk d WHERE d.class_id = r.class_id AND d.student_id = "
        "r.student_id AND (d.number > r.end OR d.number > 2)) THEN 'none' END AS seat "
        "FROM result r WHERE r.class_id IN (SELECT r.class_id FROM class r WHERE NOT r.gone) "
        "AND NOT EXISTS (SELECT 1 FROM exam e WHERE e.exam_id = r.exam_id AND e.marks > r.score)"),
    "the first of a class, of students and classes": (
        "tried", "-- totals class_id, student_id\nSELECT DISTINCT ON (r.student_id, r.class_id) "
        "r.class_id, r.student_id, r.exam_id, r.sign, r.end + 1::numeric AS \"order\" "
        "FROM result r WHERE r.class_id IS NOT NULL "
        "ORDER BY r.student_id, r.class_id, r.day DESC, r.exam_id"),
    "the first row by its number": (
        "tried", "-- totals student_id\nSELECT q.student_id, q.exam_id, coalesce(q.most, 0) AS m "
        "FROM (SELECT r.student_id, r.exam_id, r.score + 1 AS most, row_number() OVER "
        "(PARTITION BY r.student_id ORDER BY r.day DESC NULLS LAST, r.exam_id) AS place "
        "FROM result r WHERE r.score > 0) AS q WHERE q.place = 1"),
    "an array of the first row": (
        "tried", "-- totals class_id\nSELECT DISTINCT ON (e.class_id) e.class_id, e.teachers, e.at "
        "FROM exam e WHERE e.class_id IS NOT NULL ORDER BY e.class_id, e.at DESC, e.exam_id DESC"),
    "extremes and different values of two tables": (
        "tried", "-- totals student_id\nSELECT r.student_id, max(r.score) AS most, "
        "count(DISTINCT r.class_id) AS classes FROM result r GROUP BY r.student_id;\n"
        "SELECT d.student_id, min(d.number) AS least, count(DISTINCT d.limit) AS classes, "
        "round(avg(d.number), 1) AS average FROM desk d GROUP BY d.student_id"),
    "totals of a join to two tables at once": (
        "tried", "-- totals student_id\nSELECT r.student_id, max(r.score) AS most, count(*) AS n "
        "FROM result r JOIN exam e ON e.exam_id = r.exam_id JOIN desk d ON d.class_id = e.class_id "
        "AND d.student_id = r.student_id GROUP BY r.student_id"),
    "totals of a join with names that are words of SQL": (
        "order", "-- totals user\nSELECT c.user, count(*) AS \"limit\", sum(e.order::numeric) AS "
        "\"end\", max(e.order) AS joined FROM exam e JOIN class c ON c.class_id = e.class_id "
        "AND NOT c.gone WHERE c.user IS NOT NULL AND e.order > 0 GROUP BY c.user;\n"
        "SELECT d.limit AS \"user\", count(joined.user) AS \"limit\" FROM desk d LEFT JOIN class "
        "joined ON joined.class_id = d.class_id WHERE d.limit IS NOT NULL GROUP BY d.limit"),
    "totals of a table twice": (
        "tried", "-- totals class_id\nSELECT c.class_id, count(o.name) AS n FROM exam e "
        "JOIN class c ON c.class_id = e.class_id JOIN class o ON o.class_id = c.class_id "
        "GROUP BY c.class_id"),
    "a leaderboard of equals": (
        "user", "-- top 2 class_id, end DESC NULLS LAST\nSELECT r.class_id, r.exam_id, "
        "r.student_id, r.end, r.sign FROM result r WHERE r.class_id IS NOT NULL"),
    "a leaderboard with the order twice": (
        "tried", "-- top 1 student_id, score DESC NULLS LAST, score ASC\n"
        "SELECT r.exam_id, r.student_id, r.score FROM result r"),
    "a leaderboard of a join": (
        "tried", "-- top 3 order DESC\nSELECT r.student_id AS who, r.exam_id, e.order, "
        "left(e.title, 3) AS \"end\" FROM result r LEFT JOIN exam e ON e.exam_id = r.exam_id "
        "WHERE r.score > 0"),
    "the rows of two SELECTs": (
        "tried", "-- refresh student_id, class_id\nSELECT u.student_id, u.class_id FROM "
        "(SELECT r.student_id, r.class_id FROM result r UNION SELECT d.student_id, d.class_id "
        "FROM desk d) AS u WHERE u.class_id IS NOT NULL"),
}  # fmt: skip
KEPT |= awkward_values.KEPT | awkward_made.KEPT
