"""Random definitions for which the planner makes further tables, sound ones and others."""

import random

from tests.property import random_with

ITEMS = "CROSS JOIN LATERAL distinct_items(e.teachers, r.class_id) AS t(item)"


def joined_to_several(rng: random.Random) -> str:
    """Rows of joins to several tables at once, and of others that rest on them."""
    key = "exam_id, student_id"
    outputs = ["r.exam_id", "r.student_id", "r.class_id", "e.class_id AS of"]
    joins = [f"{_join(rng, 0.7)} exam e ON e.exam_id = r.exam_id"]
    terms = ["r.score > 0", "NOT e.gone", "e.marks > 0 OR r.end > 0"]
    if rng.random() < 0.2:
        joins = [rng.choice(("CROSS JOIN exam e", "JOIN exam e ON e.marks > 0"))]
        terms = [*["e.exam_id = r.exam_id"] * rng.choice((1, 1, 1, 0)), "r.score > 0"]
        must = terms[0]
    else:
        must = ""
    if has_items := rng.random() < 0.5:
        joins.append(ITEMS)
        outputs.append("t.item")
        key += ", item"
    owners = ["r.class_id", "e.class_id", *["t.item"] * 2 * has_items]
    if rng.random() < 0.7:
        student = rng.choice(("r.student_id", "r.student_id", "'x1'", "e.class_id", "r.class_id"))
        more = _more(rng, "d.number > 0", "d.number > r.end", "d.limit = r.class_id")
        if rng.random() < 0.2:
            joins.append(f"JOIN desk d ON d.class_id = {rng.choice(owners)}{more}")
            must += f"{' AND ' if must else ''}d.student_id = {student}"
        else:
            joins.append(f"{_join(rng)} desk d ON d.class_id = {rng.choice(owners)} "
                         f"AND d.student_id = {student}{more}")  # fmt: skip
        outputs += [f"d.{rng.choice(('number', 'limit', 'class_id AS desk'))}"]
        terms += ["d.number > 0", "d.student_id IS NULL", "d.number > 0 OR e.gone"]
        if rng.random() < 0.5:
            joins.append(f"{_join(rng)} class m ON m.class_id = d.limit")
            outputs += ["d.limit AS room", rng.choice(("m.name", 'm."user"'))]
            terms += ["m.name IS NOT NULL", "NOT m.gone AND d.number > 0"]
    if has_items and rng.random() < 0.7:
        joins.append(f"{_join(rng)} class i ON i.class_id = t.item{_more(rng, 'NOT i.gone')}")
        outputs += [rng.choice(('i."user"', "i.name AS named", "i.class_id AS same"))]
        terms += ["i.name <> 'a'", "i.class_id IS NULL", "i.gone"]
        if rng.random() < 0.4:
            joins.append(f'{_join(rng)} desk s ON s.class_id = t.item AND s.student_id = i."user"')
            outputs += ['i."user" AS seated', "s.number AS seat"]
    if rng.random() < 0.3:
        joins.append(f"{_join(rng, 0.2)} class c ON c.class_id = r.class_id")
        outputs += ["c.name AS class_name"]
        terms += ["c.name IS NOT NULL"]
    terms += [
        "EXISTS (SELECT 1 FROM desk x WHERE x.class_id = e.class_id AND x.student_id = "
        "r.student_id AND x.number > 0)",
        "(r.class_id, r.student_id) IN (SELECT d.class_id, d.student_id FROM desk d)",
        rng.choice(random_with.WITHIN),
    ]
    if rng.random() < 0.1:
        outputs.remove("e.class_id AS of")
    where = _where(rng, terms, 0.15)
    if must:
        where = f"{where} AND {must}" if where else f" WHERE {must}"
    return f"-- rows {key}\nSELECT {', '.join(outputs)} FROM result r {' '.join(joins)}{where}"


def _join(rng: random.Random, left: float = 0.4) -> str:
    return "LEFT JOIN" if rng.random() < left else "JOIN"


def _more(rng: random.Random, *conditions: str) -> str:
    return f" AND {rng.choice(conditions)}" if rng.random() < 0.3 else ""


def _where(rng: random.Random, terms: list[str], each: float) -> str:
    taken = [f"({term})" for term in terms if rng.random() < each]
    return f" WHERE {' AND '.join(taken)}" if taken else ""


# Of what is grouped: outputs of a group by class_id.
TOTALS = (
    "count(*) AS n", "count(*) AS n", "sum(r.score) AS n", "max(r.score) AS n", "count(r.end) AS n",
    "count(DISTINCT r.day) AS n", "round(avg(r.score), 1) AS n", "min(r.end) AS n",
)  # fmt: skip


