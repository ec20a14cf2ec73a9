"""Every table that tells of a person is closed to the query service, or has its wall."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from homeroom.settings import Settings

# Columns that tell who somebody is, whatever stands in them.
PERSONAL = re.compile(
    r"(student|teacher|user|admin|mentor|owner)(_id)?|\w+_by|by|email|caller|subject|key|address|"
    r"uploader_address|before|after|data|record_key|value|headers"
)
PERSONS = re.compile(r"\b[STMD]-(mine|theirs)\b|@(mine|theirs)\b")
# What the query service reads although nobody is named, and why.
OPEN = {
    "homeroom.revoked_subject": "a token that was revoked says nothing of whom it names",
}
SAMPLES = {
    "text": "'S-mine'", "uuid": "gen_random_uuid()", "int8": "1", "int4": "1", "bool": "true",
    "timestamptz": "now()", "jsonb": "'{}'", "json": "'{}'", "bytea": "'x'", "_text": "'{}'",
    "_uuid": "'{}'", "_bytea": "'{}'", "varchar": "'S-mine'", "numeric": "1",
}  # fmt: skip
COLUMNS = """
    SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum),
           array_agg(t.typname::text ORDER BY a.attnum),
           array_agg(a.attidentity <> '' ORDER BY a.attnum),
           -- A view has no policies: one with a barrier says itself whose rows it shows.
           c.relrowsecurity OR coalesce('security_barrier=true' = ANY (c.reloptions), false),
           c.relkind = 'r'
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE n.nspname IN ('homeroom', 'g0001', 'public') AND c.relkind IN ('r', 'v', 'm', 'p')
    GROUP BY n.nspname, c.oid ORDER BY n.nspname, c.relname
"""


@pytest.fixture
def owner(own: Settings) -> Iterator[psycopg.Connection]:
    """Whose session has a row in every table, and leaves none."""
    with psycopg.connect(own.database_url) as connection:
        yield connection
        connection.rollback()


def _fill(owner: psycopg.Connection, table: sql.Identifier, columns, types, identities) -> bool:
    """One row about S-mine in a table that is empty; whether it was."""
    if owner.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(table)).rowcount:
        return False
    given = [i for i, identity in enumerate(identities) if not identity]
    names = sql.SQL(", ").join(sql.Identifier(columns[i]) for i in given)
    values = sql.SQL(", ").join(sql.SQL(SAMPLES[types[i]]) for i in given)
    try:
        with owner.transaction():
            owner.execute(sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(table, names, values))
    except psycopg.errors.CheckViolation:
        return False
    return True


def test_whoever_names_nobody_sees_nobody(own: Settings, owner: psycopg.Connection) -> None:
    login = psycopg.conninfo.conninfo_to_dict(own.serve_database_url)["user"]
    tables = owner.execute(COLUMNS).fetchall()
    made_up = {
        (schema, name)
        for schema, name, columns, types, identities, _, is_table in tables
        if is_table and _fill(owner, sql.Identifier(schema, name), columns, types, identities)
    }
    walled, open_, closed, partly = set(), set(), set(), {}
    for schema, name, columns, _, _, fenced, _ in tables:
        table = sql.Identifier(schema, name)
        may = [
            column for column in columns
            if owner.execute("SELECT has_column_privilege(%s, %s, %s, 'SELECT')",
                             (login, table.as_string(owner), column)).fetchone()[0]
        ]  # fmt: skip
        if not may:
            closed.add(f"{schema}.{name}")
            continue
        if may != columns:
            partly[f"{schema}.{name}"] = may
        shown = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, may)), table
        )
        owner.execute("SELECT set_config('homeroom.student_id', 'S-mine', true)")
        rows = owner.execute(shown).fetchall()
        owner.execute("SELECT set_config('homeroom.student_id', '', true)")
        personal = any(PERSONAL.fullmatch(column) for column in may)
        # Where the row is made up, what stands in it says nothing.
        if not personal and ((schema, name) in made_up or not PERSONS.search(str(rows))):
            continue
        assert rows, f"{schema}.{name} has no row to hide"
        owner.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(login)))
        seen = owner.execute(shown).fetchall()
        owner.execute("RESET ROLE")
        (open_ if seen or not fenced else walled).add(f"{schema}.{name}")
    assert sorted(open_) == sorted(OPEN)
    assert len(walled) > 60
    # Entities and what is kept back, but for what commands look up.
    assert {"g0001.student", "g0001.dead_letters", "g0001.waiting", "homeroom.nudge"} <= closed
    for decision in ("repair", "retry", "discard"):
        assert partly[f"homeroom.{decision}"] == ["id"]
