"""What the planner accepts, it keeps; what it does not keep, it refuses with words that help."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlglot
from hypothesis import given, note
from hypothesis import strategies as st
from sqlglot import exp
from typer.testing import CliRunner

from homeroom.cli import app
from homeroom.engine.generations.costs import refused
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning.definitions import read_definition
from homeroom.engine.planning.planner import make_plan
from homeroom.engine.planning.reach import AnswerReach, any_condition
from homeroom.errors import DefinitionError
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.property.awkward import KEPT, REFUSED
from tests.property.definitions import CATALOG, Author, generation
from tests.support.strength import at_full_strength, examples, pick, thinned

BATCHES = 6
WRONG_WITHOUT_RULES = (
    "a key that is not unique", "a key that may be null", "a rank among all",
    "the newest of a class", "a self join by another column", "one name for two outputs",
)  # fmt: skip


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        opened.execute("SET client_min_messages = 'warning'")
        yield opened


def refusal(connection: psycopg.Connection[Any], texts: dict[str, str], seed: int) -> str:
    """The planner's sentence; empty where it accepts, and then the tables were exact."""
    rng = random.Random(seed)
    try:
        with generation(connection, texts) as tables:
            for n in range(BATCHES):
                tables.batch(rng)
                assert tables.differing() == {}, (n, texts)
            return ""
    except DefinitionError as error:
        said = error
    # PostgreSQL's own words come too late, and say nothing of what to write instead.
    assert "PostgreSQL refuses" not in said.problem, said
    assert said.problem
    assert said.instead.endswith(".")
    return str(said)


@examples(1)
@given(st.integers(0, 2**32))
def test_a_definition_is_kept_or_refused(connection: psycopg.Connection[Any], seed: int) -> None:
    rng = random.Random(seed)
    accepted = 0
    for _ in range(pick(quick=10, thorough=40)):
        texts = Author(rng).definitions()
        note(str(texts))
        accepted += not refusal(connection, texts, rng.randrange(2**32))
    assert accepted


@pytest.mark.parametrize("kind", REFUSED)
def test_what_was_accepted_and_not_kept_is_refused(kind: str) -> None:
    text, word = REFUSED[kind]
    with pytest.raises(DefinitionError) as told:
        make_plan(CATALOG, {"tried": text})
    assert re.search(re.sub(r"[()]", r"\\\g<0>", word), str(told.value)), told.value
    assert told.value.instead.endswith(".")


