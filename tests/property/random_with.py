"""Random WITH: the tables of a random definition, or some rows of them, by other names."""

import random

# By what a definition reads: the columns.
TABLES = {
    "result r": ("exam_id", "student_id", "class_id", "score", '"end"', "day", "sign"),
    "exam e": ("exam_id", "class_id", "title", '"order"', "marks", "at", "gone", "teachers"),
    "class c": ("class_id", '"user"', "name", "gone"),
    "desk d": ("class_id", "student_id", "number", '"limit"'),
}  # fmt: skip
SOME = {"result r": "r.score > 0", "exam e": "NOT e.gone", "class c": "c.name LIKE 'a%'",
        "desk d": "d.number > 0"}  # fmt: skip

# Of a result: SELECTs within, sound ones and others.
WITHIN = (
    "EXISTS (SELECT 1 FROM class c WHERE c.class_id = r.class_id AND NOT c.gone)",
    "EXISTS (SELECT FROM exam r_2 WHERE r.exam_id = r_2.exam_id)",
    "NOT EXISTS (SELECT 1 FROM class r_2 WHERE r_2.class_id = r.class_id AND r_2.name > 'a')",
    "r.class_id IN (SELECT c.class_id FROM class c WHERE c.name LIKE 'a%')",
    "r.class_id NOT IN (SELECT c.class_id FROM class c)",
    "EXISTS (SELECT 1 FROM desk d WHERE d.class_id = r.class_id AND d.student_id = r.student_id "
    "AND d.number > r.end)",
    "EXISTS (SELECT 1 FROM desk d WHERE d.student_id = r.student_id)",
    "(EXISTS (SELECT 1 FROM exam x WHERE x.exam_id = r.exam_id AND x.gone) OR r.score > 0)",
    "(r.class_id IN (SELECT d.class_id FROM desk d WHERE d.number > 0) OR r.score > 0)",
    "NOT (r.score > 0 AND r.class_id IN (SELECT c.class_id FROM class c))",
    "CASE WHEN r.class_id IN (SELECT c.class_id FROM class c) THEN r.score > 0 ELSE true END",
    "EXISTS (SELECT 1 FROM desk d JOIN class x ON x.class_id = d.class_id AND NOT x.gone "
    "WHERE d.student_id = r.student_id)",
    "NOT EXISTS (SELECT 1 FROM desk r_2 JOIN class x ON x.class_id = r_2.class_id "
    "WHERE r.class_id = x.user AND r_2.student_id = r.student_id AND r_2.number > 0)",
    "EXISTS (SELECT 1 FROM class c WHERE c.class_id = r.class_id AND c.user = r.student_id)",
)  # fmt: skip


def with_names(rng: random.Random, text: str) -> str:
    """The same definition, which reads some tables by way of WITH."""
    header, _, select = text.partition("\n")
    if select.startswith("WITH"):
        return text
    parts = []
    for number, (table, columns) in enumerate(TABLES.items()):
        name, alias = table.split()
        if f" {table} " not in f"{select} " or ";" in select or rng.random() < 0.4:
            continue
        inner = rng.choice((alias, "e", "x"))
        outputs = [f"{inner}.{column}" for column in columns]
        if rng.random() < 0.2:
            outputs[-1] = f"coalesce({outputs[-1]}) AS {columns[-1]}"
        where = f" WHERE {SOME[table].replace(f'{alias}.', f'{inner}.')}"
        end = rng.choice(("", "", where, where, f" ORDER BY {outputs[0]} LIMIT 5"))
        given = rng.choice(("", "", f"({', '.join(columns)})"))
        named = rng.choice((f"w{number}", name)) if inner != "x" else f"w{number}"
        listed = ", ".join(outputs)
        parts.append(f"{named}{given} AS (SELECT {listed} FROM {name} {inner}{end})")  # noqa: S608
        select = select.replace(f" {table} ", f" {named} {alias} ").replace(
            f"{table})", f"{named} {alias})"
        )
        if select.endswith(f" {table}"):
            select = f"{select.removesuffix(table)}{named} {alias}"
    return f"{header}\nWITH {', '.join(parts)} {select}" if parts else text