def of_groups(rng: random.Random) -> str:
    """What reads groups in WITH or in FROM, or asks for what is in one."""
    group, key = _group(rng)
    where = rng.choice((
        "", "", " WHERE n.n > 1", f" WHERE n.{key} <> 'x3'", " WHERE n.n > 1 OR n.n < 0",
        f" WHERE n.n > 1 AND n.{key} IS NOT NULL",
    ))  # fmt: skip
    kinds = (_joined, _joined, _first, _first, _counted, _first_with_join, _within, _top)
    query = rng.choice(kinds)(rng, key, where)
    if query.endswith(")") and rng.random() < 0.2:
        query += " AND r.score > 0"
    header, _, select = query.partition("\n")
    if rng.random() < 0.3 and "IN (" not in select:
        return f"{header}\n{f'{select} '.replace(' n ', f' ({group}) AS n ', 1)}"
    return f"{header}\nWITH n AS ({group}) {select}"


def _group(rng: random.Random) -> tuple[str, str]:
    """A SELECT of groups, and the column that they are made by."""
    key = rng.choice(("class_id", "class_id", "student_id"))
    joined = rng.random() < 0.25
    table = "result r" + (" JOIN exam e ON e.exam_id = r.exam_id AND NOT e.gone" if joined else "")
    terms = ["r.score > 0", "r.end IS NOT NULL", f"r.{key} IS NOT NULL",
             rng.choice(random_with.WITHIN)]  # fmt: skip
    where = _where(rng, terms, 0.3)
    kind = rng.random()
    if kind < 0.1:
        return f"SELECT DISTINCT r.{key}, r.end AS n FROM result r{where}", key
    if kind < 0.2:
        return (f"SELECT DISTINCT ON (r.{key}) r.{key}, r.score AS n FROM result r{where} "
                f"ORDER BY r.{key}, r.score DESC, r.exam_id, r.student_id"), key  # fmt: skip
    having = rng.choice(("", "", "", " HAVING count(*) > 1", f" HAVING r.{key} <> 'x1'"))
    output = "" if rng.random() < 0.1 else f"r.{key}, "
    return f"SELECT {output}{rng.choice(TOTALS)} FROM {table}{where} GROUP BY r.{key}{having}", key


def _joined(rng: random.Random, key: str, where: str) -> str:
    """A table, with the group of each row."""
    join = _join(rng, 0.6)
    if key == "class_id" and rng.random() < 0.5:
        other = rng.choice(("c.class_id", "c.user"))
        return ('-- rows class_id\nSELECT c.class_id, c."user", c.name, n.n, coalesce(n.n, 0) AS '
                f"number FROM class c {join} n ON n.{key} = {other}{where}")  # fmt: skip
    return (f"-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id, n.n FROM "
            f"result r {join} n ON n.{key} = r.{key}{_more(rng, 'n.n > 1')}{where}")  # fmt: skip


def _first(rng: random.Random, key: str, where: str) -> str:
    """The groups themselves, or some of them."""
    kind = rng.choice(("rows", "totals"))
    name = rng.choice((key, "user"))
    more = rng.choice(("", "", ", coalesce(n.n, 0) AS number"))
    return f'-- {kind} {name}\nSELECT n.{key} AS "{name}", n.n{more} FROM n{where}'


def _first_with_join(rng: random.Random, key: str, where: str) -> str:
    table = rng.choice(("class", "exam"))
    return (f"-- {rng.choice(('rows', 'totals'))} {key}\nSELECT n.{key}, n.n, c.class_id AS other "
            f"FROM n {_join(rng)} {table} c ON c.{table}_id = n.{key}{where}")  # fmt: skip


def _counted(rng: random.Random, key: str, where: str) -> str:
    """Groups of groups."""
    value = rng.choice(("count(*) AS of", f"count(n.{key}) AS of", f"max(n.{key}) AS of"))
    terms = " AND n.n IS NOT NULL" if where else " WHERE n.n IS NOT NULL"
    return f"-- totals n\nSELECT n.n, {value} FROM n{where}{terms} GROUP BY n.n"


def _top(rng: random.Random, key: str, where: str) -> str:
    """The first of the groups, or of those with as many."""
    terms = f" AND n.{key} IS NOT NULL" if where else f" WHERE n.{key} IS NOT NULL"
    by = rng.choice(("n DESC NULLS LAST", "n DESC", "n ASC"))
    return f"-- top {rng.choice((1, 2, 3))} {by}\nSELECT n.{key}, n.n FROM n{where}{terms}"


def _within(rng: random.Random, key: str, where: str) -> str:  # noqa: ARG001
    of_n = rng.choice((
        f"EXISTS (SELECT 1 FROM n WHERE n.{key} = r.{key})",
        f"EXISTS (SELECT 1 FROM n WHERE n.{key} = r.{key} AND n.n > 1)",
        f"r.{key} IN (SELECT n.{key} FROM n)",
        f"r.{key} IN (SELECT n.{key} FROM n WHERE n.n > 1)",
        f"r.{key} IN (SELECT g.{key} FROM result g JOIN n ON n.{key} = g.{key} AND n.n > 1)",
        f"r.{key} IN (SELECT q.class_id FROM n JOIN exam q ON q.exam_id = n.{key})",
        f"(r.{key}, r.score) IN (SELECT n.{key}, n.n FROM n)",
    ))  # fmt: skip
    return (f"-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id "
            f"FROM result r WHERE {of_n}")  # fmt: skip
