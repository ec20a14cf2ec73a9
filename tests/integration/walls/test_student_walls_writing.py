"""The second wall: the reader's role writes nothing, makes nothing, and becomes nobody else."""

import psycopg
import pytest
from psycopg import errors

from homeroom.operations.migrating.reader import READER
from tests.support.a_student import ME

# Each is refused, whatever the transaction is for.
REFUSED = (
    "SET SESSION AUTHORIZATION {owner}",
    "SET ROLE {owner}",
    "SET ROLE pg_read_all_data",
    "SET session_replication_role = replica",
    "GRANT SELECT ON habit TO homeroom_reader",
    "GRANT {owner} TO homeroom_reader",
    "CREATE ROLE intruder_too",
    "ALTER ROLE homeroom_reader BYPASSRLS",
    "ALTER TABLE student_goals DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE student_goals OWNER TO homeroom_reader",
    "CREATE POLICY mine ON student_goals USING (true)",
    "DROP POLICY own_student_id ON student_goals",
    "CREATE TABLE g0001.mine (a integer)",
    "CREATE TABLE public.mine (a integer)",
    "CREATE TABLE homeroom.mine (a integer)",
    "CREATE TEMPORARY TABLE student_goals (a integer)",
    "CREATE TABLE pg_temp.student_goals (a integer)",
    "SELECT * INTO TEMPORARY mine FROM student_goals",
    "CREATE SCHEMA mine",
    "CREATE VIEW g0001.mine AS TABLE student_goals",
    "CREATE VIEW public.mine AS TABLE student_goals",
    "CREATE TEMPORARY VIEW mine AS TABLE student_goals",
    "CREATE MATERIALIZED VIEW public.mine AS TABLE student_goals",
    "CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION g0001.mine() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.mine(text) RETURNS boolean LANGUAGE sql COST 0.0001 AS 'SELECT true'",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE PUBLICATION mine FOR ALL TABLES",
    "SELECT pg_create_logical_replication_slot('mine', 'test_decoding')",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_ls_dir('base')",
    "SELECT lo_import('/etc/hostname')",
    "COPY student_goals TO '/tmp/mine'",
    "COPY student_goals TO PROGRAM 'cat'",
    "COPY (SELECT lo_get(1)) TO '/tmp/mine'",
    "COPY student_goals FROM STDIN",
    "SELECT * FROM student_goals FOR UPDATE",
    "LOCK TABLE student_goals IN ACCESS EXCLUSIVE MODE",
    "SELECT nextval('dead_letters_id_seq')",
    "SELECT setval('dead_letters_id_seq', 1)",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{owner}'",
    "INSERT INTO student_goals (goal_id, student_id) VALUES ('G-9', 'S-1')",
    "UPDATE student_goals SET title = 'mine'",
    "DELETE FROM student_goals",
    "TRUNCATE student_goals",
    "MERGE INTO student_goals g USING homeroom.live ON true WHEN MATCHED THEN DELETE",
    "UPDATE homeroom.live SET schema = 'g0002'",
    "DELETE FROM homeroom.revoked_token",
    "REFRESH MATERIALIZED VIEW student_goals",
    "CREATE INDEX ON student_goals (title)",
    "CREATE RULE mine AS ON INSERT TO student_goals DO NOTHING",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT ON TABLES TO PUBLIC",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'mine')",
)  # fmt: skip


REFUSALS = (
    errors.InsufficientPrivilege, errors.FeatureNotSupported, errors.WrongObjectType,
    errors.UndefinedObject,
)  # fmt: skip


def test_nothing_can_be_written_or_made_or_taken_over(held, other):
    owner = held.connection.info.user
    done = []
    for statement in REFUSED:
        for who in ("", ME):
            try:
                with other.being(student=who):
                    other.sees(statement.format(owner=owner))
                    done.append(statement)
                    raise psycopg.Rollback
            except REFUSALS:
                continue
    assert done == []


def test_row_security_cannot_be_put_off(other):
    other.connection.execute("SET row_security = off")
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        other.sees("TABLE student_goals")


def test_no_function_of_ours_lends_its_owners_rights(held):
    (count,) = held.connection.execute(
        "SELECT count(*) FILTER (WHERE prosecdef) FROM pg_proc "
        "WHERE pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    ).fetchone()  # fmt: skip
    assert count == 0


def test_a_generation_that_ended_is_gone(held, other):
    held.connection.execute("CREATE SCHEMA g0000; DROP SCHEMA g0000 CASCADE")
    with pytest.raises(errors.UndefinedTable):
        other.sees("TABLE g0000.student_goals")


def test_the_role_is_nobody_and_owns_nothing(held):
    found = held.connection.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname = %s", (READER.role,),
    ).fetchone()  # fmt: skip
    assert found == (False,) * 6
    owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = %s::regrole AND deptype = 'o'"
    assert held.connection.execute(owned, (READER.role,)).fetchone() == (0,)
    member_of = "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole"
    assert held.connection.execute(member_of, (READER.role,)).fetchone() == (0,)
