"""The second wall: the reader's role reads no other student's rows, whatever is tried."""

from itertools import product

import psycopg
import pytest
from psycopg import errors

from tests.support.a_student import ME
from tests.support.intruder import LIVE, NEXT, THEM, Intruder, fenced, possible
from tests.support.students import Students

# Ways to read a whole table; none names a student.
WAYS = (
    "SELECT * FROM {}",
    "TABLE {}",
    "SELECT * FROM ONLY {} TABLESAMPLE SYSTEM (100)",
    "SELECT array_agg(t) FROM {} t",
    "WITH all_of_it AS MATERIALIZED (SELECT * FROM {}) SELECT * FROM all_of_it",
    "SELECT * FROM {} WHERE student_id LIKE '%theirs' OR student_id IS NOT NULL OR true",
    "COPY {} TO STDOUT",
    "COPY (SELECT * FROM {}) TO STDOUT (FORMAT csv)",
    "SELECT * FROM ts_stat('SELECT array_to_tsvector(ARRAY[t::text]) FROM {} t')",
)
# These need a server that was built with libxml.
XML = (
    "SELECT query_to_xml('TABLE {}', true, false, '')",
    "SELECT table_to_xml('{}', true, false, '')",
)
# Whoever a transaction may say it is for, but for the two students.
NOBODY = ("", " ", "S", "S-", "%", "S-theirs ", "' OR true OR '", "null", "*", "S-1,S-theirs")


@pytest.fixture(scope="module")
def ways(held: Students) -> tuple[str, ...]:
    try:
        held.connection.execute("SELECT query_to_xml('SELECT 1', true, false, '')")
    except errors.FeatureNotSupported:
        return WAYS
    return WAYS + XML


def test_the_test_would_see_it(held, ways):
    """Whose rows it looks for: as the owner, each way shows them in every table."""
    owner = Intruder(held.connection, LIVE)
    for table in fenced(held):
        for way in possible(ways, table):
            # A view says itself whose rows it shows, to its owner too; this is the one of all rows.
            seen = owner.sees(way.format(table.removesuffix("_own")))
            assert "theirs" in seen, (table, way)
            assert ME in seen, (table, way)


@pytest.mark.parametrize("generation", [LIVE, NEXT])
def test_no_way_to_read_a_table_shows_anothers_rows(held, other, ways, generation):
    other.enter(generation)
    for table in fenced(held):
        for way in possible(ways, table):
            statement = way.format(table)
            assert not _tells(other.sees(statement)), statement
            with other.being(student=ME):
                seen = other.sees(statement)
            assert ME in seen, statement
            assert "theirs" not in seen, statement


def _tells(seen: str) -> bool:
    return ME in seen or "theirs" in seen


def test_whoever_is_nobody_sees_nothing(held, other):
    everything = " UNION ALL ".join(f"SELECT student_id FROM {t}" for t in fenced(held))  # noqa: S608
    for who in NOBODY:
        with other.being(student=who, teacher=who):
            assert other.sees(everything) == "[]", who
        # For the whole session, and with a setting that nobody ever made.
        other.connection.execute("SELECT set_config('homeroom.student_id', %s, false)", (who,))
        assert other.sees(everything) == "[]", who
        other.connection.execute("RESET homeroom.student_id")
    assert other.sees(everything) == "[]"
    other.connection.execute("SET homeroom.student_id TO DEFAULT")
    assert other.sees(everything) == "[]"


def test_a_setting_of_a_transaction_ends_with_it(other):
    count = "SELECT count(*) FROM student_goals"
    with other.being(student=ME):
        assert other.sees(count) == "[(6,)]"
    assert other.sees(count) == "[(0,)]"
    with pytest.raises(errors.DivisionByZero), other.being(student=THEM):
        other.sees("SELECT 1 / 0")
    assert other.sees(count) == "[(0,)]"
    with other.being(student=ME):
        with other.being(student=THEM):
            raise psycopg.Rollback
        assert "theirs" not in other.sees("TABLE student_goals")
        assert other.sees(count) == "[(6,)]"


@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan", "auto"])
def test_a_statement_prepared_for_one_student_shows_another_only_their_own(other, mode):
    other.connection.execute(f"SET plan_cache_mode = {mode}".encode())
    with other.being(student=THEM):
        other.sees("PREPARE goals AS TABLE student_goals")
        for _ in range(8):
            assert ME not in other.sees("EXECUTE goals")
    assert other.sees("EXECUTE goals") == "[]"
    with other.being(student=ME):
        seen = other.sees("EXECUTE goals")
        assert ME in seen
        assert "theirs" not in seen


def test_a_cursor_that_outlives_its_transaction_is_the_students_who_opened_it(other):
    with other.being(student=ME):
        other.sees("DECLARE held CURSOR WITH HOLD FOR TABLE student_goals")
    with other.being(student=THEM):
        assert "theirs" not in other.sees("FETCH ALL FROM held")