@pytest.mark.parametrize(
    "kind", thinned(WRONG_WITHOUT_RULES, lambda kind: kind.startswith("a key"))
)
def test_what_is_refused_would_not_be_kept(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The rules refuse for a reason: without them the tables are wrong, or nothing is written."""
    monkeypatch.setattr(ReadModel, "check", lambda _: None)

    def keep() -> None:
        for seed in range(10):
            refusal(connection, {"tried": REFUSED[kind][0]}, seed)

    with pytest.raises((AssertionError, psycopg.Error, DefinitionError)):
        keep()


@pytest.mark.parametrize("kind", thinned(KEPT, lambda kind: [*KEPT].index(kind) % 2 == 0))
def test_what_is_awkward_and_sound_is_kept(connection: psycopg.Connection[Any], kind: str) -> None:
    name, text = KEPT[kind]
    assert not refusal(connection, {name: text}, 3)


def test_a_select_that_is_left_within_from_is_refused_beside_a_join_that_decides() -> None:
    text = (
        "-- rows exam_id, student_id, item\nWITH n AS (SELECT e.exam_id, e.teachers FROM exam e "
        "ORDER BY e.exam_id LIMIT 5) SELECT r.exam_id, r.student_id, r.class_id, t.item, d.limit "
        "FROM result r LEFT JOIN n ON n.exam_id = r.exam_id CROSS JOIN LATERAL distinct_items("
        "n.teachers, r.class_id) AS t(item) JOIN desk d ON d.class_id = t.item "
        "WHERE d.student_id = r.class_id"
    )
    with pytest.raises(DefinitionError, match="this join cannot be kept exactly"):
        ReadModel(CATALOG, {"tried": text}).plan()


def test_a_quotient_forgets_what_has_come_and_gone(connection: psycopg.Connection[Any]) -> None:
    """PostgreSQL divides a sum with 25 zeros at its end to more decimals than one with none."""
    name, text = KEPT["quotients of sums with other zeros"]
    result, rng = CATALOG.entity_by_name["result"], random.Random(1)
    with generation(connection, {name: text}) as tables:
        for scores in ((1e-25, 1, 1), (0, 1, 1)):
            tables.apply({"result": [
                tables.patch(result, (f"x{n}", "x1"), rng)
                | {"class_id": "x1", "score": score, "end": 3}
                for n, score in enumerate(scores)
            ]})  # fmt: skip
            rows = tables.differing() if scores[0] == 0 else {}
        assert rows == {}


def test_a_quotient_of_totals_forgets_what_has_come_and_gone(
    connection: psycopg.Connection[Any],
) -> None:
    """A total keeps the zeros of what has gone, and another generation's has none."""
    texts = {
        "sums": "-- totals student_id, class_id\nSELECT r.student_id, r.class_id, "
        "sum(r.score) AS scores, count(*) AS results FROM result r "
        "WHERE r.class_id IS NOT NULL GROUP BY r.student_id, r.class_id",
        "shares": "-- refresh student_id, class_id\nSELECT s.student_id, s.class_id, s.scores / "
        "nullif(s.results, 0) AS share, avg(s.scores) OVER (PARTITION BY s.student_id) / 7 AS rest "
        "FROM sums s",
        "rounded": "-- rows student_id, class_id\nSELECT s.student_id, s.class_id, "
        "round(s.scores / 7, 40) AS share FROM sums s",
        "averages": "-- refresh student_id\nSELECT s.student_id, avg(s.scores) AS average, "
        "avg(DISTINCT s.scores / 3) AS third FROM sums s GROUP BY s.student_id",
    }
    result, rng = CATALOG.entity_by_name["result"], random.Random(1)
    with generation(connection, texts) as tables:
        for scores in ((1e-25, 1, 1), (0, 1, 1)):
            tables.apply({"result": [
                tables.patch(result, (f"x{n}", "x1"), rng)
                | {"class_id": f"x{n % 2}", "score": score}
                for n, score in enumerate(scores)
            ]})  # fmt: skip
        kept = {t.name: connection.execute(f"TABLE {t.name}".encode()).fetchall()
                for t in tables.plan.tables}  # fmt: skip
        for table in tables.plan.tables:
            connection.execute(f"TRUNCATE {table.name}".encode())
            connection.execute(table.derive.encode())
            derived = connection.execute(f"TABLE {table.name}".encode()).fetchall()
            assert sorted(derived) == sorted(kept[table.name])


def test_whose_answer_an_incomplete_subject_concerns_is_found_by_awkward_names_too(
    connection: psycopg.Connection[Any],
) -> None:
    texts = {
        "order": "-- rows exam_id, student_id\n"
        'SELECT r.exam_id, r.student_id, r."end", r.class_id AS "user" FROM result r',
        "user": '-- totals user\nSELECT o."user", count(*) AS "limit" FROM "order" o '
        'WHERE o."end" > 0 AND o."user" IS NOT NULL GROUP BY o."user"',
    }
    answers = (
        'SELECT o."end" FROM "order" o WHERE o."user" = me."user"',
        'SELECT u."limit" FROM "user" u WHERE u."user" = me."user"',
    )
    definitions = [read_definition(name, text) for name, text in texts.items()]
    keys = {entity.name: entity.key_names for entity in CATALOG.entities}
    with generation(connection, texts):
        connection.execute("INSERT INTO incomplete VALUES ('result', 'x1/x2', now(), true)")
        connection.execute(
            'INSERT INTO "order" (exam_id, student_id, "end", "user") '
            "VALUES ('x1', 'x2', 5, 'x3')"
        )
        for answer in answers:
            select = sqlglot.parse_one(answer, read="postgres", into=exp.Select)
            condition = any_condition(AnswerReach(definitions, keys).conditions([select]))
            for reader, expected in (("x3", 1), ("x4", 0)):
                found = connection.execute(
                    'SELECT FROM incomplete i CROSS JOIN (SELECT %s AS "user") AS me '
                    f"WHERE {condition}".encode(),
                    (reader,),
                )
                assert found.rowcount == expected, condition


def test_what_reads_only_keys_is_kept_by_those_that_come_and_go(
    connection: psycopg.Connection[Any],
) -> None:
    texts = {
        "seats": "-- rows class_id, student_id\n"
        'SELECT d.class_id, d.student_id, d.number, c.name, c."user" FROM desk d '
        "LEFT JOIN class c ON c.class_id = d.class_id WHERE d.number IS NOT NULL",
        "seated": "-- rows class_id, student_id\nSELECT s.class_id, s.student_id, "
        "r.title FROM seats s LEFT JOIN exam r ON r.exam_id = s.class_id",
        "rooms": "-- rows class_id\nSELECT c.class_id FROM class c WHERE NOT c.gone",
        "known": "-- rows class_id, student_id\nSELECT s.class_id, s.student_id, e.marks, "
        "r.class_id IS NOT NULL AS has_room FROM seats s JOIN exam e ON e.exam_id = s.class_id "
        "LEFT JOIN rooms r ON r.class_id = s.class_id",
        "in_rooms": "-- rows class_id, student_id\nSELECT s.class_id, s.student_id, s.name "
        "FROM seats s JOIN rooms r ON r.class_id = s.class_id",
        "results": "-- rows exam_id, student_id\nSELECT r.exam_id, r.student_id, r.class_id, "
        "s.student_id IS NOT NULL AS is_seated FROM result r LEFT JOIN seats s "
        "ON s.class_id = r.class_id AND s.student_id = r.student_id",
    }
    for seed in range(pick(quick=3, thorough=30)):
        rng = random.Random(seed)
        with generation(connection, texts) as tables:
            for n in range(12):
                tables.batch(rng)
                assert tables.differing() == {}, (seed, n)


@pytest.mark.parametrize(
    ("name", "word"),
    [("a" * 60, "at most 59"), ("exam", "name of an entity"), ("exam_def", "ends with _def"),
     ("positions", "another table"), ("Exams", "lower-case"), ("_n", "lower-case")],
)  # fmt: skip
def test_a_table_name_that_cannot_be_is_refused(name: str, word: str) -> None:
    with pytest.raises(DefinitionError, match=word):
        make_plan(CATALOG, {name: "-- rows exam_id\nSELECT e.exam_id FROM exam e"})


def test_a_change_alone_of_what_a_constant_finds_is_followed(
    connection: psycopg.Connection[Any],
) -> None:
    name, text = KEPT["a part of a key that is a constant"]
    entities, rng = CATALOG.entity_by_name, random.Random(1)
    with generation(connection, {name: text}) as tables:
        result = tables.patch(entities["result"], ("x1", "x1"), rng) | {"class_id": "x1"}
        tables.apply({"result": [result]})
        for student, number, rows in (("x2", 1, 0), ("x1", 2, 1), ("x1", 3, 1), ("x1", None, 0)):
            desk = tables.patch(entities["desk"], ("x1", student), rng) | {"number": number}
            tables.apply({"desk": [desk]})
            found = connection.execute("SELECT number FROM tried").fetchall()
            assert found == [(number,)] * rows
            assert tables.differing() == {}


def test_a_text_that_names_no_time_zone_is_utc(connection: psycopg.Connection[Any]) -> None:
    """PostgreSQL would refuse the row, or read it by the settings of the session."""
    same = ("Europe/Stockholm", "America/Argentina/Buenos_Aires", "America/Port-au-Prince",
            "Etc/GMT-14", "UTC", "Africa/Porto-Novo")  # fmt: skip
    other = ("", "a", "EST", "utc", "Foo/Bar", "Foo/Bar+5", "abc5", "../x", "America/Argentina",
             "Etc/GMT+13", "posix/Europe/Stockholm", "Europe/", "A/" * 5_000 + "B", "'", None,
             "Europe/Stockholm\n", "+01:00", "Åland/Ö")  # fmt: skip
    with generation(connection, {}):
        for name in (*same, *other):
            row = connection.execute("SELECT known_time_zone(%s)", (name,)).fetchone()
            assert row == (name if name in same else "UTC",), name


def test_a_time_zone_that_postgresql_does_not_know_is_refused(
    connection: psycopg.Connection[Any],
) -> None:
    """Python knows this one. Where machines differ, others are known by one of both alone."""
    at = "-- rows exam_id\nSELECT e.exam_id, e.at AT TIME ZONE 'Etc/GMT0' AS at FROM exam e"
    with pytest.raises(DefinitionError, match="PostgreSQL knows no time zone Etc/GMT0"):  # noqa: SIM117
        with generation(connection, {"tried": at}):
            pass


def test_postgresql_is_asked_what_a_change_costs(connection: psycopg.Connection[Any]) -> None:
    """What no rule foresees: the joined SELECT is bound to its value, and computed whole anyway."""
    whole = (
        "-- refresh student_id, exam_id\nSELECT d.student_id, q.exam_id FROM (SELECT r.student_id, "
        "r.exam_id, count(*) OVER (PARTITION BY r.student_id) AS results FROM result r) AS q "
        "JOIN desk d ON d.student_id = q.student_id AND d.class_id = q.exam_id"
    )
    texts = {
        "whole": whole,
        "rests": "-- rows student_id, exam_id\nSELECT w.student_id, w.exam_id FROM whole w",
        "fine": KEPT["extremes and different values of two tables"][1],
        "first": "-- top 3 score DESC\nSELECT r.exam_id, r.student_id, r.score FROM result r "
        "WHERE r.score > 0",
        "users": "-- totals user\nSELECT c.user, count(*) AS n FROM result r "
        "JOIN class c ON c.class_id = r.class_id WHERE c.user IS NOT NULL GROUP BY c.user",
    }
    (error,) = refused(connection, ReadModel(CATALOG, texts))
    assert (error.projection, error.problem) == (
        "whole", "for each change, all rows of result are read: no index finds what it touches",
    )  # fmt: skip
    found = connection.execute("SELECT FROM pg_namespace WHERE nspname = 'homeroom_checked'")
    assert found.fetchall() == []


@at_full_strength
def test_the_definitions_of_the_project_cost_what_they_change(
    connection: psycopg.Connection[Any],
) -> None:
    assert refused(connection, read_model(Settings())) == []


def test_a_generation_of_an_older_version_is_kept_by_its_own_definitions() -> None:
    for text, _ in (REFUSED["a key that may be null"], REFUSED["array_agg without an order"]):
        assert ReadModel(CATALOG, {"tried": text}).plan().projections


@at_full_strength
def test_the_command_asks_the_database_that_is_set(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "whole.sql"
    file.write_text(
        "-- refresh student_id, exam_id\nSELECT e.student_id, q.exam_id FROM (SELECT r.student_id, "
        "r.exam_id FROM exam_result r GROUP BY r.student_id, r.exam_id HAVING count(*) > 0) AS q "
        "JOIN enrollment e ON e.student_id = q.student_id AND e.class_id = q.exam_id"
    )
    command = ["definitions", "check", str(file)]
    assert CliRunner().invoke(app, command).exit_code == 0
    asked = CliRunner().invoke(app, command, env={"HOMEROOM_DATABASE_URL": database_url})
    assert (asked.exit_code, "all rows of exam_result are read" in asked.output) == (1, True)
