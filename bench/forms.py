"""What each form of a definition costs, beside a count and a sum of one table in the same run.

33,000 rows are in 1,000 groups, and 2,000 of them change in one batch: what is measured is the time
in which PostgreSQL maintains the tables of one definition, those that the planner makes for it
included. The definitions are those of nobody's dashboard, over entities of their own.

    python -m bench.forms [--rounds 8]
"""

import argparse
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping

import psycopg

from bench.servers import database
from homeroom.engine.applying.plans import SETTINGS
from homeroom.operations.migrating.migrate import migrate_database
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from tests.property.definitions import CATALOG, Tables, generation

FILL = """
INSERT INTO result
SELECT 'x' || i % 33, 's' || i / 33, 'c' || i / 33, i * 7919 % 1000, i, '2026-01-' || 10 + i % 20,
       'a', 1, 1, 0
FROM generate_series(0, 32999) AS i;
INSERT INTO class SELECT 'c' || i, 'u' || i % 100, 'name', false, 1, 1, 0
FROM generate_series(0, 999) AS i;
INSERT INTO desk SELECT 'u' || i % 100, 's' || i, i, 'c' || i, 1, 1, 0
FROM generate_series(0, 999) AS i;
"""
FROM = "FROM result r WHERE r.class_id IS NOT NULL"
GROUPED = f"{FROM} GROUP BY r.class_id"
JOINED = (
    "FROM result r JOIN class c ON c.class_id = r.class_id WHERE c.user IS NOT NULL GROUP BY c.user"
)
WEEK = "date_trunc('week', r.day::date::timestamp)"
PLAIN = "a count and a sum"
FORMS = {
    PLAIN: f"-- totals class_id\nSELECT r.class_id, count(*) AS n, sum(r.score) AS s {GROUPED}",
    "an average": "-- totals class_id\nSELECT r.class_id, round(avg(r.score), 2) AS a, "
    f"count(*) AS n {GROUPED}",
    "the greatest": f"-- totals class_id\nSELECT r.class_id, max(r.score) AS best {GROUPED}",
    "the newest": "-- totals class_id\nSELECT r.class_id, (array_agg(r.score ORDER BY r.end DESC, "
    f"r.exam_id, r.student_id))[1] AS newest {GROUPED}",
    "different values": "-- totals class_id\nSELECT r.class_id, count(DISTINCT r.day) AS days "
    f"{GROUPED}",
    "HAVING": f"-- totals class_id\nSELECT r.class_id, count(*) AS n {GROUPED} HAVING count(*) > 9",
    "weeks": f"-- totals class_id, week\nSELECT r.class_id, {WEEK} AS week, count(*) AS n {FROM} "
    f"AND r.day IS NOT NULL GROUP BY r.class_id, {WEEK}",
    "a join": f"-- totals user\nSELECT c.user, count(*) AS n, sum(r.score) AS s {JOINED}",
    "a join, the greatest": f"-- totals user\nSELECT c.user, max(r.score) AS best {JOINED}",
    "EXISTS": "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id "
    "FROM result r WHERE EXISTS (SELECT FROM class c WHERE c.class_id = r.class_id AND NOT c.gone)",
    "EXISTS by a part of a key": "-- rows class_id\nSELECT c.class_id, c.user FROM class c "
    "WHERE EXISTS (SELECT FROM result r WHERE r.class_id = c.class_id AND r.score > 900)",
    "a group in WITH": f"-- rows class_id\nWITH n AS (SELECT r.class_id, count(*) AS n {GROUPED}) "  # noqa: S608
    "SELECT c.class_id, c.user, n.n FROM class c JOIN n ON n.class_id = c.class_id",
    "a join to two tables": "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, "
    "r.class_id, c.user, d.number FROM result r JOIN class c ON c.class_id = r.class_id "
    "JOIN desk d ON d.class_id = c.user AND d.student_id = r.student_id",
    "the first ten of each": "-- top 10 class_id, score DESC\nSELECT r.class_id, r.exam_id, "
    f"r.student_id, r.score {FROM} AND r.score > 0",
    "the first ten of all": "-- top 10 score DESC\nSELECT r.exam_id, r.student_id, r.score "
    "FROM result r WHERE r.score > 0",
}
CHANGED = 2_000


def maintained_ms(connection: psycopg.Connection, text: str, rng: random.Random) -> float:
    """Milliseconds in which the tables of a definition are maintained, in a generation of it."""
    with generation(connection, {"tried": text}) as tables:
        connection.execute(FILL.encode())
        for projection in tables.plan.tables:
            connection.execute(projection.derive.encode())
        connection.execute("ANALYZE")
        _change(tables, rng)
        began = time.perf_counter()
        for projection, changed in tables.plan.reached(frozenset({"result"})):
            connection.execute(projection.maintain(changed).encode())
        return 1000 * (time.perf_counter() - began)


def _change(tables: Tables, rng: random.Random) -> None:
    entity = CATALOG.entity_by_name["result"]
    rows = []
    for place in rng.sample(range(33_000), CHANGED):
        row = tables.patch(entity, (f"x{place % 33}", f"s{place // 33}"), rng)
        rows.append(row | {
            "class_id": f"c{place // 33}", "score": rng.randrange(1000),
            "end": rng.randrange(10**6), "day": f"2026-01-{10 + rng.randrange(20)}",
            "sequence": 2, "first_sequence": 2, "starts": False,
        })  # fmt: skip
    tables.upsert("result", rows)


def run(rounds: int) -> None:
    spent: defaultdict[str, list[float]] = defaultdict(list)
    with database() as settings:
        migrate_database(settings, read_model(settings), project_folder("migrations"))
        measure(settings, rounds, spent)
    plain = statistics.median(spent[PLAIN])
    for name, found in spent.items():
        median = statistics.median(found)
        print(f"{name:24} {median:7.1f} ms   {median / plain:5.1f} times", flush=True)


def measure(settings: Settings, rounds: int, spent: Mapping[str, list[float]]) -> None:
    """Adds the milliseconds of each form, in turns."""
    with psycopg.connect(settings.require_database()) as connection:
        for setting in SETTINGS:
            connection.execute(setting)
        for number in range(rounds):
            for name, text in FORMS.items():
                spent[name].append(maintained_ms(connection, text, random.Random(number)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=8)
    run(parser.parse_args().rounds)


if __name__ == "__main__":
    main()
