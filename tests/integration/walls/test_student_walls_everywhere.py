"""The second wall stands around every table that says something of a student, in any generation."""

import random
from contextlib import closing
from typing import Any

import psycopg
import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.operations.migrating.reader import READER
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import RebuildOptions
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.property.histories import History
from tests.property.memory_log import MemoryLog, read_from, unprefixed
from tests.property.test_projector import ORDERLY
from tests.support.intruder import fenced
from tests.support.students import Students
from tests.support.templates import prepare

PERSON = "NULLIF(current_setting('homeroom.{0}'::text, true), ''::text)"
OWN_STUDENT = f"((student_id)::text = {PERSON})".format("student_id")
ONCE = f'( SELECT {PERSON} AS ""nullif"")'
WHEN = f"WHEN ({ONCE} IS NOT NULL) THEN (({{0}})::text = {ONCE})"
WHOSE = ("student_id", "teacher_id", "organization_id")
FENCES = r"""
SELECT c.relname, c.relrowsecurity,
       array(SELECT (p.polcmd::text, p.polpermissive, p.polroles = ARRAY[r.oid], trim(
                         regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g')))::text
             FROM pg_policy p
             -- Those that hold for the reader; other roles have theirs.
             WHERE p.polrelid = c.oid AND EXISTS (
                 SELECT FROM unnest(p.polroles) AS o
                 WHERE o = 0 OR pg_has_role(r.oid, o, 'MEMBER')) ORDER BY 1)
FROM pg_class c, pg_roles r
WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p', 'm', 'f')
  AND r.rolname = 'homeroom_reader'
  AND has_table_privilege(r.oid, c.oid, 'SELECT')
"""
# Everything outside PostgreSQL's own that the role may see any part of.
READABLE = """
SELECT n.nspname, c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_'
  AND nspname <> 'information_schema'
  AND CASE WHEN c.relkind = 'S'
           THEN has_sequence_privilege('homeroom_reader', c.oid, 'SELECT,USAGE')
           ELSE has_any_column_privilege('homeroom_reader', c.oid, 'SELECT') END
"""
# Everything there, PostgreSQL's own too, into which the role may write.
WRITABLE = """
SELECT n.nspname, c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (has_any_column_privilege('homeroom_reader', c.oid, 'INSERT,UPDATE,REFERENCES')
       OR has_table_privilege('homeroom_reader', c.oid, 'DELETE,TRUNCATE,TRIGGER,MAINTAIN'))
  AND (n.nspname, c.relname) <> ('pg_catalog', 'pg_settings')
UNION ALL
SELECT 'sequence', c.relname FROM pg_class c
WHERE CASE WHEN c.relkind = 'S'
           THEN has_sequence_privilege('homeroom_reader', c.oid, 'USAGE,UPDATE') END
UNION ALL
SELECT 'schema', n.nspname FROM pg_namespace n
WHERE has_schema_privilege('homeroom_reader', n.oid, 'CREATE')
UNION ALL
SELECT 'database', current_database()
WHERE has_database_privilege('homeroom_reader', current_database(), 'CREATE,TEMP')
"""


@pytest.fixture
def generations(settings: Settings) -> list[str]:
    """The first one, as `homeroom migrate` makes it, and the live one that a rebuild made of it."""
    plain = unprefixed(settings)
    prepare(plain)
    model = read_model(plain)
    log = MemoryLog(History.of(ORDERLY, fill=True), random.Random(1))
    with read_from(log, ReadModel(model.catalog, {})):
        made, _ = rebuild(plain, model, RebuildOptions(), lambda *_: None, lambda _: None)
    return ["g0001", made]


def test_each_generation_has_it_around_all_that_says_something_of_a_student(
    generations: list[str], database_url: str
) -> None:
    own = '(r,t,t,"{}")'
    with psycopg.connect(database_url) as owner, closing(Students(database_url)) as students:
        for generation in generations:
            found = {name: (on, of) for name, on, of in owner.execute(FENCES, (generation,))}
            assert len(fenced(students)) >= 17
            assert len(fenced(students, "teacher_id")) >= 4
            told = {p.name: p.columns for p in students.plan.tables}
            views = {p.name for p in students.plan.projections if p.is_view}
            assert READER.conditions.keys() - views <= told.keys()
            for table, columns in told.items():
                whose = [column for column in WHOSE if column in columns]
                if table in READER.conditions:
                    # test_walls_of_everybody.py tries what these say.
                    on, policies = found.pop(table)
                    assert (on, len(policies)) == (True, 1), (generation, table)
                elif whose:
                    expected = [own.format(_own(whose))]
                    assert found.pop(table) == (True, expected), (generation, table)
            # What is incomplete has a policy of its own: test_student_walls_reading.py tries it.
            assert found.pop("incomplete")[0]
            assert {on for on, _ in found.values()} == {False}
            _check_columns(owner, generation, set(found))
        _check_rights(owner, generations)


def _own(whose: list[str]) -> str:
    """The first of the persons that is named; a student alone, without a choice."""
    if whose == ["student_id"]:
        return OWN_STUDENT
    return f"CASE {' '.join(WHEN.format(column) for column in whose)} ELSE false END"


def _check_columns(owner: psycopg.Connection[Any], generation: str, open_: set[str]) -> None:
    """What is open has no column that is named for a person."""
    columns = owner.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s "
        "AND column_name ~ 'student_id|teacher_id|user_id|mentor_id|created_by|graded_by|_by$'",
        (generation,),
    ).fetchall()
    assert not {table for table, _ in columns} & open_


def _check_rights(owner: psycopg.Connection[Any], generations: list[str]) -> None:
    """The role reads by name what it must, and writes nowhere."""
    projections = [p.readable for p in read_model(Settings()).plan().projections]
    expected = {
        ("homeroom", "live"),
        ("homeroom", "access_log"),
        ("homeroom", "change"),
        ("homeroom", "notification_preference"),
        ("homeroom", "quiet_hours"),
        ("homeroom", "student_notification_preference"),
        ("homeroom", "revoked_token"),
        ("homeroom", "revoked_subject"),
        # Their numbers only: test_every_table.py.
        ("homeroom", "repair"),
        ("homeroom", "retry"),
        ("homeroom", "discard"),
    }
    for generation in generations:
        expected |= {(generation, t) for t in (*projections, "positions", "incomplete")}
    assert {*owner.execute(READABLE.encode()).fetchall()} == expected
    assert owner.execute(WRITABLE.encode()).fetchall() == []
