"""What an index finds for `totals` costs what has changed, however many rows a group has."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from homeroom.engine.applying.plans import SETTINGS
from homeroom.engine.catalog import HIDDEN
from homeroom.engine.ordering.fold import arrays
from homeroom.operations.verifying.background import between
from homeroom.operations.verifying.verify import differing
from homeroom.statements import composable
from tests.integration.test_plans import careless, rows_read
from tests.property.definitions import CATALOG, SCHEMA, Tables, generation
from tests.support.strength import at_full_strength

# Ten large groups among thousands. Where the greatest goes, hundreds that do not count are above
# the next one.
FILL = """
INSERT INTO result
SELECT 'x' || i, 's' || i % 7, 'c' || i % 10, i % 1000 - 900, i, '2026-01-01', 'a', 1, 1, 0
FROM generate_series(1, 30000) AS i;
INSERT INTO result SELECT 'y' || i, 's', 'd' || i, 1, i, '2026-01-01', 'a', 1, 1, 0
FROM generate_series(1, 3000) AS i;
INSERT INTO desk SELECT 'd' || i, 's', 1, NULL, 1, 1, 0 FROM generate_series(1, 3000) AS i;
INSERT INTO desk SELECT 'c' || i % 10, 's' || i, i % 100, NULL, 1, 1, 0
FROM generate_series(1, 20000) AS i;
INSERT INTO class SELECT 'c' || i, 'u' || i % 3, 'name', false, 1, 1, 0
FROM generate_series(0, 9) AS i;
INSERT INTO class SELECT 'd' || i, 'u' || i, 'name', false, 1, 1, 0
FROM generate_series(10, 3000) AS i;
"""
TEXTS = {
    "known": "-- totals class_id\n"
    "SELECT r.class_id, count(*) AS results, round(avg(r.score), 2) AS average, "
    "max(r.end) AS most, min(r.end) FILTER (WHERE r.sign = 'a') AS least, "
    "(array_agg(r.sign ORDER BY r.day DESC, r.exam_id DESC, r.student_id))[1] AS newest, "
    "count(DISTINCT r.student_id) AS students, count(DISTINCT r.day) AS days "
    "FROM result r WHERE r.class_id IS NOT NULL AND r.score > 0 GROUP BY r.class_id",
    "highest": "-- totals class_id\nSELECT DISTINCT ON (d.class_id) d.class_id, d.student_id, "
    "d.number FROM desk d ORDER BY d.class_id, d.number DESC, d.student_id",
    "weeks": "-- totals class_id, week\nSELECT r.class_id, date_trunc('week', "
    "r.day::date::timestamp) AS week, count(*) AS n FROM result r WHERE r.day IS NOT NULL "
    "AND r.class_id IS NOT NULL GROUP BY r.class_id, date_trunc('week', r.day::date::timestamp)",
    # Totals of a join, of which only the delta is made, and of one that is stored for an index.
    "users": "-- totals user\nSELECT c.user, count(*) AS results, round(avg(r.score), 2) AS mean "
    "FROM result r JOIN class c ON c.class_id = r.class_id AND NOT c.gone "
    "WHERE c.user IS NOT NULL AND r.score > 0 GROUP BY c.user",
    "best": "-- totals user\nSELECT c.user, max(r.score) AS best, count(DISTINCT r.day) AS days, "
    "count(d.number) AS seated FROM result r JOIN class c ON c.class_id = r.class_id "
    "LEFT JOIN desk d ON d.class_id = r.class_id AND d.student_id = r.student_id "
    "WHERE c.user IS NOT NULL GROUP BY c.user",
    "board": "-- top 5 class_id, score DESC, end ASC\nSELECT r.class_id, r.exam_id, r.student_id, "
    "r.score, r.end FROM result r WHERE r.class_id IS NOT NULL AND r.score > 0",
    "newest": "-- top 5 end DESC NULLS LAST\nSELECT r.exam_id, r.student_id, r.end FROM result r",
    "busy": "-- totals class_id\nSELECT r.class_id, count(*) AS results FROM result r "
    "WHERE r.class_id IS NOT NULL AND r.score > 0 GROUP BY r.class_id HAVING count(*) > 2",
    "standing": "-- rows class_id, student_id\nSELECT d.class_id, d.student_id, d.number "
    "FROM desk d WHERE EXISTS (SELECT FROM class c WHERE c.class_id = d.class_id AND NOT c.gone)",
    "scored": "-- totals class_id\nWITH good AS (SELECT r.class_id, r.score FROM result r "
    "WHERE r.score > 0) SELECT g.class_id, sum(g.score) AS score FROM good g "
    "WHERE g.class_id IS NOT NULL GROUP BY g.class_id",
    "seen": "-- rows class_id\nSELECT k.class_id, k.average, k.most, k.newest FROM known k",
}
ROWS_READ_MAX = 60


@pytest.fixture(params=["analysed", pytest.param("never analysed", marks=at_full_strength)])
def tables(database_url: str, request: pytest.FixtureRequest) -> Iterator[Tables]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for setting in SETTINGS:
            connection.execute(setting)
        with generation(connection, TEXTS) as made:
            connection.execute(FILL.encode())
            for projection in made.plan.tables:
                connection.execute(projection.derive.encode())
            if request.param == "analysed":
                connection.execute(
                    "ANALYZE result, desk, class, known, highest, weeks, seen, users, "
                    "best_joined, best, board, newest, busy_groups, busy, standing, scored"
                )
            yield made


def change(tables: Tables, entity: str, *rows: dict[str, Any]) -> None:
    of = CATALOG.entity_by_name[entity]
    names = (*of.column_names, *HIDDEN, "starts")
    columns = arrays(of, [[row.get(name) for name in names] for row in rows])
    tables.connection.execute(tables.plan.entities[entity].upsert.encode(), columns)


def result(exam: int, sequence: int, **values: Any) -> dict[str, Any]:
    return {
        "exam_id": f"x{exam}", "student_id": f"s{exam % 7}", "class_id": f"c{exam % 10}",
        "score": 50, "end": exam, "day": "2026-01-01", "sign": "a", "sequence": sequence,
        "first_sequence": sequence, "mask": CATALOG.entity_by_name["result"].full_mask,
        "partition": 0, "event_id": "e", "starts": sequence == 1, **values,
    }  # fmt: skip


def explained(tables: Tables, statement: sql.Composable) -> dict[str, Any]:
    explain = sql.SQL("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {}").format(statement)
    row = tables.connection.execute(explain).fetchone()
    assert row
    return dict(row[0][0]["Plan"])


@at_full_strength
def test_the_next_of_a_group_and_its_values_are_found_by_index(tables: Tables) -> None:
    # The greatest goes, another becomes the least, one has a new day and student, one moves.
    change(
        tables, "result", result(29999, 2, score=0), result(901, 2, end=-5),
        result(30001, 1, day="2026-01-02", student_id="s9"), result(1902, 2, class_id="c3"),
    )  # fmt: skip
    desk = {"class_id": "c1", "student_id": "s19991", "number": 5, "sequence": 2,
            "first_sequence": 2, "mask": CATALOG.entity_by_name["desk"].full_mask,
            "event_id": "e", "partition": 0, "starts": False}  # fmt: skip
    change(tables, "desk", desk)
    plans: dict[str, dict[str, Any]] = {}
    for projection, changed in tables.plan.reached(frozenset({"result", "desk"})):
        plans[projection.name] = explained(tables, composable(projection.maintain(changed)))
    # A look at a few groups, as a worker verifies them.
    looks = {"known": "class_id", "highest": "class_id", "users": "user", "best": "user",
             "board": "class_id", "busy": "class_id", "standing": "class_id",
             "scored": "class_id"}  # fmt: skip
    for name, key in looks.items():
        first = "u" if key == "user" else "d"
        few = differing(SCHEMA, name, between([key], f"{first}10", f"{first}1002"))
        plans[f"look at {name}"] = explained(tables, few)

    # A list of all rows has no group to be looked up by: its index is read from the beginning.
    of_groups = {name: made for name, made in plans.items() if name != "newest"}
    assert {name: careless(made) for name, made in of_groups.items() if careless(made)} == {}
    assert {
        n: rows_read(made) for n, made in plans.items() if rows_read(made) > ROWS_READ_MAX
    } == {}
    assert rows_read(plans["known"]) > 0
    assert tables.differing() == {}
