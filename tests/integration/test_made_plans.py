"""Where the planner makes further tables for a definition, each costs what has changed."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from homeroom.engine.applying.plans import SETTINGS
from homeroom.statements import composable
from tests.integration.test_plans import careless, rows_read
from tests.integration.test_totals_plans import ROWS_READ_MAX, change, explained
from tests.property.definitions import CATALOG, Tables, generation
from tests.support.strength import at_full_strength

# Large classes among thousands of small ones. Each exam has three teachers.
FILL = """
INSERT INTO exam SELECT 'x' || i, 'd' || i % 3000, 'title', 1, i, NULL, false,
       ARRAY['d' || i % 3000, 'd' || (i + 1) % 3000, 'u'], 1, 1, 0
FROM generate_series(1, 9000) AS i;
INSERT INTO result SELECT 'x' || i % 9000, 's' || i, 'c' || i % 10, i % 100, i, NULL, 'a', 1, 1, 0
FROM generate_series(1, 27000) AS i;
INSERT INTO result SELECT 'x' || i, 's', 'd' || i, 1, i, NULL, 'a', 1, 1, 0
FROM generate_series(1, 3000) AS i;
INSERT INTO desk SELECT 'd' || i % 3000, 's' || i, i % 100, 'd' || i % 3000, 1, 1, 0
FROM generate_series(1, 20000) AS i;
INSERT INTO class SELECT 'd' || i, 'u' || i, 'name', false, 1, 1, 0
FROM generate_series(0, 2999) AS i;
"""
ITEMS = "CROSS JOIN LATERAL distinct_items(e.teachers, e.class_id) AS t(item)"
TEXTS = {
    # A join that decides, by the item of a list, to two tables at once, and another one behind it.
    "item": "-- rows exam_id, item\nSELECT e.exam_id, t.item, c.name FROM exam e "
    f"{ITEMS} JOIN class c ON c.class_id = t.item AND NOT c.gone",
    "seated": "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, e.class_id, d.number, "
    'd."limit", c.name FROM result r JOIN exam e ON e.exam_id = r.exam_id JOIN desk d '
    "ON d.class_id = e.class_id AND d.student_id = r.student_id "
    'LEFT JOIN class c ON c.class_id = d."limit" WHERE d.number >= 0',
    "standing": "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, e.class_id "
    "FROM result r JOIN exam e ON e.exam_id = r.exam_id WHERE NOT EXISTS (SELECT FROM desk d "
    "WHERE d.class_id = e.class_id AND d.student_id = r.student_id)",
    # Groups, and different values.
    "large": "-- rows class_id\nWITH held AS (SELECT r.class_id, count(*) AS results, "
    "max(r.score) AS best FROM result r GROUP BY r.class_id) SELECT c.class_id, c.name, "
    "held.results, held.best FROM class c LEFT JOIN held ON held.class_id = c.class_id",
    "graded": "-- rows exam_id\nSELECT e.exam_id, e.class_id, EXISTS (SELECT FROM desk d WHERE "
    "d.class_id = e.class_id AND d.number > 90) AS is_full FROM exam e WHERE EXISTS "
    "(SELECT FROM result r WHERE r.exam_id = e.exam_id AND r.score > 1)",
    "sizes": "-- totals ends\nWITH n AS (SELECT r.exam_id, sum(r.end) AS ends FROM result r "
    "GROUP BY r.exam_id) SELECT n.ends, count(*) AS exams FROM n GROUP BY n.ends",
}


@pytest.fixture(params=[pytest.param("analysed", marks=at_full_strength), "never analysed"])
def tables(database_url: str, request: pytest.FixtureRequest) -> Iterator[Tables]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for setting in SETTINGS:
            connection.execute(setting)
        with generation(connection, TEXTS) as made:
            connection.execute(FILL.encode())
            for projection in made.plan.tables:
                connection.execute(projection.derive.encode())
            if request.param == "analysed":
                names = ", ".join(f'"{p.name}"' for p in made.plan.tables)
                connection.execute(f"ANALYZE exam, result, desk, class, {names}".encode())
            yield made


def patch(entity: str, sequence: int, **values: Any) -> dict[str, Any]:
    return {
        "sequence": sequence, "first_sequence": sequence, "event_id": "e", "partition": 0,
        "mask": CATALOG.entity_by_name[entity].full_mask, "starts": sequence == 1, **values,
    }  # fmt: skip


def test_what_is_made_for_a_definition_is_maintained_by_index(tables: Tables) -> None:
    # A class goes and one comes, a desk goes to another class, a result comes and an exam moves.
    change(
        tables, "class", patch("class", 2, class_id="d1002", user="u1002", name="a", gone=True),
        patch("class", 1, class_id="e1", user="u", name="b", gone=False),
    )  # fmt: skip
    change(tables, "desk", patch("desk", 2, class_id="d17", student_id="s17", number=95,
                                 limit="d18"))  # fmt: skip
    change(tables, "result", patch("result", 1, exam_id="x17", student_id="new", class_id="d17",
                                   score=99, end=1, day=None, sign="a"))  # fmt: skip
    change(tables, "exam", patch("exam", 2, exam_id="x20", class_id="d21", title="title", order=1,
                                 marks=1, at=None, gone=False, teachers=["d21", "e1"]))  # fmt: skip
    plans = {
        projection.name: explained(tables, composable(projection.maintain(changed)))
        for projection, changed in tables.plan.reached(
            frozenset({"class", "desk", "result", "exam"})
        )
    }
    assert {"item_joined", "seated_joined", "standing_joined", "large_held", "graded_result",
            "graded_desk", "sizes_n"} <= plans.keys()  # fmt: skip
    assert {name: careless(made) for name, made in plans.items() if careless(made)} == {}
    assert {
        n: rows_read(made) for n, made in plans.items() if rows_read(made) > ROWS_READ_MAX
    } == {}
    assert all(rows_read(plans[name]) > 0 for name in ("item", "seated", "standing", "graded"))
    assert tables.differing() == {}
