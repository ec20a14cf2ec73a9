"""The contract and the definitions in Flink's SQL: what is translated, and what is refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from homeroom.cli import app
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning.planner import in_order
from homeroom.errors import ComponentError, NotForFlink
from homeroom.flink.connections import jdbc_options, kafka_options, shown, withheld
from homeroom.flink.definitions import translated
from homeroom.flink.events import Value, WireField, upcast
from homeroom.flink.kinds import ValueKind
from homeroom.flink.script import Target, make_script
from homeroom.flink.sinks import create_sink
from homeroom.local.flink import flink_home, flink_java
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.upcasting import upcaster
from tests.support.definitions import with_what_it_reads

MODEL = read_model(Settings(sparse_topics="", topic_prefix=""))
SECURED = Settings(
    kafka_bootstrap_servers="broker:9093", kafka_security_protocol="SASL_SSL",
    kafka_sasl_mechanism="SCRAM-SHA-512", kafka_sasl_username="ada",
    kafka_sasl_password=SecretStr('se"cret'), kafka_ca_file="/etc/ca.pem",
)  # fmt: skip


def verdict(text: str) -> Any:
    texts = with_what_it_reads("tried", text, MODEL.definitions)
    found = {d.name: s for d, s in translated(MODEL.catalog, in_order(MODEL.catalog, texts))}
    return found["tried"]


def test_every_definition_of_the_project_is_translated() -> None:
    code = CliRunner().invoke(app, ["flink", "check"])
    assert code.exit_code == 0, code.output
    count = len(MODEL.definitions)
    assert f"{count} of {count} definitions: all can be translated." in code.output


def test_the_script_writes_every_table_by_one_job() -> None:
    script = make_script(MODEL, Target({}, {}, entities=True))
    expected = {e.name for e in MODEL.catalog.entities} | {p.name for p in MODEL.plan().tables}
    assert set(script.tables) == expected
    assert script.text().count("EXECUTE STATEMENT SET") == 1
    assert all(f"INSERT INTO `_sink_{name}` " in script.job for name in expected)


def test_the_script_of_some_tables_has_what_they_rest_on_and_what_the_job_tells_of_itself() -> None:
    script = make_script(MODEL, Target({}, {}, tables=("exam_totals",)))
    assert script.tables == ("exam_totals",)
    assert any("VIEW `exam_result` " in statement for statement in script.statements)
    assert not any("VIEW `goal` " in statement for statement in script.statements)
    for name in ("positions", "unreadable", "incomplete"):
        assert f"INSERT INTO `_sink_{name}` " in script.job


def test_a_table_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotForFlink, match="The table exam_tolats"):
        make_script(MODEL, Target({}, {}, tables=("exam_tolats",)))


def test_a_flink_that_there_is_not_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLINK_HOME", "/nowhere")
    with pytest.raises(ComponentError, match=r"no Flink 2\.1 in /nowhere"):
        flink_home()
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(ComponentError, match="set JAVA_HOME"):
        flink_java()


def test_the_tables_are_made_in_a_schema_of_their_own() -> None:
    done = CliRunner().invoke(app, ["flink", "tables", "--schema", "elsewhere", "--entities"])
    assert done.exit_code == 0, done.output
    assert 'CREATE SCHEMA "elsewhere";' in done.output
    assert done.output.count("CREATE FUNCTION distinct_items") == 1
    assert done.output.count("CREATE FUNCTION known_time_zone") == 1
    for name in ("positions", "unreadable", "incomplete"):
        assert done.output.count(f"CREATE TABLE {name} (") == 1
    # The connector has no statement for a table with nothing but its key.
    assert 'ALTER TABLE "deactivated_students" ADD COLUMN "_there" boolean;' in done.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-- refresh student_id\nSELECT DISTINCT ON (s.student_id) s.student_id, s.name "
         "FROM student s ORDER BY s.student_id, s.name, s.student_id;",
         "PostgreSQL orders texts by its locale"),
        ("-- rows exam_id\nSELECT e.exam_id, lower(e.title) AS title FROM exam e;",
         "Lower is not translated"),
        ("-- top 3 total_marks DESC\nSELECT e.exam_id, e.total_marks FROM exam e",
         "it keeps the first rows of an order"),
        ("-- totals class_id\nSELECT e.class_id, max(e.total_marks) AS most FROM exam e "
         "JOIN class c ON c.class_id = e.class_id GROUP BY e.class_id",
         "projections/tried.sql cannot be computed by Flink: most is neither a count nor a sum"),
        ("-- rows exam_id\nSELECT e.exam_id, e.total_marks BETWEEN SYMMETRIC 9 AND 1 AS few "
         "FROM exam e;", "Between is not translated"),
        ("-- rows exam_id\nSELECT e.exam_id, e.title > 'm' AS late FROM exam e;",
         "PostgreSQL orders texts by its locale"),
        *(
            (f"-- rows exam_id\nSELECT e.exam_id, {value} AS square FROM exam e;",
             "Flink cuts decimals off")
            for value in ("e.total_marks * e.total_marks", "e.total_questions * e.total_marks",
                          "e.total_questions * round(e.total_marks, 7)",
                          "e.total_marks * round(e.total_marks, 1)")
        ),
        ("-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, rank() OVER (PARTITION "
         "BY r.student_id ORDER BY r.exam_id) AS place FROM exam_result r;",
         "row_number() is translated"),
        ("-- refresh student_id\nSELECT u.student_id FROM (SELECT r.student_id FROM readiness r "
         "UNION SELECT g.student_id FROM profile g) AS u;", "Union of SELECTs is not translated"),
        *(
            (f"-- totals class_id\nSELECT e.class_id, count(*) AS exams, {value} AS kept "
             "FROM exam e GROUP BY e.class_id;", "kept is neither a count nor a sum")
            for value in (
                "max(e.total_marks)", "count(DISTINCT e.title)",
                "count(*) - count(DISTINCT e.title)", "max(e.total_marks) - sum(e.total_marks)",
            )
        ),
        *(
            (f"-- rows exam_id\nSELECT e.exam_id, {value} AS kept FROM exam e;",
             words)
            for value, words in (
                ("date_trunc('week', e.scheduled_at AT TIME ZONE 'UTC')",
                 "TimestampTrunc is not translated"),
                ("extract(year FROM e.scheduled_at AT TIME ZONE 'UTC')",
                 "Extract is not translated"),
                ("e.scheduled_at AT TIME ZONE 'UTC'", "AtTimeZone is not translated"),
                ("e.scheduled_at - e.created_at > INTERVAL '1 day'", "what is no number"),
                ("known_time_zone(e.subject)", "known_time_zone is not translated"),
            )
        ),
        ("-- totals class_id\nSELECT DISTINCT ON (e.class_id) e.class_id, e.title FROM exam e "
         "ORDER BY e.class_id, e.created_at DESC, e.exam_id;", "title is neither"),
    ],
)  # fmt: skip
def test_what_would_differ_in_flink_is_refused_with_its_name(text: str, words: str) -> None:
    found = verdict(text)
    assert isinstance(found, NotForFlink), found
    assert words in str(found)
    assert "projections/tried.sql" in str(found)


@pytest.mark.parametrize(
    ("expression", "sql"),
    [
        ("e.class_id IS NOT NULL", "`e`.`class_id` IS NOT NULL"),
        ("NOT e.class_id IS NULL", "NOT (`e`.`class_id` IS NULL)"),
        ("greatest(e.total_questions, 0)",
         "COALESCE(GREATEST(`e`.`total_questions`, 0), `e`.`total_questions`, 0)"),
        ("e.total_marks * 2",
         "(CAST(`e`.`total_marks` AS DECIMAL(36, 20)) * CAST(2 AS DECIMAL(1, 0)))"),
        ("length(e.title)", "CHAR_LENGTH(`e`.`title`)"),
        ("e.total_questions * round(e.total_marks, 1)",
         "(CAST(ROUND(CAST(`e`.`total_marks` AS DECIMAL(38, 20)), 1) AS DECIMAL(18, 1)) "
         "* CAST(`e`.`total_questions` AS DECIMAL(19, 0)))"),
        ("e.subject || ': '",
         "(CAST(`e`.`subject` AS STRING) || CAST(CAST(': ' AS STRING) AS STRING))"),
    ],
)  # fmt: skip
def test_an_expression_says_in_flinks_sql_what_it_says_in_postgresqls(
    expression: str, sql: str
) -> None:
    found = verdict(f"-- rows exam_id\nSELECT e.exam_id, {expression} AS value FROM exam e;")
    assert f"SELECT `e`.`exam_id` AS `exam_id`, {sql} AS `value` FROM" in found.sql


def test_totals_of_a_join_are_those_of_a_view_of_flink_too() -> None:
    text = (
        "-- totals teacher_id\nSELECT c.teacher_id, count(*) AS students FROM enrollment e "
        "JOIN class c ON c.class_id = e.class_id WHERE c.teacher_id IS NOT NULL "
        "GROUP BY c.teacher_id"
    )
    assert "FROM `tried_joined` AS `joined`" in verdict(text).sql
    script = make_script(ReadModel(MODEL.catalog, {"tried": text}), Target({}, {}))
    assert script.tables == ("tried",)
    (made,) = (s for s in script.statements if s.startswith("CREATE TEMPORARY VIEW `tried_joined`"))
    assert "JOIN `class`" in made
    stored = text.replace("JOIN class", "LEFT JOIN class").replace("count(*)", "sum(1)")
    script = make_script(ReadModel(MODEL.catalog, {"tried": stored}), Target({}, {}))
    assert script.tables == ("tried_joined", "tried")


def test_what_is_computed_of_totals_is_computed_above_them() -> None:
    made = verdict(
        "-- totals class_id\nSELECT e.class_id, sum(e.total_marks) AS marks, "
        "round(avg(e.total_marks), 2) AS average, round(100 * count(e.title)::numeric "
        "/ nullif(count(*), 0), 0) AS titled, count(*) > 1 AS several FROM exam e "
        "WHERE e.class_id IS NOT NULL GROUP BY e.class_id"
    )
    # The sum of nothing is 0, and the average of nothing is null.
    assert "COALESCE(`marks`, 0) AS `marks`, COALESCE(`_1`, 0) AS `_1`" in made.sql
    assert "CAST(`_total`.`_1` AS DECIMAL(38, 20))" in made.sql
    assert "NULLIF(`_total`.`_2`, 0)" in made.sql
    assert "`_total`.`_4` > 1 AS `several`" in made.sql
    assert made.sql.endswith(") AS `_total`")
    kinds = {"average": ValueKind.DECIMAL, "titled": ValueKind.DECIMAL, "_1": ValueKind.DECIMAL,
             "_2": ValueKind.BIGINT, "several": ValueKind.BOOLEAN}  # fmt: skip
    assert kinds.items() <= made.outputs.items()


def test_what_is_computed_of_one_of_several_selects_is_there_too() -> None:
    made = verdict(
        "-- totals class_id\nSELECT e.class_id, count(*) AS exams, round(avg(e.total_marks), 1) AS "
        "mean FROM exam e WHERE e.class_id IS NOT NULL GROUP BY e.class_id;\n"
        "SELECT m.class_id, count(*) AS marks, round(avg(m.score), 1) AS mark FROM mark m "
        "WHERE m.class_id IS NOT NULL GROUP BY m.class_id"
    )
    assert [*made.outputs] == [
        "class_id", "exams", "_1", "_2", "marks", "_3", "_4", "_count", "mean", "mark",
    ]  # fmt: skip


def test_groups_that_having_takes_are_rows_of_all_groups() -> None:
    text = (
        "-- totals class_id\nSELECT e.class_id, count(*) AS exams FROM exam e "
        "WHERE e.class_id IS NOT NULL GROUP BY e.class_id HAVING round(avg(e.total_marks), 1) > 5"
    )
    script = make_script(ReadModel(MODEL.catalog, {"tried": text}), Target({}, {}))
    assert script.tables == ("tried_groups", "tried")


def test_what_the_planner_makes_for_a_definition_is_a_view_of_flink_too() -> None:
    exists = (
        "-- rows class_id\nSELECT c.class_id FROM class c WHERE EXISTS (SELECT 1 FROM enrollment e "
        "WHERE e.class_id = c.class_id AND e.ended_at IS NULL)"
    )
    group = (
        "-- rows class_id\nWITH n AS (SELECT e.class_id, count(*) AS students FROM enrollment e "
        "GROUP BY e.class_id) SELECT c.class_id, n.students FROM class c "
        "LEFT JOIN n ON n.class_id = c.class_id"
    )
    joined = (
        "-- rows assignment_id, student_id\nSELECT s.assignment_id, s.student_id, o.ended_at FROM "
        "submission s JOIN assignment a ON a.assignment_id = s.assignment_id JOIN enrollment o "
        "ON o.class_id = a.class_id AND o.student_id = s.student_id"
    )
    for text, made in ((exists, "tried_enrollment"), (group, "tried_n"), (joined, "tried_joined")):
        script = make_script(ReadModel(MODEL.catalog, {"tried": text}), Target({}, {}))
        assert script.tables == (made, "tried")
        assert f"`{made}`" in verdict(text).sql
    # What is refused there is refused of it too, by the name of the file.
    newest = group.replace("count(*)", "max(e.enrolled_at)")
    models = in_order(MODEL.catalog, {"tried": newest})
    found = {d.name: str(s) for d, s in translated(MODEL.catalog, models)}
    assert "projections/tried.sql" in found["tried_n"]
    assert "students is neither a count nor a sum" in found["tried_n"]
    assert "it reads tried_n, which is not" in found["tried"]


def test_what_reads_a_refused_definition_is_refused_too() -> None:
    texts = {
        "first": "-- rows exam_id\nSELECT e.exam_id, lower(e.title) AS title FROM exam e;",
        "second": "-- rows exam_id\nSELECT f.exam_id FROM first f;",
    }
    found = {d.name: str(s) for d, s in translated(MODEL.catalog, in_order(MODEL.catalog, texts))}
    assert "it reads first, which is not" in found["second"]


def test_a_column_with_a_reserved_name_is_refused_since_flink_does_not_quote_it() -> None:
    columns: Mapping[str, ValueKind] = {"exam_id": ValueKind.ID, "order": ValueKind.INTEGER}
    with pytest.raises(NotForFlink, match="The column order of exams"):
        create_sink("flink", "exams", ("exam_id",), columns, {})


@pytest.fixture(scope="module")
def meals() -> tuple[type[EventData], type[EventData], type[EventData]]:
    """Versions of a type that only these tests know."""

    class Lunch(EventData, topic="exams", entity="lunch"):
        lunch_id: str

    class LunchEaten(Lunch, type="lunch.eaten.v1"):
        grams: int | None

    class LunchEatenV2(Lunch, type="lunch.eaten.v2"):
        weight: int | None
        course: str

    class LunchEatenV3(Lunch, type="lunch.eaten.v3"):
        weight: int | None
        course: str

    @upcaster(LunchEaten, LunchEatenV2)
    def _(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {"lunch_id": fields["lunch_id"], "weight": fields["grams"], "course": "main"}

    @upcaster(LunchEatenV2, LunchEatenV3)
    def _(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {**fields, "weight": 1 if fields["weight"] is None else fields["weight"]}

    return LunchEaten, LunchEatenV2, LunchEatenV3


def test_an_upcaster_that_renames_and_adds_is_written_in_sql(
    meals: tuple[type[EventData], ...],
) -> None:
    old = {"starts_at": WireField("starts_at", "time", False)}
    assert upcast(meals[2], dict(old)) == old
    grams = WireField("grams", "count", True)
    first = WireField("lunch_id", "id", False)
    class_ = meals[0]
    with pytest.raises(NotForFlink, match=r"lunch\.eaten\.v1 cannot be computed by Flink"):
        upcast(class_, {"lunch_id": first, "grams": grams})
    exam = next(e for e in MODEL.catalog.event_types if e.name == "exam.scheduled.v1")
    assert exam.fields
    assert Value(None) == Value()


def test_a_login_at_the_brokers_is_that_of_the_settings_in_javas_words() -> None:
    options = kafka_options(SECURED, secret=shown, bounded=True)
    assert options["properties.security.protocol"] == "SASL_SSL"
    assert options["properties.ssl.truststore.location"] == "/etc/ca.pem"
    assert options["properties.sasl.jaas.config"].endswith(
        'scram.ScramLoginModule required username="ada" password="se\\"cret";'
    )
    assert options["scan.bounded.mode"] == "latest-offset"


def test_a_script_in_a_file_holds_no_password() -> None:
    kafka = kafka_options(SECURED, secret=withheld)
    jdbc = jdbc_options("postgresql://ada:hidden@db:5433/homeroom", secret=withheld)
    text = make_script(MODEL, Target(kafka, jdbc)).text()
    assert "cret" not in text.replace("_secret", "")
    assert "hidden" not in text
    assert "${HOMEROOM_KAFKA_SASL_PASSWORD}" in text
    assert "${HOMEROOM_DATABASE_PASSWORD}" in text
    assert "jdbc:postgresql://db:5433/homeroom?stringtype=unspecified" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kafka_sasl_mechanism": "AWS_MSK_IAM"}, "The login AWS_MSK_IAM"),
        ({"kafka_certificate_file": "/a.pem", "kafka_key_file": "/b.pem"}, "from one file"),
    ],
)
def test_a_login_that_java_cannot_do_so_is_refused(changed: dict[str, str], words: str) -> None:
    with pytest.raises(NotForFlink, match=words):
        kafka_options(SECURED.model_copy(update=changed), secret=shown)
