"""Random ``totals``, sound ones and others, and what they mean without the planner."""

import random

import sqlglot
from sqlglot import exp

from homeroom.engine.planning.names import as_postgres_reads, with_quotes
from tests.property import random_times, random_with

VALUES = (
    'count(*) AS "n"', 'sum(r.score) AS "sum"', 'sum(r.end) AS "end"', "sum(r.end) AS ends",
    "count(r.sign) AS signs", "sum(r.end * 2) AS twice", "sum(r.end::numeric * 2) AS double",
    "count(*) FILTER (WHERE r.sign <> 'now') AS \"order\"",
    "count(*) FILTER (WHERE r.sign LIKE 'n%') AS some",
    # Computed of totals.
    "round(avg(r.score), 2) AS average", "avg(r.end) AS mean", "round(avg(r.end), 1) AS mean",
    "round(avg(r.score) FILTER (WHERE r.sign <> 'now'), 3) AS part",
    "count(*) - count(r.sign) AS unsigned", "coalesce(round(avg(r.score), 1), -1) AS known",
    "round(sum(r.score) / nullif(count(r.sign), 0), 1) AS share",
    "round(count(r.sign)::numeric / nullif(count(*), 0), 2) AS quota",
    "round(sum(r.score) / count(*), 1) AS unsafe", "count(r.sign) / count(*) AS cut",
    "CASE WHEN count(*) > 2 THEN 'many' ELSE 'few' END AS level", "count(*) > 1 AS several",
    "round(r.score, 1) AS no_total", "abs(sum(r.score)) + 1 AS more",
    # The first by an order.
    'max(r.score) AS most', "min(r.day) AS first_day", "max(r.end) AS \"user\"",
    "max(r.end) FILTER (WHERE r.sign <> 'now') AS latest", "max(r.sign) AS long",
    "max(r.score) - min(r.score) AS spread", "max(r.score + 1) AS computed",
    "round(max(r.score) / nullif(min(r.score), 0), 3) AS ratio", "min(r.exam_id) AS lowest",
    "(array_agg(r.sign ORDER BY r.day DESC, r.exam_id, r.student_id))[1] AS newest",
    "(array_agg(r.score ORDER BY r.day DESC NULLS LAST, r.exam_id DESC, r.student_id) "
    "FILTER (WHERE r.score > 0))[1] AS newest_good",
    "(array_agg(r.score ORDER BY r.day, r.class_id))[1] AS by_chance",
    "(array_agg(r.score ORDER BY r.exam_id, r.student_id))[2] AS second",
    "array_agg(r.exam_id ORDER BY r.exam_id, r.student_id) AS exams",
    # Different values.
    "count(DISTINCT r.student_id) AS students", "count(DISTINCT r.sign) AS different",
    "count(DISTINCT r.class_id) FILTER (WHERE r.score > 0) AS classes",
    "count(DISTINCT r.end) AS \"limit\"", "count(DISTINCT r.end + 1) AS next",
    "round(count(*)::numeric / nullif(count(DISTINCT r.day), 0), 2) AS each_day",
    "sum(DISTINCT r.score) AS different_sum",
)  # fmt: skip
HAVING = (
    "count(*) > 1", "count(*) > 1", "count(*) > 2 OR count(*) = 1", "NOT (count(*) = 2)",
    "sum(r.score) > 1 AND count(r.sign) < 3", "max(r.score) > min(r.score)", "avg(r.score) > 1",
    "round(avg(r.score), 1) > 1", "count(DISTINCT r.day) > 1", "r.class_id <> 'x1'",
    "r.student_id <> 'x1' AND count(*) > 1", "r.student_id <> 'x1' OR count(*) > 1",
)  # fmt: skip
SECOND = (
    "SELECT d.student_id, count(*) AS desks, max(d.number) AS highest, round(avg(d.number), 1) "
    'AS mean, count(DISTINCT d.class_id) AS "n" FROM desk d GROUP BY d.student_id'
)


def totals(rng: random.Random) -> str:
    """One file."""
    text = _totals(rng)
    if "GROUP BY" in text and ";" not in text and rng.random() < 0.25:
        text += f" HAVING {rng.choice(HAVING)}"
    return text


def _totals(rng: random.Random) -> str:
    if rng.random() < 0.35:
        return rng.choice((_first, _different, _by_time))(rng)
    if rng.random() < 0.4:
        return _of_join(rng)
    group = rng.sample(("class_id", "student_id", "end", "day", "sign"), rng.choice((1, 1, 2)))
    values = rng.sample(VALUES, rng.choice((1, 2, 3)))
    named = [f"r.{g}" if rng.random() < 0.9 else f"coalesce(r.{g}) AS {g}" for g in group]
    by = ", ".join(n.split(" AS ")[0] for n in named)
    terms = (*(f"r.{g} IS NOT NULL" for g in group), "r.score > 0", "r.end::text <> '3'",
             rng.choice(random_with.WITHIN))  # fmt: skip
    text = (f"-- totals {', '.join(group)}\nSELECT {', '.join((*named, *values))} "
            f"FROM result r{_where(rng, terms)} GROUP BY {by}")  # fmt: skip
    return f"{text};\n{SECOND}" if group == ["student_id"] and rng.random() < 0.3 else text


