"""Expressions that were once accepted and not kept, and such as look like them and are kept."""

RESULT = "FROM result r"
REFUSED: dict[str, tuple[str, str]] = {
    # Keys of which a condition does not say that they are set.
    **{
        f"a key that may be null where {condition}": (
            "-- totals class_id\nSELECT e.class_id, count(*) AS n FROM exam e "
            f"WHERE {condition} GROUP BY e.class_id", "class_id may be null")
        for condition in (
            "(e.class_id IS NOT NULL) <> e.gone", "NOT (e.exam_id BETWEEN e.class_id AND 'M')",
            "NOT (e.class_id = ANY(e.teachers))", "e.teachers || e.class_id = e.teachers",
        )
    },
    "a key that may be missing where a condition compares that": (
        "-- rows exam_id, class_id\nSELECT e.exam_id, c.class_id, e.class_id AS of FROM exam e "
        "LEFT JOIN class c ON c.class_id = e.class_id WHERE (c.class_id IS NOT NULL) = e.gone",
        "class_id may be null"),
    "a key that is not among what may be nothing": (
        "-- refresh student_id, exam_id, class_id\nSELECT r.student_id, r.exam_id, r.class_id "
        "FROM result r WHERE NOT (r.class_id IN (SELECT d.class_id FROM desk d "
        "WHERE d.student_id = r.student_id))", "class_id may be null"),
    # Literals in parentheses are read as others are.
    **{
        f"the clock in parentheses: {condition}": (
            f"-- rows exam_id\nSELECT e.exam_id FROM exam e WHERE {condition}",
            "read by the clock")
        for condition in (
            "e.at >= ('now')", "e.at BETWEEN ('now') AND '2026-01-01T00:00:00Z'",
            "coalesce(e.at, (('now'))) IS NULL", "CASE WHEN e.gone THEN e.at ELSE ('now') END > "
            "'2026-01-01T00:00:00Z'", "e.at < ('now')::timestamptz", "CASE e.at WHEN ('now') "
            "THEN e.gone END",
        )
    },
    **{
        f"what is no number: {value}": (
            f"-- rows exam_id\nSELECT e.exam_id, {value} AS n FROM exam e", "no number")
        for value in (
            "'NaN'::numeric", "('Infinity')::numeric", "'abc'::integer", "e.marks + 'NaN'",
            "coalesce(e.marks, 'NaN')", "CASE WHEN e.gone THEN ('NaN') ELSE e.marks END",
            "greatest(e.marks, 'NaN')",
        )
    },
    "a default that is no number": (
        "-- refresh exam_id\nSELECT e.exam_id, lag(e.marks, 1, 'NaN') OVER (PARTITION BY e.exam_id "
        "ORDER BY e.exam_id) AS before FROM exam e", "no number"),
    # What fails for some rows: they would keep their whole batch from being stored.
    "a division by what is null for another value": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, 1 / nullif(r.score, 1) "
        f"AS part {RESULT}", "Divide by `nullif(r.score, 0)`"),
    "a total divided by what is null for another value": (
        "-- totals class_id\nSELECT e.class_id, round(sum(e.marks) / nullif(count(e.at), 1), 2) "
        "AS part FROM exam e WHERE e.class_id IS NOT NULL GROUP BY e.class_id",
        "Divide by `nullif(COUNT(e.at), 0)`"),
    "a division by a text": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, r.score / 'x' AS part "
        f"{RESULT}", "without quotes"),
    "a list of lists": (
        "-- refresh exam_id\nSELECT e.exam_id, array_agg(e.teachers ORDER BY e.exam_id) AS lists "
        "FROM exam e GROUP BY e.exam_id", "not as many items"),
    **{
        f"a day and {days}": (
            f"-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.day::date {days} AS d "
            f"{RESULT}", "no day of the calendar")
        for days in ("+ r.end", "- r.end", "+ 5000000")
    },
    "a day and the sum of a window": (
        "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, (sum(r.end) OVER "
        f"(PARTITION BY r.student_id))::integer AS n {RESULT}", "may fail"),
    "a pattern of the row": (
        "-- rows exam_id\nSELECT e.exam_id, e.class_id LIKE e.title AS x FROM exam e",
        "the pattern itself"),
    "a pattern that ends in its escape": (
        "-- rows exam_id\nSELECT e.exam_id, e.title LIKE 'a\\\\\\' AS x FROM exam e",
        "ends in its escape"),
    **{
        f"{call} of a row": (
            f"-- refresh exam_id, student_id\nSELECT r.exam_id, r.student_id, {call} OVER "
            f"(PARTITION BY r.exam_id ORDER BY r.student_id) AS n {RESULT}", "number from 1")
        for call in ("ntile(r.end)", "ntile(0)", "nth_value(r.score, r.end)")
    },
    "a frame of a row": (
        "-- refresh exam_id, student_id\nSELECT r.exam_id, r.student_id, sum(r.score) OVER "
        "(PARTITION BY r.exam_id ORDER BY r.student_id ROWS BETWEEN r.end PRECEDING AND CURRENT "
        f"ROW) AS n {RESULT}", "number of rows from 0"),
}  # fmt: skip

# By name: the definition, which is kept exactly.
KEPT: dict[str, tuple[str, str]] = {
    "a key that conditions say is set": (
        "tried", "-- totals class_id, other\nSELECT e.class_id, e.exam_id AS other, count(*) AS n "
        "FROM exam e WHERE 'x9' BETWEEN 'a' AND e.class_id GROUP BY e.class_id, e.exam_id;\n"
        "SELECT r.class_id, r.exam_id AS other, count(*) AS n FROM result r "
        "WHERE NOT (r.class_id BETWEEN 'x2' AND 'x3') GROUP BY r.class_id, r.exam_id;\n"
        "SELECT d.class_id, d.limit AS other, count(*) AS n FROM desk d "
        "WHERE NOT (d.limit IN ('x1')) GROUP BY d.class_id, d.limit;\n"
        "SELECT e.exam_id AS class_id, e.class_id AS other, count(*) AS n FROM exam e "
        "WHERE e.class_id = ANY(e.teachers) GROUP BY e.exam_id, e.class_id"),
    "literals in quotes and parentheses": (
        "tried", "-- refresh exam_id\nSELECT e.exam_id, coalesce(e.marks, '-1.50') AS m, "
        "('3')::integer AS three, lag(e.title, 1, 'none') OVER (PARTITION BY e.exam_id ORDER BY "
        "e.exam_id) AS before, e.at >= ('2026-01-01T00:00:00Z') AS late FROM exam e"),
    "days, patterns and frames that never fail": (
        "tried", "-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, r.day::date - 7 "
        "AS before, r.day::date + -7 AS earlier, r.day::date - '2026-01-01' AS since, "
        "r.day::date - (row_number() OVER (PARTITION BY r.student_id ORDER BY r.exam_id))::integer "
        "AS run, r.day::date + ('2026-03-01'::date - r.day::date) AS turned, "
        "r.sign LIKE 'a\\\\' AS x, ntile(2) OVER (PARTITION BY r.student_id ORDER BY r.exam_id) "
        "AS half, nth_value(r.score, 2) OVER (PARTITION BY r.student_id ORDER BY r.exam_id) "
        "AS second, sum(r.score) OVER (PARTITION BY r.student_id ORDER BY r.exam_id "
        "ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING) AS s, r.score / 2 AS part "
        "FROM result r"),
}  # fmt: skip