def test_conditions_are_not_asked_of_anothers_rows(held, other):
    """A condition that fails, or that says what it looks at, would tell what it is shown."""
    for table in fenced(held):
        # A whole row is there last, and a column as soon as its table is read.
        for what, who in product(("t::text", "t.student_id"), (ME, "")):
            with other.being(student=who):
                other.sees(
                    f"SELECT FROM {table} t "
                    f"WHERE 1 / (CASE WHEN {what} LIKE '%theirs%' THEN 0 ELSE 1 END) = 1"
                )
    with pytest.raises(errors.InvalidTextRepresentation) as caught, other.being(student=ME):
        other.sees("SELECT FROM student_goals WHERE title::integer > 0")
    assert "theirs" not in str(caught.value)


def test_statistics_tell_nothing_of_what_students_have(held, other):
    own = psycopg.connect(held.connection.info.dsn, password=held.connection.info.password)
    with own:
        known = own.execute("SELECT tablename FROM pg_stats WHERE schemaname = 'g0001'").fetchall()
    assert {name for (name,) in known} >= {t for t in fenced(held) if not t.endswith("_own")}
    seen = other.sees("SELECT tablename, most_common_vals, histogram_bounds FROM pg_stats")
    assert "module_missions" in seen
    assert not _tells(seen)
    assert other.sees(
        "SELECT DISTINCT tablename FROM pg_stats JOIN pg_class c ON c.relname = tablename "
        "WHERE c.relrowsecurity"
    ) == "[]"  # fmt: skip
    assert other.sees("SELECT * FROM pg_stats_ext") == "[]"
    assert other.sees("SELECT * FROM pg_stats_ext_exprs") == "[]"
    with pytest.raises(errors.InsufficientPrivilege):
        other.sees("TABLE pg_statistic")


def test_what_is_not_fenced_says_nothing_of_a_student(held, other):
    open_ = {p.readable for p in held.plan.projections} - {*fenced(held)}
    assert len(open_) >= 10
    for table in (
        *open_,
        "positions",
        "incomplete",
        "homeroom.live",
        "homeroom.revoked_token",
        "homeroom.revoked_subject",
    ):
        assert not _tells(other.sees(f"TABLE {table}")), table


def test_what_is_incomplete_shows_to_whom_it_is_about(held, other):
    """And to teachers, whose answers rest on what many students did."""
    subjects = [
        ("mission_progress", f"M-1/{ME}"), ("mission_progress", f"M-1/{THEM}"),
        ("readiness", f"{ME}/2026-01-01"), ("readiness", f"{THEM}/2026-01-01"),
        ("student", ME), ("student", THEM), ("mission", "M-1"),
    ]  # fmt: skip
    with held.connection.transaction():
        held.connection.cursor().executemany(
            "INSERT INTO incomplete VALUES (%s, %s, now(), true)", subjects
        )
    try:
        for who, hidden in ((ME, THEM), (THEM, ME), ("", THEM), ("", ME)):
            with other.being(student=who):
                seen = other.sees("SELECT key FROM incomplete")
            assert ("M-1" in seen) == bool(who)
            assert hidden not in seen
            assert not who or seen.count(who) == 3
        with other.being(teacher="T-1"):
            assert other.sees("SELECT count(*) FROM incomplete") == "[(7,)]"
    finally:
        held.connection.execute("DELETE FROM incomplete")


def test_a_teacher_sees_of_students_who_is_in_an_own_class_or_handed_in_and_no_more(held, other):
    """So nothing but that gets to teachers and mentors, whatever students consent to."""
    of_teachers = fenced(held, "teacher_id")
    of_classes = {"organization_enrollments", "school_class_students", "school_enrollments",
                  "students"}  # fmt: skip
    assert {*of_teachers} == {
        "class_submissions_own", "school_assessment_means", "school_assessments",
        "school_student_progress", "student_classes", "teacher_student_names", "teacher_students",
    }  # fmt: skip
    for table in fenced(held):
        with other.being(teacher="T-1"):
            seen = other.sees(f"TABLE {table}")
        assert ("theirs" in seen) == (table in (*of_teachers, *of_classes)), table
        assert ME not in seen, table
        with other.being(teacher="T-3"):
            assert other.sees(f"TABLE {table}") == "[]", table
    with other.being(student=ME):
        assert "theirs" not in other.sees("TABLE student_classes")
    # Ids of students and of teachers may be alike: one setting is not the other.
    with other.being(student="T-1"):
        assert other.sees("TABLE student_classes") == "[]"
    with other.being(teacher=ME):
        assert other.sees("TABLE student_overview") == "[]"