def _where(rng: random.Random, terms: tuple[str, ...]) -> str:
    taken = [t for t in terms if rng.random() < (0.7 if "NULL" in t else 0.2)]
    return f" WHERE {' AND '.join(taken)}" if taken else ""


def _of_join(rng: random.Random) -> str:
    """Totals of a join, as people write them."""
    kinds = rng.choice(((" JOIN",), (" JOIN", " JOIN", " LEFT JOIN")))
    exam = rng.random() < 0.7
    owners = "rre" if exam else "r"
    joins = [j for j in (
        f"{rng.choice(kinds)} class c ON c.class_id = {rng.choice(owners)}.class_id"
        + rng.choice(("", " AND (c.name LIKE 'a%' OR r.score > 0)")),
        f"{rng.choice(kinds)} desk d ON d.class_id = {rng.choice(owners)}.class_id "
        "AND d.student_id = r.student_id" + rng.choice(("", "", " AND d.number > 0")),
        " JOIN class o ON o.class_id = r.class_id" if rng.random() < 0.3 else "",
        " CROSS JOIN LATERAL distinct_items(e.teachers, r.class_id) AS t(item)"
        if exam and len(kinds) > 1 else "",
    ) if rng.random() < 0.5]  # fmt: skip
    if exam or not any(joins):
        joins.insert(0, f"{rng.choice(kinds)} exam e ON e.exam_id = r.exam_id"
                     + rng.choice(("", "", " AND NOT e.gone")))  # fmt: skip
    joined = "".join(joins)
    columns = [
        c
        for c in (
            "r.class_id",
            "r.student_id",
            "e.class_id",
            "e.marks",
            "c.user",
            "d.limit",
            "c.class_id",
            "d.number",
            "t.item",
            "o.user",
        )
        if c[0] == "r" or f" {c[0]} ON" in joined or (c[0] == "t" and "(item)" in joined)
    ]
    group = list({c[2:]: c for c in rng.sample(columns, rng.choice((1, 1, 2)))}.values())
    values = rng.sample(VALUES[:23] if rng.random() < 0.5 else VALUES, rng.choice((1, 1, 2)))
    values += [v for v in ("sum(e.marks) AS marks_of", "max(e.at) AS at", "count(c.name) AS named",
                           "count(*) FILTER (WHERE NOT c.gone) AS there", "sum(d.number) AS seats",
                           "count(DISTINCT d.number) AS numbers", "count(d.limit) AS limits")
               if f" {v.partition('.')[0][-1]} ON" in joined and rng.random() < 0.3]  # fmt: skip
    terms = (*(f"{g} IS NOT NULL" for g in group), "r.score > 0",
             *(["d.number > 0"] if " d ON" in joined else []))  # fmt: skip
    key = ", ".join(g[2:] for g in group)
    return (f"-- totals {key}\nSELECT {', '.join((*group, *values))} FROM result r{joined}"
            f"{_where(rng, terms)} GROUP BY {', '.join(group)}")  # fmt: skip


def _first(rng: random.Random) -> str:
    """The first row of each group."""
    on = rng.choice(("r.student_id", "r.class_id", "r.exam_id", "r.class_id, r.day"))
    order = rng.choice(("r.score DESC, r.exam_id, r.student_id", "r.exam_id DESC, r.student_id",
                        "r.day DESC NULLS LAST, r.student_id, r.exam_id", "r.score"))  # fmt: skip
    columns = [c for c in ("r.score", "r.sign", 'r.end AS "order"', "r.score + 1 AS more",
                           "coalesce(r.end, 0) AS \"end\"") if rng.random() < 0.4]  # fmt: skip
    key = on.replace("r.", "")
    where = _where(rng, ("r.class_id IS NOT NULL", "r.day IS NOT NULL", "r.score > 0"))
    return (f"-- totals {key}\nSELECT DISTINCT ON ({on}) {', '.join((on, *columns))} "
            f"FROM result r{where} ORDER BY {on}, {order}")  # fmt: skip


