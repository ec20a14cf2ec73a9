"""Every row of every table can be named on the command line by the key that a command prints."""

import json
import shlex
from collections.abc import Iterable, Sequence
from itertools import cycle, islice
from typing import Any

import pytest
from psycopg import sql

from homeroom.engine.generations.registry import enter
from homeroom.operations.keys import key_text, read_key
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.commands import Tables, homeroom, succeed
from tests.support.strength import at_full_strength, pick

# Each row takes two commands.
STEP = pick(quick=4, thorough=1)
ODD = (
    "Europe/Berlin", "a b", "it's \"so\"", "-x", "--yes", "Ωδός 学校 مدرسة", "[", '["a","b"]',
    "", "/", "a\\b", "tab\there", "line\nbreak", "$HOME `x` *", "@1", "🙂",
)  # fmt: skip
OTHERS = {
    "bigint": 1, "integer": 1, "smallint": 1, "boolean": False, "numeric": 1,
    "date": "2026-03-01", "timestamp with time zone": "2026-03-01T09:00:00Z",
}  # fmt: skip
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
               AND a.attnum = ANY (i.indkey)),
       EXISTS (SELECT FROM pg_class v WHERE v.relname = c.relname || '_def'
               AND v.relnamespace = c.relnamespace)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND attnum > 0 AND NOT attisdropped
  AND (attnotnull OR EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                             AND a.attnum = ANY (i.indkey)))
ORDER BY c.relname, a.attnum
"""


@pytest.fixture
def opened(prepared: Settings, tables: Tables) -> Tables:
    """The tables, whose names need no schema."""
    enter(tables.connection, tables.generation, for_session=True)
    assert prepared.database_url
    return tables


def insert_odd(settings: Settings, tables: Tables, *, projections: bool) -> set[str]:
    """Adds a row with odd values in its key to each projection, or to each entity."""
    entities = {entity.name for entity in read_model(settings).catalog.entities}
    wanted: dict[str, list[tuple[str, str, bool]]] = {}
    for table, *column, is_projection in tables.connection.execute(
        COLUMNS, [tables.generation]
    ).fetchall():
        if is_projection if projections else table in entities:
            wanted.setdefault(table, []).append(tuple(column))
    for number, (table, columns) in enumerate(wanted.items()):
        insert(tables, table, columns, number)
    return set(wanted)


def insert(
    tables: Tables, table: str, columns: Sequence[tuple[str, str, bool]], number: int
) -> None:
    odd = islice(cycle(ODD), number % len(ODD), None)
    values: dict[str, Any] = {}
    for name, type_, in_key in columns:
        text, _, length = type_.partition("(")
        if text in ("text", "character varying"):
            values[name] = (next(odd) if in_key else "x")[: int(length.rstrip(")") or 64)]
        else:
            values[name] = OTHERS[type_]
    statement = sql.SQL("INSERT INTO {0} SELECT (jsonb_populate_record(NULL::{0}, %s)).*")
    tables.connection.execute(statement.format(sql.Identifier(table)), [json.dumps(values)])


def remove(tables: Tables, names: Iterable[str]) -> None:
    for name in names:
        tables.connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def keys(settings: Settings, *arguments: str) -> list[tuple[str, str]]:
    """Table and key of each row that should not be there, as `homeroom verify` prints them."""
    done = homeroom(settings, "verify", "--json", *arguments)
    assert done.stdout, done.stderr
    found = [d for table in json.loads(done.stdout) for d in table["differences"]]
    return [(d["table"], d["key"]) for d in found if d["column"] is None and d["should"] is None]


@at_full_strength
def test_every_row_of_a_projection_is_found_by_the_key_that_is_printed(
    prepared: Settings, opened: Tables
) -> None:
    names = insert_odd(prepared, opened, projections=True)
    printed = keys(prepared)
    assert {table for table, _ in printed} == names
    for table, key in printed[::STEP]:
        # The shell gives the command what was quoted.
        pasted = shlex.split(f"--json {shlex.quote(table)} -- {shlex.quote(key)}")
        assert json.loads(succeed(prepared, "explain", *pasted))["key"] == key
        (repaired,) = json.loads(succeed(prepared, "repair", "--json", table, "--", key))
        assert (repaired["table"], repaired["key"], repaired["should"]) == (table, key, None)
    by_option = printed[:: len(printed) // 5]
    remove(opened, names)
    insert_odd(prepared, opened, projections=True)
    for table, key in by_option:
        assert keys(prepared, "--table", table, "--key", key) == [(table, key)]
    remove(opened, names)


@at_full_strength
def test_every_row_of_an_entity_is_found_by_the_key_that_is_printed(
    prepared: Settings, opened: Tables
) -> None:
    names = insert_odd(prepared, opened, projections=False)
    printed = keys(prepared, "--against-log")
    assert {table for table, _ in printed} == names
    for table, key in printed[::STEP]:
        assert json.loads(succeed(prepared, "explain", "--json", table, "--", key))["key"] == key
    table, key = next((t, k) for t, k in printed if k.startswith('["'))
    remove(opened, names - {table})
    repaired = json.loads(succeed(prepared, "repair", "--from-log", "--json", table, key))
    assert (table, key) in {(one["table"], one["key"]) for one in repaired}


@pytest.mark.parametrize("first", ODD)
@pytest.mark.parametrize("second", ODD)
def test_a_key_that_is_printed_is_read_as_what_it_was(first: str, second: str) -> None:
    assert read_key("t", ("a",), key_text((first,))) == (first,)
    assert read_key("t", ("a", "b"), key_text((first, second))) == (first, second)
    written = json.dumps([first, second], separators=(",", ":"))
    assert read_key("t", ("a", "b"), written) == (first, second)


def test_a_key_of_another_form_is_refused_with_the_form(prepared: Settings) -> None:
    table = "student_classes"
    for command in (("verify", "--table", table, "--key"), ("repair", table), ("explain", table)):
        done = homeroom(prepared, *command, "a/b/c")
        assert done.returncode == 1
        assert "The key of student_classes is class_id/student_id, not a/b/c." in done.stderr
        assert """as a JSON array: '["class_id","student_id"]'""" in done.stderr
    done = homeroom(prepared, "repair", "time_zones", "\udcff")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