def top(rng: random.Random) -> str:
    """A leaderboard: of each group, or of all, of a table or a join."""
    group = rng.sample(("class_id", "student_id", "exam_id", "day"), rng.choice((0, 1, 1, 1, 2)))
    orders = rng.sample(
        (
            "score DESC",
            "score DESC NULLS LAST",
            "score ASC NULLS FIRST",
            "end ASC",
            "day DESC",
            "sign ASC",
            "more DESC",
            "mark desc",
        ),
        rng.choice((1, 1, 2)),
    )
    orders = [o for o in orders if "mark" not in o] or ["score DESC"]
    columns = ["r.exam_id", "r.student_id" if rng.random() < 0.9 else "r.student_id AS who"]
    columns += [f"r.{n}" for n in {*group, *(o.split()[0] for o in orders)} if n != "more"]
    columns += ["r.score + 1 AS more"] if rng.random() < 0.2 else []
    columns += [c for c in ("r.class_id", "r.sign", "coalesce(r.end, 0) AS \"order\"")
                if rng.random() < 0.3]  # fmt: skip
    joins = rng.choice(("", "", "", " JOIN exam e ON e.exam_id = r.exam_id",
                        " LEFT JOIN class c ON c.class_id = r.class_id"))  # fmt: skip
    columns += [c for c in ("e.marks", "c.user") if f" {c[0]} ON" in joins]
    terms = (*(f"r.{g} IS NOT NULL" for g in group), "r.score > 0", "r.end > 0",
             *(["e.marks > 0"] if " e ON" in joins else []))  # fmt: skip
    named = ", ".join(dict.fromkeys(columns))
    line = ", ".join((*group, *orders))
    return (f"-- top {rng.choice((1, 2, 3, 5, 1000))} {line}\n"
            f"SELECT {named} FROM result r{joins}{_where(rng, terms)}")  # fmt: skip


def _different(rng: random.Random) -> str:
    """The different values of some columns."""
    key = rng.choice(("class_id", "student_id", "student_id, class_id"))
    columns = ", ".join(f"r.{name}" for name in key.split(", "))
    return (f"-- totals {key}\nSELECT DISTINCT {columns} FROM result r"
            + _where(rng, ("r.class_id IS NOT NULL",)))  # fmt: skip


def _by_time(rng: random.Random) -> str:
    """What belongs to a week or the like."""
    part = random_times.output(rng, "e.at", "e.title").split(" AS ")[0]
    values = rng.sample(("count(*) AS n", "sum(e.marks) AS marks", "max(e.marks) AS most",
                         "count(e.title) FILTER (WHERE e.gone) AS gone"), 2)  # fmt: skip
    where = rng.choice((" WHERE e.at IS NOT NULL", " WHERE e.at IS NOT NULL", " WHERE e.at > '0'"))
    return (f"-- totals part\nSELECT {part} AS part, {', '.join(values)} FROM exam e{where} "
            f"GROUP BY {part}")  # fmt: skip


def plain(text: str) -> str:
    """What PostgreSQL makes of a ``totals`` or ``rows`` file by itself; empty for another one.

    Only the sum of nothing is 0 in a table, and null otherwise. Several SELECTs are another matter.
    """
    if text.startswith("-- top"):
        return _plain_top(text)
    selects = [as_postgres_reads(s) for s in sqlglot.parse(text, read="postgres") if s is not None]
    if not text.startswith(("-- totals", "-- rows")) or len(selects) > 1:
        return ""

    return with_quotes(selects[0]).transform(_with_zero).sql("postgres", comments=False)


def _with_zero(node: exp.Expr) -> exp.Expr:
    total = node.this if isinstance(node, exp.Filter) else node
    is_sum = isinstance(total, exp.Sum) and not isinstance(total.parent, exp.Coalesce)
    if is_sum and not (total is node and isinstance(node.parent, exp.Filter)):
        return exp.Coalesce(this=node.copy(), expressions=[exp.Literal.number(0)])
    return node


def _plain_top(text: str) -> str:
    """A leaderboard as a window over all rows, in which the key of what is read comes last."""
    line, _, query = text.partition("\n")
    limit, by = line.removeprefix("-- top ").split(" ", 1)
    parts = by.split(", ")
    group = [p for p in parts if " " not in p]
    order = [f'"{c}" {how}' for c, _, how in (p.partition(" ") for p in parts if " " in p)]
    (select,) = (as_postgres_reads(s) for s in sqlglot.parse(query, read="postgres") if s)
    names = [o.output_name for o in select.selects]
    who = "who" if "who" in names else "student_id"
    partition = f"PARTITION BY {', '.join(group)} " if group else ""
    inner = with_quotes(select).transform(_with_zero).sql("postgres", comments=False)
    last = ["exam_id", who] if "exam_id" in names else names[:1]
    by_key = ", ".join((*order, *last))
    placed = f"row_number() OVER ({partition}ORDER BY {by_key}) AS place"
    listed = ", ".join(f'"{name}"' for name in names)
    outer = f"SELECT {listed} FROM (SELECT *, {placed} FROM ({inner}) AS q) AS p"  # noqa: S608
    return f"{outer} WHERE place <= {limit}"


def outputs(text: str) -> list[str]:
    """The columns that a file of one SELECT names."""
    (select,) = (s for s in sqlglot.parse(text, read="postgres") if s is not None)
    assert isinstance(select, exp.Select)
    return [name.lower() for name in select.named_selects]
